// What the paths of the admission controller mean.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/admission.h"
#include "engine/cel/admission.h"

namespace ephor::server {

enum class Service : std::uint8_t {
  kNone,      // no such path
  kValidate,  // policies of kyverno.io
  kMutate,
  kValidatingPolicies,  // of policies.kyverno.io, named in the path
  kMutatingPolicies,
  kGeneratingPolicies,
  kNativePolicies,  // ValidatingAdmissionPolicies, named in the path
  kNativeMutation,  // MutatingAdmissionPolicies
  kImageValidatingPolicies,
  kImageMutation,  // by ImageValidatingPolicies
  kPolicy,         // the object is a policy
  kPolicyMutate,
  kException,     // a PolicyException of kyverno.io
  kCelException,  // one of policies.kyverno.io
  kGlobalContext,
  kHeartbeat,  // the lease by which the controller watches its own webhooks
  kLiveness,
  kReadiness,
};

struct Route {
  Service service = Service::kNone;
  // For kValidate and kMutate: which policies; a view into the path.
  engine::AdmissionTarget target;
  // For policies.kyverno.io: which policies; a view into the path.
  engine::CelTarget cel_target;
};

// Exact: a path with a slash more is another path. Does not allocate.
Route FindRoute(std::string_view path);

// True where the API server asks on behalf of a MutatingWebhookConfiguration.
bool IsMutating(Service service);

}  // namespace ephor::server
