// What the paths of the admission controller mean.
#pragma once

#include <cstdint>
#include <string_view>

#include "engine/admission.h"

namespace ephor::server {

enum class Service : std::uint8_t {
  kNone,      // no such path
  kValidate,  // policies of kyverno.io
  kMutate,
  kCelValidate,  // policies of policies.kyverno.io, named in the path
  kCelMutate,
  kPolicy,  // the object is a policy
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
  // For the services named Cel: "policy/policy/..."; a view into the path.
  std::string_view names;
};

// Exact: a path with a slash more is another path. Does not allocate.
Route FindRoute(std::string_view path);

// True where the API server asks on behalf of a MutatingWebhookConfiguration.
bool IsMutating(Service service);

}  // namespace ephor::server
