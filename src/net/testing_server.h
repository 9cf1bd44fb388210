// A server on loopback for tests, with a handler whose answer depends on the path.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "net/certificate.h"
#include "net/server.h"
#include "net/testing_client.h"

namespace ephor::net {

// Answers by path.
class TestHandler : public Handler {
 public:
  void Handle(const Request& request, Response& response) override {
    if (request.path == "/echo") {
      response.body.assign(request.body);
    } else if (request.path == "/size") {
      response.body = std::to_string(request.body.size());
    } else if (request.path == "/big") {
      response.body.assign(8 << 20, 'x');
    } else if (request.path == "/headers") {
      response.AddHeader("x-given", std::string(request.Find("X-Asked")));
      response.body.append(request.method).append(" ").append(request.query);
    } else if (request.path == "/throw") {
      throw std::runtime_error("thrown");
    } else if (request.path == "/drop") {
      response.Defer();
    } else if (request.path == "/later") {
      std::thread([deferred = response.Defer(), text = std::string(request.body)]() mutable {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        Response answer;
        answer.body = "later " + text;
        std::move(deferred).Complete(std::move(answer));
      }).detach();
    } else if (request.path == "/keep") {
      const std::lock_guard lock(mutex);
      kept.push_back(response.Defer());
    } else {
      response.status = 404;
      response.body = "no such path\n";
    }
  }

  void ReturnMemory(unsigned) override { memory_returns.fetch_add(1); }

  std::mutex mutex;
  std::vector<Deferred> kept;
  std::atomic<int> memory_returns{0};
};

class ServerTest : public ::testing::Test {
 protected:
  void Start(const ServerLimits& limits = {}, unsigned threads = 2) {
    authority_ = *MakeAuthority("test", std::chrono::hours(24));
    const std::string names[] = {"localhost"};
    tls_ = *TlsContext::Create(*MakeServerCertificate(authority_, names, std::chrono::hours(24)));
    const Endpoint endpoints[] = {{"127.0.0.1:0", &handler_, tls_.get()}, {"127.0.0.1:0", &handler_}};
    auto started = Server::Start(endpoints, limits, threads);
    ASSERT_TRUE(started) << started.error().message();
    server_ = *std::move(started);
  }

  std::uint16_t port(TestClient::Protocol protocol) const {
    return server_->port(protocol == TestClient::Protocol::kPlain ? 1 : 0);
  }
  std::unique_ptr<TestClient> Connect(TestClient::Protocol protocol = TestClient::Protocol::kTls) const {
    return std::make_unique<TestClient>(port(protocol), protocol, authority_.certificate);
  }
  void ExpectGoodService() {
    const auto client = Connect();
    ASSERT_TRUE(client->connected());
    ASSERT_TRUE(client->Send(PostText("/echo", "still here")));
    EXPECT_EQ(client->Read().body, "still here");
  }

  TestHandler handler_;
  KeyPair authority_;
  std::unique_ptr<TlsContext> tls_;
  std::unique_ptr<Server> server_;
};

}  // namespace ephor::net
