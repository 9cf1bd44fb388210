#include "server/serving_certificate.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "net/certificate.h"
#include "source/temporary_folder.h"

namespace ephor::server {
namespace {

using std::chrono::hours;

std::string Read(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(ServingCertificateTest, AFolderKeepsTheAuthority) {
  const source::TemporaryFolder folder;
  const CertificateOptions options{.directory = folder.Path("tls"), .names = {"localhost"}};
  const auto first = ServingCertificate::Load(options);
  ASSERT_TRUE(first);
  struct stat status{};
  ASSERT_EQ(stat(folder.Path("tls/ca.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const std::string leaf = Read(folder.Path("tls/tls.crt"));
  EXPECT_TRUE(net::CertificateHolds(leaf, (*first)->authority(), hours(24) * 149));
  const auto second = ServingCertificate::Load(options);
  ASSERT_TRUE(second);
  EXPECT_EQ((*first)->authority(), (*second)->authority());
  EXPECT_EQ(Read(folder.Path("tls/tls.crt")), leaf);

  // A name more needs another one.
  const auto renamed =
      ServingCertificate::Load({.directory = options.directory, .names = {"localhost", "10.0.0.5"}});
  ASSERT_TRUE(renamed);
  EXPECT_NE(Read(folder.Path("tls/tls.crt")), leaf);

  // One that is lost or about to end is made anew, under the same authority.
  const net::KeyPair authority{(*first)->authority(), Read(folder.Path("tls/ca.key"))};
  const std::string names[] = {"localhost"};
  const auto ending = net::MakeServerCertificate(authority, names, hours(24) * 14);
  folder.Write("tls/tls.crt", ending->certificate);
  folder.Write("tls/tls.key", ending->key);
  EXPECT_TRUE((*second)->Refresh().value());
  EXPECT_NE(Read(folder.Path("tls/tls.crt")), ending->certificate);
  EXPECT_TRUE(
      net::CertificateHolds(Read(folder.Path("tls/tls.crt")), authority.certificate, hours(24) * 149));
  EXPECT_FALSE((*second)->Refresh().value());
}

TEST(ServingCertificateTest, GivenFilesAreFollowed) {
  const source::TemporaryFolder folder;
  const auto one = net::MakeAuthority("one", hours(24)), two = net::MakeAuthority("two", hours(24));
  const CertificateOptions options{.certificate_file = folder.Write("a.crt", one->certificate),
                                   .key_file = folder.Write("a.key", one->key)};
  const auto serving = ServingCertificate::Load(options);
  ASSERT_TRUE(serving);
  EXPECT_EQ((*serving)->authority(), one->certificate);
  EXPECT_FALSE((*serving)->Refresh().value());
  // Between the two writes the files do not fit: the old pair stays.
  folder.Write("a.crt", two->certificate);
  EXPECT_FALSE((*serving)->Refresh());
  folder.Write("a.key", two->key);
  EXPECT_TRUE((*serving)->Refresh().value());
}

TEST(ServingCertificateTest, BadInput) {
  const source::TemporaryFolder folder;
  EXPECT_EQ(ServingCertificate::Load({.certificate_file = "a"}).error().message(),
            "a certificate needs its key and a key its certificate: give both or none");
  EXPECT_EQ(ServingCertificate::Load({.certificate_file = folder.Path("no"), .key_file = folder.Path("no")})
                .error()
                .message(),
            folder.Path("no") + ": No such file or directory");
  EXPECT_EQ(ServingCertificate::Load({}).error().message(), "a server certificate needs a name");
}

}  // namespace
}  // namespace ephor::server
