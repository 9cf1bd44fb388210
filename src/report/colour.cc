#include "report/colour.h"

namespace ephor::report {

std::string Bold(std::string_view text, Colour colour, bool on) {
  if (!on) return std::string(text);
  std::string out = "\x1b[";
  switch (colour) {
    case Colour::kCyan:
      out += "36";
      break;
    case Colour::kGreen:
      out += "32";
      break;
    case Colour::kRed:
      out += "31";
      break;
    case Colour::kYellow:
      out += "33";
      break;
  }
  out += ";1m";
  out += text;
  out += "\x1b[0;22m";
  return out;
}

std::string WithoutColours(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("\x1b[")) {
      const std::size_t end = text.find_first_not_of("0123456789;", at + 2);
      if (end != std::string_view::npos && text[end] == 'm') {
        at = end + 1;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

}  // namespace ephor::report
