#include "cli/explain_run.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/context.h"
#include "cli/judge.h"
#include "cli/payload.h"
#include "cli/workspace.h"
#include "engine/compiled_policy.h"
#include "engine/observe/places.h"
#include "engine/observe/trace.h"
#include "json/builder.h"
#include "json/write.h"
#include "pattern/wildcard.h"
#include "report/explanation.h"
#include "source/text.h"

namespace ephor::cli {
namespace {

using engine::StepKind;
using engine::TraceNode;
using json::Value;

Result<void> CheckArguments(const ExplainOptions& options) {
  if (options.given.policies.empty()) return InvalidInput("require policy");
  const ApplyOptions& given = options.given;
  const bool has_payloads =
      !given.json_payloads.empty() || !given.http_payloads.empty() || !given.envoy_payloads.empty();
  if (given.resources.empty() && options.reviews.empty() && !has_payloads) {
    return InvalidInput("a resource (--resource) or an AdmissionReview (--review) is required");
  }
  if (!given.resources.empty() && !options.reviews.empty()) {
    return InvalidInput("pass either resources or reviews, not both");
  }
  if (options.output != "text" && options.output != "json") {
    return InvalidInput("invalid output \"" + options.output + "\", expected text or json");
  }
  if (!options.given.values_file.empty() && !options.given.set.empty()) {
    return InvalidInput("pass the values either using set flag or values_file flag");
  }
  return {};
}

bool MatchesAny(const std::vector<std::string>& patterns, std::string_view name) {
  return patterns.empty() || std::ranges::any_of(patterns, [&](const std::string& pattern) {
           return pattern::WildcardMatch(pattern, name);
         });
}

// Leaves of the trees what was asked for. A policy that was evaluated and has no rule left goes too.
void Select(const ExplainOptions& options, std::vector<TraceNode>& roots) {
  std::erase_if(roots, [&](TraceNode& root) {
    if (!MatchesAny(options.policies, root.name)) return true;
    if (options.rules.empty()) return false;
    std::erase_if(root.children, [&](const TraceNode& node) {
      return node.kind == StepKind::kRule && !MatchesAny(options.rules, node.name);
    });
    return root.children.empty();
  });
}

bool IsMade(const TraceNode& root) {
  return std::ranges::any_of(root.details, [](const auto& detail) { return detail.name == "autogen"; });
}

bool IsConcerned(const TraceNode& root) {
  return root.verdict != engine::Verdict::kNone;
}

// Whether people are spared the root: of a policy and those that autogen made of it only those are shown that
// concern the object, and where none does, the policy as it is written.
bool IsIdleForm(const TraceNode& root, const std::vector<TraceNode>& roots) {
  if (IsConcerned(root)) return false;
  const auto is_form = [&](const TraceNode& other) {
    return other.name == root.name && other.policy == root.policy;
  };
  const bool has_forms =
      std::ranges::any_of(roots, [&](const TraceNode& other) { return is_form(other) && IsMade(other); });
  if (!has_forms) return false;
  const bool any_concerned = std::ranges::any_of(
      roots, [&](const TraceNode& other) { return is_form(other) && IsConcerned(other); });
  return any_concerned || IsMade(root);
}

// "default/Pod/web", or what there is of it.
std::string NameOf(const Value& object) {
  std::string name;
  for (const std::string_view part : {object.StringAt("metadata", "namespace"), object.StringAt("kind"),
                                      object.StringAt("metadata", "name")}) {
    if (part.empty()) continue;
    if (!name.empty()) name += '/';
    name += part;
  }
  return name;
}

// One resource or review, explained.
struct Explained {
  std::string name;
  std::string file;
  std::uint32_t line = 0;
  const std::vector<TraceNode>& roots;
};

class Output {
 public:
  Output(const ExplainOptions& options, const Context& context)
      : json_(options.output == "json"),
        style_{.colour = context.colour && !options.remove_color},
        context_(context) {
    if (json_) context_.Print("[");
  }

