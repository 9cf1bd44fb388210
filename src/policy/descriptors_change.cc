// The bodies of mutate and generate rules.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kOrders[] = {"Ascending", "Descending"};

constexpr Field kResourceSpec[] = {
    F<&ResourceSpec::api_version>("apiVersion", "API version of the resource."),
    F<&ResourceSpec::kind>("kind", "Kind of the resource."),
    F<&ResourceSpec::namespace_>("namespace", "Namespace of the resource."),
    F<&ResourceSpec::name>("name", "Name of the resource."),
    F<&ResourceSpec::uid>("uid", "Identity of the resource."),
};

constexpr Field kMutateTarget[] = {
    Inline<&MutateTarget::resource>(),
    F<&MutateTarget::selector>("selector", "Labels of the resources."),
    F<&MutateTarget::context>("context", "Variables of each target."),
    FreeConditions<&MutateTarget::preconditions>("preconditions", "Which targets are changed."),
};

constexpr Field kForEachMutation[] = {
    F<&ForEachMutation::list>("list", "JMESPath of the elements."),
    F<&ForEachMutation::order>("order", "Ascending or Descending.").OneOf(kOrders),
    F<&ForEachMutation::context>("context", "Variables of each element."),
    F<&ForEachMutation::preconditions>("preconditions", "Which elements are looked at.").KeepingUnknown(),
    F<&ForEachMutation::patch_strategic_merge>("patchStrategicMerge", "What is merged in."),
    F<&ForEachMutation::patches_json6902>("patchesJson6902", "A JSON patch, as text."),
    F<&ForEachMutation::foreach>("foreach", "Changes of lists inside the element.").Schemaless(),
};

constexpr Field kMutation[] = {
    F<&Mutation::mutate_existing_on_policy_update>("mutateExistingOnPolicyUpdate",
                                                   "Change the targets when the policy changes."),
    F<&Mutation::targets>("targets", "Existing resources to change."),
    F<&Mutation::patch_strategic_merge>("patchStrategicMerge", "What is merged in."),
    F<&Mutation::patches_json6902>("patchesJson6902", "A JSON patch, as text."),
    F<&Mutation::foreach>("foreach", "Changes for each element of lists."),
};

constexpr Field kCloneFrom[] = {
    F<&CloneFrom::namespace_>("namespace", "Namespace of the source."),
    F<&CloneFrom::name>("name", "Name of the source."),
};

constexpr Field kCloneList[] = {
    F<&CloneList::namespace_>("namespace", "Namespace of the sources."),
    F<&CloneList::kinds>("kinds", "Kinds of the sources, as version/Kind or group/version/Kind."),
    F<&CloneList::selector>("selector", "Labels of the sources."),
};

constexpr Field kGeneratePattern[] = {
    Inline<&GeneratePattern::resource>(),
    F<&GeneratePattern::data>("data", "What the resource is made of."),
    F<&GeneratePattern::clone>("clone", "A resource to copy.").Always(),
    F<&GeneratePattern::clone_list>("cloneList", "Resources to copy.").Always(),
};

constexpr Field kForEachGeneration[] = {
    F<&ForEachGeneration::list>("list", "JMESPath of the elements."),
    F<&ForEachGeneration::context>("context", "Variables of each element."),
    F<&ForEachGeneration::preconditions>("preconditions", "Which elements are looked at.").KeepingUnknown(),
    Inline<&ForEachGeneration::generate>(),
};

constexpr Field kGeneration[] = {
    F<&Generation::generate_existing>("generateExisting", "Generate for resources that are there already."),
    F<&Generation::synchronize>("synchronize", "Keep what was generated in step with its source."),
    F<&Generation::orphan_downstream_on_policy_delete>("orphanDownstreamOnPolicyDelete",
                                                       "Keep what was generated when the policy goes away."),
    Inline<&Generation::generate>(),
    F<&Generation::foreach>("foreach", "Generates for each element of lists."),
};

}  // namespace

template <>
const Table& TableOf<ResourceSpec>() {
  static constexpr Table kTable{"ResourceSpec", kResourceSpec};
  return kTable;
}

template <>
const Table& TableOf<MutateTarget>() {
  static constexpr Table kTable{"MutateTarget", kMutateTarget};
  return kTable;
}

template <>
const Table& TableOf<ForEachMutation>() {
  static constexpr Table kTable{"ForEachMutation", kForEachMutation};
  return kTable;
}

template <>
const Table& TableOf<Mutation>() {
  static constexpr Table kTable{"Mutation", kMutation};
  return kTable;
}

template <>
const Table& TableOf<CloneFrom>() {
  static constexpr Table kTable{"CloneFrom", kCloneFrom};
  return kTable;
}

template <>
const Table& TableOf<CloneList>() {
  static constexpr Table kTable{"CloneList", kCloneList};
  return kTable;
}

template <>
const Table& TableOf<GeneratePattern>() {
  static constexpr Table kTable{"GeneratePattern", kGeneratePattern};
  return kTable;
}

template <>
const Table& TableOf<ForEachGeneration>() {
  static constexpr Table kTable{"ForEachGeneration", kForEachGeneration};
  return kTable;
}

template <>
const Table& TableOf<Generation>() {
  static constexpr Table kTable{"Generation", kGeneration};
  return kTable;
}

}  // namespace ephor::policy
