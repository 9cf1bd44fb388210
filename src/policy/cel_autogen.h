// Policies for pod controllers, made from policies for Pods that are written in CEL.
//
// A policy about Pods alone is also wanted for the Deployments, Jobs and so on that make Pods. At most two
// copies are made of it: for CronJobs ("cronjobs") and for the other controllers ("defaults"). Their
// matchConstraints name the controllers instead of Pods, and their texts have `spec` and `metadata` of the
// object replaced by those of the Pod's template, as text, which is what the reference does:
//
// - ValidatingPolicy, ImageValidatingPolicy: in every text of the spec, also in messages, and without regard
//   to where a name begins or ends: `myobject.specs` is rewritten too. `object.metadata.namespace` stays.
// - MutatingPolicy: in match conditions and apply configurations only, of metadata only labels and
//   annotations; and an `Object{...}` is wrapped in the template's path.
//
// What is written otherwise (`object['spec']`, a variable that holds the object) stays and means the
// controller's own field.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "json/value.h"
#include "policy/cel_policy_types.h"

namespace ephor::policy {

struct PodController {
  std::string_view group, version, resource, kind;
};

// One copy: its name and the controllers it is for, sorted by group, version and resource.
struct ControllerForm {
  std::string_view name;  // cronjobs, defaults
  std::vector<const PodController*> controllers;
};

// Whether the policy selects Pods and nothing else, by nothing but their namespace.
bool IsAboutPodsAlone(const CelPolicy& policy);

// The forms that copies are made for, in the order of evaluation; none where the policy selects more than
// Pods, excludes something, or selects by labels of the object or by names, or turns them off.
std::vector<ControllerForm> ControllerFormsOf(const CelPolicy& policy);

// The policy's document as the copy for a form is written. In the arena and in the document.
json::Value DocumentFor(const CelPolicy& policy, const ControllerForm& form, Arena& arena);

// The controller of a resource name ("deployments"), or nullptr.
const PodController* FindPodController(std::string_view resource);

// The rewriting of one text, for the form of a name. Exposed for tests.
std::string ForControllers(std::string_view text, std::string_view form);
std::string MutationForControllers(std::string_view expression, std::string_view form);

}  // namespace ephor::policy
