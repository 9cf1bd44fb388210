#include "cli/progress.h"

#include <chrono>

namespace ephor::cli {
namespace {

std::int64_t Now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Progress::Progress(std::FILE* stream, bool on, std::size_t total)
    : stream_(stream), on_(on), total_(total), next_(on ? Now() + 500 : 0) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\x1b[K", stream_);
}

void Progress::Show(std::size_t done) {
  if (!on_) return;
  const std::int64_t now = Now();
  if (now < next_) return;
  next_ = now + 100;
  shown_ = true;
  std::fprintf(stream_, "\r\x1b[Kjudged %zu of %zu resources", done, total_);
  std::fflush(stream_);
}

}  // namespace ephor::cli
