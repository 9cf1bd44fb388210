// Metadata, label selectors, match and exclude, conditions.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kOperations[] = {"CREATE", "CONNECT", "UPDATE", "DELETE"};
constexpr std::string_view kNameNames[] = {"name", "names"};
constexpr std::string_view kAnyAll[] = {"any", "all"};
constexpr std::string_view kOperators[] = {
    "Equals",
    "NotEquals",
    "In",
    "AnyIn",
    "AllIn",
    "NotIn",
    "AnyNotIn",
    "AllNotIn",
    "GreaterThanOrEquals",
    "GreaterThan",
    "LessThanOrEquals",
    "LessThan",
    "DurationGreaterThanOrEquals",
    "DurationGreaterThan",
    "DurationLessThanOrEquals",
    "DurationLessThan",
};
constexpr std::string_view kOperatorsWithoutIn[] = {
    "Equals",
    "NotEquals",
    "AnyIn",
    "AllIn",
    "AnyNotIn",
    "AllNotIn",
    "GreaterThanOrEquals",
    "GreaterThan",
    "LessThanOrEquals",
    "LessThan",
    "DurationGreaterThanOrEquals",
    "DurationGreaterThan",
    "DurationLessThanOrEquals",
    "DurationLessThan",
};

constexpr Field kMetadata[] = {
    F<&Metadata::name>("name", "Name of the object."),
    F<&Metadata::namespace_>("namespace", "Namespace of the object."),
    F<&Metadata::uid>("uid", "Identity given by the API server."),
    F<&Metadata::resource_version>("resourceVersion", "Version given by the API server."),
    F<&Metadata::generation>("generation", "Counts the changes of the spec."),
    F<&Metadata::labels>("labels", "Labels of the object."),
    F<&Metadata::annotations>("annotations", "Annotations of the object."),
    Unread("generateName", "Beginning of a name to be made."),
    Unread("selfLink", "No longer used."),
    Unread("creationTimestamp", "Set by the API server."),
    Unread("deletionTimestamp", "Set by the API server."),
    Unread("deletionGracePeriodSeconds", "Set by the API server."),
    Unread("ownerReferences", "Objects that this one goes away with."),
    Unread("finalizers", "What must be done before the object goes away."),
    Unread("managedFields", "Kept by the API server."),
};

constexpr Field kLabelSelectorRequirement[] = {
    F<&LabelSelectorRequirement::key>("key", "The label.").Required(),
    F<&LabelSelectorRequirement::op>("operator", "In, NotIn, Exists or DoesNotExist.").Required(),
    F<&LabelSelectorRequirement::values>("values", "For In and NotIn.").Atomic(),
};

constexpr Field kLabelSelector[] = {
    F<&LabelSelector::match_labels>("matchLabels", "Labels with these values; wildcards are allowed."),
    F<&LabelSelector::match_expressions>("matchExpressions", "Requirements that must all hold.").Atomic(),
};

constexpr Field kSubject[] = {
    F<&Subject::kind>("kind", "User, Group or ServiceAccount.").Required(),
    F<&Subject::api_group>("apiGroup", "API group of the subject."),
    F<&Subject::name>("name", "Name of the subject.").Required(),
    F<&Subject::namespace_>("namespace", "Namespace of a service account."),
};

constexpr Field kUserInfo[] = {
    F<&UserInfo::roles>("roles", "Roles of the requester, as namespace:name."),
    F<&UserInfo::cluster_roles>("clusterRoles", "Cluster roles of the requester."),
    F<&UserInfo::subjects>("subjects", "Users, groups and service accounts."),
};

constexpr Field kResourceDescription[] = {
    F<&ResourceDescription::kinds>("kinds", "Kinds, as Kind, version/Kind or group/version/Kind."),
    F<&ResourceDescription::name>("name", "Name of the resource; wildcards are allowed."),
    F<&ResourceDescription::names>("names", "Names of the resource; wildcards are allowed."),
    F<&ResourceDescription::namespaces>("namespaces", "Namespaces; wildcards are allowed."),
    F<&ResourceDescription::annotations>("annotations", "Annotations; wildcards are allowed in both parts."),
    F<&ResourceDescription::selector>("selector", "On the labels of the resource."),
    F<&ResourceDescription::namespace_selector>("namespaceSelector", "On the labels of its namespace."),
    F<&ResourceDescription::operations>("operations", "Operations of the request.").OneOf(kOperations),
};

