#include "cli/apply_run.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include "cli/apply_part.h"
#include "cli/context.h"
#include "cli/judge.h"
#include "cli/output_path.h"
#include "cli/parallel.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/system_world.h"
#include "engine/compiled_policy.h"
#include "source/local_cluster.h"
#include "source/policies.h"
#include "source/resources.h"

namespace ephor::cli {
namespace {

bool HasStandardInput(const std::vector<std::string>& paths) {
  return std::find(paths.begin(), paths.end(), "-") != paths.end();
}

Result<void> CheckArguments(const ApplyOptions& options) {
  if (!options.values_file.empty() && !options.set.empty()) {
    return InvalidInput("pass the values either using set flag or values_file flag");
  }
  if (options.policies.empty()) return InvalidInput("require policy");
  if (HasStandardInput(options.policies) && HasStandardInput(options.resources)) {
    return InvalidInput("a stdin pipe can be used for either policies or resources, not both");
  }
  if (!options.resources.empty() && !options.json_payloads.empty()) {
    return InvalidInput("both resource and json files can not be used together, use one or the other");
  }
  if (options.resources.empty() && options.json_payloads.empty() && options.http_payloads.empty() &&
      options.envoy_payloads.empty() && !options.cluster) {
    return InvalidInput("resource file(s) or cluster required");
  }
  const std::pair<bool, std::string_view> missing[] = {
      {options.cluster, "--cluster"},
      {!options.json_payloads.empty(), "--json"},
      {!options.http_payloads.empty(), "--http-payload"},
      {!options.envoy_payloads.empty(), "--envoy-payload"},
      {!options.git_branch.empty(), "--git-branch"},
  };
  for (const auto& [asked, flag] : missing) {
    if (asked) return InvalidInput(std::string(flag) + " is not available in this version");
  }
  return {};
}

Result<void> LoadUser(const ApplyOptions& options, const Context& context, Session& session) {
  if (options.userinfo.empty()) return {};
  auto user = source::LoadUserInfo(options.userinfo);
  if (!user) return InvalidInput("failed to load request info (" + user.error().message() + ")");
  if (user->deprecated_schema) {
    context.Print("\nWARNING: user infos file (" + options.userinfo +
                  ") uses a deprecated schema that will be removed in 1.15\n");
  }
  session.user = *std::move(user);
  return {};
}

Result<void> LoadValues(const ApplyOptions& options, const Context& context, Session& session) {
  if (!options.values_file.empty()) {
    const std::string& path = options.values_file;
    auto values = source::Values::OfFile(path);
    if (!values) {
      return InvalidInput("failed to decode yaml (unable to load variable file: " + path + " (" +
                          values.error().message() + "))");
    }
    if (values->deprecated_schema()) {
      context.Print("\nWARNING: values file (" + path +
                    ") uses a deprecated schema that will be removed in 1.15\n");
      return InvalidInput("failed to decode yaml (values file " + path +
                          " uses a deprecated schema — please migrate to the latest format)");
    }
    session.values = *std::move(values);
  }
  session.values.Set(options.set);
  EPHOR_TRY(session.values.CheckOperation());
  return {};
}

Result<source::ResourceInput> LoadResources(const ApplyOptions& options, const Context& context) {
  source::ResourceInput input;
  if (options.resources.empty()) return input;
  if (options.resources[0] == "-") {
    if (!context.in_is_terminal) EPHOR_TRY(input.AddStream(context.in));
    return input;
  }
  auto unreadable = input.AddPaths(options.resources);
  if (!unreadable) return InvalidInput("failed to load resources (" + unreadable.error().message() + ")");
  if (options.policy_report) return input;
  const std::string divider(70, '-');
  for (const auto& [path, error] : *unreadable) {
    context.Print("\n" + divider + "\nfailed to load resources: " + path + ". \nerror: " + error.message() +
                  "\n" + divider + "\n");
  }
  return input;
}

// The exceptions among the resources. Documents that name the kind are read once more for it.
Result<std::vector<std::shared_ptr<const policy::PolicyException>>> ExceptionsAmong(
    const source::ResourceInput& input) {
  source::LoadedPolicies found;
  for (const source::ResourceDocument& document : input.documents()) {
    if (document.document.text.find("PolicyException") == std::string_view::npos) continue;
    found.Append(source::LoadPolicyText(*document.file, document.document.text));
  }
  if (!found.problems.empty()) return InvalidInput(found.problems[0].Description());
  return std::move(found.exceptions);
}

// Targets and parameters: not judged, but there.
Result<source::ResourceInput> LoadBeside(const ApplyOptions& options) {
  source::ResourceInput input;
  for (const std::vector<std::string>* paths : {&options.target_resources, &options.parameter_resources}) {
    if (auto added = input.AddPaths(*paths); !added) {
      return InvalidInput("failed to load resources (" + added.error().message() + ")");
    }
  }
  return input;
}

// Those that cannot be decoded are left out: who judges them reports them.
std::vector<json::Value> AllObjects(std::initializer_list<const source::ResourceInput*> inputs,
                                    Arena& arena) {
  std::vector<json::Value> all;
  for (const source::ResourceInput* input : inputs) {
    for (const source::ResourceDocument& document : input->documents()) {
      const auto objects = source::DecodeResources(document, arena);
      if (objects) all.insert(all.end(), objects->begin(), objects->end());
    }
  }
  return all;
}

void WriteInvalidPolicies(const std::vector<InvalidPolicy>& policies, std::string& out) {
  const std::string divider(70, '-');
  const auto write = [&](std::string_view title, bool invalid) {
    int number = 0;
    for (const InvalidPolicy& policy : policies) {
      if (policy.reason.starts_with("variable 'element.name'") != invalid) continue;
      if (number == 0) out += divider + "\n" + std::string(title) + "\n";
      out += std::to_string(++number) + ". " + policy.name + ": " + policy.reason + "\n";
    }
    if (number > 0) out += divider + "\n";
  };
  write("Policies Skipped:", false);
  write("Invalid Policies:", true);
}

// Judges all documents and joins what is to be printed of them, in order. Fails with the first resource that
// cannot be judged, unless the options say to go on.
Result<ApplyPart> JudgeAll(const source::ResourceInput& input, const Session& session,
                           const ApplyOptions& options, const ApplyPart::Style& style,
                           const Context& context) {
  const auto documents = input.documents();
  std::vector<std::optional<ApplyPart>> parts(ChunksFor(documents.size()));
  std::vector<std::optional<Error>> failures(parts.size());
  const auto work = [&](std::size_t begin, std::size_t end, std::size_t chunk) {
    thread_local Arena arena;
    ApplyPart part(style);
    ApplyPart::Style own_style = style;
    for (std::size_t i = begin; i < end; ++i) {
      arena.Reset();
      const auto resources = source::DecodeResources(documents[i], arena);
      if (!resources) {
        part.AddError("Error: failed to load resources (" + resources.error().message() + ")");
        continue;
      }
      for (const json::Value& resource : *resources) {
        part.CountResource();
        const auto judged = Judge(session, resource, "", arena);
        if (!judged) {
          if (!options.continue_on_fail && !failures[chunk]) {
            failures[chunk] =
                Error(ErrorCode::kInvalidInput, "failed to apply policies on resource " +
                                                    std::string(resource.StringAt("metadata", "name")) +
                                                    " (" + judged.error().message() + ")");
          }
          continue;
        }
        const source::NamespaceEntry* labels =
            session.values.LabelsOf(resource.StringAt("metadata", "namespace"));
        own_style.results.namespace_labels =
            labels != nullptr && labels->labels != nullptr ? *labels->labels : json::Value();
        for (const engine::PolicyResponse& response : judged->responses.first(judged->mutated)) {
          part.AddMutated(response, resource, own_style);
        }
        for (const engine::PolicyResponse& response : judged->responses) part.Add(response, own_style);
      }
    }
    parts[chunk] = std::move(part);
  };
  Progress progress(context.err, context.err_is_terminal, documents.size());
  ForEachChunk(documents.size(), work, [&](std::size_t done) { progress.Show(done); });

  ApplyPart all(style);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (failures[i]) return std::unexpected(*std::move(failures[i]));
    all.Append(*std::move(parts[i]));
    parts[i].reset();
  }
  return all;
}

int ExitCode(const report::Summary& summary, const ApplyOptions& options, std::string& out) {
  if (summary.fail > 0 || summary.error > 0) return 1;
  if (summary.warn > 0 && options.warn_exit_code != 0) {
    out += "exit as warnExitCode is " + std::to_string(options.warn_exit_code);
    return options.warn_exit_code;
  }
  if (summary.pass == 0 && options.warn_no_pass) {
    out += "exit as no objects satisfied policy\n";
    return options.warn_exit_code;
  }
  return 0;
}

}  // namespace

