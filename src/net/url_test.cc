#include "net/url.h"

#include <gtest/gtest.h>

namespace ephor::net {
namespace {

TEST(UrlTest, Parses) {
  constexpr struct {
    const char *text, *host;
    int port;
    const char *path, *shown;
  } kRows[] = {
      {"http://example.com", "example.com", 80, "/", "http://example.com/"},
      {"HTTPS://Example.COM./a/../b?token=x#f", "example.com", 443, "/b", "https://example.com/b"},
      {"http://user:secret@example.com:8080/a", "example.com", 8080, "/a", "http://example.com:8080/a"},
      {"http://good@evil/", "evil", 80, "/", "http://evil/"},
      {"http://[::1]:80/x", "::1", 80, "/x", "http://[::1]/x"},
      // Other ways to write an IPv4 address.
      {"http://2852039166/", "169.254.169.254", 80, "/", "http://169.254.169.254/"},
      {"http://0x7f.1/", "127.0.0.1", 80, "/", "http://127.0.0.1/"},
      {"http://017700000001/", "127.0.0.1", 80, "/", "http://127.0.0.1/"},
      {"http://h/a b", "h", 80, "/a%20b", "http://h/a%20b"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const auto url = Url::Parse(row.text);
    ASSERT_TRUE(url) << url.error().message();
    EXPECT_EQ(url->host, row.host);
    EXPECT_EQ(url->port, row.port);
    EXPECT_EQ(url->path, row.path);
    EXPECT_EQ(url->Shown(), row.shown);
  }
}

TEST(UrlTest, Refuses) {
  const struct {
    std::string text;
    const char* error;
  } kRows[] = {
      {"", "unsupported protocol scheme \"\""},
      {"example.com/a", "unsupported protocol scheme \"\""},
      {"ftp://example.com/", "unsupported protocol scheme \"ftp\""},
      {"file:///etc/passwd", "unsupported protocol scheme \"file\""},
      {"gopher://example.com/", "unsupported protocol scheme \"gopher\""},
      {"http://a\nb/", "parse \"http://a\\nb/\": "},
      {"http:///x", "no Host in request URL"},
      {std::string("http://a\0b/", 11), "parse \"http://a\\x00b/\": invalid control character in URL"},
      {"http://a:99999/", "parse \"http://a:99999/\": "},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.text);
    const auto url = Url::Parse(row.text);
    ASSERT_FALSE(url);
    EXPECT_TRUE(url.error().message().starts_with(row.error)) << url.error().message();
    EXPECT_EQ(url.error().code(), ErrorCode::kInvalidInput);
  }
  EXPECT_FALSE(Url::Parse("http://"));
  EXPECT_FALSE(Url::Parse("http://a b/"));
  EXPECT_FALSE(Url::Parse("http://" + std::string(10 << 20, 'a') + "/"));
}

TEST(UrlTest, ResolvesLocations) {
  constexpr struct {
    const char *location, *text;
  } kRows[] = {
      {"/b?c=1", "https://h/b?c=1"},
      {"b", "https://h/a/b"},
      {"//other/x", "https://other/x"},
      {"http://other:8080/x", "http://other:8080/x"},
  };
  const auto base = Url::Parse("https://h/a/page?q=1");
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.location);
    const auto url = base->Resolve(row.location);
    ASSERT_TRUE(url) << url.error().message();
    EXPECT_EQ(url->text, row.text);
  }
  EXPECT_FALSE(base->Resolve("file:///etc/passwd"));
}

}  // namespace
}  // namespace ephor::net
