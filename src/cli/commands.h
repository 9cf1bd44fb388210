// The commands of `ephor`. Each function declares one, with its flags; parsing the command line runs it.
#pragma once

namespace CLI {
class App;
}

namespace ephor::cli {

struct Context;

// The context must outlive the app.
void AddApplyCommand(CLI::App& app, Context& context);
void AddCelCommand(CLI::App& app, Context& context);
void AddCompletionCommand(CLI::App& app, Context& context);
void AddCreateCommand(CLI::App& app, Context& context);
void AddDiffCommand(CLI::App& app, Context& context);
void AddDocsCommand(CLI::App& app, Context& context);
void AddExplainCommand(CLI::App& app, Context& context);
void AddFixCommand(CLI::App& app, Context& context);
void AddJpCommand(CLI::App& app, Context& context);
void AddLoadCommand(CLI::App& app, Context& context);
void AddOciCommand(CLI::App& app, Context& context);
void AddMigrateCommand(CLI::App& app, Context& context);
void AddServeCommand(CLI::App& app, Context& context);
void AddTestCommand(CLI::App& app, Context& context);
void AddVersionCommand(CLI::App& app, Context& context);

}  // namespace ephor::cli
