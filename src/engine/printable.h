// Texts of printable ASCII as YAML, within a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace ephor::engine {

// Appends `head`, the text with its escapes, and `tail`. Where the tail begins with a single quote the text
// is a quoted one, and quotes within it are doubled. False, with nothing appended, where the text has
// anything but printable ASCII.
bool AppendPrintable(std::string_view head, std::string_view text, std::string_view tail, std::string& out);

// The text as a YAML key without quotes, its escapes and its ":" included; "" where it needs another form.
std::string PlainKey(std::string_view text);

}  // namespace ephor::engine
