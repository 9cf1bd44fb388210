#include "net/http_client.h"

#include <gtest/gtest.h>

#include <thread>

#include "net/testing_peer.h"
#include "net/testing_site.h"

namespace ephor::net {
namespace {

using std::chrono::milliseconds;

class HttpClientTest : public ::testing::Test {
 protected:
  static void Answer(const Request& request, Response& response) {
    if (request.path == "/echo") {
      response.AddHeader("x-method", std::string(request.method));
      response.AddHeader("x-type", std::string(request.Find("content-type")));
      response.AddHeader("x-given", std::string(request.Find("x-given")));
      response.AddHeader("x-authorization", std::string(request.Find("authorization")));
      response.body.assign(request.body);
    } else if (request.path == "/50mb") {
      response.body.assign(50 << 20, 'x');
    } else if (request.path == "/slow") {
      std::thread([deferred = response.Defer()]() mutable {
        std::this_thread::sleep_for(milliseconds(500));
        std::move(deferred).Complete(Response());
      }).detach();
    } else if (request.path == "/to") {
      response.status = std::stoi(std::string(request.QueryParameter("status")));
      response.AddHeader("location", std::string(request.QueryParameter("at")));
    } else if (request.path == "/loop") {
      response.status = 302;
      response.AddHeader("location", "/loop");
    } else {
      response.status = 404;
      response.body = "nothing here";
    }
  }

  static std::string ErrorOf(const Result<ClientResponse>& result) {
    return result ? "status " + std::to_string(result->status) : result.error().message();
  }

  TestSite site_{Answer};
  HttpClient client_;
};

TEST_F(HttpClientTest, SendsAndReceives) {
  const HeaderView headers[] = {{"X-Given", "a"}, {"Content-Type", "application/json"}};
  for (const std::string_view method : {"GET", "POST", "PUT", "PATCH", "DELETE"}) {
    SCOPED_TRACE(method);
    const std::string url = site_.Url("/echo");
    const std::string_view body = method == "GET" ? "" : "{\"a\":1}";
    const auto response = client_.Send({.method = method, .url = url, .headers = headers, .body = body});
    ASSERT_TRUE(response) << response.error().message();
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(response->body, body);
    EXPECT_EQ(response->Header("x-method"), method);
    EXPECT_EQ(response->Header("x-given"), "a");
    EXPECT_EQ(response->Header("x-type"), "application/json");
    EXPECT_EQ(response->url, url);
  }
  const std::string url = site_.Url("/missing");
  const auto head = client_.Send({.method = "HEAD", .url = url});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 404);
  EXPECT_EQ(head->body, "");
  EXPECT_EQ(head->Header("content-length"), "12");
  EXPECT_EQ(client_.Send({.url = url})->body, "nothing here");
  EXPECT_EQ(site_.statistics().accepted, 1u) << "the connection is used again";
}

TEST_F(HttpClientTest, AddsNoContentType) {
  const std::string url = site_.Url("/echo");
  EXPECT_EQ(client_.Send({.method = "POST", .url = url, .body = "a=b"})->Header("x-type"), "");
}

TEST_F(HttpClientTest, Tls) {
  const std::string url = site_.TlsUrl("/echo");
  const auto trusted =
      client_.Send({.method = "POST", .url = url, .body = "x", .ca_bundle = site_.authority()});
  ASSERT_TRUE(trusted) << trusted.error().message();
  EXPECT_EQ(trusted->body, "x");

  const std::string other = MakeAuthority("other", std::chrono::hours(1))->certificate;
  for (const std::string& bundle : {std::string(), other}) {
    const auto refused = client_.Send({.url = url, .ca_bundle = bundle});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::kUnavailable);
    EXPECT_NE(refused.error().message().find("the server's certificate is not trusted"), std::string::npos)
        << refused.error().message();
  }
  const auto bad = client_.Send({.url = url, .ca_bundle = "no PEM"});
  EXPECT_EQ(ErrorOf(bad), "the CA bundle has no certificate that can be read");
}

