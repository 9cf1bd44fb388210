#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <string_view>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/flags.h"

namespace ephor::cli {
namespace {

struct Command {
  std::string_view name;
  void (*declare)(CLI::App&, Context&);
  bool describes_all = false;  // needs the others declared, too
};

constexpr Command kCommands[] = {
    {"apply", AddApplyCommand},     {"cel", AddCelCommand},   {"completion", AddCompletionCommand, true},
    {"create", AddCreateCommand},   {"diff", AddDiffCommand}, {"docs", AddDocsCommand, true},
    {"explain", AddExplainCommand}, {"fix", AddFixCommand},   {"jp", AddJpCommand},
    {"load", AddLoadCommand},       {"oci", AddOciCommand},   {"migrate", AddMigrateCommand},
    {"serve", AddServeCommand},     {"test", AddTestCommand}, {"version", AddVersionCommand},
};

// The flags of all commands take longer to declare than a small test to run: a command that is named stands
// alone.
void DeclareCommands(std::span<const char* const> arguments, CLI::App& app, Context& context) {
  const auto named = std::ranges::find_if(kCommands, [&](const Command& command) {
    return !arguments.empty() && !command.describes_all && command.name == arguments[0];
  });
  if (named != std::end(kCommands)) return named->declare(app, context);
  for (const Command& command : kCommands) command.declare(app, context);
}

}  // namespace

int RunCommandLine(std::span<const char* const> arguments, Context& context) {
  CLI::App app("Ephor decides what may enter a Kubernetes cluster: policies in Kyverno's language.", "ephor");
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(34);
  DeclareCommands(arguments, app, context);

  std::vector<std::string> normal = NormalizeArguments(arguments);
  std::reverse(normal.begin(), normal.end());  // CLI11 reads a vector from its end
  try {
    app.parse(std::move(normal));
  } catch (const CLI::CallForHelp&) {
    context.Print(app.help());
    return 0;
  } catch (const CLI::ParseError& error) {
    context.Finish(InvalidInput(DescribeParseError(app, error)));
    return context.exit_code;
  }
  if (app.get_subcommands().empty()) context.Print(app.help());
  return context.exit_code;
}

}  // namespace ephor::cli
