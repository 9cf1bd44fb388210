// HTTP/2 by frames written out by hand, so that a client can misbehave in ways no library would.
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "net/testing_server.h"

namespace ephor::net {
namespace {

using std::chrono::milliseconds;

enum FrameType : std::uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kSettings = 4,
  kPing = 6,
  kGoAway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};
constexpr std::uint8_t kEndStream = 1, kEndHeaders = 4;
constexpr std::uint32_t kNoError = 0, kProtocolError = 1, kRefusedStream = 7, kEnhanceYourCalm = 11;

std::string Frame(FrameType type, std::uint8_t flags, std::uint32_t stream, std::string_view payload) {
  const auto byte = [](std::uint32_t value) { return static_cast<char>(value & 0xff); };
  const auto size = static_cast<std::uint32_t>(payload.size());
  std::string frame{byte(size >> 16),   byte(size >> 8),    byte(size),        byte(type),  byte(flags),
                    byte(stream >> 24), byte(stream >> 16), byte(stream >> 8), byte(stream)};
  return frame.append(payload);
}

std::string Preface() {
  return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(kSettings, 0, 0, "");
}

// A literal header field without indexing, its length below 127.
std::string Field(std::string_view name, std::string_view value) {
  std::string field(1, '\0');
  field.append(1, static_cast<char>(name.size())).append(name);
  return field.append(1, static_cast<char>(value.size())).append(value);
}

std::string Post(std::string_view path) {
  return "\x83\x87" + Field(":authority", "localhost") + Field(":path", path);
}

std::string Request(std::uint32_t stream, std::string_view path, std::string_view body) {
  return Frame(kHeaders, kEndHeaders, stream, Post(path)) + Frame(kData, kEndStream, stream, body);
}

// What the server has said, as far as a test wants to know.
struct Heard {
  std::map<std::uint32_t, std::string> bodies;
  std::map<std::uint32_t, std::string> headers;  // still compressed
  std::map<std::uint32_t, std::uint32_t> resets;
  std::vector<std::uint32_t> ended;
  int go_away = -1;
};

class Http2Test : public ServerTest {
 protected:
  // Reads frames until `done` says so or the connection ends.
  template <class Done>
  void Listen(TestClient& client, Heard& heard, Done done) {
    while (!done(heard)) {
      while (buffer_.size() < 9 || buffer_.size() < 9 + Size()) {
        const std::string more = client.ReadSome();
        if (more.empty()) return;
        buffer_ += more;
      }
      Take(heard);
    }
  }

  void ListenForAnswers(TestClient& client, Heard& heard, std::size_t count) {
    Listen(client, heard, [count](const Heard& h) { return h.ended.size() >= count; });
  }

 private:
  std::uint32_t Number(std::size_t at, std::size_t bytes) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<unsigned char>(buffer_[at + i]);
    return value;
  }
  std::size_t Size() const { return Number(0, 3); }

  void Take(Heard& heard) {
    const auto type = static_cast<FrameType>(buffer_[3]);
    const std::uint32_t stream = Number(5, 4);
    const std::string payload = buffer_.substr(9, Size());
    if (type == kData) heard.bodies[stream] += payload;
    if (type == kHeaders) heard.headers[stream] = payload;
    if (type == kReset) heard.resets[stream] = Number(9, 4);
    if (type == kGoAway) heard.go_away = static_cast<int>(Number(13, 4));
    if ((type == kData || type == kHeaders) && (buffer_[4] & kEndStream) != 0) heard.ended.push_back(stream);
    buffer_.erase(0, 9 + payload.size());
  }

  std::string buffer_;
};

TEST_F(Http2Test, AnswersSeveralStreamsAtOnce) {
  Start();
  const auto client = Connect(TestClient::Protocol::kTlsHttp2);
  EXPECT_EQ(client->alpn(), "h2");
  client->Send(Preface() + Request(1, "/later", "one") + Request(3, "/echo", "two") +
               Request(5, "/throw", "") + Frame(kHeaders, kEndHeaders | kEndStream, 7, Post("/size")));
  Heard heard;
  ListenForAnswers(*client, heard, 4);
  EXPECT_EQ(heard.bodies[1], "later one");
  EXPECT_EQ(heard.bodies[3], "two");
  EXPECT_EQ(heard.bodies[5], "internal error\n");
  EXPECT_EQ(heard.bodies[7], "0");
  EXPECT_EQ(heard.headers[3][0], '\x88');  // :status 200 in the static table
  EXPECT_EQ(heard.ended.back(), 1u);       // the slow one did not hold the others up
}

TEST_F(Http2Test, LargeAnswersFollowTheClientsWindow) {
  Start();
  const auto client = Connect(TestClient::Protocol::kTlsHttp2);
  client->Send(Preface() + Request(1, "/big", ""));
  Heard heard;
  Listen(*client, heard,
         [](const Heard& h) { return h.bodies.contains(1) && h.bodies.at(1).size() >= 65535; });
  EXPECT_EQ(heard.bodies[1].size(), 65535u);
  client->Send(Frame(kWindowUpdate, 0, 0, std::string_view("\x00\x7f\xff\xff", 4)) +
               Frame(kWindowUpdate, 0, 1, std::string_view("\x00\x7f\xff\xff", 4)));
  ListenForAnswers(*client, heard, 1);
  EXPECT_EQ(heard.bodies[1].size(), 8u << 20);
}

