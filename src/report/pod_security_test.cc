#include "report/pod_security.h"

#include <gtest/gtest.h>

#include "json/parse.h"

namespace ephor::report {
namespace {

TEST(PodSecurityProperties, NameControlsAndImages) {
  Arena arena;
  const json::Value rule = *json::Parse(R"({"level":"baseline","version":"latest"})", arena);
  const auto standard = pss::Standard::Compile(rule, arena);
  policy::PodSecurity source;
  source.level = "baseline";
  source.version = "latest";
  const auto properties = [&](std::string_view pod) {
    const auto evaluation = standard.Evaluate(*json::Parse(pod, arena), arena);
    EXPECT_TRUE(evaluation);
    return PodSecurityProperties(*evaluation, source);
  };
  const auto bad = properties(
      R"({"kind":"Pod","spec":{"hostPID":true,"containers":[{"name":"a","image":"busybox",)"
      R"("securityContext":{"privileged":true}},{"name":"b","image":"BAD IMAGE","securityContext":{"privileged":true}}]}})");
  const std::vector<std::pair<std::string_view, std::string>> expected = {
      {"standard", "baseline"},
      {"version", "latest"},
      {"controls", "hostNamespaces,privileged"},
      {"controlsJSON",
       R"([{"ID":"hostNamespaces","Name":"Host Namespaces","Images":null},)"
       R"({"ID":"privileged","Name":"Privileged Containers","Images":["docker.io/busybox:latest","b"]}])"}};
  EXPECT_EQ(bad, expected);
  EXPECT_TRUE(properties(R"({"kind":"Pod","spec":{"containers":[{"name":"a","image":"busybox"}]}})").empty());
}

}  // namespace
}  // namespace ephor::report
