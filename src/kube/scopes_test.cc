#include "kube/scopes.h"

#include <gtest/gtest.h>

namespace ephor::kube {
namespace {

TEST(IsClusterScoped, KnowsTheBuiltInKinds) {
  EXPECT_TRUE(IsClusterScoped("", "Namespace"));
  EXPECT_TRUE(IsClusterScoped("rbac.authorization.k8s.io", "ClusterRole"));
  EXPECT_FALSE(IsClusterScoped("", "Pod"));
  EXPECT_FALSE(IsClusterScoped("apps", "Namespace"));
  EXPECT_FALSE(IsClusterScoped("", ""));
}

}  // namespace
}  // namespace ephor::kube