constexpr Field kResourceFilter[] = {
    Inline<&ResourceFilter::user>(),
    F<&ResourceFilter::resources>("resources", "What the resource must be.").Always(),
};

constexpr Field kMatchResources[] = {
    F<&MatchResources::any>("any", "Filters of which one must match."),
    F<&MatchResources::all>("all", "Filters that must all match."),
    Inline<&MatchResources::user>().In(kV1),
    F<&MatchResources::resources>("resources", "What the resource must be; prefer any and all.")
        .Always()
        .In(kV1),
};

constexpr Field kCondition[] = {
    F<&Condition::key>("key", "What is compared: a value or an expression."),
    F<&Condition::op>("operator", "How it is compared.").OneOf(kOperators),
    F<&Condition::value>("value", "What it is compared with."),
    F<&Condition::message>("message", "Shown where the condition decides."),
};

constexpr Field kConditionWithoutIn[] = {
    F<&Condition::key>("key", "What is compared: a value or an expression."),
    F<&Condition::op>("operator", "How it is compared.").OneOf(kOperatorsWithoutIn),
    F<&Condition::value>("value", "What it is compared with."),
    F<&Condition::message>("message", "Shown where the condition decides."),
};

const Table& ConditionWithoutIn() {
  static constexpr Table kTable{"Condition", kConditionWithoutIn};
  return kTable;
}

constexpr Field kConditions[] = {
    F<&Conditions::any>("any", "Conditions of which one must hold."),
    F<&Conditions::all>("all", "Conditions that must all hold."),
};

constexpr Field kConditionsWithoutIn[] = {
    F<&Conditions::any>("any", "Conditions of which one must hold.").By(&ConditionWithoutIn),
    F<&Conditions::all>("all", "Conditions that must all hold.").By(&ConditionWithoutIn),
};

constexpr Field kMatchCondition[] = {
    F<&MatchCondition::name>("name", "Name of the condition.").Required(),
    F<&MatchCondition::expression>("expression", "A CEL expression that gives a boolean.").Required(),
};

}  // namespace

template <>
const Table& TableOf<Metadata>() {
  static constexpr Table kTable{"Metadata", kMetadata};
  return kTable;
}

template <>
const Table& TableOf<LabelSelectorRequirement>() {
  static constexpr Table kTable{"LabelSelectorRequirement", kLabelSelectorRequirement};
  return kTable;
}

template <>
const Table& TableOf<LabelSelector>() {
  static constexpr Table kTable{.name = "LabelSelector", .fields = kLabelSelector, .atomic = true};
  return kTable;
}

template <>
const Table& TableOf<Subject>() {
  static constexpr Table kTable{.name = "Subject", .fields = kSubject, .atomic = true};
  return kTable;
}

template <>
const Table& TableOf<UserInfo>() {
  static constexpr Table kTable{"UserInfo", kUserInfo};
  return kTable;
}

template <>
const Table& TableOf<ResourceDescription>() {
  static constexpr Table kTable{
      "ResourceDescription", kResourceDescription, {Choice::Rule::kNotBoth, kNameNames}};
  return kTable;
}

template <>
const Table& TableOf<ResourceFilter>() {
  static constexpr Table kTable{"ResourceFilter", kResourceFilter};
  return kTable;
}

template <>
const Table& TableOf<MatchResources>() {
  static constexpr Table kTable{"MatchResources", kMatchResources, {Choice::Rule::kNotBoth, kAnyAll}};
  return kTable;
}

template <>
const Table& TableOf<Condition>() {
  static constexpr Table kTable{"Condition", kCondition};
  return kTable;
}

template <>
const Table& TableOf<Conditions>() {
  static constexpr Table kTable{"AnyAllConditions", kConditions};
  return kTable;
}

template <>
const Table& TableOf<MatchCondition>() {
  static constexpr Table kTable{"MatchCondition", kMatchCondition};
  return kTable;
}

const Table& ConditionsWithoutIn() {
  static constexpr Table kTable{"AnyAllConditions", kConditionsWithoutIn};
  return kTable;
}

}  // namespace ephor::policy
