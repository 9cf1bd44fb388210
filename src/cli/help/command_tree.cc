#include "cli/help/command_tree.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <string_view>

namespace ephor::cli {
namespace {

// The types of flags in the words of the reference's manual.
std::string TypeOf(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return "";
  const std::string type = option.get_type_name();
  if (type == "LIST") return "strings";
  if (type == "ARRAY") return "stringArray";
  if (type == "INT" || type == "UINT") return "int";
  if (type == "FLOAT") return "float";
  return "string";
}

void AddWords(std::string_view type, std::vector<std::string>& words) {
  if (type.find('|') == std::string_view::npos) return;
  for (std::size_t at = 0; at <= type.size();) {
    const std::size_t bar = std::min(type.find('|', at), type.size());
    words.emplace_back(type.substr(at, bar - at));
    at = bar + 1;
  }
}

}  // namespace

CommandEntry DescribeCommand(const CLI::App& app) {
  constexpr std::string_view kExamples = "Examples:\n";
  CommandEntry entry;
  entry.name = entry.path = app.get_name();
  for (const CLI::App* parent = app.get_parent(); parent != nullptr; parent = parent->get_parent()) {
    entry.path = parent->get_name() + " " + entry.path;
  }
  entry.description = app.get_description();
  const std::string footer = app.get_footer();
  if (footer.starts_with(kExamples)) entry.examples = footer.substr(kExamples.size());
  while (entry.examples.ends_with('\n')) entry.examples.pop_back();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      const std::string type = option->get_type_name();
      const bool named = type != "TEXT" && !type.empty();
      entry.argument = "[" + (named ? type : option->get_name(true)) + "]";
      if (option->get_expected_max() > 1) entry.argument += "...";
      AddWords(type, entry.words);
      continue;
    }
    entry.flags.push_back({option->get_snames(), option->get_lnames(), TypeOf(*option),
                           option->get_description(), option->get_default_str()});
  }
  std::ranges::sort(entry.flags, {}, [](const FlagEntry& flag) {
    return flag.long_names.empty() ? flag.short_names[0] : flag.long_names[0];
  });
  for (const CLI::App* command : app.get_subcommands(std::function<bool(const CLI::App*)>())) {
    entry.commands.push_back(DescribeCommand(*command));
  }
  std::ranges::sort(entry.commands, {}, &CommandEntry::name);
  return entry;
}

}  // namespace ephor::cli
