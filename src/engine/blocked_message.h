// Why a request was blocked, as its user reads it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/request.h"
#include "engine/response.h"

namespace ephor::engine {

// Two blank lines, "resource KIND/NAMESPACE/NAME was blocked due to the following policies ", and as YAML
// each policy's rules that neither passed nor were skipped, with their messages; policies and rules sorted by
// name. Of policies of one name in different namespaces the last one given is shown. Scripts read this text:
// it is the reference's to the byte. It is written with the escapes of a JSON string, without its quotes,
// into the scratch, and valid as long as that is not changed.
std::string_view BlockedMessage(std::span<const PolicyResponse> responses, const Request& request,
                                std::string& scratch, Arena& arena);

}  // namespace ephor::engine
