#include "kube/kinds.h"

#include <gtest/gtest.h>

namespace ephor::kube {
namespace {

struct ParseCase {
  std::string_view text, group, version, kind, subresource;
};

TEST(KindSelector, ReadsEachForm) {
  const ParseCase cases[] = {
      {"Pod", "*", "*", "Pod", ""},
      {"*", "*", "*", "*", ""},
      {"*/*", "*", "*", "*", "*"},
      {"*/exec", "*", "*", "*", "exec"},
      {"*/Pod", "*", "*", "Pod", ""},
      {"v1/Pod", "*", "v1", "Pod", ""},
      {"v1beta1/Ingress", "*", "v1beta1", "Ingress", ""},
      {"Pod/exec", "*", "*", "Pod", "exec"},
      {"Pod.exec", "*", "*", "Pod", "exec"},
      {"Pod/*", "*", "*", "Pod", "*"},
      {"v1/Pod/exec", "*", "v1", "Pod", "exec"},
      {"v1/Pod.exec", "*", "v1", "Pod", "exec"},
      {"apps/v1/Deployment", "apps", "v1", "Deployment", ""},
      {"batch/*/CronJob", "batch", "*", "CronJob", ""},
      {"/v1/Pod", "", "v1", "Pod", ""},
      {"apps/v1/Deployment/scale", "apps", "v1", "Deployment", "scale"},
      {"*/*/CronJob", "*", "*", "*", "CronJob"},
      {"*/v1/Pod", "*", "*", "v1", "Pod"},
      {"networking.k8s.io/NetworkPolicy", "*", "*", "networking.k8s.io", "NetworkPolicy"},
      {"vault/Secret", "*", "*", "vault", "Secret"},
      {"a/b/c/d/e", "", "", "", ""},
      {"", "*", "*", "", ""},
  };
  for (const ParseCase& c : cases) {
    SCOPED_TRACE(c.text);
    const KindSelector selector = KindSelector::Parse(c.text);
    EXPECT_EQ(selector.group(), c.group);
    EXPECT_EQ(selector.version(), c.version);
    EXPECT_EQ(selector.kind(), c.kind);
    EXPECT_EQ(selector.subresource(), c.subresource);
  }
}

struct MatchCase {
  std::string_view selector;
  GroupVersionKind gvk;
  std::string_view subresource;
  bool matches, matches_exactly;
};

TEST(KindSelector, Matches) {
  constexpr GroupVersionKind kPod{"", "v1", "Pod"}, kDeployment{"apps", "v1", "Deployment"};
  const MatchCase cases[] = {
      {"Pod", kPod, "", true, true},
      {"pod", kPod, "", false, false},
      {"Pod", kPod, "exec", false, false},
      {"Pod", kPod, "ephemeralcontainers", true, false},
      {"*", kPod, "ephemeralcontainers", true, false},
      {"*", kDeployment, "scale", false, false},
      {"*/*", kDeployment, "scale", true, true},
      {"Pod/*", kPod, "", true, true},
      {"v1/Pod", kPod, "status", false, false},
      {"v2/Pod", kPod, "", false, false},
      {"apps/v1/Deployment", kDeployment, "", true, true},
      {"Deploy*", kDeployment, "", true, true},
      {"*/scale", kDeployment, "scale", true, true},
      {"*/v1/Pod", kPod, "", false, false},
  };
  for (const MatchCase& c : cases) {
    SCOPED_TRACE(std::string(c.selector) + " " + std::string(c.gvk.kind) + "/" + std::string(c.subresource));
    EXPECT_EQ(KindSelector::Parse(c.selector).Matches(c.gvk, c.subresource), c.matches);
    EXPECT_EQ(KindSelector::Parse(c.selector).MatchesExactly(c.gvk, c.subresource), c.matches_exactly);
  }
}

TEST(GroupVersionKind, SplitsTheApiVersion) {
  EXPECT_EQ(ParseGroupVersionKind("v1", "Pod"), (GroupVersionKind{"", "v1", "Pod"}));
  EXPECT_EQ(ParseGroupVersionKind("apps/v1", "Deployment"), (GroupVersionKind{"apps", "v1", "Deployment"}));
}

}  // namespace
}  // namespace ephor::kube
