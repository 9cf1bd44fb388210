// A layout and a text, one a line. Whatever they are, parsing ends, and an instant that was read can be
// written and read again.
#include "base/time.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ephor::Duration;
  using ephor::Time;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(input.find('\n'), size);
  const std::string_view layout = input.substr(0, line), text = input.substr(std::min(line + 1, size));

  if (const auto time = Time::Parse(layout, text)) {
    time->Format(layout);
    const Time utc = time->Utc();
    if (utc.civil().year >= 0 && utc.civil().year <= 9999) {
      const auto again = Time::Parse(ephor::kRfc3339, utc.Format(ephor::kRfc3339Nano));
      if (!again || *again != utc) std::abort();
    }
  }
  if (Duration duration; Duration::TryParse(text, duration)) {
    Duration again;
    if (!Duration::TryParse(duration.ToString(), again) || again != duration) std::abort();
  }
  return 0;
}
