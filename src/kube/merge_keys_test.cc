#include "kube/merge_keys.h"

#include <gtest/gtest.h>

#include <string>

namespace ephor::kube {
namespace {

// "name", "containerPort protocol", "set" or "replace" for the list at a dotted path.
std::string Merge(const GroupVersionKind& gvk, std::string_view path) {
  const MergeField* field = MergeRootOf(gvk);
  while (field != nullptr && !path.empty()) {
    const std::size_t end = std::min(path.find('.'), path.size());
    field = field->Find(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  if (field == nullptr || field->list == ListMerge::kReplace) return "replace";
  if (field->list == ListMerge::kSet) return "set";
  std::string keys;
  for (const std::string_view key : field->keys()) keys += (keys.empty() ? "" : " ") + std::string(key);
  return keys;
}

TEST(MergeKeys, AssociativeLists) {
  const GroupVersionKind pod{"", "v1", "Pod"}, deployment{"apps", "v1", "Deployment"};
  struct Case {
    GroupVersionKind gvk;
    std::string_view path, merge;
  };
  const Case cases[] = {
      {pod, "spec.containers", "name"},
      {pod, "spec.initContainers", "name"},
      {pod, "spec.ephemeralContainers", "name"},
      {pod, "spec.volumes", "name"},
      {pod, "spec.imagePullSecrets", "name"},
      {pod, "spec.hostAliases", "ip"},
      {pod, "spec.topologySpreadConstraints", "topologyKey whenUnsatisfiable"},
      {pod, "spec.containers.env", "name"},
      {pod, "spec.containers.ports", "containerPort protocol"},
      {pod, "spec.containers.volumeMounts", "mountPath"},
      {pod, "spec.containers.volumeDevices", "devicePath"},
      {pod, "spec.ephemeralContainers.ports", "replace"},
      {pod, "metadata.finalizers", "set"},
      {pod, "metadata.ownerReferences", "uid"},
      {pod, "status.podIPs", "ip"},
      {pod, "spec.tolerations", "replace"},
      {pod, "spec.containers.args", "replace"},
      {pod, "spec.containers.envFrom", "replace"},
      {pod, "spec.schedulingGates", "replace"},  // younger than 1.21
      {deployment, "spec.template.spec.containers", "name"},
      {deployment, "status.conditions", "type"},
      {{"batch", "v1beta1", "CronJob"}, "spec.jobTemplate.spec.template.spec.containers", "name"},
      {{"", "v1", "Service"}, "spec.ports", "port protocol"},
      {{"", "v1", "ServiceAccount"}, "secrets", "name"},
      {{"", "v1", "ServiceAccount"}, "imagePullSecrets", "replace"},
      {{"", "v1", "Node"}, "spec.podCIDRs", "set"},
      {{"admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration"}, "webhooks", "name"},
      {{"storage.k8s.io", "v1", "CSINode"}, "spec.drivers", "name"},
      {{"networking.k8s.io", "v1", "Ingress"}, "spec.rules", "replace"},
      {{"autoscaling", "v2", "HorizontalPodAutoscaler"}, "metadata.finalizers", "replace"},
      {{"example.com", "v1", "Widget"}, "metadata.finalizers", "replace"},
      {{"", "", ""}, "", "replace"},
      {pod, "", "replace"},
      {pod, "spec", "replace"},
      {pod, "spec.containers.name.deeper", "replace"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Merge(c.gvk, c.path), c.merge) << c.gvk.kind << ' ' << c.path;
  }
}

}  // namespace
}  // namespace ephor::kube
