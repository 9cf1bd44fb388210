#include "net/http1_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace ephor::net {
namespace {

constexpr std::size_t kMaxHeaders = 8;

TEST(RequestHeadTest, ReadsWhatARequestNeeds) {
  RequestHead head;
  const std::string text =
      "POST /validate/fail?timeout=10s&x=a?b HTTP/1.1\r\nHost: ephor.svc\r\ncontent-TYPE:\tapplication/json "
      "\r\n"
      "Content-Length: 12\r\nExpect: 100-Continue\r\n\r\n";
  ASSERT_EQ(ParseRequestHead(text, kMaxHeaders, head).status, 0);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/validate/fail");
  EXPECT_EQ(head.query, "timeout=10s&x=a?b");
  EXPECT_EQ(head.content_length, 12u);
  EXPECT_FALSE(head.chunked);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_TRUE(head.expect_continue);
  Request request;
  request.headers = head.headers;
  request.query = head.query;
  EXPECT_EQ(request.Find("Content-Type"), "application/json");
  EXPECT_EQ(request.Find("accept"), "");
  EXPECT_EQ(request.QueryParameter("timeout"), "10s");
  EXPECT_EQ(request.QueryParameter("x"), "a?b");
  EXPECT_EQ(request.QueryParameter("y"), "");
}

struct HeadCase {
  const char* name;
  std::string text;
  int status;  // 0: accepted
  std::string_view path = {};
};

TEST(RequestHeadTest, Table) {
  const auto get = [](std::string headers) { return "GET / HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n"; };
  const HeadCase cases[] = {
      {"plain", get(""), 0, "/"},
      {"absolute form", "GET http://a:1/p?q HTTP/1.1\r\nHost: a\r\n\r\n", 0, "/p"},
      {"absolute form without a path", "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 0, "/"},
      {"absolute form with a query alone", "GET http://a?q HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 0, "*"},
      {"fragment", "GET /p#x?y HTTP/1.1\r\nHost: a\r\n\r\n", 0, "/p"},
      {"UTF-8 in the target", "GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 0, "/\xc3\xa9"},
      {"HTTP/1.0 without a host", "GET / HTTP/1.0\r\n\r\n", 0, "/"},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", get("Host: b\r\n"), 400},
      {"empty line", "\r\n\r\n", 400},
      {"one word", "GET\r\n\r\n", 400},
      {"two words", "GET /\r\n\r\n", 400},
      {"space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"tab for a space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28), 400},
      {"no target", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"relative target", "GET x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"authority form", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"method with a colon", "G:T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"HTTP/2 in text", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"no version", "GET / HTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"header without a colon", get("abc\r\n"), 400},
      {"header without a name", get(": x\r\n"), 400},
      {"space before the colon", get("Content-Length : 1\r\n"), 400},
      {"folded line", get("A: b\r\n c\r\n"), 400},
      {"bare LF in a value", get("A: b\nContent-Length: 5\r\n"), 400},
      {"bare CR in a value", get("A: b\rc\r\n"), 400},
      {"NUL in a value", get(std::string("A: b\0c\r\n", 8)), 400},
      {"empty value", get("A:\r\n"), 0, "/"},
      {"invalid UTF-8 in a value", get("A: \xff\xfe\r\n"), 0, "/"},
      {"length", get("Content-Length: 0\r\n"), 0, "/"},
      {"equal lengths", get("Content-Length: 5\r\nContent-Length: 5\r\n"), 0, "/"},
      {"differing lengths", get("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
      {"list of lengths", get("Content-Length: 5, 5\r\n"), 400},
      {"signed length", get("Content-Length: +5\r\n"), 400},
      {"negative length", get("Content-Length: -5\r\n"), 400},
      {"hexadecimal length", get("Content-Length: 0x5\r\n"), 400},
      {"empty length", get("Content-Length:\r\n"), 400},
      {"length beyond 64 bits", get("Content-Length: 99999999999999999999999\r\n"), 400},
      {"length and coding", get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
      {"coding and length", get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
      {"coding", get("Transfer-Encoding: Chunked\r\n"), 0, "/"},
      {"coding twice", get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 501},
      {"list of codings", get("Transfer-Encoding: gzip, chunked\r\n"), 501},
      {"hidden coding",
       get("Transfer-Encoding: \x0b"
           "chunked\r\n"),
       400},
      {"coding in HTTP/1.0", "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"other expectation", get("Expect: 200-ok\r\n"), 417},
      {"as many headers as may be", get("A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\n"), 0, "/"},
      {"one header more", get("A:\r\nB:\r\nC:\r\nD:\r\nE:\r\nF:\r\nG:\r\nH:\r\n"), 431},
  };
  for (const HeadCase& c : cases) {
    SCOPED_TRACE(c.name);
    RequestHead head;
    EXPECT_EQ(ParseRequestHead(c.text, kMaxHeaders, head).status, c.status);
    if (c.status == 0) {
      EXPECT_EQ(head.path, c.path);
    }
  }
}

TEST(RequestHeadTest, KeepAlive) {
  struct Case {
    std::string_view version, connection;
    bool keep_alive;
  };
  for (const Case& c :
       {Case{"1.1", "", true}, Case{"1.1", "close", false}, Case{"1.1", "Keep-Alive", true},
        Case{"1.1", "x, Close", false}, Case{"1.0", "", false}, Case{"1.0", "keep-alive", true},
        Case{"1.0", "keep-alive, close", false}, Case{"1.1", "closed", true}}) {
    SCOPED_TRACE(std::string(c.version) + " " + std::string(c.connection));
    std::string text = "GET / HTTP/" + std::string(c.version) + "\r\nHost: a\r\n";
    if (!c.connection.empty()) text += "Connection: " + std::string(c.connection) + "\r\n";
    RequestHead head;
    ASSERT_EQ(ParseRequestHead(text + "\r\n", kMaxHeaders, head).status, 0);
    EXPECT_EQ(head.keep_alive, c.keep_alive);
  }
}

TEST(FindHeadEndTest, AcrossEverySplit) {
  const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
  for (std::size_t first = 0; first <= text.size(); ++first) {
    SCOPED_TRACE(first);
    std::size_t scanned = 0;
    const std::size_t early = FindHeadEnd(std::string_view(text).substr(0, first), scanned);
    EXPECT_EQ(early, first >= 27 ? 27u : 0u);
    if (early == 0) {
      EXPECT_EQ(FindHeadEnd(text, scanned), 27u);
    }
  }
}

using State = ChunkedDecoder::State;

struct ChunkCase {
  const char* name;
  std::string coded;
  State state;
  std::string body = {};
  std::string rest = {};
};

TEST(ChunkedDecoderTest, TableInEveryTwoPieces) {
  constexpr std::size_t kMaxBody = 20;
  const ChunkCase cases[] = {
      {"empty body", "0\r\n\r\n", State::kDone},
      {"two chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", State::kDone, "hello world"},
      {"hexadecimal sizes", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", State::kDone,
       "01234567890123456789"},
      {"extension and trailers", "1;a=b\r\nx\r\n0 ;c\r\nT: u\r\nV: w\r\n\r\n", State::kDone, "x"},
      {"next request behind", "1\r\nx\r\n0\r\n\r\nGET", State::kDone, "x", "GET"},
      {"leading zeros", "0001\r\nx\r\n0\r\n\r\n", State::kDone, "x"},
      {"incomplete", "5\r\nhel", State::kMore, "hel"},
      {"no size", "\r\nx", State::kBad},
      {"not a number", "g\r\n", State::kBad},
      {"sign", "-1\r\n", State::kBad},
      {"prefix", "0x1\r\n", State::kBad},
      {"bare LF after the size", "1\nx", State::kBad},
      {"bare LF in an extension", "1;a\nx", State::kBad},
      {"no line end after the content", "1\r\nxy\r\n", State::kBad},
      {"bare LF after the content", "1\r\nx\n", State::kBad},
      {"bare LF for the end", "0\r\n\n", State::kBad},
      {"bare LF in a trailer", "0\r\nT: u\n\r\n", State::kBad},
      {"larger than allowed", "15\r\n", State::kTooLarge},
      {"together larger than allowed", "a\r\n0123456789\r\nb\r\n", State::kTooLarge},
      {"size beyond 32 bits", "fffffffff\r\n", State::kTooLarge},
  };
  for (const ChunkCase& c : cases) {
    for (std::size_t first = 0; first <= c.coded.size(); ++first) {
      SCOPED_TRACE(std::string(c.name) + ", first piece " + std::to_string(first));
      ChunkedDecoder decoder;
      std::string bytes = c.coded;
      std::size_t from = 0, to = 0;
      State state = decoder.Decode(bytes.data(), from, first, to, kMaxBody);
      if (state == State::kMore) {
        EXPECT_EQ(from, first);
        state = decoder.Decode(bytes.data(), from, bytes.size(), to, kMaxBody);
      }
      ASSERT_EQ(state, c.state);
      if (state == State::kDone || state == State::kMore) {
        EXPECT_EQ(bytes.substr(0, to), c.body);
      }
      if (state == State::kDone) {
        EXPECT_EQ(bytes.substr(from), c.rest);
      }
    }
  }
}

TEST(ChunkedDecoderTest, BoundsWhatIsNotContent) {
  ChunkedDecoder decoder;
  std::string bytes = "1;" + std::string(20'000, 'x');
  std::size_t from = 0, to = 0;
  EXPECT_EQ(decoder.Decode(bytes.data(), from, bytes.size(), to, 100), State::kBad);
}

}  // namespace
}  // namespace ephor::net
