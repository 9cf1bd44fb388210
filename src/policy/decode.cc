#include "policy/decode.h"

#include <algorithm>
#include <string>
#include <vector>

#include "policy/autogen.h"
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
                  .append(".kyverno.io \"")
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

}  // namespace

Kind KindOf(std::string_view api_version, std::string_view kind) {
  constexpr std::string_view kGroup = "kyverno.io/";
  if (!api_version.starts_with(kGroup)) return Kind::kNone;
  const std::string_view version = api_version.substr(kGroup.size());
  const bool v2 = version == "v2" || version == "v2beta1";
  if (kind == "ClusterPolicy" || kind == "Policy") {
    return v2 || version == "v1" ? Kind::kPolicy : Kind::kNone;
  }
  if (kind == "PolicyException") return v2 ? Kind::kPolicyException : Kind::kNone;
  if (kind == "ClusterCleanupPolicy" || kind == "CleanupPolicy") {
    return v2 ? Kind::kCleanupPolicy : Kind::kNone;
  }
  if (kind == "GlobalContextEntry") {
    return v2 || version == "v2alpha1" ? Kind::kGlobalContextEntry : Kind::kNone;
  }
  return Kind::kNone;
}

Kind KindOf(const json::Value& document) {
  return KindOf(document.StringAt("apiVersion"), document.StringAt("kind"));
}

Result<std::shared_ptr<const Policy>> DecodePolicy(const SourceDocument& document,
                                                   const DecodeOptions& options) {
  auto policy = std::make_shared<Policy>();
  const bool v1 = document.root->StringAt("apiVersion") == "kyverno.io/v1";
  EPHOR_TRY(DecodeInto(document, options, v1 ? kV1 : kV2beta1, *policy, &policy->spec, TableOf<Spec>()));
  AddPodControllerRules(*policy);
  return policy;
}

Result<std::shared_ptr<const PolicyException>> DecodePolicyException(const SourceDocument& document,
                                                                     const DecodeOptions& options) {
  auto object = std::make_shared<PolicyException>();
  EPHOR_TRY(DecodeInto(document, options, kV2beta1, *object, object.get(), TableOf<PolicyException>()));
  return object;
}

Result<std::shared_ptr<const CleanupPolicy>> DecodeCleanupPolicy(const SourceDocument& document,
                                                                 const DecodeOptions& options) {
  auto object = std::make_shared<CleanupPolicy>();
  EPHOR_TRY(DecodeInto(document, options, kV2beta1, *object, object.get(), TableOf<CleanupPolicy>()));
  return object;
}

Result<std::shared_ptr<const GlobalContextEntry>> DecodeGlobalContextEntry(const SourceDocument& document,
                                                                           const DecodeOptions& options) {
  auto object = std::make_shared<GlobalContextEntry>();
  EPHOR_TRY(DecodeInto(document, options, kV2beta1, *object, object.get(), TableOf<GlobalContextEntry>()));
  return object;
}

}  // namespace ephor::policy
