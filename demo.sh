#!/usr/bin/env bash
# Ephor's main job in one command: a TLS admission webhook enforces the Pod Security Standards, a bad Pod is refused, a good
# one admitted, and a short load shows what a review costs. Installs what is missing (scripts/install-packages).
set -euo pipefail
cd "$(dirname "$0")"
scripts/install-packages

echo "Building build/release/ephor (a few minutes the first time) ..."
cmake --preset release --log-level=WARNING -DEPHOR_BENCHMARKS=OFF
cmake --build --preset release --target ephor

work=$(mktemp -d)
build/release/ephor serve --policies examples/pod-security --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 \
  >"$work/log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  grep -q 'INFO  serving' "$work/log" && break
  kill -0 "$server" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.05
done
cat "$work/log"
port=$(sed -n 's/.* serving .*[^_]port=\([0-9]*\).*/\1/p' "$work/log")
webhook=https://127.0.0.1:$port/validate

# Shows the verdict of a review and its message.
ask() {
  curl -sSk "$webhook" -H 'Content-Type: application/json' --data-binary "@$1" | python3 -c '
import json, sys
response = json.load(sys.stdin)["response"]
print("  allowed:", str(response["allowed"]).lower())
for line in response.get("status", {}).get("message", "").strip().splitlines():
    print("  " + line)'
}
printf '\nA Pod that breaks the rules (bench/corpus/reviews/bad.json):\n'
ask bench/corpus/reviews/bad.json
printf '\nA Pod that keeps them (bench/corpus/reviews/good.json):\n'
ask bench/corpus/reviews/good.json

cat >"$work/post.lua" <<'LUA'
local bodies = {}
for i, name in ipairs({"bad", "good"}) do
  local file = assert(io.open("bench/corpus/reviews/" .. name .. ".json"))
  bodies[i] = file:read("*a")
  file:close()
end
local n = 0
request = function()
  n = n + 1
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, bodies[n % 2 + 1])
end
LUA
cpu() { awk '{ print ($14 + $15) * 1000000 / '"$(getconf CLK_TCK)"' }' "/proc/$server/stat"; }
printf '\n17 policies, 25 connections over TLS for 5 seconds, bad and good Pods in turn:\n'
before=$(cpu)
wrk -t1 -c25 -d5s --latency -s "$work/post.lua" "$webhook" | tee "$work/wrk"
after=$(cpu)
reviews=$(sed -n 's/^ *\([0-9]*\) requests in .*/\1/p' "$work/wrk")
echo "CPU of the server: $(((${after%.*} - ${before%.*}) / reviews)) µs a review, TLS and HTTP included"
echo "Memory of the server: $(($(awk '/VmRSS/ { print $2 }' "/proc/$server/status") / 1024)) MiB"
