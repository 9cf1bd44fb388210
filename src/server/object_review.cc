#include "server/object_review.h"

#include <array>

#include "json/parse.h"
#include "kube/admission_review.h"
#include "policy/decode.h"

namespace ephor::server {
namespace {

constexpr std::string_view kReplacements =
    "ValidatingPolicy, MutatingPolicy, GeneratingPolicy or ImageValidatingPolicy";
constexpr std::string_view kNamespacedReplacements =
    "NamespacedValidatingPolicy, NamespacedMutatingPolicy, NamespacedGeneratingPolicy or "
    "NamespacedImageValidatingPolicy";

std::string DeprecationOf(std::string_view kind) {
  const std::string_view replacement = kind == "ClusterPolicy" ? kReplacements
                                       : kind == "Policy"      ? kNamespacedReplacements
                                                               : kind;
  std::string text(kind);
  return text.append(" (kyverno.io) is deprecated and will be removed in a future release; migrate to ")
      .append(replacement)
      .append(" (policies.kyverno.io), see https://kyverno.io/docs/guides/migration-to-cel/");
}

// What the review of one object came to.
struct Verdict {
  std::string denial;   // "": allowed
  std::string warning;  // "": none
};

template <class Decoded>
Verdict VerdictOf(const Result<Decoded>& decoded, std::string warning) {
  return {decoded ? std::string() : decoded.error().message(), std::move(warning)};
}

Verdict Judge(Service service, const kube::AdmissionRequest& request) {
  auto text = std::make_shared<policy::SourceText>();
  const policy::SourceDocument document{&request.object, 1, text};
  const policy::Kind kind = policy::KindOf(request.object);
  // The schema was checked by the API server, perhaps a newer one of it.
  const policy::DecodeOptions options{.strict = false};
  switch (service) {
    case Service::kPolicy:
      if (kind == policy::Kind::kPolicy) {
        return VerdictOf(policy::DecodePolicy(document, options), DeprecationOf(request.kind.kind));
      }
      if (request.kind.group == "policies.kyverno.io") {
        return {std::string(request.kind.kind) + " of policies.kyverno.io is not supported by this server",
                ""};
      }
      return {"admission request does not contain a policy", ""};
    case Service::kException:
      if (kind != policy::Kind::kPolicyException) {
        return {"admission request does not contain a policy exception", ""};
      }
      return VerdictOf(policy::DecodePolicyException(document, options), DeprecationOf("PolicyException"));
    case Service::kGlobalContext:
      if (kind != policy::Kind::kGlobalContextEntry) {
        return {"admission request does not contain a global context entry", ""};
      }
      return VerdictOf(policy::DecodeGlobalContextEntry(document, options), "");
    default:
      return {"PolicyException of policies.kyverno.io is not supported by this server", ""};
  }
}

}  // namespace

engine::AdmissionOutcome ReviewObject(Service service, std::string_view body,
                                      engine::AdmissionWorkspace& workspace, std::string& answer) {
  const auto refused = [&workspace](int status, const Error& error) {
    workspace.scratch = error.message();
    return engine::AdmissionOutcome{.http_status = status, .error = workspace.scratch};
  };
  workspace.arena.Reset();
  const auto parsed = json::Parse(body, workspace.arena);
  if (!parsed) return refused(417, parsed.error());
  const auto review = kube::DecodeAdmissionReview(*parsed, workspace.arena);
  if (!review) return refused(400, review.error());
  const kube::AdmissionRequest& request = review->request;

  // Subresources, such as a status, are not theirs to judge; a deletion has no object.
  Verdict verdict;
  if (request.subresource.empty() && request.object.is_object()) verdict = Judge(service, request);
  const std::array<std::string_view, 1> warnings{verdict.warning};
  kube::AdmissionResponse response;
  response.allowed = verdict.denial.empty();
  response.message = verdict.denial;
  if (!verdict.warning.empty()) response.warnings = warnings;
  kube::WriteAdmissionReview(request.uid, response, answer);
  return {.allowed = response.allowed,
          .kind = request.kind.kind,
          .namespace_ = request.namespace_,
          .operation = request.operation};
}

}  // namespace ephor::server