  void Add(const Explained& explained, Arena& arena) {
    ++count_;
    std::string text;
    if (json_) {
      AppendJson(explained, arena, text);
    } else {
      if (count_ > 1) text += "\n";
      report::AppendExplainedResource(explained.name, explained.file, explained.line, style_, text);
      for (const TraceNode& root : explained.roots) {
        if (IsIdleForm(root, explained.roots)) continue;
        text += "\n";
        // The lines below say "policy:N"; which file that is stands here.
        if (root.policy != nullptr) text += std::string(root.policy->file) + ":\n";
        report::AppendExplanation(root, style_, text);
      }
    }
    context_.Print(text);
  }

  void End() const {
    if (json_) context_.Print(count_ == 0 ? "]\n" : "\n]\n");
  }

 private:
  void AppendJson(const Explained& explained, Arena& arena, std::string& text) const {
    json::ArrayBuilder policies(arena, explained.roots.size());
    for (const TraceNode& root : explained.roots) policies.Add(report::ExplanationValue(root, arena));
    json::ObjectBuilder object(arena, 4);
    object.Set("resource", Value::String(explained.name));
    object.Set("file", Value::String(explained.file));
    object.Set("line", Value::Int(explained.line));
    object.Set("policies", policies.Build());
    text += count_ > 1 ? ",\n" : "\n";
    json::Write(object.Build(), text, {.indent = "  "});
  }

  bool json_;
  report::ExplanationStyle style_;
  const Context& context_;
  int count_ = 0;
};

class Explainer {
 public:
  Explainer(Workspace& workspace, const ExplainOptions& options, const Context& context)
      : workspace_(workspace), options_(options), output_(options, context) {
    for (const SessionPolicy& policy : workspace.session.policies) {
      policies_.AddPolicy(policy.compiled->source());
    }
    const CelPolicies& cel = workspace.session.cel;
    ForEachCelPolicy(cel, [&](const auto& policy) { AddCelPolicy(policy); });
    for (const auto& exception : workspace.session.set->exceptions()) {
      policies_.AddObject(exception->source());
    }
    for (const auto& exception : cel.exceptions) policies_.AddObject(*exception);
  }

  void ExplainResources() {
    for (const source::ResourceDocument& document : workspace_.resources->input.documents())
      ExplainDocument(document);
  }

  void ExplainReviews(const source::ResourceInput& reviews) {
    for (const source::ResourceDocument& document : reviews.documents()) ExplainReview(document);
  }

  // Payloads that are no resources.
  void ExplainPayloads() {
    const ApplyOptions& given = options_.given;
    for (const std::string& path : given.json_payloads) {
      ExplainPayload(path, &LoadPayload, [&](const Value& payload, Arena& arena) {
        return JudgePayload(workspace_.session, payload, arena);
      });
    }
    for (const auto* paths : {&given.http_payloads, &given.envoy_payloads}) {
      for (const std::string& path : *paths) {
        ExplainPayload(path, &LoadAuthorizerRequest, [&](const Value& request, Arena& arena) {
          return JudgeAuthorizerRequest(workspace_.session, request, paths == &given.envoy_payloads, arena);
        });
      }
    }
  }

  // What went wrong, a line each.
  const std::string& Finish() {
    output_.End();
    if (errors_.empty() && shown_ == 0) errors_ = "Error: no policy or rule of these names was evaluated\n";
    return errors_;
  }

 private:
  template <class Compiled>
  void AddCelPolicy(const Compiled& policy) {
    policies_.AddObject(policy.object());
    if constexpr (requires { policy.source().variants; }) {
      for (const auto& variant : policy.source().variants) policies_.AddVariant(*variant, policy.object());
    }
    if constexpr (requires { policy.bindings(); }) {
      for (const engine::CompiledBinding& binding : policy.bindings()) policies_.AddObject(binding.source());
    }
  }

