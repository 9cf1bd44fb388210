// Kubernetes' authorizer library. Each step of a question is a value of a type of its own:
//   authorizer.group('apps').resource('deployments').namespace('ns').check('get').allowed()
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "ports/authorizer.h"

namespace ephor::cel::lib {
namespace {

using ports::AccessQuestion;

constexpr OpaqueType kAuthorizer{"kubernetes.authorization.Authorizer"};
constexpr OpaqueType kPathCheck{"kubernetes.authorization.PathCheck"};
constexpr OpaqueType kGroupCheck{"kubernetes.authorization.GroupCheck"};
constexpr OpaqueType kResourceCheck{"kubernetes.authorization.ResourceCheck"};
constexpr OpaqueType kDecision{"kubernetes.authorization.Decision"};

struct DecisionData {
  bool allowed;
  std::string_view reason, error;
};

// The question so far with one more part, as a value of the next step.
template <const OpaqueType* next, std::string_view AccessQuestion::* part>
Value With(Call& call, std::span<const Value> args) {
  auto* question = call.arena().New<AccessQuestion>(args[0].opaque<AccessQuestion>());
  question->*part = args[1].text();
  return Value::Opaque(next, question, call.arena());
}

Value ServiceAccount(Call& call, std::span<const Value> args) {
  auto* question = call.arena().New<AccessQuestion>(args[0].opaque<AccessQuestion>());
  question->service_account_namespace = args[1].text();
  question->service_account = args[2].text();
  return Value::Opaque(&kAuthorizer, question, call.arena());
}

Value Check(Call& call, std::span<const Value> args) {
  AccessQuestion question = args[0].opaque<AccessQuestion>();
  question.verb = args[1].text();
  if (call.context.world.authorizer == nullptr) return call.Fail("there is no authorizer to ask");
  const Result<ports::AccessDecision> decision = call.context.world.authorizer->Check(question);
  auto* data = call.arena().New<DecisionData>();
  if (decision) {
    *data = {decision->allowed, call.arena().Copy(decision->reason), {}};
  } else {
    *data = {false, {}, call.arena().Copy(decision.error().message())};
  }
  return Value::Opaque(&kDecision, data, call.arena());
}

Value Allowed(Call&, std::span<const Value> args) {
  return Value::Bool(args[0].opaque<DecisionData>().allowed);
}
Value Reason(Call&, std::span<const Value> args) {
  return Value::String(args[0].opaque<DecisionData>().reason);
}
Value Errored(Call&, std::span<const Value> args) {
  return Value::Bool(!args[0].opaque<DecisionData>().error.empty());
}
Value ErrorText(Call&, std::span<const Value> args) {
  return Value::String(args[0].opaque<DecisionData>().error);
}

// Two checks an expression are all its budget allows.
std::uint64_t CheckCost(std::span<const Value>, const Value&) {
  return 350'000;
}
CallEstimate EstimateCheck(std::span<const Foreseen>) {
  return {Range::Exactly(350'000), {}};
}
constexpr Cost kCheckCost{CheckCost, "350000", EstimateCheck};
// A selector may be a requirement every two characters, each of which is an object with a list.
CallEstimate EstimateSelector(std::span<const Foreseen> args) {
  const Range size = args[1].size();
  return {Range::Exactly(10) + size * kTraversal + size * 0.5 * 50.0, {}};
}
std::uint64_t SelectorCost(std::span<const Value> args, const Value&) {
  const std::uint64_t size = CostSize(args[1]);
  return 10 + TraversalCost(size) + (size + 1) / 2 * 50;
}
constexpr Cost kSelectorCost{SelectorCost, "10 + b / 10 + b / 2 * 50", EstimateSelector};

#define EPHOR_AUTHZ "kubernetes.authorization."
#define EPHOR_RESOURCE_PART(name, part, value, cost)                                                        \
  {name, EPHOR_AUTHZ "ResourceCheck.(string) -> " EPHOR_AUTHZ "ResourceCheck", With<&kResourceCheck, part>, \
   "authorizer.group('').resource('pods')." name "('" value "').check('get').allowed()", cost}

constexpr FunctionRow kFunctions[] = {
    {"path", EPHOR_AUTHZ "Authorizer.(string) -> " EPHOR_AUTHZ "PathCheck",
     With<&kPathCheck, &AccessQuestion::path>, "authorizer.path('/healthz').check('get').allowed()"},
    {"group", EPHOR_AUTHZ "Authorizer.(string) -> " EPHOR_AUTHZ "GroupCheck",
     With<&kGroupCheck, &AccessQuestion::group>,
     "authorizer.group('apps').resource('deployments').check('get').allowed()"},
    {"serviceAccount", EPHOR_AUTHZ "Authorizer.(string, string) -> " EPHOR_AUTHZ "Authorizer", ServiceAccount,
     "authorizer.serviceAccount('ns', 'sa').group('').resource('pods').check('get').allowed()"},
    {"resource", EPHOR_AUTHZ "GroupCheck.(string) -> " EPHOR_AUTHZ "ResourceCheck",
     With<&kResourceCheck, &AccessQuestion::resource>,
     "authorizer.group('').resource('pods').check('get').allowed()"},
    EPHOR_RESOURCE_PART("subresource", &AccessQuestion::subresource, "log", {}),
    EPHOR_RESOURCE_PART("namespace", &AccessQuestion::namespace_, "ns", {}),
    EPHOR_RESOURCE_PART("name", &AccessQuestion::name, "a", {}),
    EPHOR_RESOURCE_PART("fieldSelector", &AccessQuestion::field_selector, "spec.nodeName=a", kSelectorCost),
    EPHOR_RESOURCE_PART("labelSelector", &AccessQuestion::label_selector, "team=a", kSelectorCost),
    Impure({"check", EPHOR_AUTHZ "PathCheck.(string) -> " EPHOR_AUTHZ "Decision", Check,
            "authorizer.path('/healthz').check('get').allowed()", kCheckCost}),
    Impure({"check", EPHOR_AUTHZ "ResourceCheck.(string) -> " EPHOR_AUTHZ "Decision", Check,
            "!authorizer.group('').resource('pods').check('delete').allowed()", kCheckCost}),
    {"allowed", EPHOR_AUTHZ "Decision.() -> bool", Allowed,
     "authorizer.path('/healthz').check('get').allowed()"},
    {"reason", EPHOR_AUTHZ "Decision.() -> string", Reason,
     "authorizer.path('/').check('delete').reason() == 'only get'"},
    {"errored", EPHOR_AUTHZ "Decision.() -> bool", Errored, "!authorizer.path('/').check('get').errored()"},
    {"error", EPHOR_AUTHZ "Decision.() -> string", ErrorText,
     "authorizer.path('/').check('get').error() == ''"},
};

#undef EPHOR_RESOURCE_PART
#undef EPHOR_AUTHZ

constexpr TypeRow kTypes[] = {{kAuthorizer.name, &kAuthorizer},
                              {kPathCheck.name, &kPathCheck},
                              {kGroupCheck.name, &kGroupCheck},
                              {kResourceCheck.name, &kResourceCheck},
                              {kDecision.name, &kDecision}};

}  // namespace

const Library& Authorizers() {
  static const Library library{"kubernetes authz", kFunctions, {}, kTypes};
  return library;
}

Value AuthorizerOfRequester(Arena& arena) {
  return Value::Opaque(&kAuthorizer, arena.New<AccessQuestion>(), arena);
}

}  // namespace ephor::cel::lib
