// The flags of `ephor apply`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/apply_options.h"
#include "cli/apply_run.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/flags.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kExamples =
    "Examples:\n"
    "  # Apply the policies of a folder to the resources of a file\n"
    "  ephor apply policies/ --resource resources.yaml\n\n"
    "  # The same as a table, with the messages\n"
    "  ephor apply policies/ --resource resources.yaml --table --detailed-results\n\n"
    "  # A policy report as JSON; resources from standard input\n"
    "  kubectl get pods -A -o yaml | ephor apply policies/ --resource - --policy-report --output-format "
    "json\n\n"
    "  # With values that a cluster would know, and exceptions\n"
    "  ephor apply policy.yaml --resource pod.yaml --values-file values.yaml --exception exception.yaml\n";

void DeclareInputs(CLI::App& command, ApplyOptions& options) {
  command
      .add_option("policies", options.policies,
                  "files, folders, git repositories and images (oci://) of policies, or - for standard input")
      ->type_name("POLICY");
  AddListFlag(command, "-r,--resource,--resources", options.resources,
              "files of resources, or one folder, or - for standard input");
  AddListFlag(command, "--json", options.json_payloads, "files of JSON payloads");
  AddListFlag(command, "--http-payload", options.http_payloads, "files of HTTP check requests");
  AddListFlag(command, "--envoy-payload", options.envoy_payloads, "files of Envoy check requests");
  AddListFlag(command, "--target-resource,--target-resources", options.target_resources,
              "files of resources that rules for existing resources change");
  AddListFlag(command, "--parameter-resource", options.parameter_resources,
              "files of parameters of admission policies");
  AddListFlag(command, "--crd-paths,--crd-path", options.crd_paths, "files of custom resource definitions");
  AddListFlag(command, "-e,--exception,--exceptions", options.exceptions, "files of policy exceptions");
  command.add_flag("--exceptions-within-resources,--exceptions-with-resources",
                   options.exceptions_within_resources, "take the exceptions among the resources");
  command.add_flag("--exceptions-within-policies", options.exceptions_within_policies,
                   "take also the exceptions among the policies");
  command.add_option("-b,--git-branch", options.git_branch, "branch of the git repositories of policies");
  command.add_option("--username", options.username, "user of the git repository");
  command.add_option("--password", options.password, "password of the git repository");
}

void DeclareWorld(CLI::App& command, ApplyOptions& options) {
  command.add_option("-u,--userinfo", options.userinfo, "file that says who makes the requests");
  AddListFlag(command, "-s,--set", options.set, "variables that are needed, as name=value");
  command.add_option("-f,--values-file", options.values_file, "file of values that a cluster would know");
  command.add_option("--context-file", options.context_file, "file of objects and images for CEL policies");
  command.add_flag("--registry", options.registry, "ask image registries");
  command.add_flag("-c,--cluster", options.cluster, "judge the resources of a cluster");
  command.add_option("-n,--namespace", options.namespace_, "with --cluster: only this namespace");
  command.add_option("--kubeconfig", options.kubeconfig, "file that says how to reach the cluster");
  command.add_option("--context", options.context, "context of the kubeconfig file");
  command.add_flag("--cluster-wide-resources", options.cluster_wide_resources,
                   "with --cluster: also the cluster-scoped resources");
  command.add_option("--concurrent", options.concurrent, "with --cluster: how many requests at a time");
  command.add_option("--batch-size", options.batch_size, "with --cluster: resources of one request");
  command.add_flag("--continue-on-error", options.continue_on_error,
                   "with --cluster: go on where some resources cannot be read (the default)");
  command.add_flag("--show-performance", options.show_performance,
                   "with --cluster: say how long reading the resources took");
}

void DeclareOutput(CLI::App& command, ApplyOptions& options) {
  command.add_option("-o,--output", options.output, "file or folder for mutated and generated resources");
  command.add_option("--output-format", options.output_format,
                     "of reports: yaml (default) or json; or sarif or junit, for code hosts and CI systems");
  command.add_flag("-p,--policy-report", options.policy_report, "print policy reports");
  command.add_flag("-i,--stdin", options.stdin_mode, "print only the resources, to be piped on");
  command.add_flag("-t,--table", options.table, "print the results as a table");
  command.add_flag("--detailed-results", options.detailed_results, "with --table: also the messages");
  command.add_flag("--remove-color", options.remove_color, "print without colours");
  command.add_flag("--generate-exceptions", options.generate_exceptions,
                   "print policy exceptions for what failed");
  command.add_option("--generated-exception-ttl", options.generated_exception_ttl,
                     "time to live of generated exceptions (720h0m0s)");
  command.add_flag("--audit-warn", options.audit_warn, "count failures of audit policies as warnings");
  command.add_option("--warn-exit-code", options.warn_exit_code, "exit code where there are only warnings");
  command.add_flag("--warn-no-pass", options.warn_no_pass, "use that exit code also where nothing passed");
  command.add_flag("--continue-on-fail", options.continue_on_fail,
                   "leave out resources that cannot be judged, and go on");
}

}  // namespace

void AddApplyCommand(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand("apply", "Applies policies to resources and prints the results.");
  command->footer(std::string(kExamples));
  auto options = std::make_shared<ApplyOptions>();
  DeclareInputs(*command, *options);
  DeclareWorld(*command, *options);
  DeclareOutput(*command, *options);
  command->callback([options, &context] { context.Finish(RunApply(*options, context)); });
}

}  // namespace ephor::cli
