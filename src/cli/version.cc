#include "cli/version.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"

namespace ephor::cli {
namespace {

// What is not known of a build, in the reference's way. Builds of one source are the same to the byte, so
// there is no time in them.
constexpr std::string_view kUnknown = "---";

Result<int> Run(const std::string& format, const Context& context) {
  const std::string version(Version()), unknown(kUnknown);
  if (format.empty()) {
    context.Print("Version: " + version + "\nTime: " + unknown + "\nGit commit ID: " + unknown + "\n");
  } else if (format == "json") {
    context.Print("{\n  \"version\": \"" + version + "\",\n  \"time\": \"" + unknown +
                  "\",\n  \"gitCommitId\": \"" + unknown + "\"\n}\n");
  } else if (format == "yaml") {
    context.Print("gitCommitId: '" + unknown + "'\ntime: '" + unknown + "'\nversion: " + version + "\n\n");
  } else {
    return InvalidInput("invalid output format: " + format + " (supported formats: json, yaml)");
  }
  return 0;
}

}  // namespace

std::string_view Version() {
  return EPHOR_VERSION;
}

void AddVersionCommand(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("version", "Shows the version of this program.");
  const auto format = std::make_shared<std::string>();
  command->add_option("-o,--output", *format, "Output format: json or yaml");
  command->callback([format, &context] { context.Finish(Run(*format, context)); });
}

}  // namespace ephor::cli
