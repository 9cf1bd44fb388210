#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/flags.h"

namespace ephor::cli {

int RunCommandLine(std::span<const char* const> arguments, Context& context) {
  CLI::App app("Ephor decides what may enter a Kubernetes cluster: policies in Kyverno's language.", "ephor");
  app.require_subcommand(0, 1);
  app.get_formatter()->column_width(34);
  AddApplyCommand(app, context);
  AddCelCommand(app, context);
  AddCompletionCommand(app, context);
  AddCreateCommand(app, context);
  AddDiffCommand(app, context);
  AddDocsCommand(app, context);
  AddExplainCommand(app, context);
  AddFixCommand(app, context);
  AddJpCommand(app, context);
  AddLoadCommand(app, context);
  AddOciCommand(app, context);
  AddMigrateCommand(app, context);
  AddServeCommand(app, context);
  AddTestCommand(app, context);
  AddVersionCommand(app, context);

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
