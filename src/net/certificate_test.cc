#include "net/certificate.h"

#include <gtest/gtest.h>

namespace ephor::net {
namespace {

using std::chrono::hours;

TEST(CertificateTest, AServerCertificateIsGoodForTls) {
  const auto authority = MakeAuthority("*.ephor.svc", hours(24 * 365));
  ASSERT_TRUE(authority);
  const std::string names[] = {"ephor-svc", "ephor-svc.ephor.svc", "127.0.0.1", "::1"};
  const auto pair = MakeServerCertificate(*authority, names, hours(24 * 150));
  ASSERT_TRUE(pair);
  EXPECT_TRUE(pair->key.starts_with("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_TRUE(TlsContext::Create(*pair));
  EXPECT_TRUE(CertificateHolds(pair->certificate, authority->certificate, hours(24 * 149)));
  EXPECT_FALSE(CertificateHolds(pair->certificate, authority->certificate, hours(24 * 151)));
  EXPECT_TRUE(CertificateNames(pair->certificate, names));
  const std::string others[] = {"ephor-svc", "127.0.0.2"};
  EXPECT_FALSE(CertificateNames(pair->certificate, others));
  EXPECT_FALSE(CertificateNames("rubbish", names));
  const auto other = MakeAuthority("*.ephor.svc", hours(24));
  ASSERT_TRUE(other);
  EXPECT_FALSE(CertificateHolds(pair->certificate, other->certificate, hours(1)));
}

TEST(CertificateTest, BadInput) {
  const auto authority = MakeAuthority("a", hours(24));
  ASSERT_TRUE(authority);
  for (const char* name : {"", "a,IP:1.2.3.4", "a\nb", "dirName:x", "a;b", "a=b"}) {
    SCOPED_TRACE(name);
    const std::string names[] = {name};
    EXPECT_EQ(MakeServerCertificate(*authority, names, hours(1)).error().message(),
              "'" + std::string(name) + "' is no name for a certificate");
  }
  const std::string names[] = {"a"};
  EXPECT_EQ(MakeServerCertificate(*authority, {}, hours(1)).error().message(),
            "a server certificate needs a name");
  EXPECT_EQ(MakeServerCertificate({"x", "y"}, names, hours(1)).error().message(),
            "the authority's certificate or key is not in PEM form");
  EXPECT_FALSE(CertificateHolds("", "", hours(1)));
  EXPECT_FALSE(CertificateHolds(authority->certificate, "rubbish", hours(1)));
}

TEST(TlsContextTest, BadInput) {
  const auto one = MakeAuthority("a", hours(24));
  const auto two = MakeAuthority("b", hours(24));
  ASSERT_TRUE(one && two);
  struct Case {
    const char* name;
    KeyPair pair;
    std::string_view message;
  };
  const Case cases[] = {
      {"nothing", {"", ""}, "no certificate in PEM form: no start line"},
      {"no key", {one->certificate, ""}, "no private key in PEM form: unsupported"},
      {"another's key",
       {one->certificate, two->key},
       "the key does not fit the certificate: key values mismatch"},
      {"huge", {std::string(300 << 10, 'x'), one->key}, "the certificate file is too large"},
      {"key for a certificate", {one->key, one->key}, "no certificate in PEM form: no start line"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto context = TlsContext::Create(c.pair);
    ASSERT_FALSE(context);
    EXPECT_EQ(context.error().message(), c.message);
  }
  const auto context = TlsContext::Create(*one);
  ASSERT_TRUE(context);
  EXPECT_FALSE((*context)->Replace({one->certificate, two->key}));
  EXPECT_TRUE((*context)->Replace(*two));
}

}  // namespace
}  // namespace ephor::net
