#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/apply_run.h"
#include "cli/run_for_test.h"
#include "registry/testing_registry.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kPolicy =
    "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: no-root\n"
    "  annotations: {pod-policies.kyverno.io/autogen-controllers: none}\nspec:\n  rules:\n  - name: user\n"
    "    match: {any: [{resources: {kinds: [Pod]}}]}\n"
    "    context:\n    - name: user\n      imageRegistry: {reference: "
    "'{{request.object.spec.containers[0].image}}', "
    "jmesPath: configData.config.User}\n"
    "    validate:\n      message: 'the image runs as {{user}}'\n      deny: {conditions: {all: "
    "[{key: '{{user}}', operator: Equals, value: root}]}}\n";

std::string Pod(const std::string& name, const std::string& image) {
  return "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + "}\nspec: {containers: [{name: a, image: '" +
         image + "'}]}\n---\n";
}

TEST(ApplyRegistryTest, AsksRegistriesWhereItIsToldTo) {
  registry::TestRegistry server(registry::TestRegistry::Auth::kBearer);
  server.PutImage("root", R"({"config":{"User":"root"}})");
  server.PutImage("user", R"({"config":{"User":"1000"}})");
  source::TemporaryFolder folder;
  folder.Write("config.json",
               "{\"auths\":{\"" + server.host() + "\":{\"username\":\"user\",\"password\":\"secret\"}}}");
  setenv("DOCKER_CONFIG", folder.path().c_str(), 1);
  ApplyOptions options;
  options.policies = {folder.Write("policy.yaml", kPolicy)};
  options.resources = {folder.Write("pods.yaml", Pod("bad", server.host() + "/app:root") +
                                                     Pod("good", server.host() + "/app:user") +
                                                     Pod("missing", server.host() + "/app:none"))};
  options.policy_report = true;
  options.output_format = "json";
  for (const bool asks : {true, false}) {
    SCOPED_TRACE(asks);
    options.registry = asks;
    const std::size_t before = server.site().requests().size();
    CapturedContext captured;
    const auto code = RunApply(options, captured.context());
    ASSERT_TRUE(code) << code.error().message();
    EXPECT_EQ(*code, 1);
    const std::string out = captured.out();
    if (!asks) {
      EXPECT_EQ(server.site().requests().size(), before);
      EXPECT_NE(out.find("\"pass\":0,\"fail\":0,\"warn\":0,\"error\":3"), std::string::npos) << out;
      continue;
    }
    EXPECT_NE(out.find("\"pass\":1,\"fail\":1,\"warn\":0,\"error\":1"), std::string::npos) << out;
    EXPECT_NE(out.find("the image runs as root"), std::string::npos) << out;
    EXPECT_NE(
        out.find("failed to fetch image descriptor: " + server.host() + "/app:none, error: GET http://" +
                 server.host() + "/v2/app/manifests/none: MANIFEST_UNKNOWN"),
        std::string::npos)
        << out;
  }
  unsetenv("DOCKER_CONFIG");
}

}  // namespace
}  // namespace ephor::cli
