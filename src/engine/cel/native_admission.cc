#include "engine/cel/native_admission.h"

#include <algorithm>

#include "engine/run.h"

namespace ephor::engine {
namespace {

// What the client asked for, where the API server has converted it: a policy that wants an exact match is not
// about the equivalent.
bool WasConverted(const Request& request) {
  const json::Value* original = request.variables.Find("requestResource");
  const json::Value* resource = request.variables.Find("resource");
  return original != nullptr && resource != nullptr && original->is_object() &&
         !json::Equal(*original, *resource);
}

BindingParams ParamsOf(const policy::CelParamKind* kind, std::span<const CompiledBinding> bindings) {
  BindingParams params;
  for (const CompiledBinding& binding : bindings) {
    const policy::CelParamRef* reference = binding.source().param_ref;
    std::optional<ParamQuery>& query = params.emplace_back();
    if (reference == nullptr || kind == nullptr) continue;
    query.emplace(*kind, *reference,
                  "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
  }
  return params;
}

bool IsAbout(const policy::CelPolicy& policy, const Request& request) {
  const policy::MatchConstraints* constraints = policy.match_constraints;
  return constraints == nullptr || constraints->match_policy != "Exact" || !WasConverted(request);
}

// With which parameters a binding is evaluated: null where it takes none; never, where there are none.
Result<std::span<const json::Value>> ParamsOf(const std::optional<ParamQuery>& query, const Request& request,
                                              const ports::World& world, Arena& arena) {
  static const json::Value kNone;
  if (!query) return std::span(&kNone, 1);
  EPHOR_ASSIGN(const auto params, query->Find(request.namespace_, world, arena));
  if (params.empty() && query->denies_without()) {
    return Fail(ErrorCode::kEvaluation,
                "no params found for policy binding with `Deny` parameterNotFoundAction");
  }
  return params;
}

Error Misconfigured(std::string_view what, const Error& error) {
  return Error(error.code(), "failed to configure " + std::string(what) + ": " + error.message());
}

}  // namespace

NativePolicy::NativePolicy(std::shared_ptr<const policy::ValidatingAdmissionPolicy> source,
                           CompiledBindings bindings)
    : PolicyIdentity(*source, false),
      policy_(std::move(source), std::move(bindings)),
      params_(ParamsOf(this->source().param_kind, policy_.bindings())) {}

bool NativePolicy::Enforces(std::string_view, const json::Value&) const {
  return std::ranges::any_of(policy_.bindings(), [](const CompiledBinding& binding) {
    return std::ranges::find(binding.source().validation_actions, "Deny") !=
           binding.source().validation_actions.end();
  });
}

// What comes of one request.
class NativePolicy::Collector {
 public:
  Collector(bool fails_closed, Arena& arena)
      : fails_closed_(fails_closed), arena_(arena), decisions_(arena), annotations_(arena) {}

  Arena& arena() const { return arena_; }

  // The policy, or its binding, cannot be evaluated for the request at all.
  void Misconfigured(const policy::AdmissionPolicyBinding* binding, const Error& error) {
    Fails(binding, Concat(arena_, {binding == nullptr ? "failed to configure policy: "
                                                      : "failed to configure binding: ",
                                   error.message()}));
  }

  void Add(const policy::AdmissionPolicyBinding& binding,
           const CompiledAdmissionPolicy::Judgement& judgement) {
    if (!judgement.applies) return;
    if (outcome_.status == RuleStatus::kSkip) outcome_.status = RuleStatus::kPass;
    for (const NativeValidations::Verdict& verdict : judgement.failures) {
      outcome_.status = verdict.status;
      if (verdict.status == RuleStatus::kFail || fails_closed_) {
        decisions_.push_back({&binding, verdict.message, verdict.reason, verdict.index});
      }
    }
    for (const NativeAnnotations::Annotation& annotation : judgement.annotations) {
      if (annotation.error.empty()) {
        Annotate(annotation.key, annotation.value.substr(0, kLongestAnnotation));
      } else {
        Fails(&binding, annotation.error);
      }
    }
  }

  Outcome Take() {
    outcome_.decisions = decisions_.span();
    outcome_.audit_annotations = AnnotationsByKey();
    return outcome_;
  }

 private:
  static constexpr std::size_t kLongestAnnotation = 10 * 1024;

  void Fails(const policy::AdmissionPolicyBinding* binding, std::string_view message) {
    outcome_.status = RuleStatus::kError;
    if (fails_closed_)
      decisions_.push_back({.binding = binding, .message = message, .reason = {}, .denies = true});
  }

