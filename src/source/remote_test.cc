#include <gtest/gtest.h>

#include <cstdlib>

#include "net/testing_site.h"
#include "registry/testing_registry.h"
#include "source/policies.h"
#include "source/policy_image.h"
#include "source/resources.h"
#include "source/testing_git_server.h"

namespace ephor::source {
namespace {

std::string PolicyNamed(const std::string& name) {
  return "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: " + name +
         "}\nspec:\n  rules:\n  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
         "    validate: {message: m, pattern: {metadata: {name: '?*'}}}\n";
}

// The names of the policies, and the problems.
std::string Loaded(const std::string& path, const RemoteOptions& options = {}) {
  const LoadedPolicies loaded = LoadPolicies({path}, stdin, options);
  std::string text;
  for (const auto& policy : loaded.policies) text += std::string(policy->metadata.name) + " ";
  for (const PolicyProblem& problem : loaded.problems) text += problem.Description();
  return text;
}

TEST(RemotePoliciesTest, FilesOfWebServers) {
  net::TestSite site([](const net::Request& request, net::Response& response) {
    if (request.path == "/good.yaml") {
      response.body = PolicyNamed("a") + "---\n" + PolicyNamed("b");
    } else if (request.path == "/broken.yaml") {
      response.body = "kind: [";
    } else if (request.path == "/page.yaml") {
      response.body = "<html><body>moved: elsewhere</body></html>";
    } else if (request.path == "/large.yaml") {
      response.body.assign(20 << 20, '#');
    } else {
      response.status = 404;
    }
  });
  EXPECT_EQ(Loaded(site.Url("/good.yaml")), "a b ");
  EXPECT_EQ(Loaded(site.Url("/none.yaml")),
            site.Url("/none.yaml") + ": failed to process URL: HTTP 404 Not Found");
  EXPECT_EQ(Loaded(site.Url("/page.yaml")), site.Url("/page.yaml") + ": there is no policy");
  EXPECT_EQ(Loaded(site.Url("/large.yaml")),
            site.Url("/large.yaml") +
                ": response length must be less than max allowed response length of 16777216");
  EXPECT_TRUE(Loaded(site.Url("/broken.yaml")).starts_with(site.Url("/broken.yaml") + ":"));

  ResourceInput input;
  const auto unreadable = input.AddPaths({site.Url("/good.yaml"), site.Url("/none.yaml")});
  ASSERT_TRUE(unreadable) << unreadable.error().message();
  EXPECT_EQ(input.documents().size(), 2u);
  ASSERT_EQ(unreadable->size(), 1u);
  EXPECT_EQ(unreadable->front().error.message(), "failed to process URL: HTTP 404 Not Found");
}

TEST(RemotePoliciesTest, GitRepositories) {
  if (!GitServer::IsInstalled()) GTEST_SKIP() << "git is not installed";
  GitServer server;
  server.Write("a.yaml", PolicyNamed("a"));
  server.Write("dir/b.yml", PolicyNamed("b"));
  server.Write("dir/values.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");
  server.Write(".kyverno-test/c.yaml", PolicyNamed("hidden"));
  server.Write("dir/.test/c.yaml", PolicyNamed("hidden"));
  server.Write("c.txt", PolicyNamed("text"));
  server.Commit();
  EXPECT_EQ(Loaded(server.Url()), "a b ");
  EXPECT_EQ(Loaded(server.Url("/main")), "a b ");
  EXPECT_EQ(Loaded(server.Url("/dir"), {.git_branch = "main"}), "b ");
  EXPECT_EQ(Loaded(server.Url("/dir/b.yml"), {.git_branch = "main"}), "b ");
  EXPECT_EQ(Loaded(server.Url("/dir/values.yaml"), {.git_branch = "main"}),
            server.Url("/dir/values.yaml") + ": there is no policy");
  EXPECT_EQ(Loaded(server.Url("/none")), server.Url("/none") + ": failed to clone repository (" +
                                             server.Url() +
                                             ", branch none: couldn't find remote ref \"refs/heads/none\")");
  EXPECT_TRUE(
      Loaded("https://example.com/a").starts_with("https://example.com/a: failed to parse URL (invalid"));
}

TEST(RemotePoliciesTest, Images) {
  setenv("DOCKER_CONFIG", "/nonexistent", 1);
  registry::TestRegistry server;
  const std::string digest = server.Put("app/blobs/layer", PolicyNamed("a"));
  server.Put(
      "app/manifests/v1",
      "{\"layers\":[{\"mediaType\":\"application/vnd.cncf.kyverno.policy.layer.v1+yaml\",\"digest\":\"" +
          digest + "\"},{\"mediaType\":\"other\",\"digest\":\"x\"}]}",
      "application/vnd.oci.image.manifest.v1+json");
  const std::string image = "oci://" + server.host() + "/app:";
  EXPECT_EQ(Loaded(image + "v1"), "a ");
  EXPECT_TRUE(
      Loaded(image + "v2")
          .starts_with(image + "v2: GET http://" + server.host() + "/v2/app/manifests/v2: MANIFEST_UNKNOWN"));
  server.Put("app/manifests/garbage", "<html>", "application/vnd.oci.image.manifest.v1+json");
  EXPECT_EQ(Loaded(image + "garbage"), image +
                                           "garbage: the manifest is not JSON: invalid character '<' "
                                           "looking for beginning of value");
  server.Put("app/manifests/other", "{\"layers\":[{\"mediaType\":\"other\",\"digest\":\"x\"}]}",
             "application/vnd.oci.image.manifest.v1+json");
  EXPECT_EQ(Loaded(image + "other"), image + "other: there is no policy");
  EXPECT_EQ(Loaded("oci://a b"), "oci://a b: could not parse reference: a b");
  unsetenv("DOCKER_CONFIG");
}

}  // namespace
}  // namespace ephor::source
