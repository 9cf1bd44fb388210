// PEM, the text form of certificates (RFC 7468).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ephor::jmespath {

struct PemBlock {
  std::string_view type;  // "CERTIFICATE"; a view into the text
  std::string bytes;
};

// The first well-formed block of a text, as Go's encoding/pem finds it; header lines are skipped. Gives up
// after sixteen lines that begin a block without being one, which keeps it linear.
std::optional<PemBlock> DecodePem(std::string_view text);

}  // namespace ephor::jmespath
