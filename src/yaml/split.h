// The documents of a YAML stream, cut apart before any of them is parsed.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace ephor::yaml {

struct Piece {
  std::string_view text;   // without the separator that ends it
  std::uint32_t line = 1;  // of its first line
  bool blank = false;      // only white space and comments
};

// Cuts as Kubernetes' reader does: a separator is a line of "---", white space and perhaps a comment. It
// separates wherever it stands, also in a block scalar. One before which no line of the document has been
// seen is the document's own first line.
//
//   Splitter documents(text);
//   while (auto piece = documents.Next()) { ... }
class Splitter {
 public:
  explicit Splitter(std::string_view text) : rest_(text) {}

  // The next document, or nothing at the end. A line that begins with "---" and goes on with something else
  // makes its document an error; the next separator begins a new one.
  std::optional<Result<Piece>> Next();

 private:
  std::string_view rest_;
  std::uint32_t line_ = 1;
};

}  // namespace ephor::yaml
