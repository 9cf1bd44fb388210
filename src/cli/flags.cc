#include "cli/flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "source/csv.h"

namespace ephor::cli {

CLI::Option* AddListFlag(CLI::App& command, std::string_view names, std::vector<std::string>& values,
                         std::string_view help) {
  const auto take = [&values](const std::vector<std::string>& records) {
    values.clear();
    for (const std::string& record : records) source::SplitCsvRecord(record, ',', values);
    return true;
  };
  return command.add_option(std::string(names), take, std::string(help))
      ->type_name("LIST")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

namespace {

bool IsInteger(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// How many arguments from the first on are a request for logs: "-v 4", "--v 4", "-v=4", "--v=4".
std::size_t LogLevelAt(std::span<const char* const> arguments) {
  const std::string_view first = arguments[0];
  for (const std::string_view flag : {"-v", "--v"}) {
    if (first == flag) return arguments.size() > 1 && IsInteger(arguments[1]) ? 2 : 0;
    if (first.starts_with(flag) && first.substr(flag.size()).starts_with('=') &&
        IsInteger(first.substr(flag.size() + 1))) {
      return 1;
    }
  }
  return 0;
}

}  // namespace

std::vector<std::string> NormalizeArguments(std::span<const char* const> arguments) {
  std::vector<std::string> normal;
  normal.reserve(arguments.size());
  bool flags = true;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") flags = false;
    if (const std::size_t skipped = flags ? LogLevelAt(arguments.subspan(i)) : 0; skipped > 0) {
      i += skipped - 1;
      continue;
    }
    const bool short_with_equals =
        flags && argument.size() > 2 && argument[0] == '-' && argument[1] != '-' && argument[2] == '=';
    std::string& text = normal.emplace_back(argument);
    if (short_with_equals) text.erase(2, 1);
  }
  return normal;
}

namespace {

const CLI::App& ParsedCommand(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return *command;
}

std::string FullName(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent == nullptr ? command.get_name() : FullName(*parent) + " " + command.get_name();
}

}  // namespace

std::string DescribeParseError(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::ExtrasError)) return error.what();
  const CLI::App& command = ParsedCommand(app);
  for (const std::string& extra : app.remaining(true)) {
    if (extra.size() > 2 && extra.starts_with("--")) {
      return "unknown flag: " + extra.substr(0, extra.find('='));
    }
    if (extra.size() > 1 && extra[0] == '-') {
      return std::string("unknown shorthand flag: '") + extra[1] + "' in " + extra;
    }
    std::string text = "unknown command \"" + extra + "\" for \"" + FullName(command) + "\"";
    if (command.get_parent() == nullptr) text += "\nRun '" + app.get_name() + " --help' for usage.";
    return text;
  }
  return error.what();
}

}  // namespace ephor::cli
