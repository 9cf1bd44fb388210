// Real sockets on loopback: good servers with and without TLS, and bad ones of every kind.
#include "load/run.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "net/testing_peer.h"
#include "net/testing_server.h"

namespace ephor::load {
namespace {

constexpr Nanoseconds kMillisecond = 1'000'000;

std::unique_ptr<Target> TargetAt(std::uint16_t port, bool secure, const TargetOptions& options = {}) {
  Url url{.secure = secure, .host = "127.0.0.1", .port = port};
  return *Target::Create(url, options);
}

Request Echo(const Target& target, std::string_view path, std::string_view body, bool keep_alive = true) {
  Request request{.path = std::string(path), .body = std::string(body)};
  Render(request, target.url(), keep_alive);
  return request;
}

std::unique_ptr<Metrics> RunPlan(Plan plan, const Target& target, const std::vector<Request>& requests,
                                 const std::vector<Check>& checks = {}) {
  EXPECT_TRUE(plan.Complete());
  return *Run({.plan = plan, .target = target, .requests = requests, .checks = checks, .on_tick = {}});
}

std::uint64_t CountOf(const Metrics& metrics, Failure failure) {
  return metrics.failures[static_cast<std::size_t>(failure)];
}

class LoadServerTest : public net::ServerTest {
 protected:
  void SetUp() override { Start(); }
  std::unique_ptr<Target> Server(bool secure, TargetOptions options = {}) {
    return TargetAt(server_->port(secure ? 0 : 1), secure, options);
  }
};

TEST_F(LoadServerTest, SharesIterationsAmongUsers) {
  for (const bool secure : {false, true}) {
    SCOPED_TRACE(secure ? "TLS" : "plain");
    const auto target = Server(secure);
    std::vector<Request> requests{Echo(*target, "/echo", "one"), Echo(*target, "/echo", "two")};
    requests[0].checks = {0, 1};
    requests[1].checks = {0, 1};
    const std::vector<Check> checks{*Check::Parse("status == 200"), *Check::Parse("body contains one")};
    const auto before = server_->statistics();
    const auto m = RunPlan({.users = 10, .iterations = 101}, *target, requests, checks);
    EXPECT_EQ(m->requests, 101u);
    EXPECT_EQ(m->iterations, 101u);
    EXPECT_EQ(m->failed, 0u);
    EXPECT_EQ(m->statuses[200], 101u);
    EXPECT_EQ(m->checks[0].passes, 101u);
    EXPECT_EQ(m->checks[1].passes, 51u);
    EXPECT_EQ(m->checks[1].failures, 50u);
    EXPECT_EQ(m->trend(Trend::kDuration).count(), 101u);
    EXPECT_EQ(server_->statistics().accepted - before.accepted, 10u);
    EXPECT_EQ(server_->statistics().requests - before.requests, 101u);
  }
}

TEST_F(LoadServerTest, OpensAConnectionForEachRequestWhereAsked) {
  for (const bool tls_1_2 : {false, true}) {
    SCOPED_TRACE(tls_1_2 ? "TLS 1.2" : "TLS 1.3");
    const auto target = Server(true, {.resume = true, .tls_1_2 = tls_1_2});
    const auto before = server_->statistics();
    const auto m = RunPlan({.users = 3, .iterations = 30, .reuse = false}, *target,
                           {Echo(*target, "/echo", "x", false)});
    EXPECT_EQ(m->failed, 0u);
    EXPECT_EQ(server_->statistics().accepted - before.accepted, 30u);
    EXPECT_GT(m->trend(Trend::kHandshaking).min(), 0u);
    SSL* const next = target->NewSession();
    EXPECT_EQ(SSL_SESSION_get_protocol_version(SSL_get_session(next)),
              tls_1_2 ? TLS1_2_VERSION : TLS1_3_VERSION);
    SSL_free(next);
  }
}

TEST_F(LoadServerTest, MakesEachRequest) {
  const auto target = Server(false);
  std::vector<Request> requests{Echo(*target, "/echo", "x")};
  requests[0].checks = {0};
  const std::vector<Check> checks{*Check::Parse("body contains 3")};
  Plan plan{.users = 2, .iterations = 10};
  ASSERT_TRUE(plan.Complete());
  RunInputs inputs{.plan = plan, .target = *target, .requests = requests, .checks = checks};
  inputs.make = [&target](std::uint64_t number, Request& request) {
    request.body = std::to_string(number);
    Render(request, target->url(), true);
  };
  const auto m = *load::Run(inputs);
  EXPECT_EQ(m->failed, 0u);
  EXPECT_EQ(m->checks[0].passes, 1u);
}

TEST_F(LoadServerTest, SpeaksHttp2) {
  const auto target = Server(true, {.protocol = Protocol::kHttp2});
  const std::string big(1 << 20, 'y');
  std::vector<Request> requests{Echo(*target, "/echo", "one"), Echo(*target, "/echo", big),
                                Echo(*target, "/big", "x"), Echo(*target, "/nothing", "")};
  requests[0].checks = {0};
  const std::vector<Check> checks{*Check::Parse("body contains one")};
  const auto before = server_->statistics();
  const auto m = RunPlan({.users = 3, .iterations = 40}, *target, requests, checks);
  EXPECT_EQ(m->statuses[200], 30u);
  EXPECT_EQ(m->statuses[404], 10u);
  EXPECT_EQ(m->checks[0].passes, 10u);
  EXPECT_EQ(server_->statistics().accepted - before.accepted, 3u);
  EXPECT_GT(m->bytes_received, 90u << 20);
}

TEST_F(LoadServerTest, Http2TimesOutAndOpensNewConnections) {
  const auto target = Server(true, {.protocol = Protocol::kHttp2});
  const auto silent = RunPlan({.users = 2, .iterations = 2, .timeout = 100 * kMillisecond}, *target,
                              {Echo(*target, "/keep", "x")});
  EXPECT_EQ(CountOf(*silent, Failure::kTimeout), 2u);
  const auto before = server_->statistics();
  const auto m =
      RunPlan({.users = 2, .iterations = 10, .reuse = false}, *target, {Echo(*target, "/echo", "x")});
  EXPECT_EQ(m->failed, 0u);
  EXPECT_EQ(server_->statistics().accepted - before.accepted, 10u);
}

TEST(LoadBadServers, GarbageForHttp2IsGarbage) {
  for (const std::string text :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "\x00\x00\x04\x00\x00\x00\x00\x00\x01xxxx"}) {
    net::BadPeer peer(text, net::BadPeer::End::kKeep);
    const auto target = TargetAt(peer.port(), false, {.protocol = Protocol::kHttp2});
    const auto m =
        RunPlan({.iterations = 2, .timeout = 300 * kMillisecond}, *target, {Echo(*target, "/", "x")});
    EXPECT_EQ(CountOf(*m, Failure::kGarbage) + CountOf(*m, Failure::kTimeout), 2u) << text;
    EXPECT_EQ(m->failed, 2u);
  }
}

TEST_F(LoadServerTest, LoopsForATime) {
  const auto target = Server(false);
  const auto m = RunPlan({.executor = Executor::kConstantUsers, .users = 2, .duration = 200 * kMillisecond},
                         *target, {Echo(*target, "/echo", "x")});
  EXPECT_GT(m->requests, 2u);
  EXPECT_EQ(m->failed, 0u);
  EXPECT_GE(m->elapsed, 200 * kMillisecond);
}

TEST_F(LoadServerTest, RampsUsers) {
  const auto target = Server(false);
  const Plan plan{.executor = Executor::kRampingUsers,
                  .stages = {{100 * kMillisecond, 4}, {200 * kMillisecond, 4}, {100 * kMillisecond, 0}}};
  const auto before = server_->statistics();
  const auto m = RunPlan(plan, *target, {Echo(*target, "/echo", "x")});
  EXPECT_EQ(m->failed, 0u);
  EXPECT_EQ(m->most_users, 4u);
  EXPECT_EQ(server_->statistics().accepted - before.accepted, 4u);
}

TEST_F(LoadServerTest, KeepsARate) {
  const auto target = Server(true);
  const auto m =
      RunPlan({.executor = Executor::kConstantArrivalRate, .duration = 300 * kMillisecond, .rate = 500},
              *target, {Echo(*target, "/echo", "x")});
  EXPECT_EQ(m->requests + m->dropped_iterations, 150u);
  EXPECT_EQ(m->failed, 0u);
}

// The server keeps its answers back for 30 ms, and there is one user for a request every 10 ms: the n-th one
// waits about 20n ms for its turn, which has to be seen in its latency.
TEST_F(LoadServerTest, AWaitForAFreeUserCounts) {
  const auto target = Server(false);
  const auto m = RunPlan({.executor = Executor::kConstantArrivalRate,
                          .users = 1,
                          .max_users = 1,
                          .duration = 200 * kMillisecond,
                          .rate = 100},
                         *target, {Echo(*target, "/later", "x")});
  EXPECT_GT(m->dropped_iterations, 5u);
  EXPECT_EQ(m->requests + m->dropped_iterations, 20u);
  EXPECT_GT(m->trend(Trend::kDuration).max(), 100u * kMillisecond);
  EXPECT_GE(m->trend(Trend::kWaiting).min(), 29u * kMillisecond);
}

TEST_F(LoadServerTest, BigAnswersAndBigRequests) {
  const auto target = Server(true);
  const std::string big(4 << 20, 'y');
  const auto m = RunPlan({.users = 2, .iterations = 4}, *target,
                         {Echo(*target, "/big", "x"), Echo(*target, "/echo", big)});
  EXPECT_EQ(m->failed, 0u);
  EXPECT_GT(m->bytes_received, 24u << 20);
  EXPECT_GT(m->bytes_sent, 8u << 20);
}

TEST_F(LoadServerTest, RequestsWithoutAnswerTimeOut) {
  const auto target = Server(false);
  const auto m = RunPlan({.users = 3, .iterations = 3, .timeout = 100 * kMillisecond}, *target,
                         {Echo(*target, "/keep", "x")});
  EXPECT_EQ(CountOf(*m, Failure::kTimeout), 3u);
  EXPECT_EQ(m->failed, 3u);
}

TEST_F(LoadServerTest, WhatIsUnderWayAtTheEndIsInterrupted) {
  const auto target = Server(false);
  const auto m = RunPlan({.executor = Executor::kConstantUsers,
                          .users = 2,
                          .duration = 50 * kMillisecond,
                          .graceful_stop = 50 * kMillisecond},
                         *target, {Echo(*target, "/keep", "x")});
  EXPECT_EQ(m->interrupted_iterations, 2u);
  EXPECT_EQ(m->requests, 0u);
}

TEST_F(LoadServerTest, AStatusOfAnErrorIsAFailedRequest) {
  const auto target = Server(false);
  const auto m = RunPlan({.iterations = 2}, *target, {Echo(*target, "/nothing", "x")});
  EXPECT_EQ(m->failed, 2u);
  EXPECT_EQ(m->statuses[404], 2u);
  EXPECT_EQ(CountOf(*m, Failure::kNone), 2u);
}

TEST_F(LoadServerTest, ChecksTheServersCertificateWhereAsked) {
  const auto good = TargetAt(server_->port(0), true, {.verify = true, .authority = authority_.certificate});
  // The certificate is for "localhost", not for the address.
  EXPECT_EQ(CountOf(*RunPlan({.iterations = 1}, *good, {Echo(*good, "/echo", "x")}), Failure::kTls), 1u);
  Url url{.secure = true, .host = "localhost", .port = server_->port(0)};
  const auto named = Target::Create(url, {.verify = true, .authority = authority_.certificate});
  ASSERT_TRUE(named) << named.error().message() << "; /etc/hosts should have it";
  EXPECT_EQ(RunPlan({.iterations = 1}, **named, {Echo(**named, "/echo", "x")})->failed, 0u);
}

struct BadCase {
  const char* name;
  std::string text;
  net::BadPeer::End end;
  Failure failure;
};

TEST(LoadBadServers, AreCountedByKind) {
  const BadCase cases[] = {
      {"resets", "", net::BadPeer::End::kReset, Failure::kReset},
      {"closes", "", net::BadPeer::End::kClose, Failure::kClosed},
      {"says nothing", "", net::BadPeer::End::kKeep, Failure::kTimeout},
      {"talks of something else", "220 mail.example.com ESMTP\r\n", net::BadPeer::End::kKeep,
       Failure::kGarbage},
      {"closes within the head", "HTTP/1.1 200 OK\r\n", net::BadPeer::End::kClose, Failure::kTruncated},
      {"closes within the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
       net::BadPeer::End::kClose, Failure::kTruncated},
      {"stops within the body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", net::BadPeer::End::kKeep,
       Failure::kTimeout},
  };
  for (const BadCase& c : cases) {
    SCOPED_TRACE(c.name);
    net::BadPeer peer(c.text, c.end);
    const auto target = TargetAt(peer.port(), false);
    // Only what is to time out may do so, however busy the machine is.
    const Nanoseconds timeout = (c.failure == Failure::kTimeout ? 150 : 20'000) * kMillisecond;
    const auto m =
        RunPlan({.users = 2, .iterations = 4, .timeout = timeout}, *target, {Echo(*target, "/", "x")});
    EXPECT_EQ(CountOf(*m, c.failure), 4u);
    EXPECT_EQ(m->requests, 4u);
    EXPECT_EQ(m->failed, 4u);
  }
}

TEST(LoadBadServers, PlainTextForTlsIsATlsFailure) {
  net::BadPeer peer("HTTP/1.1 400 Bad Request\r\n\r\n", net::BadPeer::End::kKeep);
  const auto target = TargetAt(peer.port(), true);
  const auto m = RunPlan({.iterations = 1}, *target, {Echo(*target, "/", "x")});
  EXPECT_EQ(CountOf(*m, Failure::kTls), 1u);
  EXPECT_EQ(m->trend(Trend::kDuration).count(), 0u);
}

TEST(LoadBadServers, NobodyThereIsRefused) {
  std::uint16_t port = 0;
  {
    const net::BadPeer peer("", net::BadPeer::End::kClose);
    port = peer.port();
  }
  const auto target = TargetAt(port, false);
  const auto m = RunPlan({.users = 2, .iterations = 5}, *target, {Echo(*target, "/", "x")});
  EXPECT_EQ(CountOf(*m, Failure::kRefused), 5u);
  EXPECT_EQ(m->trend(Trend::kDuration).count(), 0u);
}

TEST(LoadRun, NeedsARequest) {
  const auto target = TargetAt(1, false);
  Plan plan;
  ASSERT_TRUE(plan.Complete());
  const auto outcome =
      load::Run({.plan = plan, .target = *target, .requests = {}, .checks = {}, .on_tick = {}});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message(), "there is no request to send");
}

}  // namespace
}  // namespace ephor::load
