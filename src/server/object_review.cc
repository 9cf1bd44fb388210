#include "server/object_review.h"

#include <memory>
#include <utility>
#include <vector>

#include "engine/cel/policy_check.h"
#include "json/parse.h"
#include "kube/admission_review.h"
#include "policy/decode.h"
#include "policy/validate.h"

namespace ephor::server {
namespace {

// What the review of one object came to.
struct Verdict {
  std::string denial;  // "": allowed
  std::vector<std::string> warnings;
};

Verdict Denied(std::string why) {
  return {std::move(why), {}};
}

// The schema was checked by the API server, perhaps by a newer one.
constexpr policy::DecodeOptions kDecode{.strict = false};

policy::SourceDocument DocumentOf(const json::Value& object) {
  return {&object, 1, std::make_shared<policy::SourceText>()};
}

template <class T>
Verdict JudgeCel(const kube::AdmissionRequest& request) {
  const auto policy = policy::Decode<T>(DocumentOf(request.object), kDecode);
  if (!policy) return Denied(policy.error().message());
  policy::ValidationReport report = engine::CheckPolicy(*policy);
  return {report.error ? report.error->message() : std::string(), std::move(report.warnings)};
}

Verdict JudgePolicy(const kube::AdmissionRequest& request) {
  switch (policy::KindOf(request.object)) {
    case policy::Kind::kPolicy:
      break;
    case policy::Kind::kValidatingPolicy:
      return JudgeCel<policy::ValidatingPolicy>(request);
    case policy::Kind::kMutatingPolicy:
      return JudgeCel<policy::MutatingPolicy>(request);
    case policy::Kind::kGeneratingPolicy:
      return JudgeCel<policy::GeneratingPolicy>(request);
    case policy::Kind::kDeletingPolicy:
      return JudgeCel<policy::DeletingPolicy>(request);
    case policy::Kind::kImageValidatingPolicy:
      return JudgeCel<policy::ImageValidatingPolicy>(request);
    default:
      return Denied("admission request does not contain a policy");
  }
  const auto policy = policy::Decode<policy::Policy>(DocumentOf(request.object), kDecode);
  if (!policy) return Denied(policy.error().message());
  policy::ValidateOptions options;
  Result<std::shared_ptr<const policy::Policy>> old = nullptr;
  if (request.old_object.is_object() && policy::KindOf(request.old_object) == policy::Kind::kPolicy) {
    old = policy::Decode<policy::Policy>(DocumentOf(request.old_object), kDecode);
    if (old) options.old = old->get();
  }
  policy::ValidationReport report = policy::ValidatePolicy(**policy, options);
  Verdict verdict{report.error ? report.error->message() : std::string(), std::move(report.warnings)};
  verdict.warnings.push_back(policy::DeprecationWarning(request.kind.kind));
  return verdict;
}

Verdict Judge(Service service, const kube::AdmissionRequest& request) {
  const policy::Kind kind = policy::KindOf(request.object);
  const auto of = [](const auto& decoded) { return decoded ? Verdict() : Denied(decoded.error().message()); };
  switch (service) {
    case Service::kPolicy:
      return JudgePolicy(request);
    case Service::kException: {
      if (kind != policy::Kind::kPolicyException) {
        return Denied("admission request does not contain a policy exception");
      }
      Verdict verdict = of(policy::Decode<policy::PolicyException>(DocumentOf(request.object), kDecode));
      verdict.warnings.push_back(policy::DeprecationWarning(request.kind.kind));
      return verdict;
    }
    case Service::kGlobalContext:
      if (kind != policy::Kind::kGlobalContextEntry) {
        return Denied("admission request does not contain a global context entry");
      }
      return of(policy::Decode<policy::GlobalContextEntry>(DocumentOf(request.object), kDecode));
    default: {
      if (kind != policy::Kind::kCelPolicyException) {
        return Denied("admission request does not contain a policy exception");
      }
      const auto exception = policy::Decode<policy::CelPolicyException>(DocumentOf(request.object), kDecode);
      if (!exception) return Denied(exception.error().message());
      const policy::ValidationReport report = engine::CheckException(**exception);
      return report.error ? Denied(report.error->message()) : Verdict();
    }
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
  const std::vector<std::string_view> warnings(verdict.warnings.begin(), verdict.warnings.end());
  kube::AdmissionResponse response;
  response.allowed = verdict.denial.empty();
  response.message = verdict.denial;
  response.warnings = warnings;
  kube::WriteAdmissionReview(request.uid, response, answer);
  return {.allowed = response.allowed,
          .kind = request.kind.kind,
          .namespace_ = request.namespace_,
          .operation = request.operation};
}

}  // namespace ephor::server
