// Certificates of our own making, for a server that is given none.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/tls.h"

namespace ephor::net {

// A self-signed authority (ECDSA P-256), valid from an hour ago for the given time.
Result<KeyPair> MakeAuthority(std::string_view common_name, std::chrono::hours validity);

// A server certificate for the names, signed by the authority. A name that is an IP address becomes an IP
// subject alternative name, any other a DNS name; the first is the common name too.
Result<KeyPair> MakeServerCertificate(const KeyPair& authority, std::span<const std::string> names,
                                      std::chrono::hours validity);

// Whether the first certificate is valid at least that long from now, and is signed by the authority where
// one is given.
bool CertificateHolds(std::string_view certificate, std::string_view authority, std::chrono::hours at_least);

// Whether it is for all of the names, DNS names and IP addresses.
bool CertificateNames(std::string_view certificate, std::span<const std::string> names);

}  // namespace ephor::net
