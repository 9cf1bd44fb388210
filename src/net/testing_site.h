// A site on loopback for tests of clients: plain HTTP and TLS, with answers from a function.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/certificate.h"
#include "net/server.h"

namespace ephor::net {

class TestSite : public Handler {
 public:
  using Answer = std::function<void(const Request&, Response&)>;

  // The function is called by several threads at once.
  explicit TestSite(Answer answer) : answer_(std::move(answer)) {
    const KeyPair authority = *MakeAuthority("test", std::chrono::hours(24));
    authority_ = authority.certificate;
    const std::string names[] = {"localhost", "127.0.0.1"};
    tls_ = *TlsContext::Create(*MakeServerCertificate(authority, names, std::chrono::hours(24)));
    const Endpoint endpoints[] = {{"127.0.0.1:0", this}, {"127.0.0.1:0", this, tls_.get()}};
    auto started = Server::Start(endpoints, ServerLimits(), 2);
    if (!started) {
      ADD_FAILURE() << started.error().message();
      return;
    }
    server_ = *std::move(started);
  }
  ~TestSite() override { server_.reset(); }

  std::string Url(std::string_view path) const { return "http://" + host() + std::string(path); }
  std::string TlsUrl(std::string_view path) const {
    return "https://127.0.0.1:" + std::to_string(server_->port(1)) + std::string(path);
  }
  std::string host() const { return "127.0.0.1:" + std::to_string(server_->port(0)); }
  const std::string& authority() const { return authority_; }

  // "METHOD path?query", in the order in which they came.
  std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  ServerStatistics statistics() const { return server_->statistics(); }

  void Handle(const Request& request, Response& response) override {
    {
      std::string line(request.method);
      line.append(" ").append(request.path);
      if (!request.query.empty()) line.append("?").append(request.query);
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(line));
    }
    answer_(request, response);
  }

 private:
  Answer answer_;
  std::string authority_;
  std::unique_ptr<TlsContext> tls_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::unique_ptr<Server> server_;
};

}  // namespace ephor::net
