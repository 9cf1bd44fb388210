// One request with its answer, as measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "load/schedule.h"

namespace ephor::load {

// Why there was no whole answer.
enum class Failure : std::uint8_t {
  kNone,
  kUnreachable,  // no route, no address, no free port
  kRefused,      // nobody listens
  kTls,          // the handshake failed, or what came was no TLS
  kReset,
  kTimeout,
  kGarbage,    // the answer is no HTTP
  kClosed,     // the connection ended before the first byte of the answer
  kTruncated,  // it ended within the answer
};
inline constexpr std::size_t kFailures = 9;

// As summaries name it: "refused", "closed mid-answer".
std::string_view NameOf(Failure failure);

struct Exchange {
  Failure failure = Failure::kNone;
  int status = 0;
  bool sent = false;  // at least in part; only then do the times below count
  // What the request waited before it could begin, against the plan.
  Nanoseconds late = 0;
  Nanoseconds connecting = 0, handshaking = 0;  // 0 on a connection that was there
  Nanoseconds sending = 0, waiting = 0, receiving = 0;
  std::size_t bytes_sent = 0, bytes_received = 0;  // of HTTP; without those of TLS

  Nanoseconds duration() const { return late + sending + waiting + receiving; }
  // As k6 sees it: an answer, and none that tells of an error.
  bool expected() const { return failure == Failure::kNone && status >= 200 && status < 400; }
};

}  // namespace ephor::load
