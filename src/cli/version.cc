#include "cli/version.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands.h"
#include "cli/context.h"

namespace ephor::cli {

std::string_view Version() {
  return EPHOR_VERSION;
}

void AddVersionCommand(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("version", "Shows the version of this program.");
  command->callback([&context] { context.Print("Version: " EPHOR_VERSION "\n"); });
}

}  // namespace ephor::cli