Result<int> RunApply(const ApplyOptions& options, const Context& context) {
  EPHOR_TRY(CheckArguments(options));
  ApplyPart::Style style;
  if (!options.output.empty()) {
    EPHOR_ASSIGN(const bool folder, PrepareOutputPath(options.output));
    style.objects = folder ? ObjectOutput::kFolder : ObjectOutput::kFile;
  }
  style.only_objects = options.stdin_mode;

  SystemWorld world;
  Session session;
  session.world = world.ports();
  EPHOR_TRY(LoadUser(options, context, session));
  EPHOR_TRY(LoadValues(options, context, session));
  source::LoadedPolicies loaded = source::LoadPolicies(options.policies, context.in);
  EPHOR_ASSIGN(const source::ResourceInput input, LoadResources(options, context));
  // What rules may look up: the resources themselves and those given beside them.
  EPHOR_ASSIGN(const source::ResourceInput beside, LoadBeside(options));
  const source::LocalCluster cluster([&](Arena& arena) { return AllObjects({&input, &beside}, arena); },
                                     source::LocalCluster::Answers::kAsReferenceOffline);
  if (!input.documents().empty() || !beside.documents().empty()) session.world.cluster = &cluster;
  auto exceptions = options.exceptions_within_resources ? ExceptionsAmong(input)
                                                        : source::LoadExceptions(options.exceptions);
  if (!exceptions)
    return InvalidInput("Error: failed to load exceptions (" + exceptions.error().message() + ")");
  if (options.exceptions_within_policies) {
    exceptions->insert(exceptions->end(), loaded.exceptions.begin(), loaded.exceptions.end());
  }
  const std::size_t exception_count = exceptions->size();
  std::size_t rule_count = 0;
  for (const auto& policy : loaded.policies) rule_count += policy->effective_rules.size();
  const std::vector<InvalidPolicy> invalid =
      SetPolicies(std::move(loaded.policies), *std::move(exceptions), session);

  style.output = OutputOf(options);
  style.format = options.output_format == "json" ? report::Format::kJson : report::Format::kYaml;
  style.colour = context.colour && !options.remove_color;
  style.table = {.detailed = options.detailed_results, .coloured_header = !options.remove_color};
  style.results.audit_warn = options.audit_warn;
  style.results.seconds = std::time(nullptr);
  if (options.generated_exception_ttl != "0") style.exception_ttl = options.generated_exception_ttl;

  EPHOR_ASSIGN(ApplyPart all, JudgeAll(input, session, options, style, context));
  all.summary().error += invalid.size();

  std::string head;
  if (!options.stdin_mode && !options.policy_report && !options.generate_exceptions) {
    head += "\nApplying " + std::to_string(rule_count) + " policy rule(s) to " +
            std::to_string(all.resources()) + " resource(s)";
    if (exception_count > 0) head += " with " + std::to_string(exception_count) + " exception(s)";
    head += "...\n";
  }
  context.Print(head);
  EPHOR_TRY(all.WriteObjects(options.output, [&](std::string_view text) { context.Print(text); }));
  head.clear();
  WriteInvalidPolicies(invalid, head);
  context.Print(head);
  all.WriteResults(style, [&](std::string_view text) { context.Print(text); });
  std::string tail;
  const report::Summary& summary = all.summary();
  if (style.output == ApplyOutput::kText) {
    tail += "\npass: " + std::to_string(summary.pass) + ", fail: " + std::to_string(summary.fail) +
            ", warn: " + std::to_string(summary.warn) + ", error: " + std::to_string(summary.error) +
            ", skip: " + std::to_string(summary.skip) + " \n";
  }
  int code = ExitCode(summary, options, tail);
  context.Print(tail);
  std::fflush(context.out);
  for (const source::PolicyProblem& problem : loaded.problems) {
    std::fputs(("Error: failed to load policies (" + problem.Description() + ")\n").c_str(), context.err);
  }
  std::fputs(all.errors().c_str(), context.err);
  if (!loaded.problems.empty() || all.has_errors()) code = 1;
  return code;
}

}  // namespace ephor::cli
