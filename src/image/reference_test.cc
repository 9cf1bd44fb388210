#include "image/reference.h"

#include <gtest/gtest.h>

namespace ephor::image {
namespace {

const std::string kHex64 = "128c6e3534b842a2eec139999b8ce8aa9a2af9907e2b9269550809d18cd832a3";
const std::string kDigest = "sha256:" + kHex64;

TEST(ImageReference, Parts) {
  struct Case {
    std::string text;
    std::string registry, path, name, tag, digest, reference, reference_with_tag;
  };
  const Case cases[] = {
      {"nginx", "docker.io", "nginx", "nginx", "latest", "", "docker.io/nginx:latest",
       "docker.io/nginx:latest"},
      {"a/b:1", "docker.io", "a/b", "b", "1", "", "docker.io/a/b:1", "docker.io/a/b:1"},
      {"localhost/x", "localhost", "x", "x", "latest", "", "localhost/x:latest", "localhost/x:latest"},
      {"localhost:5000/x", "localhost:5000", "x", "x", "latest", "", "localhost:5000/x:latest",
       "localhost:5000/x:latest"},
      {"reg:5000/x@" + kDigest, "reg:5000", "x", "x", "", kDigest, "reg:5000/x@" + kDigest, "reg:5000/x:"},
      {"ghcr.io/x:v1@" + kDigest, "ghcr.io", "x", "x", "v1", kDigest, "ghcr.io/x@" + kDigest, "ghcr.io/x:v1"},
      {"UPPER/x", "UPPER", "x", "x", "latest", "", "UPPER/x:latest", "UPPER/x:latest"},
      {"[2001:db8::1]:5000/x", "[2001:db8::1]:5000", "x", "x", "latest", "", "[2001:db8::1]:5000/x:latest",
       "[2001:db8::1]:5000/x:latest"},
      {"[::1]/x:1", "[::1]", "x", "x", "1", "", "[::1]/x:1", "[::1]/x:1"},
      {"f/a__b--c.d_e", "docker.io", "f/a__b--c.d_e", "a__b--c.d_e", "latest", "",
       "docker.io/f/a__b--c.d_e:latest", "docker.io/f/a__b--c.d_e:latest"},
      {"a_b.c/f", "a_b.c", "f", "f", "latest", "", "a_b.c/f:latest", "a_b.c/f:latest"},
      {"x:_a.B-9", "docker.io", "x", "x", "_a.B-9", "", "docker.io/x:_a.B-9", "docker.io/x:_a.B-9"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    Arena arena;
    const Result<ImageReference> image = ParseReference(c.text, {}, arena);
    ASSERT_TRUE(image.has_value()) << image.error().message();
    EXPECT_EQ(image->registry, c.registry);
    EXPECT_EQ(image->path, c.path);
    EXPECT_EQ(image->name, c.name);
    EXPECT_EQ(image->tag, c.tag);
    EXPECT_EQ(image->digest, c.digest);
    EXPECT_EQ(image->reference, c.reference);
    EXPECT_EQ(image->reference_with_tag, c.reference_with_tag);
  }
}

TEST(ImageReference, Defaults) {
  struct Case {
    std::string_view text;
    RegistryDefaults defaults;
    std::string_view registry, path, reference;
  };
  const Case cases[] = {
      {"nginx", {"ghcr.io", true}, "ghcr.io", "nginx", "ghcr.io/nginx:latest"},
      {"nginx", {"ghcr.io/mirror", true}, "ghcr.io", "mirror/nginx", "ghcr.io/mirror/nginx:latest"},
      {"nginx", {"docker.io", false}, "", "nginx", "nginx:latest"},
      {"quay.io/nginx", {"docker.io", false}, "quay.io", "nginx", "quay.io/nginx:latest"},
      {"my_reg/nginx", {"docker.io", false}, "my_reg", "nginx", "my_reg/nginx:latest"},
      {"my_reg/nginx", {"docker.io", true}, "docker.io", "my_reg/nginx", "docker.io/my_reg/nginx:latest"},
      {"nginx", {"my_reg", true}, "my_reg", "nginx", "my_reg/nginx:latest"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.text) + " / " + std::string(c.defaults.registry));
    Arena arena;
    const Result<ImageReference> image = ParseReference(c.text, c.defaults, arena);
    ASSERT_TRUE(image.has_value()) << image.error().message();
    EXPECT_EQ(image->registry, c.registry);
    EXPECT_EQ(image->path, c.path);
    EXPECT_EQ(image->reference, c.reference);
  }
}

TEST(ImageReference, Errors) {
  constexpr std::string_view kInvalid = "invalid reference format";
  constexpr std::string_view kUpper = "repository name must be lowercase";
  struct Case {
    std::string text;
    std::string_view reason;
  };
  const Case cases[] = {
      {"", kInvalid},
      {"/", kInvalid},
      {"a/", kInvalid},
      {"a//b", kInvalid},
      {"a b", kInvalid},
      {"-a", kInvalid},
      {"a-", kInvalid},
      {"a..b", kInvalid},
      {"a___b", kInvalid},
      {"a._b", kInvalid},
      {"x:", kInvalid},
      {"x:.1", kInvalid},
      {"x:" + std::string(129, 'a'), kInvalid},
      {"x@", kInvalid},
      {"x@sha256:abc", kInvalid},
      {"x@sha256:" + kHex64 + "@" + kDigest, kInvalid},
      {"x@sha256-:" + kHex64, kInvalid},
      {"x@256:" + kHex64, kInvalid},
      {"a.b-/x", kInvalid},
      {"reg:port/x", kInvalid},
      {"reg:/x", kInvalid},
      {"[]/x:1", kInvalid},
      {"[::g]/x", kInvalid},
      {"\xC3\xA9", kInvalid},
      {"\xFF/x", kInvalid},
      {"Nginx", kUpper},
      {"ghcr.io/Nginx", kUpper},
      {"{{ x }}", kInvalid},
      {std::string(256, 'a'), "repository name must not be more than 255 characters"},
      {"x@sha256:" + kHex64.substr(1), "invalid checksum digest length"},
      {"x@sha512:" + kHex64, "invalid checksum digest length"},
      {"x@sha256:A" + kHex64.substr(1), "invalid checksum digest format"},
      {"x@sha1:" + kHex64, "unsupported digest algorithm"},
      {"x@SHA256:" + kHex64, "invalid checksum digest format"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    Arena arena;
    const Result<ImageReference> image = ParseReference(c.text, {}, arena);
    ASSERT_FALSE(image.has_value());
    const std::string& message = image.error().message();
    EXPECT_TRUE(message.ends_with(", defaultRegistry: docker.io, enableDefaultRegistryMutation: true: " +
                                  std::string(c.reason)))
        << message;
  }
  Arena arena;
  EXPECT_EQ(
      ParseReference("a b", {"r.io", false}, arena).error().message(),
      "bad image: r.io/a b, defaultRegistry: r.io, enableDefaultRegistryMutation: false: invalid reference "
      "format");
  EXPECT_FALSE(ParseReference(std::string(1'000'000, '/'), {}, arena).has_value());
}

}  // namespace
}  // namespace ephor::image
