// `ephor create vap` and `ephor create map`: Kubernetes' own admission policies, of Kyverno's.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/context.h"
#include "cli/create/create.h"
#include "cli/flags.h"
#include "policy/native_policies.h"
#include "source/policies.h"
#include "yaml/emit.h"

namespace ephor::cli {
namespace {

struct Options {
  std::vector<std::string> policies;
  std::vector<std::string> exceptions;
  std::string output;
  std::string version = "v1";
  bool only_enabled = false;
};

// The documents that are made, and what there is to say of policies of which none is.
class Made {
 public:
  explicit Made(const Options& options)
      : options_{.only_enabled = options.only_enabled, .map_version = options.version} {}

  template <class Policy, class Exception>
  void Add(const source::Objects<Policy>& policies, const source::Objects<Exception>& exceptions) {
    for (const auto& policy : policies) {
      Arena arena;
      const policy::NativeObjects made =
          policy::MakeNative(*policy, policy::SharedObjects<Exception>(exceptions), options_, arena);
      if (!made.skipped.empty()) {
        troubles_ += policy->text->name + ":" + std::to_string(policy->line) + ": " +
                     std::string(policy->kind) + " " + std::string(policy->metadata.name) + ": " +
                     made.skipped + "\n";
        continue;
      }
      for (const json::Value* document : {&made.policy, &made.binding}) {
        if (!text_.empty()) text_ += "---\n";
        yaml::Emit(*document, text_, {.fold = false});
      }
    }
  }

  const std::string& text() const { return text_; }
  const std::string& troubles() const { return troubles_; }

 private:
  policy::NativeOptions options_;
  std::string text_, troubles_;
};

Result<int> Run(const Options& options, bool mutating, const Context& context) {
  const source::LoadedPolicies loaded = source::LoadPolicies(options.policies, context.in);
  EPHOR_ASSIGN(const source::LoadedExceptions exceptions, source::LoadExceptions(options.exceptions));
  Made made(options);
  if (mutating) {
    made.Add(loaded.mutating_policies, exceptions.cel_exceptions);
  } else {
    made.Add(loaded.policies, exceptions.exceptions);
    made.Add(loaded.validating_policies, exceptions.cel_exceptions);
  }
  std::string troubles;
  for (const source::PolicyProblem& problem : loaded.problems) troubles += problem.Description() + "\n";
  troubles += made.troubles();
  std::fwrite(troubles.data(), 1, troubles.size(), context.err);
  if (!made.text().empty()) EPHOR_TRY(WriteCreated(made.text(), options.output, context));
  return troubles.empty() ? 0 : 1;
}

void AddCommand(CLI::App& create, Context& context, bool mutating) {
  auto options = std::make_shared<Options>();
  CLI::App* command = create.add_subcommand(
      mutating ? "map" : "vap",
      mutating
          ? "Make MutatingAdmissionPolicies of MutatingPolicies."
          : "Make ValidatingAdmissionPolicies of ValidatingPolicies and of ClusterPolicies with a CEL rule.");
  command->footer(std::string("Examples:\n  # Let the API server evaluate a policy itself\n  ephor create ") +
                  (mutating ? "map" : "vap") + " policy.yaml | kubectl apply -f -\n");
  command->add_option("policies", options->policies, "files or folders of policies, or - for standard input")
      ->required();
  AddListFlag(*command, "-e,--exception", options->exceptions, "file of PolicyExceptions");
  command->add_flag("--only-enabled", options->only_enabled,
                    "only policies that ask for it, as in a cluster");
  if (mutating) command->add_option("--api-version", options->version, "v1, v1beta1 or v1alpha1 (v1)");
  command->add_option("-o,--output", options->output, "file to write");
  command->callback([options, mutating, &context] { context.Finish(Run(*options, mutating, context)); });
}

}  // namespace

void AddCreateNativePolicies(CLI::App& create, Context& context) {
  AddCommand(create, context, false);
  AddCommand(create, context, true);
}

}  // namespace ephor::cli