TEST_F(HttpClientTest, LimitsTheBody) {
  const std::string url = site_.Url("/50mb");
  const auto large = client_.Send({.url = url, .max_body_bytes = 10'000'000});
  EXPECT_EQ(ErrorOf(large), "response length must be less than max allowed response length of 10000000");
  EXPECT_EQ(large.error().code(), ErrorCode::kInvalidInput);
  const auto any = client_.Send({.url = url, .max_body_bytes = 0});
  ASSERT_TRUE(any) << any.error().message();
  EXPECT_EQ(any->body.size(), std::size_t{50} << 20);
  EXPECT_TRUE(client_.Send({.url = url, .max_body_bytes = 50 << 20}));
}

TEST_F(HttpClientTest, GivesUpInTime) {
  const std::string url = site_.Url("/slow");
  const auto started = std::chrono::steady_clock::now();
  const auto late = client_.Send({.url = url, .timeout = milliseconds(100)});
  EXPECT_LT(std::chrono::steady_clock::now() - started, milliseconds(400));
  EXPECT_EQ(ErrorOf(late), "Get \"" + url + "\": no answer within 100ms");
  EXPECT_EQ(ErrorOf(client_.Send({.url = url, .timeout = milliseconds(0)})),
            "Get \"" + url + "\": no answer within 0s");
}

TEST_F(HttpClientTest, BadPeers) {
  struct Row {
    const char* text;
    BadPeer::End end;
    const char* reason;
  };
  const Row kRows[] = {
      {"", BadPeer::End::kClose, "the server ended the connection without an answer"},
      {"", BadPeer::End::kReset, "Recv failure: Connection reset by peer"},
      {"garbage\r\n\r\n", BadPeer::End::kClose, "the answer is not HTTP"},
      {"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", BadPeer::End::kClose,
       "the answer ended before its end"},
      {"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc", BadPeer::End::kKeep, "no answer within 200ms"},
      {"HTTP/1.1 200 OK\r\n", BadPeer::End::kKeep, "no answer within 200ms"},
  };
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.reason);
    const BadPeer peer(row.text, row.end);
    const std::string url = "http://127.0.0.1:" + std::to_string(peer.port()) + "/x?token=secret";
    const auto response = client_.Send({.url = url, .timeout = milliseconds(200)});
    EXPECT_EQ(ErrorOf(response), "Get \"" + url.substr(0, url.find('?')) + "\": " + row.reason);
  }
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 20'000; ++i) many += "x-header-of-some-length: value\r\n";
  const BadPeer peer(many + "\r\n", BadPeer::End::kClose);
  const std::string url = "http://127.0.0.1:" + std::to_string(peer.port()) + "/";
  EXPECT_EQ(ErrorOf(client_.Send({.url = url})),
            "Get \"" + url + "\": the headers of the answer are too large");
}

TEST_F(HttpClientTest, NobodyThere) {
  EXPECT_EQ(ErrorOf(client_.Send({.url = "http://127.0.0.1:1/"})),
            "Get \"http://127.0.0.1:1/\": connect: Connection refused");
  const auto unknown = client_.Send({.method = "POST", .url = "http://name.invalid/"});
  EXPECT_EQ(ErrorOf(unknown), "Post \"http://name.invalid/\": no such host");
}

TEST_F(HttpClientTest, RefusesRequests) {
  const std::string url = site_.Url("/echo");
  const HeaderView kRows[] = {{"A\r\nB", "c"}, {"", "c"}, {"A:", "c"}};
  for (const HeaderView& header : kRows) {
    const auto refused = client_.Send({.url = url, .headers = std::span(&header, 1)});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message().substr(0, 25), "invalid header field name");
  }
  const HeaderView split{"A", "b\r\nC: d"};
  EXPECT_EQ(ErrorOf(client_.Send({.url = url, .headers = std::span(&split, 1)})),
            "invalid header field value for \"A\"");
  EXPECT_EQ(ErrorOf(client_.Send({.url = "file:///etc/passwd"})), "unsupported protocol scheme \"file\"");
}

