// The server on loopback, with real TLS. Every kind of misbehaviour is followed by an ordinary request.
#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <thread>

#include "net/testing_server.h"

namespace ephor::net {
namespace {

using std::chrono::milliseconds;
using Protocol = TestClient::Protocol;

TEST_F(ServerTest, AnswersOverPlainAndTls) {
  Start();
  for (const Protocol protocol : {Protocol::kPlain, Protocol::kTls}) {
    const auto client = Connect(protocol);
    ASSERT_TRUE(client->connected());
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(client->Send(PostText("/headers?a=b", "", "X-Asked: yes\r\n")));
      const TestAnswer answer = client->Read();
      EXPECT_EQ(answer.status, 200);
      EXPECT_EQ(answer.body, "POST a=b");
      EXPECT_EQ(answer.Header("x-given"), "yes");
      EXPECT_EQ(answer.Header("Content-Type"), "text/plain; charset=utf-8");
      EXPECT_EQ(answer.Header("Date").size(), 29u);
      EXPECT_EQ(answer.Header("Connection"), "");
    }
    ASSERT_TRUE(client->Send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_EQ(client->Read().status, 404);
  }
  EXPECT_EQ(server_->statistics().requests, 8u);
}

TEST_F(ServerTest, ResumesSessionsAlsoAcrossACertificateChange) {
  Start();
  ssl_session_st* session = nullptr;
  {
    const auto client = Connect();
    EXPECT_EQ(client->tls_version(), "TLSv1.3");
    EXPECT_FALSE(client->resumed());
    ASSERT_TRUE(client->Send(PostText("/size", "")));
    EXPECT_EQ(client->Read().status, 200);  // the ticket comes with it
    session = client->TakeSession();
  }
  const std::string names[] = {"localhost"};
  ASSERT_TRUE(tls_->Replace(*MakeServerCertificate(authority_, names, std::chrono::hours(24))));
  TestClient again(port(Protocol::kTls), Protocol::kTls, authority_.certificate, session);
  EXPECT_TRUE(again.connected());
  EXPECT_TRUE(again.resumed());
  SSL_SESSION_free(session);
  ExpectGoodService();
}

TEST_F(ServerTest, AnswersAHandlerThatThrowsDropsOrDefers) {
  Start();
  const auto client = Connect();
  struct Case {
    std::string_view path;
    int status;
    std::string_view body;
  };
  for (const Case& c : {Case{"/throw", 500, "internal error\n"}, Case{"/drop", 500, "no answer was given\n"},
                        Case{"/later", 200, "later x"}, Case{"/echo", 200, "x"}}) {
    SCOPED_TRACE(c.path);
    ASSERT_TRUE(client->Send(PostText(c.path, "x")));
    const TestAnswer answer = client->Read();
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(answer.body, c.body);
  }
}

TEST_F(ServerTest, AnAnswerForAClientThatHasGoneIsDropped) {
  Start();
  {
    const auto client = Connect();
    ASSERT_TRUE(client->Send(PostText("/later", "x")));
    client->Reset();
  }
  std::this_thread::sleep_for(milliseconds(60));
  ExpectGoodService();
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  Start();
  const auto client = Connect();
  std::string all;
  for (int i = 0; i < 200; ++i) {
    all += PostText(i % 50 == 7 ? "/later" : "/echo", std::to_string(i));
  }
  ASSERT_TRUE(client->Send(all));
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(client->Read().body, (i % 50 == 7 ? "later " : "") + std::to_string(i));
  }
}

TEST_F(ServerTest, TakesARequestInAnyPieces) {
  Start();
  const std::string fixed = PostText("/echo", "0123456789");
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n4\r\n0123\r\n6;x\r\n456789\r\n0\r\nT: "
      "u\r\n\r\n";
  const auto client = Connect(Protocol::kPlain);
  for (const std::string& text : {fixed, chunked}) {
    for (std::size_t piece : {1u, 7u, 50u}) {
      for (std::size_t at = 0; at < text.size(); at += piece) {
        ASSERT_TRUE(client->Send(std::string_view(text).substr(at, piece)));
        if (piece == 1) std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
      EXPECT_EQ(client->Read().body, "0123456789");
    }
  }
}

TEST_F(ServerTest, TakesLargeBodiesAndSendsLargeAnswers) {
  Start();
  for (const Protocol protocol : {Protocol::kPlain, Protocol::kTls}) {
    const auto client = Connect(protocol);
    for (const std::size_t size : {65'000u, 65'536u, 70'000u, 3'000'000u, 10u << 20}) {
      ASSERT_TRUE(client->Send(PostText("/size", std::string(size, 'x'))));
      EXPECT_EQ(client->Read().body, std::to_string(size));
    }
    // The client does not read while it sends, so the answers back up.
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(client->Send(PostText("/big", "")));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client->Read().body.size(), 8u << 20);
  }
  EXPECT_EQ(server_->statistics().buffered_bytes, 0u);
}

// Once for each time that large requests have ceased; small ones leave nothing to return.
TEST_F(ServerTest, HasMemoryReturnedSomeTimeAfterLargeRequests) {
  Start({}, 1);
  const auto client = Connect();
  const auto ask = [&](std::size_t bytes) {
    ASSERT_TRUE(client->Send(PostText("/size", std::string(bytes, 'x'))));
    EXPECT_EQ(client->Read().body, std::to_string(bytes));
  };
  ask(10);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'200));
  EXPECT_EQ(handler_.memory_returns, 0);
  ask(2 << 20);
  ask(1 << 20);
  EXPECT_EQ(handler_.memory_returns, 0);
  for (int i = 0; i < 100 && handler_.memory_returns == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(handler_.memory_returns, 1);
  ask(10);
  EXPECT_EQ(handler_.memory_returns, 1);
}

TEST_F(ServerTest, HasMemoryReturnedAfterManyConnections) {
  Start({}, 1);
  const auto staying = Connect();
  std::vector<std::unique_ptr<TestClient>> many;
  for (int i = 0; i < 120; ++i) {
    many.push_back(Connect(Protocol::kPlain));
    ASSERT_TRUE(many.back()->Send(PostText("/size", "x")));
    EXPECT_EQ(many.back()->Read().body, "1");
  }
  EXPECT_EQ(handler_.memory_returns, 0);
  many.clear();
  for (int i = 0; i < 100 && handler_.memory_returns == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(handler_.memory_returns, 1);
  ASSERT_TRUE(staying->Send(PostText("/size", "x")));
  EXPECT_EQ(staying->Read().body, "1");
}

TEST_F(ServerTest, ToleratesWhatHttpAllows) {
  Start();
  const auto client = Connect();
  ASSERT_TRUE(client->Send("\r\nHEAD /echo HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(client->Read(true).Header("Content-Length"), "0");
  ASSERT_TRUE(
      client->Send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
  EXPECT_EQ(client->Read().head, "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client->Send("ok"));
  EXPECT_EQ(client->Read().body, "ok");
  ASSERT_TRUE(client->Send("POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"));
  EXPECT_EQ(client->Read().Header("Connection"), "keep-alive");
  ASSERT_TRUE(client->Send(PostText("/echo", "bye", "Connection: close\r\n")));
  const TestAnswer last = client->Read();
  EXPECT_EQ(last.body, "bye");
  EXPECT_EQ(last.Header("Connection"), "close");
  EXPECT_TRUE(client->ClosedWithin(milliseconds(1000)));
}

TEST_F(ServerTest, AnswersAClientThatHasEndedItsSide) {
  Start();
  for (const Protocol protocol : {Protocol::kPlain, Protocol::kTls}) {
    for (const char* path : {"/echo", "/later"}) {
      const auto client = Connect(protocol);
      ASSERT_TRUE(client->Send(PostText(path, "x") + PostText(path, "y")));
      client->EndOutput();
      EXPECT_THAT(client->Read().body, ::testing::EndsWith("x"));
      EXPECT_THAT(client->Read().body, ::testing::EndsWith("y"));
      EXPECT_TRUE(client->ClosedWithin(milliseconds(1000)));
    }
  }
}

struct RefusedCase {
  const char* name;
  std::string request;
  int status;
  std::string_view body;
};

TEST_F(ServerTest, RefusesWithAnAnswer) {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  Start(limits);
  const RefusedCase cases[] = {
      {"rubbish", "rubbish\r\n\r\n", 400, "malformed request line\n"},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "unsupported protocol version\n"},
      {"body too large", PostText("/size", std::string(1001, 'x')), 413, "the request's body is too large\n"},
      {"a hundred megabytes", PostText("/size", std::string(100 << 20, 'x')), 413,
       "the request's body is too large\n"},
      {"body too large, asked before",
       "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n", 413,
       "the request's body is too large\n"},
      {"chunks too large", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n", 413,
       "the request's body is too large\n"},
      {"bad chunks", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz", 400,
       "malformed chunked body\n"},
      {"head too large", "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(17 << 10, 'x') + "\r\n\r\n", 431,
       "the request's headers are too large\n"},
      {"head without end", "GET / HTTP/1.1\r\nX: " + std::string(1 << 20, 'x'), 431,
       "the request's headers are too large\n"},
      {"two framings",
       "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0", 400,
       "both Content-Length and Transfer-Encoding\n"},
  };
  for (const RefusedCase& c : cases) {
    for (const Protocol protocol : {Protocol::kPlain, Protocol::kTls}) {
      SCOPED_TRACE(c.name);
      const auto client = Connect(protocol);
      ASSERT_TRUE(client->connected());
      client->Send(c.request);
      const TestAnswer answer = client->Read();
      EXPECT_EQ(answer.status, c.status);
      EXPECT_EQ(answer.body, c.body);
      EXPECT_EQ(answer.Header("Connection"), "close");
      ExpectGoodService();
    }
  }
  EXPECT_EQ(server_->statistics().refused, 2 * std::size(cases));
}

TEST_F(ServerTest, WhatFollowsARefusedRequestIsReadForAWhile) {
  ServerLimits limits;
  limits.max_body_bytes = 1000;
  Start(limits);
  const auto client = Connect(Protocol::kPlain);
  ASSERT_TRUE(client->Send(PostText("/size", std::string(5000, 'x')).substr(0, 2000)));
  EXPECT_EQ(client->Read().status, 413);
  // A connection that was closed would refuse the second piece.
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(client->Send(std::string(1000, 'x')));
    std::this_thread::sleep_for(milliseconds(10));
  }
}

TEST_F(ServerTest, SlowClientsRunOutOfTime) {
  ServerLimits limits;
  limits.handshake_timeout = limits.head_timeout = limits.body_timeout = milliseconds(150);
  limits.idle_timeout = limits.answer_timeout = milliseconds(150);
  Start(limits, 1);
  const TestClient silent(port(Protocol::kTls), Protocol::kPlain);
  TestClient half_hello(port(Protocol::kTls), Protocol::kPlain);
  half_hello.SendRaw("\x16\x03\x01\x02");
  const auto idle = Connect();
  const auto head = Connect();
  head->Send("GET / HTTP/1.1\r\nHost");
  const auto body = Connect();
  body->Send(PostText("/size", "xxxx").substr(0, 90));
  const auto waiting = Connect();
  waiting->Send(PostText("/keep", ""));
  // A byte now and then does not prolong it.
  for (int i = 0; i < 20; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
    if (i < 10) head->Send("x");
  }
  EXPECT_EQ(head->Read().status, 408);
  EXPECT_EQ(body->Read().status, 408);
  EXPECT_EQ(waiting->Read().status, 503);
  EXPECT_TRUE(idle->ClosedWithin(milliseconds(300)));
  EXPECT_TRUE(const_cast<TestClient&>(silent).ClosedWithin(milliseconds(300)));
  EXPECT_TRUE(half_hello.ClosedWithin(milliseconds(300)));
  EXPECT_EQ(server_->statistics().timeouts, 6u);
  ExpectGoodService();
}

// What a client offers, and whether that is enough.
struct OfferCase {
  const char* name;
  int version;
  const char* suites;
  bool accepted;
};

TEST_F(ServerTest, OnlyModernTls) {
  Start();
  const OfferCase cases[] = {
      {"TLS 1.0", TLS1_VERSION, "ALL:@SECLEVEL=0", false},
      {"TLS 1.1", TLS1_1_VERSION, "ALL:@SECLEVEL=0", false},
      {"key exchange by RSA", TLS1_2_VERSION, "AES128-GCM-SHA256:@SECLEVEL=0", false},
      {"CBC", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0", false},
      {"finite fields", TLS1_2_VERSION, "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", false},
      {"CCM", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-CCM:@SECLEVEL=0", false},
      {"AES-128-GCM", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", true},
      {"AES-256-GCM", TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384", true},
      {"ChaCha20", TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", true},
      {"TLS 1.3", TLS1_3_VERSION, "ALL", true},
  };
  for (const OfferCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(TestClient::Handshakes(port(Protocol::kTls), c.version, c.suites), c.accepted);
  }
  ExpectGoodService();
}

TEST_F(ServerTest, BrokenTls) {
  Start();
  for (const std::string_view bytes :
       {std::string_view("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), std::string_view("\x16\x03\x01\xff\xff"),
        std::string_view("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", 10),
        std::string_view("\0\0\0\0\0", 5)}) {
    TestClient client(port(Protocol::kTls), Protocol::kPlain);
    client.SendRaw(bytes);
    client.EndOutput();
    EXPECT_TRUE(client.ClosedWithin(milliseconds(1000)));
  }
  {  // in the middle of a request
    const auto client = Connect();
    ASSERT_TRUE(client->Send(PostText("/size", "xxxx").substr(0, 40)));
    client->SendRaw(std::string_view("\x17\x03\x03\0\x20", 5));
    client->SendRaw("this is no record of the session");
    EXPECT_TRUE(client->ClosedWithin(milliseconds(1000)));
  }
  {
    const auto client = Connect();
    ASSERT_TRUE(client->Send(PostText("/size", "xxxx").substr(0, 40)));
    client->Reset();
  }
  ExpectGoodService();
}

TEST_F(ServerTest, IdleClientsMakeRoom) {
  ServerLimits limits;
  limits.max_connections = 8;
  limits.max_handshakes = 4;
  Start(limits, 1);
  std::vector<std::unique_ptr<TestClient>> idle, silent;
  for (int i = 0; i < 20; ++i) idle.push_back(Connect());
  for (int i = 0; i < 20; ++i) {
    silent.push_back(std::make_unique<TestClient>(port(Protocol::kTls), Protocol::kPlain));
  }
  ExpectGoodService();
  EXPECT_LE(server_->statistics().connections, 8u);
  EXPECT_GE(server_->statistics().evicted, 30u);
  EXPECT_TRUE(idle.front()->ClosedWithin(milliseconds(100)));
}

TEST_F(ServerTest, UnfinishedRequestsShareABoundedMemory) {
  ServerLimits limits;
  limits.max_buffered_bytes = 1 << 20;
  Start(limits, 1);
  std::vector<std::unique_ptr<TestClient>> clients;
  for (int i = 0; i < 8; ++i) {
    clients.push_back(Connect());
    clients.back()->Send(PostText("/size", std::string(300'000, 'x')).substr(0, 250'000));
    // The server must have taken it before the next comes.
    std::this_thread::sleep_for(milliseconds(20));
  }
  EXPECT_LE(server_->statistics().buffered_bytes, limits.max_buffered_bytes);
  EXPECT_EQ(clients.back()->Read().status, 503);
  clients.clear();
  ExpectGoodService();
}

TEST_F(ServerTest, DrainsInOrder) {
  // One loop, so that it drains as a whole once it has closed the idle connection.
  Start({}, 1);
  const auto idle = Connect();
  idle->Send(PostText("/echo", "x"));
  EXPECT_EQ(idle->Read().status, 200);
  const auto sending = Connect();
  const std::string request = PostText("/echo", "0123456789");
  sending->Send(request.substr(0, 30));
  const auto busy = Connect();
  busy->Send(PostText("/keep", "x"));
  const auto kept = [&] {
    const std::lock_guard lock(handler_.mutex);
    return !handler_.kept.empty();
  };
  while (!kept()) std::this_thread::sleep_for(milliseconds(1));
  bool all_ended = false;
  std::thread drain([&] { all_ended = server_->Drain(milliseconds(5000)); });
  EXPECT_TRUE(idle->ClosedWithin(milliseconds(5000)));
  {
    const std::lock_guard lock(handler_.mutex);
    std::move(handler_.kept[0]).Complete(Response());
  }
  sending->Send(request.substr(30));
  for (const auto* client : {&busy, &sending}) {
    const TestAnswer answer = (*client)->Read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.Header("Connection"), "close");
  }
  drain.join();
  EXPECT_TRUE(all_ended);
  EXPECT_FALSE(TestClient(port(Protocol::kTls), Protocol::kPlain).connected());
}

TEST_F(ServerTest, DrainEndsAtItsDeadline) {
  Start();
  const auto client = Connect();
  client->Send(PostText("/keep", "x"));
  std::this_thread::sleep_for(milliseconds(10));
  EXPECT_FALSE(server_->Drain(milliseconds(50)));
  EXPECT_EQ(client->Read().status, 0);
}

TEST_F(ServerTest, BadAddresses) {
  Start();
  const std::string taken = "127.0.0.1:" + std::to_string(port(Protocol::kTls));
  struct Case {
    std::string address, message;
  };
  for (const Case& c :
       {Case{"", "address '' has no port"}, Case{"localhost", "address 'localhost' has no port"},
        Case{":x", "address ':x' has no valid port"}, Case{":65536", "address ':65536' has no valid port"},
        Case{taken, "cannot listen on '" + taken + "': Address already in use"}}) {
    const Endpoint endpoints[] = {{c.address, &handler_}};
    const auto server = Server::Start(endpoints, ServerLimits(), 1);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().message(), c.message);
  }
}

}  // namespace
}  // namespace ephor::net
