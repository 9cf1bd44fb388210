// The certificate that the webhook shows, given or made.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/tls.h"

namespace ephor::server {

struct CertificateOptions {
  // Both or none.
  std::string certificate_file;
  std::string key_file;
  std::string authority_file;  // for the API server to check the certificate by; optional
  // Without files: where the authority and certificate that are made at the first start are kept (ca.crt,
  // ca.key, tls.crt, tls.key); "" makes new ones at every start.
  std::string directory;
  // Of a certificate that is made: DNS names and IP addresses. At least one.
  std::vector<std::string> names;
};

// Not thread-safe, but for tls(): one thread loads and refreshes.
class ServingCertificate {
 public:
  static Result<std::unique_ptr<ServingCertificate>> Load(CertificateOptions options);

  const net::TlsContext& tls() const { return *tls_; }
  // PEM, for the caBundle of webhook configurations.
  const std::string& authority() const { return authority_.certificate; }
  // The files whose change calls for Refresh.
  std::vector<std::string> files() const;

  // Takes changed files into use, and renews a certificate of our own making 15 days before its end, or when
  // it lacks a name: whoever owns this calls it at least daily. Says whether new connections get another
  // certificate now. On an error the old one stays in use.
  Result<bool> Refresh();

 private:
  explicit ServingCertificate(CertificateOptions options) : options_(std::move(options)) {}

  bool given() const { return !options_.certificate_file.empty(); }
  Result<net::KeyPair> Obtain();
  Result<net::KeyPair> ReadGiven();
  Result<net::KeyPair> ReadOrMake();

  CertificateOptions options_;
  net::KeyPair authority_;  // its key is "" where it is not ours
  net::KeyPair pair_;
  std::unique_ptr<net::TlsContext> tls_;
};

}  // namespace ephor::server
