// A text as the documents that the reference's reader sees in it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace ephor::source {

struct DocumentText {
  std::string_view text;
  std::uint32_t line = 1;  // where it begins
  // A line of the text begins with "---" and goes on with something else than white space or a comment. The
  // reference's reader drops the document and all that follow it; here it is an error of this document.
  bool bad_separator = false;
};

// Splits at lines that begin with "---" in the first column, as k8s.io/apimachinery's YAMLReader does, which
// also splits inside block scalars. Documents without any content but comments are left out. Views into the
// text; linear, one pass.
std::vector<DocumentText> SplitDocuments(std::string_view text);

}  // namespace ephor::source
