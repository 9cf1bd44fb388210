#include "base/result.h"

namespace ephor {

Error Error::Within(std::string_view place) && {
  std::string message(place);
  message += ": ";
  message += message_;
  message_ = std::move(message);
  return std::move(*this);
}

Error Error::At(SourcePosition position) && {
  if (position_.line == 0) position_ = position;
  return std::move(*this);
}

}  // namespace ephor