TEST_F(HttpClientTest, Redirects) {
  const HeaderView headers[] = {{"Authorization", "Bearer t"}, {"X-Given", "a"}};
  const auto send = [&](const std::string& path, std::string_view method, int max) {
    const std::string url = site_.Url(path);
    return client_.Send({.method = method,
                         .url = url,
                         .headers = headers,
                         .body = method == "POST" ? "x" : "",
                         .max_redirects = max});
  };
  EXPECT_EQ(ErrorOf(send("/to?status=302&at=/echo", "GET", 0)), "status 302");
  EXPECT_EQ(ErrorOf(send("/loop", "GET", 3)),
            "Get \"" + site_.Url("/loop") + "\": stopped after 3 redirects");

  const auto same = send("/to?status=302&at=/echo", "POST", 1);
  ASSERT_TRUE(same) << same.error().message();
  EXPECT_EQ(same->Header("x-method"), "GET");
  EXPECT_EQ(same->Header("x-authorization"), "Bearer t");
  EXPECT_EQ(same->url, site_.Url("/echo"));
  EXPECT_EQ(send("/to?status=307&at=/echo", "POST", 1)->Header("x-method"), "POST");

  TestSite other(Answer);
  const auto foreign = send("/to?status=307&at=" + other.Url("/echo"), "GET", 1);
  ASSERT_TRUE(foreign) << foreign.error().message();
  EXPECT_EQ(foreign->Header("x-authorization"), "") << "credentials stay with the host they are for";
  EXPECT_EQ(foreign->Header("x-given"), "a");

  const std::string url = site_.TlsUrl("/to?status=302&at=" + site_.Url("/echo"));
  const auto downgraded = client_.Send({.url = url, .ca_bundle = site_.authority(), .max_redirects = 1});
  EXPECT_EQ(ErrorOf(downgraded),
            "Get \"" + site_.TlsUrl("/to") + "\": redirected from https to \"" + site_.Url("/echo") + "\"");
  EXPECT_EQ(ErrorOf(send("/to?status=302&at=file:///etc/passwd", "GET", 1)),
            "unsupported protocol scheme \"file\"");
}

TEST_F(HttpClientTest, RulesHoldForEveryAddress) {
  HttpClient guarded({.rules = EgressRules::Default()});
  const std::string port = std::to_string(std::stoi(site_.host().substr(10)));
  for (const std::string host : {"127.0.0.1", "0x7f.1", "2130706433", "localhost", "[::ffff:127.0.0.1]"}) {
    SCOPED_TRACE(host);
    const std::string url = "http://" + host + ":" + port + "/echo";
    const auto refused = guarded.Send({.url = url});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidInput);
    EXPECT_NE(refused.error().message().find(" falls in blocked range "), std::string::npos)
        << refused.error().message();
  }
  EXPECT_TRUE(site_.requests().empty());
}

TEST_F(HttpClientTest, RulesHoldForRedirects) {
  const std::string allowed[] = {site_.Url("/to")};
  HttpClient guarded({.rules = *EgressRules::Of({}, allowed)});
  const std::string url = site_.Url("/to?status=302&at=/echo");
  EXPECT_EQ(ErrorOf(guarded.Send({.url = url})), "status 302");
  EXPECT_EQ(ErrorOf(guarded.Send({.url = url, .max_redirects = 1})),
            "URL \"" + site_.Url("/echo") + "\" is not permitted: no matching allowlist entry");
}

TEST_F(HttpClientTest, ManyThreads) {
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      const std::string url = site_.Url("/echo"), body = std::to_string(i);
      for (int n = 0; n < 20; ++n) {
        const auto response = client_.Send({.method = "POST", .url = url, .body = body});
        if (response && response->body == body) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 160);
  EXPECT_LE(site_.statistics().accepted, 8u);
}

}  // namespace
}  // namespace ephor::net