  // Those of several bindings and parameters may be the same.
  void Annotate(std::string_view key, std::string_view value) {
    for (const Property& there : annotations_.span()) {
      if (there.key == key && there.value == value) return;
    }
    annotations_.push_back({key, value});
  }

  // Each key with the list of its values.
  std::span<const Property> AnnotationsByKey() {
    ArenaVector<Property> by_key(arena_);
    for (const Property& first : annotations_.span()) {
      const auto is_of_key = [&](const Property& other) { return other.key == first.key; };
      if (std::ranges::any_of(by_key.span(), is_of_key)) continue;
      std::string values;
      for (const Property& annotation : annotations_.span()) {
        if (is_of_key(annotation)) values.append(values.empty() ? "" : ", ").append(annotation.value);
      }
      by_key.push_back({first.key, arena_.Copy(values)});
    }
    return by_key.span();
  }

  const bool fails_closed_;
  Arena& arena_;
  Outcome outcome_;
  ArenaVector<Decision> decisions_;
  ArenaVector<Property> annotations_;
};

NativePolicy::Outcome NativePolicy::Decide(const Request& request, const ports::World& world,
                                           Arena& arena) const {
  if (!IsAbout(source(), request)) return {};
  Collector collector(source().fails_closed(), arena);
  const auto matches = policy_.Matches(request);
  if (!matches) {
    collector.Misconfigured(nullptr, matches.error());
  } else if (*matches) {
    for (std::size_t i = 0; i < policy_.bindings().size(); ++i) DecideBinding(i, request, world, collector);
  }
  return collector.Take();
}

void NativePolicy::DecideBinding(std::size_t number, const Request& request, const ports::World& world,
                                 Collector& collector) const {
  const CompiledBinding& binding = policy_.bindings()[number];
  const auto bound = binding.Matches(request);
  if (!bound) return collector.Misconfigured(&binding.source(), bound.error());
  if (!*bound) return;
  const auto params = ParamsOf(params_[number], request, world, collector.arena());
  if (!params) return collector.Misconfigured(&binding.source(), params.error());
  for (const json::Value& one : *params) {
    collector.Add(binding.source(), policy_.Judge(request, one, world, collector.arena()));
  }
}

NativeMutation::NativeMutation(std::shared_ptr<const policy::MutatingAdmissionPolicy> source,
                               CompiledBindings bindings)
    : PolicyIdentity(*source, false),
      policy_(std::move(source), std::move(bindings)),
      params_(ParamsOf(this->source().param_kind, policy_.bindings())) {}

NativeMutation::Outcome NativeMutation::Apply(Request& request, const ports::World& world,
                                              Arena& arena) const {
  Outcome outcome;
  if (!IsAbout(source(), request)) return outcome;
  const auto matches = policy_.Matches(request);
  if (!matches) {
    outcome.status = RuleStatus::kError;
    if (source().fails_closed()) {
      outcome.denied = Concat(
          arena,
          {"policy \"", name(), "\" denied request: ", Misconfigured("policy", matches.error()).message()});
    }
  }
  if (!matches || !*matches) return outcome;
  for (std::size_t i = 0; i < policy_.bindings().size() && outcome.denied.empty(); ++i) {
    ApplyBinding(i, request, world, arena, outcome);
  }
  return outcome;
}

void NativeMutation::ApplyBinding(std::size_t number, Request& request, const ports::World& world,
                                  Arena& arena, Outcome& outcome) const {
  const CompiledBinding& binding = policy_.bindings()[number];
  // The first failure is told.
  const auto fails = [&](std::string_view why) {
    outcome.status = RuleStatus::kError;
    if (!source().fails_closed() || !outcome.denied.empty()) return;
    outcome.denied = Concat(arena, {"policy '", name(), "' with binding '", binding.source().metadata.name,
                                    "' denied request: ", why});
  };
  const auto bound = binding.Matches(request);
  if (!bound) return fails(Misconfigured("binding", bound.error()).message());
  if (!*bound) return;
  const auto params = ParamsOf(params_[number], request, world, arena);
  if (!params) return fails(Misconfigured("binding", params.error()).message());
  for (const json::Value& one : *params) {
    const RuleResponse response = policy_.Apply(request, &binding, one, world, arena);
    if (response.status == RuleStatus::kError) fails(response.message);
    if (response.status == RuleStatus::kPass && outcome.status == RuleStatus::kSkip) {
      outcome.status = RuleStatus::kPass;
    }
  }
}

}  // namespace ephor::engine
