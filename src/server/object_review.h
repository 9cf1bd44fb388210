// Reviews of policies and of what belongs to them, before a cluster stores them.
#pragma once

#include <string>
#include <string_view>

#include "engine/admission.h"
#include "server/routes.h"

namespace ephor::server {

// Answers a review of an object of the service's kind: denied with what is wrong with it, or allowed, with
// the warning that its kind is deprecated. The answer is appended.
engine::AdmissionOutcome ReviewObject(Service service, std::string_view body,
                                      engine::AdmissionWorkspace& workspace, std::string& answer);

}  // namespace ephor::server
