// That an HTTP/1.1 request on a kept connection costs no allocation of ours. What OpenSSL takes for itself
// does not go through operator new and is not counted.
#include <gtest/gtest.h>

#include <atomic>

#include "base/testing_allocations.h"
#include "net/certificate.h"
#include "net/server.h"
#include "net/testing_client.h"

namespace ephor::net {
namespace {

class CountingHandler : public Handler {
 public:
  void Handle(const Request& request, Response& response) override {
    response.body.assign(request.Find("content-type"));
    response.body.append(request.QueryParameter("timeout"));
    response.body.append(100, 'x');
    allocations.store(AllocationsOfThread());
  }
  // Of the server's one thread, up to its last request.
  std::atomic<std::uint64_t> allocations{0};
};

TEST(AllocationTest, NoneForARequestOnAKeptConnection) {
  const auto authority = MakeAuthority("test", std::chrono::hours(24));
  const std::string names[] = {"localhost"};
  const auto tls = TlsContext::Create(*MakeServerCertificate(*authority, names, std::chrono::hours(24)));
  CountingHandler handler;
  const Endpoint endpoints[] = {{"127.0.0.1:0", &handler, tls->get()}, {"127.0.0.1:0", &handler}};
  const auto server = Server::Start(endpoints, ServerLimits(), 1);
  ASSERT_TRUE(server);
  const std::string small = PostText("/validate?timeout=10s", std::string(3'000, 'x'));
  const std::string large = PostText("/validate?timeout=10s", std::string(200'000, 'x'));
  for (const auto protocol : {TestClient::Protocol::kPlain, TestClient::Protocol::kTls}) {
    TestClient client((*server)->port(protocol == TestClient::Protocol::kPlain ? 1 : 0), protocol);
    for (const std::string& request : {small, large}) {
      std::uint64_t warm = 0;
      for (int i = 0; i < 60; ++i) {
        ASSERT_TRUE(client.Send(request));
        ASSERT_EQ(client.Read().status, 200);
        if (i == 9) warm = handler.allocations.load();
      }
      EXPECT_EQ(handler.allocations.load() - warm, 0u) << request.size();
    }
  }
}

}  // namespace
}  // namespace ephor::net
