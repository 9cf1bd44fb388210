// `ephor cel`: expressions of the Common Expression Language tried out, checked and formatted.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cel/lib/manual.h"
#include "cli/cel_batch.h"
#include "cli/cel_run.h"
#include "cli/commands.h"
#include "cli/context.h"

namespace ephor::cli {
namespace {

void AddExpressionFlags(CLI::App& command, CelFlags& flags) {
  command.add_option("expressions", flags.expressions,
                     "Expressions; read from standard input where none is given.");
  command.add_option("-f,--file", flags.files, "Files with one expression each.")->allow_extra_args(false);
}

void AddEnvironmentFlags(CLI::App& command, CelFlags& flags) {
  std::vector<std::string> names;
  std::string text = "Whose functions and variables:";
  for (const cel::lib::NamedEnv& env : cel::lib::NamedEnvs()) {
    names.emplace_back(env.name);
    text += (names.size() > 1 ? ", " : " ") + names.back() + " (" + std::string(env.of) + ")";
  }
  command.add_option("--env", flags.environment, text + ".")->check(CLI::IsMember(names));
}

}  // namespace

void AddCelCommand(CLI::App& app, Context& context) {
  CLI::App* cel = app.add_subcommand("cel", "Evaluates, checks and formats CEL expressions.");
  cel->require_subcommand(1);
  const auto flags = std::make_shared<CelFlags>();
  cel->footer(
      "Examples:\n"
      "  ephor cel eval 'object.spec.containers.all(c, !c.image.endsWith(\":latest\"))' --input pod.yaml\n"
      "  ephor cel check 'object.spec.?replicas.orValue(1) > 1'\n"
      "  ephor cel functions --env mpol\n"
      "  ephor cel fmt --file expression.cel\n");

  CLI::App* eval = cel->add_subcommand("eval", "Evaluates expressions and prints their results.");
  eval->footer(
      "Examples:\n"
      "  # On an object, as a ValidatingPolicy would see it\n"
      "  ephor cel eval 'object.metadata.?labels.?team.hasValue()' --input pod.yaml\n\n"
      "  # With variables, and what it cost\n"
      "  ephor cel eval 'limit < size(names)' --var limit=2 --var 'names=[a, b, c]' --cost\n\n"
      "  # Errors show the place, here on standard error with exit code 1:\n"
      "  #   ERROR: <input>:1:5: found no matching overload for '_+_' applied to '(string, int)'\n"
      "  #    | \"a\" + 1\n"
      "  #    | ....^\n"
      "  ephor cel eval '\"a\" + 1'\n");
  AddExpressionFlags(*eval, *flags);
  AddEnvironmentFlags(*eval, *flags);
  eval->add_option("-i,--input", flags->input, "A YAML or JSON file that becomes the variable 'object'.");
  eval->add_option("--var", flags->variables, "A variable as NAME=JSON, or NAME=@FILE.")
      ->allow_extra_args(false);
  eval->add_flag("--cost", flags->cost, "Shows what the evaluation cost beside the limit.");
  eval->add_flag("--json", flags->batch, "Reads a JSON request a line and writes a JSON reply a line.");
  eval->callback(
      [&context, flags] { context.Finish(flags->batch ? RunCelBatch(context) : CelEval(context, *flags)); });

  CLI::App* check = cel->add_subcommand(
      "check", "Checks expressions and prints the types of their results and what they may cost.");
  check->footer(
      "Examples:\n"
      "  # The type of what it gives, bool, and the cost: 4\n"
      "  ephor cel check 'object.spec.?replicas.orValue(1) > 1'\n\n"
      "  # What at most ten containers with names of 63 characters cost: 2 to 122\n"
      "  ephor cel check 'object.spec.containers.all(c, c.name.startsWith(object.metadata.name))' \\\n"
      "      --size object.spec.containers=10 --size object.metadata.name=63\n\n"
      "  # An expression of a MutatingPolicy\n"
      "  ephor cel check --env mpol 'Object{spec: Object.spec{replicas: 2}}'\n");
  AddExpressionFlags(*check, *flags);
  AddEnvironmentFlags(*check, *flags);
  check->add_option("--declare", flags->declarations, "A variable as NAME=TYPE, such as names=list(string).")
      ->allow_extra_args(false);
  check
      ->add_option(
          "--size", flags->sizes,
          "How many characters or members values have at most, for the cost: PATH=NUMBER, where [] in "
          "a path stands for an item and [@] for a key; or NUMBER for all other values.")
      ->allow_extra_args(false);
  check->add_flag("--json", flags->json, "Prints a JSON object a line.");
  check->callback([&context, flags] { context.Finish(CelCheck(context, *flags)); });

  CLI::App* functions = cel->add_subcommand("functions", "Lists the functions that expressions can call.");
  AddEnvironmentFlags(*functions, *flags);
  functions->callback([&context, flags] { context.Finish(CelFunctions(context, *flags)); });

  CLI::App* format = cel->add_subcommand("fmt", "Prints expressions in their normal form.");
  format->footer(
      "Examples:\n"
      "  ephor cel fmt 'object.spec.containers.all(c,has(c.image)&&c.image!=\"\")'\n\n"
      "  # With lines of at most 60 characters\n"
      "  ephor cel fmt --width 60 --file expression.cel\n");
  AddExpressionFlags(*format, *flags);
  format->add_option("--width", flags->width, "Lines longer than this are broken; 0 for one line.")
      ->capture_default_str();
  format->callback([&context, flags] { context.Finish(CelFormat(context, *flags)); });
}

}  // namespace ephor::cli
