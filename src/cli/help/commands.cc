// `ephor docs` and `ephor completion`: what is generated from the commands themselves.
#include "cli/commands.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <ctime>
#include <memory>

#include "base/quote.h"
#include "base/time.h"
#include "cli/context.h"
#include "cli/help/command_tree.h"
#include "cli/help/completion_scripts.h"
#include "cli/help/manual.h"
#include "cli/output_path.h"
#include "source/paths.h"

namespace ephor::cli {
namespace {

struct DocsOptions {
  std::string folder;
  bool website = false;
  bool generated = true;
  bool no_date = false;
  bool markdown_links = false;
};

Result<void> WritePages(const CommandEntry& command, const CommandEntry* parent, const ManualOptions& options,
                        const std::string& folder) {
  EPHOR_TRY(WriteFile(source::JoinPath(folder, PageName(command)), ManualPage(command, parent, options)));
  for (const CommandEntry& below : command.commands) EPHOR_TRY(WritePages(below, &command, options, folder));
  return {};
}

Result<int> RunDocs(const CLI::App& app, const DocsOptions& options) {
  if (options.folder.empty()) return InvalidInput("path is required");
  EPHOR_TRY(MakeFolders(options.folder));
  const Time now = Time::FromUnix(std::time(nullptr));
  EPHOR_TRY(WritePages(DescribeCommand(app), nullptr,
                       {.website = options.website,
                        .markdown_links = options.markdown_links,
                        .date = options.no_date ? "" : now.Format(kRfc3339),
                        .generated = options.generated ? now.Format("2-Jan-2006") : ""},
                       options.folder));
  return 0;
}

Result<int> RunCompletion(const CLI::App& app, const std::string& shell, const Context& context) {
  const CommandEntry program = DescribeCommand(app);
  if (shell == "bash") {
    context.Print(BashCompletion(program));
  } else if (shell == "zsh") {
    context.Print(ZshCompletion(program));
  } else if (shell == "fish") {
    context.Print(FishCompletion(program));
  } else {
    return InvalidInput("invalid argument " + GoQuote(shell) + " for \"ephor completion\"");
  }
  return 0;
}

}  // namespace

void AddDocsCommand(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("docs", "Generates reference documentation.");
  command->footer(
      "Examples:\n"
      "  # Generate simple markdown documentation\n"
      "  ephor docs -o . --autogenTag=false\n\n"
      "  # Generate website documentation\n"
      "  ephor docs -o . --website\n");
  const auto options = std::make_shared<DocsOptions>();
  command->add_option("-o,--output", options->folder, "Output path")->required();
  command->add_flag("--website", options->website, "Website version");
  command->add_flag("--autogenTag", options->generated,
                    "Determines if the generated docs should contain a timestamp (default true)");
  command->add_flag("--noDate", options->no_date, "Determines if the generated docs should contain a date");
  command->add_flag("--markdownLinks", options->markdown_links,
                    "Determines if the generated docs should contain links to markdown files");
  command->callback([options, &app, &context] { context.Finish(RunDocs(app, *options)); });
}

void AddCompletionCommand(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "completion", "Generate the autocompletion script for ephor for the specified shell.");
  command->footer(
      "Examples:\n"
      "  # Bash, for all users\n"
      "  ephor completion bash > /etc/bash_completion.d/ephor\n\n"
      "  # Bash, for the current session\n"
      "  source <(ephor completion bash)\n\n"
      "  # Zsh\n"
      "  ephor completion zsh > \"${fpath[1]}/_ephor\"\n\n"
      "  # Fish\n"
      "  ephor completion fish > ~/.config/fish/completions/ephor.fish\n");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "the shell")->type_name("bash|zsh|fish")->required();
  command->callback([shell, &app, &context] { context.Finish(RunCompletion(app, *shell, context)); });
}

}  // namespace ephor::cli
