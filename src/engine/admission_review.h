// What all webhooks that judge resources have in common: reading a review, leaving alone what the
// configuration says, and answering.
#pragma once

#include <string>
#include <string_view>

#include "engine/admission.h"
#include "engine/admission_request.h"
#include "json/parse.h"
#include "kube/admission_review.h"

namespace ephor::engine {

// Reads a review, lets decide(request, source, response) fill the response unless the configuration leaves
// the request alone, and appends the answer. Resets the workspace's arena first; everything that decide makes
// may be there.
template <class Decide>
AdmissionOutcome AnswerReview(std::string_view body, const Configuration& configuration,
                              const ports::World& world, AdmissionWorkspace& workspace, std::string& answer,
                              Decide decide) {
  Arena& arena = workspace.arena;
  arena.Reset();
  const auto refused = [&](int http_status, const Error& error) {
    workspace.scratch = error.message();
    return AdmissionOutcome{.http_status = http_status, .error = workspace.scratch};
  };
  const auto parsed = json::Parse(body, arena);
  if (!parsed) return refused(417, parsed.error());
  const auto review = kube::DecodeAdmissionReview(*parsed, arena);
  if (!review) return refused(400, review.error());

  const kube::AdmissionRequest& source = review->request;
  const Request request = MakeRequest(source, world, arena);
  AdmissionOutcome outcome{
      .kind = source.kind.kind, .namespace_ = source.namespace_, .operation = source.operation};
  kube::AdmissionResponse response;
  const bool filtered =
      configuration.Excludes(request.requester) ||
      configuration.Filters(request.kind, request.subresource, source.namespace_, source.name);
  if (!filtered) decide(request, source, response);
  outcome.allowed = response.allowed;
  kube::WriteAdmissionReview(source.uid, response, answer);
  return outcome;
}

}  // namespace ephor::engine