TEST_F(Http2Test, LargeBodies) {
  ServerLimits limits;
  limits.max_body_bytes = 100'000;
  Start(limits);
  const auto client = Connect(TestClient::Protocol::kTlsHttp2);
  client->Send(Preface());
  for (const auto& [stream, size] :
       {std::pair(1u, 100'000u), std::pair(3u, 100'001u), std::pair(5u, 900'000u)}) {
    std::string frames = Frame(kHeaders, kEndHeaders, stream, Post("/size"));
    for (std::uint32_t at = 0; at < size; at += 16384) {
      frames += Frame(kData, 0, stream, std::string(std::min(16384u, size - at), 'x'));
    }
    client->Send(frames + Frame(kData, kEndStream, stream, ""));
  }
  Heard heard;
  ListenForAnswers(*client, heard, 3);
  EXPECT_EQ(heard.bodies[1], "100000");
  EXPECT_EQ(heard.bodies[3], "the request's body is too large\n");
  EXPECT_EQ(heard.bodies[5], "the request's body is too large\n");
  client->Send(Request(7, "/echo", "x"));
  ListenForAnswers(*client, heard, 4);
  EXPECT_EQ(heard.bodies[7], "x");
  EXPECT_EQ(heard.resets[5], kNoError);
}

TEST_F(Http2Test, LargeHeaders) {
  Start();
  const auto client = Connect(TestClient::Protocol::kTlsHttp2);
  std::string many = Post("/echo");
  for (int i = 0; i < 101; ++i) many += Field("a", "b");
  client->Send(Preface() + Frame(kHeaders, kEndHeaders | kEndStream, 1, many) + Request(3, "/echo", "x"));
  Heard heard;
  ListenForAnswers(*client, heard, 2);
  EXPECT_EQ(heard.bodies[1], "the request's headers are too large\n");
  EXPECT_EQ(heard.bodies[3], "x");
}

struct AbuseCase {
  const char* name;
  std::string frames;
  std::uint32_t go_away;
};

TEST_F(Http2Test, AbuseEndsTheConnection) {
  Start();
  const auto repeat = [](int count, auto make) {
    std::string all;
    for (int i = 0; i < count; ++i) all += make(static_cast<std::uint32_t>(i));
    return all;
  };
  const std::string cancel("\0\0\0\x08", 4), eight(8, '\0');
  const AbuseCase cases[] = {
      {"rapid reset",
       repeat(500,
              [&](auto i) {
                return Frame(kHeaders, kEndHeaders, 2 * i + 1, Post("/echo")) +
                       Frame(kReset, 0, 2 * i + 1, cancel);
              }),
       kEnhanceYourCalm},
      {"ping flood", repeat(5000, [&](auto) { return Frame(kPing, 0, 0, eight); }), kEnhanceYourCalm},
      {"settings flood", repeat(5000, [&](auto) { return Frame(kSettings, 0, 0, ""); }), kEnhanceYourCalm},
      {"empty data",
       Frame(kHeaders, kEndHeaders, 1, Post("/echo")) +
           repeat(5000, [&](auto) { return Frame(kData, 0, 1, ""); }),
       kEnhanceYourCalm},
      {"frame on stream 0", Frame(kHeaders, kEndHeaders, 0, Post("/echo")), kProtocolError},
      {"even stream", Frame(kHeaders, kEndHeaders, 2, Post("/echo")), kProtocolError},
  };
  for (const AbuseCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto client = Connect(TestClient::Protocol::kTlsHttp2);
    client->Send(Preface() + c.frames);
    Heard heard;
    Listen(*client, heard, [](const Heard&) { return false; });
    EXPECT_EQ(heard.go_away, static_cast<int>(c.go_away));
    ExpectGoodService();
  }
}

TEST_F(Http2Test, MalformedConnections) {
  Start();
  const auto continuations = [] {
    std::string all = Frame(kHeaders, 0, 1, Post("/echo"));
    for (int i = 0; i < 1000; ++i) all += Frame(kContinuation, 0, 1, Field("a", "b"));
    return all;
  }();
  const std::pair<const char*, std::string> cases[] = {
      {"no preface", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"frame larger than allowed", Preface() + Frame(kData, 0, 1, std::string(20'000, 'x'))},
      {"endless continuation", Preface() + continuations},
      {"bad compression",
       Preface() + Frame(kHeaders, kEndHeaders, 1, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")},
      {"window overflow", Preface() + Frame(kWindowUpdate, 0, 0, "\x7f\xff\xff\xff") +
                              Frame(kWindowUpdate, 0, 0, "\x7f\xff\xff\xff")},
  };
  for (const auto& [name, bytes] : cases) {
    SCOPED_TRACE(name);
    const auto client = Connect(TestClient::Protocol::kTlsHttp2);
    client->Send(bytes);
    Heard heard;
    Listen(*client, heard, [](const Heard&) { return false; });
    EXPECT_GT(heard.go_away, 0);
    ExpectGoodService();
  }
}

TEST_F(Http2Test, StreamsAreBounded) {
  ServerLimits limits;
  limits.max_streams = 10;
  Start(limits);
  const auto client = Connect(TestClient::Protocol::kTlsHttp2);
  std::string frames = Preface();
  for (std::uint32_t i = 0; i < 12; ++i) frames += Frame(kHeaders, kEndHeaders, 2 * i + 1, Post("/echo"));
  client->Send(frames);
  Heard heard;
  Listen(*client, heard, [](const Heard& h) { return h.resets.size() == 2; });
  EXPECT_EQ(heard.resets[21], kRefusedStream);
  EXPECT_EQ(heard.resets[23], kRefusedStream);
  client->Send(Frame(kData, kEndStream, 1, "x"));
  ListenForAnswers(*client, heard, 1);
  EXPECT_EQ(heard.bodies[1], "x");
}

TEST_F(Http2Test, SlowStreamsRunOutOfTime) {
  ServerLimits limits;
  limits.body_timeout = limits.answer_timeout = milliseconds(100);
  Start(limits, 1);
  const auto client = Connect(TestClient::Protocol::kTlsHttp2);
  client->Send(Preface() + Frame(kHeaders, kEndHeaders, 1, Post("/echo")) + Frame(kData, 0, 1, "x"));
  Heard heard;
  ListenForAnswers(*client, heard, 1);
  EXPECT_EQ(heard.bodies[1], "the request did not arrive in time\n");
  client->Send(Request(3, "/keep", "x"));
  ListenForAnswers(*client, heard, 2);
  EXPECT_EQ(heard.bodies[3], "there was no answer in time\n");
  client->Send(Request(5, "/echo", "x"));
  ListenForAnswers(*client, heard, 3);
  EXPECT_EQ(heard.bodies[5], "x");
}

TEST_F(Http2Test, SlowRequestsRunOutOfTimeBesideOneThatAwaitsItsAnswer) {
  ServerLimits limits;
  limits.body_timeout = milliseconds(50);
  limits.answer_timeout = milliseconds(200);
  Start(limits, 1);
  const auto client = Connect(TestClient::Protocol::kTlsHttp2);
  client->Send(Preface() + Request(1, "/keep", "x") + Frame(kHeaders, kEndHeaders, 3, Post("/echo")));
  Heard heard;
  ListenForAnswers(*client, heard, 2);
  EXPECT_EQ(heard.bodies[1], "there was no answer in time\n");
  EXPECT_EQ(heard.bodies[3], "the request did not arrive in time\n");
}

TEST_F(Http2Test, AnswersThatAreNotFetchedShareABoundedMemory) {
  ServerLimits limits;
  limits.max_buffered_bytes = 20 << 20;
  Start(limits, 1);
  const auto client = Connect(TestClient::Protocol::kTlsHttp2);
  // A window of no bytes for each stream.
  std::string frames = Preface() + Frame(kSettings, 0, 0, std::string_view("\0\x04\0\0\0\0", 6));
  for (const std::uint32_t stream : {1u, 3u, 5u}) {
    frames += Frame(kHeaders, kEndHeaders | kEndStream, stream, Post("/big"));
  }
  client->Send(frames + Frame(kWindowUpdate, 0, 5, std::string_view("\0\0\x03\xe8", 4)));
  Heard heard;
  ListenForAnswers(*client, heard, 1);
  EXPECT_EQ(heard.bodies[5], "the server holds too many unsent answers\n");
  EXPECT_GE(server_->statistics().buffered_bytes, 16u << 20);
  EXPECT_LE(server_->statistics().buffered_bytes, limits.max_buffered_bytes);
}

TEST_F(Http2Test, DrainsInOrder) {
  Start();
  auto idle = Connect(TestClient::Protocol::kTlsHttp2);
  idle->Send(Preface() + Request(1, "/echo", "x"));
  Heard heard;
  ListenForAnswers(*idle, heard, 1);
  const auto busy = Connect(TestClient::Protocol::kTlsHttp2);
  busy->Send(Preface() + Request(1, "/later", "x"));
  std::this_thread::sleep_for(milliseconds(10));
  bool all_ended = false;
  std::thread drain([&] { all_ended = server_->Drain(milliseconds(5000)); });
  Listen(*idle, heard, [](const Heard&) { return false; });
  EXPECT_EQ(heard.go_away, static_cast<int>(kNoError));
  idle.reset();
  Heard last;
  Listen(*busy, last, [](const Heard&) { return false; });
  EXPECT_EQ(last.bodies[1], "later x");
  EXPECT_EQ(last.go_away, static_cast<int>(kNoError));
  drain.join();
  EXPECT_TRUE(all_ended);
}

}  // namespace
}  // namespace ephor::net
