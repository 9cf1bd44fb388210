#include "policy/decode.h"

#include <algorithm>
#include <string>
#include <vector>

#include "policy/autogen.h"
#include "policy/cel_autogen.h"
#include "policy/decoder.h"
#include "policy/object_meta.h"

namespace ephor::policy {
namespace {

Error ErrorOf(std::vector<DecodeIssue> issues, const Object& object) {
  const bool any_unknown =
      std::ranges::any_of(issues, [](const DecodeIssue& issue) { return issue.unknown_field; });
  std::erase_if(issues, [&](const DecodeIssue& issue) { return issue.unknown_field != any_unknown; });
  const json::Value* first = issues.front().at;
  std::ranges::stable_sort(issues, {}, &DecodeIssue::text);
  const auto repeated = std::ranges::unique(issues, {}, &DecodeIssue::text);
  issues.erase(repeated.begin(), repeated.end());

  std::string message;
  for (const DecodeIssue& issue : issues) {
    if (!message.empty()) message += any_unknown ? "\n" : ", ";
    message += issue.text;
  }
  if (any_unknown) {
    message = "failed to parse document (" + message + ")";
  } else {
    if (issues.size() > 1) message = "[" + message + "]";
    message = std::string("failed to validate resource (")
                  .append(object.kind)
                  .append(".")
                  .append(object.api_version.substr(0, object.api_version.find('/')))
                  .append(" \"")
                  .append(object.metadata.name)
                  .append("\" is invalid: ")
                  .append(message)
                  .append(")");
  }
  Error error(ErrorCode::kInvalidInput, std::move(message));
  const SourcePosition position = object.PositionOf(first);
  return std::move(error).At(position.line != 0 ? position : SourcePosition{object.line, 0});
}

// Reads what all kinds share, then the spec into `spec`, which the table describes.
Result<void> DecodeInto(const SourceDocument& document, const DecodeOptions& options, Versions version,
                        Object& object, void* spec, const Table& table) {
  const json::Value& root = *document.root;
  object.document = document.root;
  object.line = document.line;
  object.text = document.text;
  object.api_version = root.StringAt("apiVersion");
  object.kind = root.StringAt("kind");

  Decoder decoder(object.arena, version);
  if (!options.strict) decoder.AllowUnknown();
  for (const json::Member& member : root.members()) {
    const std::string_view key = member.key();
    if (key != "apiVersion" && key != "kind" && key != "metadata" && key != "spec" && key != "status") {
      decoder.AddUnknown(member);
    }
  }
  if (const json::Value* metadata = root.Find("metadata"); metadata != nullptr && !metadata->is_null()) {
    decoder.ReadStructAt("metadata", *metadata, &object.metadata, TableOf<Metadata>());
  }
  std::vector<DecodeIssue> issues;
  if (options.strict) CheckObjectMeta(object, issues);
  if (const json::Value* value = root.Find("spec"); value != nullptr && !value->is_null()) {
    decoder.ReadStructAt("spec", *value, spec, table);
  } else {
    issues.push_back({"spec: Required value", &root});
  }
  issues.insert(issues.end(), decoder.issues().begin(), decoder.issues().end());
  if (!issues.empty()) return std::unexpected(ErrorOf(std::move(issues), object));
  return {};
}

// A kind as documents name it.
struct ServedKind {
  Kind kind;
  std::string_view name;
  std::string_view group;
  std::span<const std::string_view> versions;
};

constexpr std::string_view kOld = "kyverno.io", kCel = "policies.kyverno.io",
                           kNative = "admissionregistration.k8s.io";
constexpr std::string_view kPolicyVersions[] = {"v1", "v2beta1", "v2"};
constexpr std::string_view kNewerVersions[] = {"v2", "v2beta1", "v2alpha1"};
constexpr std::span<const std::string_view> kWithoutAlpha = std::span(kNewerVersions).first(2);
constexpr std::string_view kCelVersions[] = {"v1", "v1beta1", "v1alpha1"};
constexpr std::span<const std::string_view> kCelWithoutAlpha = std::span(kCelVersions).first(2);

constexpr ServedKind kServed[] = {
    {Kind::kPolicy, "ClusterPolicy", kOld, kPolicyVersions},
    {Kind::kPolicy, "Policy", kOld, kPolicyVersions},
    {Kind::kPolicyException, "PolicyException", kOld, kWithoutAlpha},
    {Kind::kCleanupPolicy, "ClusterCleanupPolicy", kOld, kWithoutAlpha},
    {Kind::kCleanupPolicy, "CleanupPolicy", kOld, kWithoutAlpha},
    {Kind::kGlobalContextEntry, "GlobalContextEntry", kOld, kNewerVersions},
    {Kind::kValidatingPolicy, "ValidatingPolicy", kCel, kCelVersions},
    {Kind::kValidatingPolicy, "NamespacedValidatingPolicy", kCel, kCelWithoutAlpha},
    {Kind::kMutatingPolicy, "MutatingPolicy", kCel, kCelVersions},
    {Kind::kMutatingPolicy, "NamespacedMutatingPolicy", kCel, kCelWithoutAlpha},
    {Kind::kGeneratingPolicy, "GeneratingPolicy", kCel, kCelVersions},
    {Kind::kGeneratingPolicy, "NamespacedGeneratingPolicy", kCel, kCelWithoutAlpha},
    {Kind::kDeletingPolicy, "DeletingPolicy", kCel, kCelVersions},
    {Kind::kDeletingPolicy, "NamespacedDeletingPolicy", kCel, kCelWithoutAlpha},
    {Kind::kImageValidatingPolicy, "ImageValidatingPolicy", kCel, kCelVersions},
    {Kind::kImageValidatingPolicy, "NamespacedImageValidatingPolicy", kCel, kCelWithoutAlpha},
    {Kind::kCelPolicyException, "PolicyException", kCel, kCelVersions},
    {Kind::kValidatingAdmissionPolicy, "ValidatingAdmissionPolicy", kNative, kCelVersions},
    {Kind::kMutatingAdmissionPolicy, "MutatingAdmissionPolicy", kNative, kCelVersions},
    {Kind::kAdmissionPolicyBinding, "ValidatingAdmissionPolicyBinding", kNative, kCelVersions},
    {Kind::kAdmissionPolicyBinding, "MutatingAdmissionPolicyBinding", kNative, kCelVersions},
};

// What a kind's spec is read into and by which table.
struct SpecTarget {
  void* spec;
  const Table& table;
  Versions version = kV2beta1;
};

template <class T>
SpecTarget TargetOf(T& object, const json::Value&) {
  return {&object, TableOf<T>()};
}
SpecTarget TargetOf(Policy& policy, const json::Value& root) {
  return {&policy.spec, TableOf<Spec>(), root.StringAt("apiVersion") == "kyverno.io/v1" ? kV1 : kV2beta1};
}
SpecTarget TargetOf(AdmissionPolicyBinding& binding, const json::Value& root) {
  const bool validating = root.StringAt("kind") == "ValidatingAdmissionPolicyBinding";
  return {&binding, validating ? ValidatingBinding() : TableOf<AdmissionPolicyBinding>()};
}

// What is made of the object once it is read.
template <class T>
void Complete(T&) {}
void Complete(Policy& policy) {
  AddPodControllerRules(policy);
}
template <class T>
  requires requires(T& policy) { policy.variants; }
void Complete(T& policy) {
  for (const ControllerForm& form : ControllerFormsOf(policy)) {
    auto variant = std::make_shared<T>();
    // What it is read from lives as long as it does.
    const SourceDocument document{
        variant->arena.template New<json::Value>(DocumentFor(policy, form, variant->arena)), policy.line,
        policy.text};
    // What is written in the policy is right already.
    if (!DecodeInto(document, {.strict = false}, kV2beta1, *variant, variant.get(), TableOf<T>())) continue;
    variant->made_for = form.name;
    policy.variants.push_back(std::move(variant));
  }
}

}  // namespace

Kind KindOf(std::string_view api_version, std::string_view kind) {
  const std::size_t slash = api_version.find('/');
  if (slash == std::string_view::npos) return Kind::kNone;
  const std::string_view group = api_version.substr(0, slash), version = api_version.substr(slash + 1);
  for (const ServedKind& served : kServed) {
    if (served.name != kind || served.group != group) continue;
    return std::ranges::find(served.versions, version) != served.versions.end() ? served.kind : Kind::kNone;
  }
  return Kind::kNone;
}

Kind KindOf(const json::Value& document) {
  return KindOf(document.StringAt("apiVersion"), document.StringAt("kind"));
}

template <class T>
Result<std::shared_ptr<const T>> Decode(const SourceDocument& document, const DecodeOptions& options) {
  auto object = std::make_shared<T>();
  const SpecTarget target = TargetOf(*object, *document.root);
  EPHOR_TRY(DecodeInto(document, options, target.version, *object, target.spec, target.table));
  Complete(*object);
  return object;
}

template Result<std::shared_ptr<const Policy>> Decode(const SourceDocument&, const DecodeOptions&);
template Result<std::shared_ptr<const PolicyException>> Decode(const SourceDocument&, const DecodeOptions&);
template Result<std::shared_ptr<const CleanupPolicy>> Decode(const SourceDocument&, const DecodeOptions&);
template Result<std::shared_ptr<const GlobalContextEntry>> Decode(const SourceDocument&,
                                                                  const DecodeOptions&);
template Result<std::shared_ptr<const ValidatingPolicy>> Decode(const SourceDocument&, const DecodeOptions&);
template Result<std::shared_ptr<const MutatingPolicy>> Decode(const SourceDocument&, const DecodeOptions&);
template Result<std::shared_ptr<const GeneratingPolicy>> Decode(const SourceDocument&, const DecodeOptions&);
template Result<std::shared_ptr<const DeletingPolicy>> Decode(const SourceDocument&, const DecodeOptions&);
template Result<std::shared_ptr<const ImageValidatingPolicy>> Decode(const SourceDocument&,
                                                                     const DecodeOptions&);
template Result<std::shared_ptr<const CelPolicyException>> Decode(const SourceDocument&,
                                                                  const DecodeOptions&);
template Result<std::shared_ptr<const ValidatingAdmissionPolicy>> Decode(const SourceDocument&,
                                                                         const DecodeOptions&);
template Result<std::shared_ptr<const MutatingAdmissionPolicy>> Decode(const SourceDocument&,
                                                                       const DecodeOptions&);
template Result<std::shared_ptr<const AdmissionPolicyBinding>> Decode(const SourceDocument&,
                                                                      const DecodeOptions&);

}  // namespace ephor::policy
