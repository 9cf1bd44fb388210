#include "image/registry_reference.h"

#include <gtest/gtest.h>

namespace ephor::image {
namespace {

const std::string kDigest = "sha256:128c6e3534b842a2eec139999b8ce8aa9a2af9907e2b9269550809d18cd832a3";

TEST(RegistryReference, Parts) {
  struct Case {
    std::string text;
    std::string registry, repository, tag, digest;
  };
  const Case cases[] = {
      {"nginx", "index.docker.io", "library/nginx", "latest", ""},
      {"docker.io/nginx:1", "index.docker.io", "library/nginx", "1", ""},
      {"a/b:1", "index.docker.io", "a/b", "1", ""},
      {"ghcr.io/a/b", "ghcr.io", "a/b", "latest", ""},
      {"localhost/xy", "localhost", "xy", "latest", ""},
      {"localhost:5000/xy", "localhost:5000", "xy", "latest", ""},
      {"reg:5000/xy:v1@" + kDigest, "reg:5000", "xy", "", kDigest},
      {"[::1]:5000/xy", "[::1]:5000", "xy", "latest", ""},
      {"a//b", "index.docker.io", "a//b", "latest", ""},
      {"xy:-1", "index.docker.io", "library/xy", "-1", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    Arena arena;
    const Result<RegistryReference> reference = ParseRegistryReference(c.text, arena);
    ASSERT_TRUE(reference.has_value()) << reference.error().message();
    EXPECT_EQ(reference->registry, c.registry);
    EXPECT_EQ(reference->repository, c.repository);
    EXPECT_EQ(reference->tag, c.tag);
    EXPECT_EQ(reference->digest, c.digest);
    EXPECT_EQ(reference->identifier(), c.digest.empty() ? c.tag : c.digest);
  }
}

TEST(RegistryReference, Errors) {
  const std::string texts[] = {
      "",
      "x",  // repositories have two characters or more
      "xy:",
      "xy:a b",
      "xy:" + std::string(129, 'a'),
      "Nginx",
      "xy@",
      "xy@sha512:" + kDigest.substr(7),
      "xy@" + kDigest + "@" + kDigest,
      "xy@" + kDigest.substr(0, 70),
      "a.b:port/xy",
      "a.b:1:2/xy",
      "a.b c/xy",
      "[::1/xy",
      "\xC3\xA9\xC3\xA9",
      std::string(256, 'a'),
  };
  for (const std::string& text : texts) {
    Arena arena;
    const Result<RegistryReference> reference = ParseRegistryReference(text, arena);
    ASSERT_FALSE(reference.has_value()) << text;
    EXPECT_EQ(reference.error().message(), "could not parse reference: " + text);
  }
}

}  // namespace
}  // namespace ephor::image
