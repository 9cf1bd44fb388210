#include "server/serving_certificate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "net/certificate.h"

namespace ephor::server {
namespace {

using std::chrono::hours;

// As long as the reference's.
constexpr hours kAuthorityValidity = hours(24) * 365 * 10;
constexpr hours kValidity = hours(24) * 150;
constexpr hours kRenewBefore = hours(24) * 15;
constexpr std::size_t kMaxFileBytes = 256 << 10;
constexpr const char* kAuthorityName = "*.ephor.svc";

std::unexpected<Error> FileError(const std::string& path) {
  return Fail(ErrorCode::kUnavailable, path + ": " + std::strerror(errno));
}

Result<std::string> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (file == nullptr) return FileError(path);
  std::string text(kMaxFileBytes, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return FileError(path);
  return text;
}

bool Exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

// Whole or not at all, readable by the owner alone.
Result<void> WriteFile(const std::string& path, const std::string& text) {
  const std::string part = path + ".new";
  const int fd = open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return FileError(part);
  const bool written =
      write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  close(fd);
  if (!written || rename(part.c_str(), path.c_str()) != 0) return FileError(path);
  return {};
}

}  // namespace

Result<std::unique_ptr<ServingCertificate>> ServingCertificate::Load(CertificateOptions options) {
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return InvalidInput("a certificate needs its key and a key its certificate: give both or none");
  }
  std::unique_ptr<ServingCertificate> made(new ServingCertificate(std::move(options)));
  EPHOR_ASSIGN(made->pair_, made->Obtain());
  EPHOR_ASSIGN(made->tls_, net::TlsContext::Create(made->pair_));
  return made;
}

std::vector<std::string> ServingCertificate::files() const {
  if (given()) return {options_.certificate_file, options_.key_file};
  if (!options_.directory.empty()) return {options_.directory + "/tls.crt", options_.directory + "/tls.key"};
  return {};
}

Result<bool> ServingCertificate::Refresh() {
  EPHOR_ASSIGN(net::KeyPair pair, Obtain());
  if (pair.certificate == pair_.certificate && pair.key == pair_.key) return false;
  EPHOR_TRY(tls_->Replace(pair));
  pair_ = std::move(pair);
  return true;
}

Result<net::KeyPair> ServingCertificate::Obtain() {
  return given() ? ReadGiven() : ReadOrMake();
}

Result<net::KeyPair> ServingCertificate::ReadGiven() {
  net::KeyPair pair;
  EPHOR_ASSIGN(pair.certificate, ReadFile(options_.certificate_file));
  EPHOR_ASSIGN(pair.key, ReadFile(options_.key_file));
  if (options_.authority_file.empty()) {
    // A certificate that signed itself is its own authority; a chain ends with it.
    authority_.certificate = pair.certificate;
  } else {
    EPHOR_ASSIGN(authority_.certificate, ReadFile(options_.authority_file));
  }
  return pair;
}

Result<net::KeyPair> ServingCertificate::ReadOrMake() {
  const std::string& directory = options_.directory;
  const bool kept = !directory.empty();
  const auto path = [&directory](const char* name) { return directory + "/" + name; };
  if (authority_.key.empty()) {
    if (kept && Exists(path("ca.crt"))) {
      EPHOR_ASSIGN(authority_.certificate, ReadFile(path("ca.crt")));
      EPHOR_ASSIGN(authority_.key, ReadFile(path("ca.key")));
    } else {
      EPHOR_ASSIGN(authority_, net::MakeAuthority(kAuthorityName, kAuthorityValidity));
      if (kept) {
        if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return FileError(directory);
        EPHOR_TRY(WriteFile(path("ca.key"), authority_.key));
        EPHOR_TRY(WriteFile(path("ca.crt"), authority_.certificate));
      }
    }
  }
  net::KeyPair pair = pair_;
  if (kept && Exists(path("tls.crt"))) {
    EPHOR_ASSIGN(pair.certificate, ReadFile(path("tls.crt")));
    EPHOR_ASSIGN(pair.key, ReadFile(path("tls.key")));
  }
  if (net::CertificateHolds(pair.certificate, authority_.certificate, kRenewBefore) &&
      net::CertificateNames(pair.certificate, options_.names)) {
    return pair;
  }
  EPHOR_ASSIGN(pair, net::MakeServerCertificate(authority_, options_.names, kValidity));
  if (kept) {
    EPHOR_TRY(WriteFile(path("tls.key"), pair.key));
    EPHOR_TRY(WriteFile(path("tls.crt"), pair.certificate));
  }
  return pair;
}

}  // namespace ephor::server
