#include "source/system_error.h"

#include <cstring>
#include <string>

namespace ephor::source {

std::unexpected<Error> SystemError(std::string_view operation, std::string_view path, int error) {
  std::string text(operation);
  text += ' ';
  text += path;
  text += ": ";
  // Go's reasons begin in lower case, glibc's with one capital letter ("I/O" aside).
  std::string reason = std::strerror(error);
  if (reason.size() > 1 && reason[0] >= 'A' && reason[0] <= 'Z' && reason[1] >= 'a') {
    reason[0] = static_cast<char>(reason[0] - 'A' + 'a');
  }
  return Fail(ErrorCode::kNotFound, text + reason);
}

}  // namespace ephor::source
