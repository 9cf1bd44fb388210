#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/oci/oci_run.h"
#include "cli/run_for_test.h"
#include "registry/testing_docker_registry.h"
#include "registry/testing_registry.h"
#include "source/temporary_folder.h"

namespace ephor::cli {
namespace {

std::string ContentOf(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct Outcome {
  std::string error;  // "" for success
  std::string told;
};

Outcome Try(Result<int> (*run)(const OciOptions&, const Context&), const std::string& path,
            const std::string& image) {
  CapturedContext captured;
  const auto code = run({.path = path, .image = image}, captured.context());
  return {code ? "" : code.error().message(), captured.err()};
}

class OciTest : public ::testing::Test {
 protected:
  // Without what the machine's user has logged in to.
  OciTest() { setenv("DOCKER_CONFIG", folder_.path().c_str(), 1); }
  ~OciTest() override { unsetenv("DOCKER_CONFIG"); }

  source::TemporaryFolder folder_;
};

TEST_F(OciTest, PushesAndPulls) {
  if (!registry::DockerRegistry::IsInstalled()) GTEST_SKIP() << "docker-registry is not installed";
  const registry::DockerRegistry server(/*wants_login=*/true);
  const std::string image = server.host() + "/team/policies:v1";
  folder_.Write("in/a.yaml", kNeedTeam);
  folder_.Write(
      "in/b.yaml",
      "apiVersion: kyverno.io/v1\nkind: Policy\nmetadata: {name: own, namespace: prod}\nspec:\n  rules:\n"
      "  - name: r\n    match: {any: [{resources: {kinds: [Pod]}}]}\n"
      "    validate: {message: m, pattern: {metadata: {name: '?*'}}}\n");
  folder_.Write("in/c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");
  folder_.Write("in/d.yaml",
                "apiVersion: kyverno.io/v2\nkind: ClusterCleanupPolicy\nmetadata: {name: tidy}\nspec:\n"
                "  match: {any: [{resources: {kinds: [Pod]}}]}\n  schedule: '* * * * *'\n");

  const Outcome refused = Try(RunOciPush, folder_.Path("in"), image);
  EXPECT_TRUE(
      refused.error.starts_with("writing image: HEAD http://" + server.host() + "/v2/team/policies/blobs/"))
      << refused.error;
  EXPECT_NE(refused.error.find("unexpected status code 401 Unauthorized"), std::string::npos)
      << refused.error;
  folder_.Write("config.json", "{\"auths\":{\"" + server.host() + "\":{\"auth\":\"dXNlcjpzZWNyZXQ=\"}}}");
  const Outcome pushed = Try(RunOciPush, folder_.Path("in"), image);
  EXPECT_EQ(pushed.error, "");
  EXPECT_EQ(
      pushed.told,
      "Leaving out ClusterCleanupPolicy [tidy]\nAdding cluster policy [need-team]\nAdding policy [own]\n"
      "Uploading [" +
          image + "]...\nDone.");

  const std::string out = folder_.Path("new/out");
  const Outcome pulled = Try(RunOciPull, out, image);
  EXPECT_EQ(pulled.error, "");
  EXPECT_EQ(pulled.told, "Downloading policies from an image [" + image + "]...\nSaving policy into disk [" +
                             out + "/need-team.yaml]...\nSaving policy into disk [" + out +
                             "/own.yaml]...\nDone.");
  EXPECT_EQ(ContentOf(out + "/need-team.yaml").substr(0, 49),
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmet");
  struct stat status;
  ASSERT_EQ(stat((out + "/own.yaml").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);

  // What was pulled can be pushed, and is the same image.
  EXPECT_EQ(Try(RunOciPush, out, server.host() + "/team/again:v1").error, "");
}

TEST_F(OciTest, SaysWhatIsWrong) {
  registry::TestRegistry server;
  const std::string good = folder_.Write("good.yaml", kNeedTeam);
  const std::string broken = folder_.Write(
      "broken.yaml",
      "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: x}\nspec: {rulez: []}\n");
  const std::string invalid = folder_.Write(
      "invalid.yaml",
      "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: x}\nspec:\n  rules:\n  - name: r\n"
      "    match: {any: [{resources: {kinds: [Pod]}}]}\n    validate: {message: m, pattern: {spec: '{{ nope "
      "}}'}}\n");
  const auto starts = [](const Outcome& outcome, const std::string& text) {
    EXPECT_EQ(outcome.error.substr(0, text.size()), text);
  };
  starts(Try(RunOciPush, good, ""), "image is required");
  starts(Try(RunOciPush, good, "a b"), "parsing image reference: could not parse reference: a b");
  starts(Try(RunOciPush, folder_.Path("none"), "app"),
         "unable to read policy file or directory " + folder_.Path("none") + " (");
  starts(Try(RunOciPush, broken, "app"), "unable to read policy file or directory " + broken + " (");
  starts(Try(RunOciPush, invalid, "app"), "validating policy x: ");
  starts(Try(RunOciPush, good, "127.0.0.1:1/app"),
         "writing image: Get \"https://127.0.0.1:1/v2/\": connect: Connection refused");
  starts(Try(RunOciPull, good, "app"), "dir '" + good + "' must be a directory");
  starts(Try(RunOciPull, folder_.Path("out"), server.host() + "/app:none"),
         "getting image: GET http://" + server.host() +
             "/v2/app/manifests/none: MANIFEST_UNKNOWN: manifest unknown");
}

TEST_F(OciTest, ANameIsNoPath) {
  registry::TestRegistry server;
  const std::string layer =
      "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: ../../evil}\nspec:\n  rules:\n  - "
      "name: r\n"
      "    match: {any: [{resources: {kinds: [Pod]}}]}\n"
      "    validate: {message: m, pattern: {metadata: {name: '?*'}}}\n";
  const std::string digest = server.Put("app/blobs/layer", layer);
  server.Put(
      "app/manifests/latest",
      "{\"layers\":[{\"mediaType\":\"application/vnd.cncf.kyverno.policy.layer.v1+yaml\",\"digest\":\"" +
          digest + "\"}]}",
      "application/vnd.oci.image.manifest.v1+json");
  const Outcome pulled = Try(RunOciPull, folder_.Path("deep/out"), server.host() + "/app");
  EXPECT_EQ(pulled.error.substr(0, 33), "unmarshaling layer blob: layer:3:");
  EXPECT_FALSE(std::filesystem::exists(folder_.Path("evil.yaml")));
}

}  // namespace
}  // namespace ephor::cli
