// What the reference's webhook checks of a policy written in CEL before it is stored: the checks that need
// its expressions compiled, and the rest with them.
#pragma once

#include <memory>

#include "policy/cel_policy_types.h"
#include "policy/validate.h"

namespace ephor::engine {

// Compiles the policy without exceptions. The error lists all that is wrong; the warnings are the same one by
// one.
policy::ValidationReport CheckPolicy(const std::shared_ptr<const policy::ValidatingPolicy>& policy);
policy::ValidationReport CheckPolicy(const std::shared_ptr<const policy::MutatingPolicy>& policy);
policy::ValidationReport CheckPolicy(const std::shared_ptr<const policy::GeneratingPolicy>& policy);
policy::ValidationReport CheckPolicy(const std::shared_ptr<const policy::DeletingPolicy>& policy);
policy::ValidationReport CheckPolicy(const std::shared_ptr<const policy::ImageValidatingPolicy>& policy);

// Conditions are not compiled: only a policy gives them their environment.
policy::ValidationReport CheckException(const policy::CelPolicyException& exception);

}  // namespace ephor::engine
