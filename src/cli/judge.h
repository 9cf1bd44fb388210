// The evaluation of one resource by all policies of a session.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "engine/response.h"
#include "json/value.h"

namespace ephor::cli {

struct Session;

struct Judged {
  // First those of policies that mutate, then those of policies that validate, those of MutatingPolicies and
  // ValidatingPolicies, those of policies that generate, those of ValidatingAdmissionPolicies, of
  // ImageValidatingPolicies, and last those of DeletingPolicies; a policy may be among several.
  std::span<const engine::PolicyResponse> responses;
  // Which of them are of policies that may have changed the resource, by their places.
  std::span<const std::size_t> mutated;
};

// The responses on a resource, in the order in which the reference's command line collects them: each policy
// that mutates gets the object as the one before has left it, and what they have made of it is validated and
// triggers what is generated. The request is the one that the values file describes; a non-empty
// `operation` overrides what they say. A rule of a kind that is not evaluated yet gives an error where it
// matches. Everything is in the arena. Fails where values make no request of the resource. May be called from
// any thread.
Result<Judged> Judge(const Session& session, const json::Value& resource, std::string_view operation,
                     Arena& arena);

// The same for a payload that is no resource: only ValidatingPolicies in JSON mode and DeletingPolicies judge
// it.
Result<Judged> JudgePayload(const Session& session, const json::Value& payload, Arena& arena);

// The responses of the policies for external authorizers, over HTTP or of Envoy, on a request's JSON. Fails
// where it is none, or a policy does not compile.
Result<Judged> JudgeAuthorizerRequest(const Session& session, const json::Value& request, bool envoy,
                                      Arena& arena);

// The same for an AdmissionReview: the request is the review's. The reviews of a webhook run only the rules
// that may block; here all rules run, and policies of all kinds that take part in admission. Bindings find
// their parameters among the session's.
Result<Judged> JudgeReview(const Session& session, const json::Value& review, Arena& arena);

}  // namespace ephor::cli
