#include "server/routes.h"

#include <array>

namespace ephor::server {
namespace {

using FailurePolicy = engine::AdmissionTarget::FailurePolicy;

struct Fixed {
  std::string_view path;
  Service service;
};
constexpr std::array kFixed = {
    Fixed{"/policyvalidate", Service::kPolicy},
    Fixed{"/policymutate", Service::kPolicyMutate},
    Fixed{"/exceptionvalidate", Service::kException},
    Fixed{"/celexception/validate", Service::kCelException},
    Fixed{"/globalcontextvalidate", Service::kGlobalContext},
    Fixed{"/verifymutate", Service::kHeartbeat},
    Fixed{"/health/liveness", Service::kLiveness},
    Fixed{"/health/readiness", Service::kReadiness},
};

// Paths that end with names of policies.
struct Named {
  std::string_view path;
  Service service;
  bool namespaced;
};
constexpr std::array kNamed = {
    Named{"/vpol/", Service::kValidatingPolicies, false},
    Named{"/nvpol/", Service::kValidatingPolicies, true},
    Named{"/mpol/", Service::kMutatingPolicies, false},
    Named{"/nmpol/", Service::kMutatingPolicies, true},
    Named{"/vap/", Service::kNativePolicies, false},
    Named{"/map/", Service::kNativeMutation, false},
    Named{"/gpol/", Service::kGeneratingPolicies, false},
    Named{"/ngpol/", Service::kGeneratingPolicies, true},
    Named{"/ivpol/validate/", Service::kImageValidatingPolicies, false},
    Named{"/nivpol/validate/", Service::kImageValidatingPolicies, true},
    Named{"/ivpol/mutate/", Service::kImageMutation, false},
    Named{"/nivpol/mutate/", Service::kImageMutation, true},
};

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// What follows /validate or /mutate.
Route Classic(std::string_view rest, Service service) {
  Route route{.service = service};
  if (rest.empty()) return route;
  if (TakePrefix(rest, "/fail")) {
    route.target.failure_policy = FailurePolicy::kFail;
  } else if (TakePrefix(rest, "/ignore")) {
    route.target.failure_policy = FailurePolicy::kIgnore;
  } else {
    return {};
  }
  if (rest.empty()) return route;
  if (!TakePrefix(rest, "/finegrained/") || rest.empty()) return {};
  route.target.policy_key = rest;
  return route;
}

}  // namespace

Route FindRoute(std::string_view path) {
  std::string_view rest = path;
  if (TakePrefix(rest, "/validate")) return Classic(rest, Service::kValidate);
  if (TakePrefix(rest, "/mutate")) return Classic(rest, Service::kMutate);
  for (const Fixed& fixed : kFixed) {
    if (path == fixed.path) return {.service = fixed.service};
  }
  for (const Named& named : kNamed) {
    if (TakePrefix(rest, named.path)) {
      return {.service = named.service, .cel_target = {.names = rest, .namespaced = named.namespaced}};
    }
  }
  return {};
}

bool IsMutating(Service service) {
  return service == Service::kMutate || service == Service::kMutatingPolicies ||
         service == Service::kImageMutation || service == Service::kNativeMutation ||
         service == Service::kPolicyMutate || service == Service::kHeartbeat;
}

}  // namespace ephor::server
