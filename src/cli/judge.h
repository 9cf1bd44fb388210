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
  // First those of policies that mutate, then those of policies that validate, those of ValidatingPolicies,
  // those of policies that generate, and last those of ValidatingAdmissionPolicies; a policy may be among
  // several.
  std::span<const engine::PolicyResponse> responses;
  std::size_t mutated = 0;  // how many of them are of the first kind
};

// The responses on a resource, in the order in which the reference's command line collects them: each policy
// that mutates gets the object as the one before has left it, and what they have made of it is validated and
// triggers what is generated. The request is the one that the values file describes; a non-empty
// `operation` overrides what they say. A rule of a kind that is not evaluated yet gives an error where it
// matches. Everything is in the arena. Fails where values make no request of the resource. May be called from
// any thread.
Result<Judged> Judge(const Session& session, const json::Value& resource, std::string_view operation,
                     Arena& arena);

}  // namespace ephor::cli