  void ExplainDocument(const source::ResourceDocument& document) {
    Arena arena;
    const auto located = source::LocateResources(document, arena);
    if (!located) return Complain("failed to load resources", located.error());
    const engine::Places::Text text = TextOf(document, located->positions);
    for (std::size_t i = 0; i < located->objects.size(); ++i) {
      const Value& object = located->objects[i];
      engine::Places objects;
      objects.Add(located->originals[i], text);
      objects.AddCopy(object, located->originals[i]);
      engine::Trace trace(policies_, objects);
      workspace_.session.observer = &trace;
      const auto judged = Judge(workspace_.session, object, "", arena);
      if (!judged) {
        Complain("failed to apply policies on resource " + NameOf(object), judged.error());
        continue;
      }
      Show(NameOf(object), document, objects.Of(&located->originals[i]), trace, arena);
    }
  }

  void ExplainReview(const source::ResourceDocument& document) {
    Arena arena;
    const auto located = source::LocateResources(document, arena);
    if (!located) return Complain("failed to load reviews", located.error());
    for (const Value& review : located->originals) {
      engine::Places objects;
      const engine::Places::Text text = TextOf(document, located->positions);
      const Value* object = review.Find("request", "object");
      const Value* old_object = review.Find("request", "oldObject");
      if (object != nullptr) objects.Add(*object, text);
      if (old_object != nullptr) objects.Add(*old_object, text, "oldObject");
      objects.Add(review, text);
      engine::Trace trace(policies_, objects);
      workspace_.session.observer = &trace;
      const auto judged = JudgeReview(workspace_.session, review, arena);
      if (!judged) {
        Complain("failed to judge the review in " + *document.file, judged.error());
        continue;
      }
      const Value* subject = object != nullptr && object->is_object() ? object : old_object;
      Show(subject == nullptr ? std::string() : NameOf(*subject), document, objects.Of(subject), trace,
           arena);
    }
  }

  // There are no lines to name in it: numbers of payloads are not read as those of resources.
  template <class Judge>
  void ExplainPayload(const std::string& path, Result<Value> (*load)(const std::string&, Arena&),
                      Judge judge) {
    Arena arena;
    const auto payload = load(path, arena);
    if (!payload) return Complain("failed to load the payload " + path, payload.error());
    const engine::Places none;
    engine::Trace trace(policies_, none);
    workspace_.session.observer = &trace;
    const auto judged = judge(*payload, arena);
    if (!judged) return Complain("failed to judge the payload " + path, judged.error());
    Show({}, path, 0, trace, arena);
  }

  static engine::Places::Text TextOf(const source::ResourceDocument& document,
                                     const yaml::Positions& positions) {
    return {*document.file, document.document.text, &positions, document.document.line};
  }

  void Show(const std::string& name, const source::ResourceDocument& document, const engine::Place* place,
            engine::Trace& trace, Arena& arena) {
    const std::uint32_t line =
        place == nullptr || place->position.line == 0 ? document.document.line : place->position.line;
    Show(name, *document.file, line, trace, arena);
  }
  void Show(const std::string& name, const std::string& file, std::uint32_t line, engine::Trace& trace,
            Arena& arena) {
    Select(options_, trace.roots());
    if (trace.roots().empty()) return;
    ++shown_;
    output_.Add({name, file, line, trace.roots()}, arena);
  }

  void Complain(std::string_view what, const Error& error) {
    errors_ += "Error: " + std::string(what) + " (" + error.message() + ")\n";
  }

  Workspace& workspace_;
  const ExplainOptions& options_;
  Output output_;
  engine::Places policies_;
  std::string errors_;
  int shown_ = 0;
};

}  // namespace

Result<int> RunExplain(const ExplainOptions& options, const Context& context) {
  EPHOR_TRY(CheckArguments(options));
  source::ResourceInput reviews;
  for (const std::string& path : options.reviews) EPHOR_TRY(reviews.AddFile(path));
  EPHOR_ASSIGN(const auto resources, GivenResources::Load(options.given, context));
  EPHOR_ASSIGN(const std::unique_ptr<Workspace> workspace,
               Workspace::Load(options.given, resources, context));
  Explainer explainer(*workspace, options, context);
  explainer.ExplainResources();
  explainer.ExplainReviews(reviews);
  explainer.ExplainPayloads();
  const std::string errors = workspace->Complaints() + explainer.Finish();
  std::fflush(context.out);
  std::fputs(errors.c_str(), context.err);
  return errors.empty() ? 0 : 1;
}

}  // namespace ephor::cli
