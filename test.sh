#!/usr/bin/env bash
# Builds Ephor and passes all its tests. Installs what is missing (scripts/install-packages).
#
#   ./test.sh            the build that is fast to make, with assertions
#   ./test.sh asan       the same under AddressSanitizer and UndefinedBehaviorSanitizer
#   ./test.sh tsan       the threaded parts under ThreadSanitizer
#
# Where the results recorded from the reference are beside the checkout (EPHOR_CONFORMANCE, by default
# ../shared/conformance), they are compared too; without them that part is skipped with a notice.
set -euo pipefail
cd "$(dirname "$0")"
preset=${1:-dev}
scripts/install-packages

cmake --preset "$preset" --log-level=WARNING
if [ "$preset" = tsan ]; then
  cmake --build --preset tsan --target threaded_tests
  ctest --preset tsan --label-regex threaded
  exit
fi
cmake --build --preset "$preset"
ctest --preset "$preset" -j"$(nproc)"
if [ "$preset" = dev ]; then tests/conformance/recorded "build/dev/ephor"; fi
