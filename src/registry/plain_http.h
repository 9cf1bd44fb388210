// Which registries may be spoken to without TLS.
#pragma once

#include <string_view>

namespace ephor::registry {

// go-containerregistry's rule for names of registries: those of this machine and of private IPv4 networks.
// "localhost" needs a port to be one.
bool MaySpeakPlainHttp(std::string_view registry);

// Whether a host is an address of this machine, a private network or a link, or no particular one.
bool IsInternalAddress(std::string_view host);

}  // namespace ephor::registry
