#include "engine/cel/match_constraints.h"

#include <algorithm>
#include <array>

#include "engine/observe/constraints.h"

namespace ephor::engine {
namespace {

constexpr std::uint8_t kCreate = 1, kUpdate = 2, kDelete = 4, kConnect = 8, kAnyOperation = 15;

std::uint8_t OperationBit(std::string_view operation) {
  if (operation == "CREATE") return kCreate;
  if (operation == "UPDATE") return kUpdate;
  if (operation == "DELETE") return kDelete;
  if (operation == "CONNECT") return kConnect;
  return operation == "*" ? kAnyOperation : 0;
}

bool Lists(policy::StringList list, std::string_view text) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view entry) { return entry == "*" || entry == text; });
}

bool IsNamespaceObject(const Request& request) {
  return request.resource.group.empty() && request.resource.version == "v1" &&
         request.resource.resource == "namespaces";
}

bool MatchesScope(std::string_view scope, const Request& request) {
  if (scope.empty() || scope == "*") return true;
  const bool namespaced = !request.namespace_.empty() && !IsNamespaceObject(request);
  return scope == "Namespaced" ? namespaced : scope == "Cluster" && !namespaced;
}

// None for a selector without requirements, which selects all.
std::optional<kube::LabelSelector> Compiled(const policy::LabelSelector* source) {
  if (source == nullptr || (source->match_labels.empty() && source->match_expressions.empty()))
    return std::nullopt;
  return StrictSelector(*source);
}

}  // namespace

kube::LabelSelector StrictSelector(const policy::LabelSelector& source) {
  kube::LabelSelector::Builder builder;
  for (const policy::StringPair& pair : source.match_labels)
    builder.Require(pair.key, "In", {&pair.value, 1});
  for (const policy::LabelSelectorRequirement& requirement : source.match_expressions)
    builder.Require(requirement.key, requirement.op, requirement.values);
  return std::move(builder).Build();
}

MatchConstraints::MatchConstraints(const policy::MatchConstraints& source, AbsentObject absent)
    : source_(&source),
      namespace_selector_(Compiled(source.namespace_selector)),
      object_selector_(Compiled(source.object_selector)),
      rules_(Compile(source.resource_rules)),
      excludes_(Compile(source.exclude_resource_rules)),
      absent_(absent) {}

std::vector<MatchConstraints::Rule> MatchConstraints::Compile(
    std::span<const policy::NamedRuleWithOperations> rules) {
  std::vector<Rule> compiled;
  compiled.reserve(rules.size());
  for (const policy::NamedRuleWithOperations& source : rules) {
    Rule& rule = compiled.emplace_back(Rule{&source, {}, 0});
    for (std::string_view operation : source.operations) rule.operations |= OperationBit(operation);
    for (std::string_view resource : source.resources) {
      const std::size_t slash = std::min(resource.find('/'), resource.size());
      rule.resources.push_back(
          {resource.substr(0, slash), resource.substr(std::min(slash + 1, resource.size()))});
    }
  }
  return compiled;
}

MatchConstraints::Criterion MatchConstraints::Rule::FirstMismatch(const Request& request,
                                                                  std::uint8_t operation) const {
  // Where the operation does not matter, a rule need not name any.
  if (operation != kAnyOperation && (operations & operation) == 0) return Criterion::kOperations;
  if (!MatchesScope(source->scope, request)) return Criterion::kScope;
  if (!Lists(source->api_groups, request.resource.group)) return Criterion::kApiGroups;
  if (!Lists(source->api_versions, request.resource.version)) return Criterion::kApiVersions;
  // "*" after the '/' also stands for no subresource; "*" alone does not stand for one.
  const bool named = std::any_of(resources.begin(), resources.end(), [&](const ResourceName& name) {
    return (name.resource == "*" || name.resource == request.resource.resource) &&
           (name.subresource == "*" || name.subresource == request.subresource);
  });
  if (!named) return Criterion::kResources;
  return MatchesName(request) ? Criterion::kNone : Criterion::kResourceNames;
}

bool MatchConstraints::Rule::MatchesName(const Request& request) const {
  const policy::StringList names = source->resource_names;
  if (names.empty()) return true;
  if (!request.name.empty()) return std::find(names.begin(), names.end(), request.name) != names.end();
  // The name is still to be made: the reference compares what it will begin with.
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    return request.object.present() && request.object.generate_name.starts_with(name);
  });
}

Result<bool> MatchConstraints::Matches(const Request& request) const {
  return Matches(request, OperationBit(request.operation));
}

Result<bool> MatchConstraints::MatchesAnyOperation(const Request& request) const {
  return Matches(request, kAnyOperation);
}

Result<bool> MatchConstraints::Matches(const Request& request, std::uint8_t operation) const {
  auto matches = Decide(request, operation);
  if (request.observer != nullptr) [[unlikely]]
    ConstraintsTeller(*this, request, operation).Tell(matches);
  return matches;
}

bool MatchConstraints::LooksAtNamespace(const Request& request) const {
  return namespace_selector_ && !(request.namespace_.empty() && request.resource.resource != "namespaces");
}

Result<bool> MatchConstraints::Decide(const Request& request, std::uint8_t operation) const {
  // A selector that is not valid is an error only where the rest matches, so that it refuses no request that
  // the policy is not about.
  const char* invalid = nullptr;
  if (LooksAtNamespace(request)) {
    if (!namespace_selector_->valid()) {
      invalid = "Internal error occurred: the namespaceSelector is not valid";
    } else if (!MatchesNamespace(request)) {
      return false;
    }
  }
  if (object_selector_) {
    if (!object_selector_->valid()) {
      if (invalid == nullptr) invalid = "Internal error occurred: the objectSelector is not valid";
    } else if (!MatchesObject(request)) {
      return false;
    }
  }
  const auto matches = [&](const Rule& rule) {
    return rule.FirstMismatch(request, operation) == Criterion::kNone;
  };
  if (std::any_of(excludes_.begin(), excludes_.end(), matches)) return false;
  if (!rules_.empty() && !std::any_of(rules_.begin(), rules_.end(), matches)) return false;
  if (invalid != nullptr) return Fail(ErrorCode::kEvaluation, invalid);
  return true;
}

bool MatchConstraints::MatchesNamespace(const Request& request) const {
  const bool is_own = request.resource.resource == "namespaces" && request.subresource.empty() &&
                      (request.operation == "CREATE" || request.operation == "UPDATE");
  if (is_own) return namespace_selector_->Matches(request.object.labels);
  if (request.namespace_labels.is_object()) return namespace_selector_->Matches(request.namespace_labels);
  // Of a namespace that is not known, the label that Kubernetes gives to all is.
  const std::array<json::Member, 1> labels = {
      json::Member("kubernetes.io/metadata.name", json::Value::String(request.namespace_))};
  return namespace_selector_->Matches(json::Value::Object(labels));
}

bool MatchConstraints::MatchesObject(const Request& request) const {
  const auto matches = [&](const Resource& resource) {
    if (!resource.present() && absent_ == AbsentObject::kNever) return false;
    return object_selector_->Matches(resource.labels);
  };
  return matches(request.object) || matches(request.old_object);
}

}  // namespace ephor::engine
