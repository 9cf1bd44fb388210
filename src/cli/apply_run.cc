#include "cli/apply_run.h"

#include <algorithm>
#include <ctime>
#include <optional>

#include "cli/apply_cleanup.h"
#include "cli/apply_input.h"
#include "cli/apply_part.h"
#include "cli/context.h"
#include "cli/judge.h"
#include "cli/output_path.h"
#include "cli/parallel.h"
#include "cli/payload.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/workspace.h"
#include "engine/compiled_policy.h"
#include "source/resources.h"

namespace ephor::cli {
namespace {

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
      own_style.document = &documents[i];
      for (own_style.item = 0; own_style.item < resources->size(); ++own_style.item) {
        const json::Value& resource = (*resources)[own_style.item];
        if (engine::IsGlobalContextEntry(resource)) continue;
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
        for (const std::size_t at : judged->mutated) {
          part.AddMutated(judged->responses[at], resource, own_style);
        }
        for (const engine::PolicyResponse& response : judged->responses) {
          part.AddGenerated(response, resource, own_style);
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

// The payloads that are no resources, after all resources.
Result<void> JudgePayloads(const ApplyOptions& options, const Session& session, const ApplyPart::Style& style,
                           ApplyPart& all) {
  Arena arena;
  for (const std::string& path : options.json_payloads) {
    const auto payload = LoadPayload(path, arena);
    if (!payload) return InvalidInput("failed to load JSON payload (" + payload.error().message() + ")");
    if (!payload->is_object()) {
      return InvalidInput("failed to load JSON payload (" + path + " must be a top-level object (map))");
    }
    all.CountResource();
    EPHOR_ASSIGN(const Judged judged, JudgePayload(session, *payload, arena));
    for (const engine::PolicyResponse& response : judged.responses) all.Add(response, style);
  }
  return {};
}

// Requests of external authorizers, last of all.
Result<void> JudgeAuthorizerRequests(const std::vector<std::string>& paths, bool envoy,
                                     const Session& session, const ApplyPart::Style& style, ApplyPart& all) {
  Arena arena;
  for (const std::string& path : paths) {
    const auto request = LoadAuthorizerRequest(path, arena);
    auto judged = request ? JudgeAuthorizerRequest(session, *request, envoy, arena)
                          : Result<Judged>(std::unexpected(request.error()));
    if (!judged && judged.error().code() == ErrorCode::kInvalidPolicy)
      return std::unexpected(std::move(judged.error()));
    if (!judged) {
      return InvalidInput("failed to parse " + std::string(envoy ? "envoy" : "HTTP") + " payload from " +
                          path + ": " + judged.error().message());
    }
    for (const engine::PolicyResponse& response : judged->responses) all.Add(response, style);
  }
  return {};
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

  EPHOR_ASSIGN(const std::unique_ptr<Workspace> workspace, Workspace::Load(options, nullptr, context));
  const Session& session = workspace->session;
  const source::ResourceInput& input = workspace->resources->input;

  style.output = OutputOf(options);
  style.format = options.output_format == "json" ? report::Format::kJson : report::Format::kYaml;
  style.colour = context.colour && !options.remove_color;
  style.table = {.detailed = options.detailed_results, .coloured_header = !options.remove_color};
  style.results.audit_warn = options.audit_warn;
  style.results.seconds = std::time(nullptr);
  if (options.generated_exception_ttl != "0") style.exception_ttl = options.generated_exception_ttl;

  EPHOR_ASSIGN(ApplyPart all, JudgeAll(input, session, options, style, context));
  EPHOR_TRY(JudgePayloads(options, session, style, all));
  all.Append(ApplyCleanupPolicies(input, session, style));
  EPHOR_TRY(JudgeAuthorizerRequests(options.http_payloads, false, session, style, all));
  EPHOR_TRY(JudgeAuthorizerRequests(options.envoy_payloads, true, session, style, all));
  all.summary().error += workspace->invalid.size();

  std::string head;
  const bool is_document = style.output == ApplyOutput::kSarif || style.output == ApplyOutput::kJunit;
  if (!options.stdin_mode && !options.policy_report && !options.generate_exceptions && !is_document) {
    head += "\nApplying " + std::to_string(workspace->rules) + " policy rule(s) to " +
            std::to_string(all.resources()) + " resource(s)";
    if (workspace->exceptions > 0) {
      head += " with " + std::to_string(workspace->exceptions) + " exception(s)";
    }
    head += "...\n";
  }
  context.Print(head);
  EPHOR_TRY(all.WriteObjects(options.output, [&](std::string_view text) {
    if (!is_document) context.Print(text);
  }));
  head.clear();
  WriteInvalidPolicies(workspace->invalid, head);
  std::fwrite(head.data(), 1, head.size(), is_document ? context.err : context.out);
  all.WriteResults(style, [&](std::string_view text) { context.Print(text); });
  std::string tail;
  const report::Summary& summary = all.summary();
  if (style.output == ApplyOutput::kText) {
    tail += "\npass: " + std::to_string(summary.pass) + ", fail: " + std::to_string(summary.fail) +
            ", warn: " + std::to_string(summary.warn) + ", error: " + std::to_string(summary.error) +
            ", skip: " + std::to_string(summary.skip) + " \n";
  }
  int code = ExitCode(summary, options, tail);
  std::fwrite(tail.data(), 1, tail.size(), is_document ? context.err : context.out);
  std::fflush(context.out);
  for (const source::PolicyProblem& problem : workspace->problems) {
    std::fputs(("Error: failed to load policies (" + problem.Description() + ")\n").c_str(), context.err);
  }
  std::fputs(all.errors().c_str(), context.err);
  std::fputs(all.rule_errors().c_str(), context.err);
  if (!workspace->problems.empty() || all.has_errors()) code = 1;
  return code;
}

}  // namespace ephor::cli
