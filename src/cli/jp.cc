// `ephor jp`: JMESPath expressions tried out on a file. Texts are those of the reference's command.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/flags.h"
#include "cli/jp_batch.h"
#include "cli/jp_query.h"
#include "cli/system_world.h"
#include "jmespath/function_list.h"
#include "jmespath/query.h"
#include "source/paths.h"
#include "source/text.h"

namespace ephor::cli {
namespace {

// ---- jp query ----

struct QueryFlags {
  std::vector<std::string> queries;
  std::vector<std::string> files;
  std::string input;
  bool compact = false;
  bool unquoted = false;
  bool batch = false;
};

Result<std::string> ReadFile(const std::string& path) {
  auto text = source::Text::OfFile(source::CleanPath(path));
  if (!text) return InvalidInput("failed open file " + path + ": " + text.error().message());
  return std::string(text->bytes());
}

Result<std::string> Ask(const Context& context, std::string_view what) {
  context.Print("Reading from terminal input.\n");
  context.Print(what);
  std::fflush(context.out);
  EPHOR_ASSIGN(const source::Text text, source::Text::OfStream(context.in));
  return std::string(text.bytes());
}

constexpr std::string_view kAskExpression = "Enter a jmespath expression and hit Ctrl+D.\n";

// The expressions given as arguments, then those in files.
Result<std::vector<std::string>> ReadExpressions(std::vector<std::string> expressions,
                                                 const std::vector<std::string>& files) {
  for (std::string& expression : expressions) {
    if (expression.ends_with("] ")) expression.pop_back();  // see NormalizeArguments
  }
  for (const std::string& file : files) {
    EPHOR_ASSIGN(std::string expression, ReadFile(file));
    expressions.push_back(std::move(expression));
  }
  return expressions;
}

Result<int> RunQuery(const QueryFlags& flags, const Context& context) {
  const SystemWorld world;
  if (flags.batch) return RunJpBatch(context, world.ports());
  EPHOR_ASSIGN(std::vector<std::string> queries, ReadExpressions(flags.queries, flags.files));
  Arena arena;
  json::Value input;
  if (!flags.input.empty()) {
    EPHOR_ASSIGN(const std::string text, ReadFile(flags.input));
    EPHOR_ASSIGN(input, ReadJpInput(text, arena));
  }
  if (queries.empty() && input.is_null()) {
    return InvalidInput("at least one query or input object is required");
  }
  if (queries.empty()) {
    EPHOR_ASSIGN(std::string query, Ask(context, kAskExpression));
    queries.push_back(std::move(query));
  }
  if (input.is_null()) {
    EPHOR_ASSIGN(const std::string text, Ask(context, "Enter input object and hit Ctrl+D.\n"));
    EPHOR_ASSIGN(input, ReadJpInput(text, arena));
  }
  for (const std::string& query : queries) {
    EPHOR_ASSIGN(const json::Value result, EvaluateJp(query, input, arena, world.ports()));
    context.Print("# " + query + "\n");
    if (flags.unquoted && result.is_string()) {
      context.Print(result.as_string());
    } else {
      EPHOR_ASSIGN(const std::string text, JpResultText(result, flags.compact));
      context.Print(text);
    }
    context.Print("\n");
  }
  return 0;
}

void AddQuery(CLI::App& jp, Context& context) {
  CLI::App* command = jp.add_subcommand("query", "Evaluates JMESPath expressions on a JSON or YAML file.");
  const auto flags = std::make_shared<QueryFlags>();
  command->add_flag("-c,--compact", flags->compact, "Print the result as JSON on one line");
  command->add_flag("-u,--unquoted", flags->unquoted, "Print a result that is a string without quotes");
  AddListFlag(*command, "-q,--query", flags->files, "Files that hold one expression each");
  command->add_option("-i,--input", flags->input,
                      "JSON or YAML file to evaluate on, instead of standard input");
  command->add_flag("--batch", flags->batch,
                    "Read {\"expr\": ..., \"input\": ...} lines from standard input, answer each with "
                    "{\"result\": ...} or {\"error\": ...}");
  command->add_option("query", flags->queries, "Expressions");
  command->callback([flags, &context] { context.Finish(RunQuery(*flags, context)); });
}

// ---- jp parse ----

struct ParseFlags {
  std::vector<std::string> expressions;
  std::vector<std::string> files;
};

Result<int> RunParse(const ParseFlags& flags, const Context& context) {
  EPHOR_ASSIGN(std::vector<std::string> expressions, ReadExpressions(flags.expressions, flags.files));
  if (expressions.empty()) {
    EPHOR_ASSIGN(std::string expression, Ask(context, kAskExpression));
    expressions.push_back(std::move(expression));
  }
  for (const std::string& expression : expressions) {
    const auto query = jmespath::Query::Compile(expression);
    if (!query) return InvalidInput(JpSyntaxErrorText(expression, query.error()));
    context.Print("# " + expression + "\n" + query->AstToString() + "\n");
  }
  return 0;
}

void AddParse(CLI::App& jp, Context& context) {
  CLI::App* command = jp.add_subcommand("parse", "Shows how JMESPath expressions are understood.");
  const auto flags = std::make_shared<ParseFlags>();
  AddListFlag(*command, "-f,--file", flags->files, "Files that hold one expression each");
  command->add_option("expression", flags->expressions, "Expressions");
  command->callback([flags, &context] { context.Finish(RunParse(*flags, context)); });
}

// ---- jp function ----

void PrintFunctions(const std::vector<std::string>& names, const Context& context) {
  for (const jmespath::FunctionDescription& function : jmespath::DescribeFunctions()) {
    if (!names.empty() && std::find(names.begin(), names.end(), function.name) == names.end()) continue;
    context.Print("Name: " + function.name + "\n  Signature: " + function.signature +
                  "\n  Note:      " + function.note + "\n\n");
  }
}

void AddFunction(CLI::App& jp, Context& context) {
  CLI::App* command = jp.add_subcommand("function", "Lists the functions beyond the standard ones.");
  const auto names = std::make_shared<std::vector<std::string>>();
  command->add_option("function_name", *names, "Functions to show, all where none is named");
  command->callback([names, &context] { PrintFunctions(*names, context); });
}

}  // namespace

void AddJpCommand(CLI::App& app, Context& context) {
  CLI::App* jp = app.add_subcommand("jp", "Tries out JMESPath expressions and lists their functions.");
  jp->require_subcommand(0, 1);
  AddQuery(*jp, context);
  AddParse(*jp, context);
  AddFunction(*jp, context);
  jp->callback([jp, &context] {
    if (jp->get_subcommands().empty()) context.Print(jp->help());
  });
}

}  // namespace ephor::cli
