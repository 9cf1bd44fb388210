#include "policy/types.h"

#include <algorithm>

namespace ephor::policy {

const std::string_view* Find(StringMap map, std::string_view key) {
  const auto found = std::ranges::lower_bound(map, key, {}, &StringPair::key);
  return found != map.end() && found->key == key ? &found->value : nullptr;
}

SourcePosition Object::PositionOf(const json::Value* value) const {
  return text != nullptr && value != nullptr ? text->positions.Of(value) : SourcePosition{};
}

// A list counts as written where it has an address, an empty one too: see the conventions in the header.

bool Rule::has_mutate() const {
  return mutate != nullptr &&
         (mutate->mutate_existing_on_policy_update.has_value() || mutate->targets.data() != nullptr ||
          mutate->patch_strategic_merge != nullptr || !mutate->patches_json6902.empty() ||
          mutate->foreach.data() != nullptr);
}

bool Rule::has_validate() const {
  return validate != nullptr &&
         (!validate->failure_action.empty() || validate->failure_action_overrides.data() != nullptr ||
          validate->allow_existing_violations.has_value() || !validate->message.empty() ||
          validate->manifests != nullptr || validate->foreach.data() != nullptr ||
          validate->pattern != nullptr || validate->any_pattern != nullptr || validate->deny != nullptr ||
          validate->pod_security != nullptr || validate->cel != nullptr || validate->assert_tree != nullptr);
}

bool Rule::has_validate_pod_security() const {
  const PodSecurity* pods = validate != nullptr ? validate->pod_security : nullptr;
  return pods != nullptr &&
         (!pods->level.empty() || !pods->version.empty() || pods->exclude.data() != nullptr);
}

bool Rule::has_validate_cel() const {
  const Cel* cel = validate != nullptr ? validate->cel : nullptr;
  return cel != nullptr && (cel->generate.has_value() || cel->expressions.data() != nullptr ||
                            cel->param_kind != nullptr || cel->param_ref != nullptr ||
                            cel->audit_annotations.data() != nullptr || cel->variables.data() != nullptr);
}

bool Rule::has_verify_manifests() const {
  return validate != nullptr && validate->manifests != nullptr && !validate->manifests->attestors.empty();
}

bool Rule::has_generate() const {
  if (generate == nullptr) return false;
  const Generation& g = *generate;
  const GeneratePattern& p = g.generate;
  return g.generate_existing.has_value() || g.synchronize || g.orphan_downstream_on_policy_delete ||
         g.foreach.data() != nullptr || !p.resource.api_version.empty() || !p.resource.kind.empty() ||
         !p.resource.namespace_.empty() || !p.resource.name.empty() || !p.resource.uid.empty() ||
         p.data != nullptr || !p.clone.namespace_.empty() || !p.clone.name.empty() ||
         !p.clone_list.namespace_.empty() || p.clone_list.kinds.data() != nullptr ||
         p.clone_list.selector != nullptr;
}

namespace {

bool IsWritten(const ImageVerification& v) {
  return v.mutate_digest || v.verify_digest || v.required || v.use_cache || v.cosign_oci11 ||
         !v.failure_action.empty() || !v.type.empty() || !v.image.empty() || !v.key.empty() ||
         !v.roots.empty() || !v.subject.empty() || !v.issuer.empty() || !v.repository.empty() ||
         !v.validate.message.empty() || v.validate.deny != nullptr || v.credentials != nullptr ||
         v.image_references.data() != nullptr || v.skip_image_references.data() != nullptr ||
         v.additional_extensions.data() != nullptr || v.attestors.data() != nullptr ||
         v.attestations.data() != nullptr || v.annotations.data() != nullptr;
}

}  // namespace

bool Rule::has_verify_images() const {
  return std::ranges::any_of(verify_images, IsWritten);
}

bool Rule::has_verify_image_checks() const {
  return std::ranges::any_of(verify_images,
                             [](const ImageVerification& v) { return v.verify_digest || v.required; });
}

bool Rule::has_validate_image_verification() const {
  return std::ranges::any_of(verify_images, [](const ImageVerification& v) {
    return !v.validate.message.empty() || v.validate.deny != nullptr;
  });
}

}  // namespace ephor::policy
