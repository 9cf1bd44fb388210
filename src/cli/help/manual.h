// A manual in Markdown, one page a command, as `ephor docs` writes it.
#pragma once

#include <string>

#include "cli/help/command_tree.h"

namespace ephor::cli {

struct ManualOptions {
  bool website = false;         // pages begin with front matter, and links lead to pages of a site
  bool markdown_links = false;  // with `website`: links lead to files all the same
  std::string date;             // for the front matter, as RFC 3339; "" for none
  std::string generated;        // "24-Nov-2026" for the line that says when; "" for no such line
};

// "ephor_jp_query.md".
std::string PageName(const CommandEntry& command);

// `parent` is null for the program itself.
std::string ManualPage(const CommandEntry& command, const CommandEntry* parent, const ManualOptions& options);

}  // namespace ephor::cli
