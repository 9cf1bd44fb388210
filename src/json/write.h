// json::Value to JSON text.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace ephor::json {

struct WriteOptions {
  bool escape_html = false;  // <, > and & as \u escapes, as Go's encoding/json does by default
  std::string_view indent =
      {};  // for people: a line a member, indented by this for each level; empty is compact
};

// Appends the value's JSON. Keys come sorted. Numbers as Go's encoding/json prints them: integers exactly,
// doubles in the shortest digits that round-trip, in exponent form below 1e-6 and from 1e21. Invalid UTF-8
// becomes \ufffd, and U+2028 and U+2029 are escaped, as there. NaN and infinities, which JSON has not, are
// written as null.
void Write(const Value& value, std::string& out, const WriteOptions& options = {});
std::string ToString(const Value& value, const WriteOptions& options = {});

// Appends a string with its quotes and escapes.
void WriteString(std::string_view text, std::string& out, bool escape_html = false);

}  // namespace ephor::json
