#include <gtest/gtest.h>

#include <cstring>

#include "load/codec.h"

namespace ephor::load {
namespace {

using State = Codec::State;

struct AnswerCase {
  const char* name;
  std::string_view bytes;
  State state;
  int status = 0;
  std::string_view body = {};
  bool reusable = false;
};

constexpr AnswerCase kAnswers[] = {
    {"length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", State::kDone, 200, "abc", true},
    {"length of nothing", "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n", State::kDone, 500, "", true},
    {"no reason", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", State::kDone, 200, "", true},
    {"close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", State::kDone, 200, "x",
     false},
    {"1.0 closes", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", State::kDone, 200, "x", false},
    {"1.0 keeps alive", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx",
     State::kDone, 200, "x", true},
    {"chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
     State::kDone, 200, "abc", true},
    {"204 has no body", "HTTP/1.1 204 No Content\r\n\r\n", State::kDone, 204, "", true},
    {"interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\ny",
     State::kDone, 201, "y", true},
    {"more than the answer", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxyz", State::kDone, 200, "x",
     false},
    {"head not whole", "HTTP/1.1 200 OK\r\nContent-Le", State::kMore},
    {"body not whole", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", State::kMore, 200},
    {"until the end", "HTTP/1.1 200 OK\r\n\r\nabc", State::kMore, 200, "abc"},
    {"another protocol", "SSH-2.0-OpenSSH_9\r\n", State::kGarbage},
    {"another version", "HTTP/2.0 200 OK\r\n\r\n", State::kGarbage},
    {"a status of letters", "HTTP/1.1 abc OK\r\n\r\n", State::kGarbage},
    {"a status out of range", "HTTP/1.1 999 OK\r\n\r\n", State::kGarbage},
    {"a line without colon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", State::kGarbage},
    {"a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", State::kGarbage},
    {"a length beyond numbers", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
     State::kGarbage},
    {"a length beyond reason", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", State::kGarbage},
    {"an unknown coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", State::kGarbage},
    {"a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", State::kGarbage},
    {"zeros", std::string_view("\0\0\0\0", 4), State::kGarbage},
    {"nothing", "", State::kMore},
};

State Feed(Codec& codec, std::string_view bytes, std::size_t step) {
  State state = State::kMore;
  while (!bytes.empty() && state == State::kMore) {
    const std::size_t count = std::min(step, bytes.size());
    const auto space = codec.Space();
    const std::size_t used = std::min(count, space.size());
    std::memcpy(space.data(), bytes.data(), used);
    state = codec.Commit(used);
    bytes.remove_prefix(used);
  }
  return state;
}

TEST(Http1Codec, ReadsAnswers) {
  for (const AnswerCase& c : kAnswers) {
    SCOPED_TRACE(c.name);
    Http1Codec codec;
    const Request request;
    codec.Begin(request);
    EXPECT_EQ(Feed(codec, c.bytes, c.bytes.size()), c.state);
    if (c.state == State::kGarbage) continue;
    EXPECT_EQ(codec.status(), c.status);
    EXPECT_EQ(codec.body(), c.body);
    if (c.state == State::kDone) {
      EXPECT_EQ(codec.reusable(), c.reusable);
    }
  }
}

TEST(Http1Codec, ReadsThemByteByByte) {
  for (const AnswerCase& c : kAnswers) {
    if (std::string_view(c.name) == "more than the answer") continue;
    SCOPED_TRACE(c.name);
    Http1Codec codec;
    const Request request;
    codec.Begin(request);
    EXPECT_EQ(Feed(codec, c.bytes, 1), c.state);
    if (c.state == State::kDone) {
      EXPECT_EQ(codec.body(), c.body);
    }
  }
}

TEST(Http1Codec, TheEndOfTheConnection) {
  const std::pair<std::string_view, State> cases[] = {
      {"", State::kTruncated},
      {"HTTP/1.1 200 OK\r\n", State::kTruncated},
      {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", State::kTruncated},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", State::kTruncated},
      {"HTTP/1.1 200 OK\r\n\r\nabc", State::kDone},
  };
  for (const auto& [bytes, state] : cases) {
    SCOPED_TRACE(bytes);
    Http1Codec codec;
    const Request request;
    codec.Begin(request);
    ASSERT_EQ(Feed(codec, bytes, bytes.size()), State::kMore);
    EXPECT_EQ(codec.End(), state);
    if (state == State::kDone) {
      EXPECT_FALSE(codec.reusable());
    }
  }
}

TEST(Http1Codec, AHeadWithoutEndIsGivenUp) {
  Http1Codec codec;
  const Request request;
  codec.Begin(request);
  EXPECT_EQ(Feed(codec, "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x'), 4'000), State::kGarbage);
}

}  // namespace
}  // namespace ephor::load
