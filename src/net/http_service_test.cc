#include "net/http_service.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "net/testing_site.h"

namespace ephor::net {
namespace {

void Answer(const Request& request, Response& response) {
  response.status = 201;
  response.body.assign(request.Find("authorization"));
}

TEST(HttpServiceTest, CallsAndRefuses) {
  TestSite site(Answer);
  const std::string url = site.Url("/x");
  const auto guarded = MakeHttpService({});
  const auto refused = guarded->Send({.method = "GET", .url = url});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "Get \"" + url + "\": connection to " + site.host() +
                                           " blocked: IP 127.0.0.1 falls in blocked range 127.0.0.0/8");
  EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);

  const auto open = MakeHttpService({.rules = *EgressRules::Of({}, {})});
  const std::pair<std::string_view, std::string_view> header{"AUTHORIZATION", "mine"};
  const auto response = open->Send({.method = "POST", .url = url, .headers = std::span(&header, 1)});
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "mine");
  EXPECT_FALSE(open->IsRecorded("GET", url));
}

TEST(HttpServiceTest, TheTokenStaysInTheCluster) {
  TestSite site(Answer);
  const std::string file = ::testing::TempDir() + "/ephor-token-" + std::to_string(getpid());
  std::ofstream(file) << "secret\n";
  const auto service = MakeHttpService({.rules = *EgressRules::Of({}, {}), .token_file = file});
  const std::string url = site.Url("/x");
  const auto response = service->Send({.method = "GET", .url = url, .wants_token = true});
  ASSERT_TRUE(response) << response.error().message();
  EXPECT_EQ(response->body, "");
  std::remove(file.c_str());
}

}  // namespace
}  // namespace ephor::net
