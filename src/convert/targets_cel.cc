#include "convert/targets_cel.h"

#include "convert/conditions_cel.h"
#include "convert/scalar_cel.h"
#include "kube/schema.h"
#include "pattern/wildcard.h"
#include "policy/variable_text.h"

namespace ephor::convert {
namespace {

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

bool IsAny(std::string_view name) {
  return name.empty() || name == "*";
}

// The labels that a selector wants, as a map.
Result<std::string> Labels(const policy::LabelSelector& selector) {
  if (!selector.match_expressions.empty())
    return No("matchExpressions of a selector: resource.List selects by the values of labels");
  std::string labels;
  for (const policy::StringPair& pair : selector.match_labels) {
    if (pattern::HasWildcard(pair.value) || policy::HasVariables(pair.key) ||
        policy::HasVariables(pair.value))
      return No("a wildcard or a variable in the selector of targets");
    labels += (labels.empty() ? "" : ", ") + TextLiteral(pair.key) + ": " + TextLiteral(pair.value);
  }
  return "{" + labels + "}";
}

}  // namespace

Result<kube::GroupVersionKind> KindOfTargets(std::span<const policy::MutateTarget> targets,
                                             const KnownKinds& kinds, const json::Value** culprit) {
  if (targets.size() != 1) return No("several targets");
  const policy::MutateTarget& target = targets[0];
  *culprit = target.source;
  if (!target.context.empty()) return No("context entries of a target");
  const policy::ResourceSpec& wanted = target.resource;
  if (!wanted.uid.empty()) return No("a target by its uid");
  for (const std::string_view part : {wanted.api_version, wanted.kind}) {
    if (policy::HasVariables(part) || pattern::HasWildcard(part))
      return No("a target whose kind is not fixed: " + std::string(wanted.api_version) + "/" +
                std::string(wanted.kind));
  }
  const KnownKind kind = kinds.Find(kube::ParseGroupVersionKind(wanted.api_version, wanted.kind));
  if (!kind.plural.empty() && kube::Schema::OfKind(kind.gvk)) return kind.gvk;
  return No("the kind " + std::string(wanted.api_version) + "/" + std::string(wanted.kind) +
            " of targets is not known");
}

Result<CelTargets> ConvertTarget(const policy::MutateTarget& target, const kube::GroupVersionKind& gvk,
                                 const KnownKinds& kinds, std::string_view own_namespace,
                                 const QueryRoots& roots, Variables& variables, LoopNames& loops,
                                 Arena& arena, const json::Value** culprit) {
  const KnownKind kind = kinds.Find(gvk);
  const policy::ResourceSpec& wanted = target.resource;
  CelTargets targets{
      kind.gvk, {std::string(gvk.group), {std::string(gvk.version)}, {std::string(kind.plural)}}, {}, {}};
  const auto text = [&](std::string_view of) { return ConvertArgument(of, roots, variables, loops, arena); };
  const std::string_view in = own_namespace.empty() ? wanted.namespace_ : own_namespace;
  if (!IsAny(in) && pattern::HasWildcard(in)) return No("namespaces of targets with a wildcard");
  EPHOR_ASSIGN(const std::string namespace_, text(IsAny(in) ? "" : in));
  std::string arguments = "(" + TextLiteral(wanted.api_version) + ", " + TextLiteral(kind.plural);
  if (own_namespace.empty()) arguments += ", " + namespace_;
  // One object that is named is taken whatever its labels are, unless it is of the whole cluster.
  const bool names_one = !IsAny(wanted.name) && !pattern::HasWildcard(wanted.name);
  const bool in_one_namespace = !IsAny(in) || !kind.namespaced;
  if (names_one && in_one_namespace && (target.selector == nullptr || kind.namespaced)) {
    EPHOR_ASSIGN(const std::string name, text(wanted.name));
    targets.expression = "resource.Get" + arguments + ", " + name + ")";
  } else {
    if (target.selector != nullptr) {
      EPHOR_ASSIGN(const std::string labels, Labels(*target.selector));
      arguments += ", " + labels;
    }
    targets.expression = "resource.List" + arguments + ")";
    if (!IsAny(wanted.name)) {
      if (policy::HasVariables(wanted.name) && !names_one) return No("a variable and a wildcard in a name");
      EPHOR_ASSIGN(const std::string name, text(wanted.name));
      const std::string own = "object.metadata.name";
      targets.conditions.push_back(
          {"name", names_one ? Compare(own, "==", name) : WildcardCel(own, wanted.name)});
    }
  }
  if (target.preconditions == nullptr) return targets;
  ConditionConverter converter(roots, variables, loops, arena);
  auto holds = converter.Convert(*target.preconditions);
  if (!holds && converter.culprit() != nullptr) *culprit = converter.culprit();
  if (!holds) return std::unexpected(std::move(holds).error());
  targets.conditions.push_back({"preconditions", *std::move(holds)});
  return targets;
}

}  // namespace ephor::convert
