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

std::vector<std::string> NormalizeArguments(std::span<const char* const> arguments) {
  std::vector<std::string> normal;
  normal.reserve(arguments.size());
  bool flags = true;
  for (std::string_view argument : arguments) {
    if (argument == "--") flags = false;
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
