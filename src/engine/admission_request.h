// A request of the API server as the engine sees it.
#pragma once

#include "engine/request.h"
#include "kube/admission_review.h"
#include "ports/world.h"

namespace ephor::engine {

// With the requester's roles and the namespace's labels, asked of the cluster where there is one. The review
// and the arena must outlive the request.
Request MakeRequest(const kube::AdmissionRequest& source, const ports::World& world, Arena& arena);

}  // namespace ephor::engine
