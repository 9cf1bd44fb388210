#include "cli/flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "base/quote.h"
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

CLI::Option* AddArrayFlag(CLI::App& command, std::string_view names, std::vector<std::string>& values,
                          std::string_view help) {
  return command.add_option(std::string(names), values, std::string(help))
      ->type_name("ARRAY")
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
    const bool expressions = normal[0] == "cel" || normal[0] == "jp";
    if (expressions && argument.starts_with('[') && argument.ends_with(']')) text += ' ';
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

// "-o, --output", as messages name a flag.
std::string FlagName(const CLI::Option& option) {
  std::string name;
  if (!option.get_snames().empty()) name = "-" + option.get_snames()[0] + ", ";
  return name + "--" + (option.get_lnames().empty() ? "" : option.get_lnames()[0]);
}

const CLI::Option* OptionNamed(const CLI::App& command, std::string_view name) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_name() == name) return option;
  }
  return nullptr;
}

std::string DescribeMissing(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_required() || option->count() > 0) continue;
    if (option->get_positional()) {
      return option->get_expected_max() == 1 ? "accepts 1 arg(s), received 0"
                                             : "requires at least 1 arg(s), only received 0";
    }
    flags.push_back('"' + option->get_lnames()[0] + '"');
  }
  std::ranges::sort(flags);
  std::string text = "required flag(s) ";
  for (const std::string& flag : flags) text += (flag == flags[0] ? "" : ", ") + flag;
  return text + " not set";
}

// What CLI11 says of a value that is no number: "Could not convert: --warn-exit-code = x".
std::string DescribeConversion(const CLI::App& command, std::string_view text) {
  constexpr std::string_view kPrefix = "Could not convert: ", kEquals = " = ";
  const std::size_t equals = text.find(kEquals);
  if (!text.starts_with(kPrefix) || equals == std::string_view::npos) return std::string(text);
  const std::string_view name = text.substr(kPrefix.size(), equals - kPrefix.size());
  const std::string value = GoQuote(text.substr(equals + kEquals.size()));
  const CLI::Option* option = OptionNamed(command, name);
  return "invalid argument " + value + " for \"" +
         (option == nullptr ? std::string(name) : FlagName(*option)) + "\" flag: strconv.ParseInt: parsing " +
         value + ": invalid syntax";
}

std::string DescribeExtras(const CLI::App& app) {
  const CLI::App& command = ParsedCommand(app);
  const std::vector<std::string> extras = app.remaining(true);
  for (const std::string& extra : extras) {
    if (extra.size() > 2 && extra.starts_with("--")) {
      return "unknown flag: " + extra.substr(0, extra.find('='));
    }
    if (extra.size() > 1 && extra[0] == '-') {
      return std::string("unknown shorthand flag: '") + extra[1] + "' in " + extra;
    }
  }
  const std::vector<const CLI::Option*> positionals =
      command.get_options([](const CLI::Option* option) { return option->get_positional(); });
  if (!positionals.empty()) {
    return "accepts 1 arg(s), received " + std::to_string(positionals[0]->count() + extras.size());
  }
  std::string text = "unknown command \"" + extras[0] + "\" for \"" + FullName(command) + "\"";
  if (command.get_parent() == nullptr) text += "\nRun '" + app.get_name() + " --help' for usage.";
  return text;
}

}  // namespace

std::string DescribeParseError(const CLI::App& app, const CLI::ParseError& error) {
  const std::string text = error.what();
  switch (static_cast<CLI::ExitCodes>(error.get_exit_code())) {
    case CLI::ExitCodes::ExtrasError:
      return app.remaining(true).empty() ? text : DescribeExtras(app);
    case CLI::ExitCodes::RequiredError:
      return DescribeMissing(ParsedCommand(app));
    case CLI::ExitCodes::ConversionError:
      return DescribeConversion(ParsedCommand(app), text);
    case CLI::ExitCodes::ArgumentMismatch:
      if (text.ends_with(" missing")) return "flag needs an argument: " + text.substr(0, text.find(':'));
      return text;
    default:
      return text;
  }
}

}  // namespace ephor::cli
