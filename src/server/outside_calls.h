// Which policies may wait for somebody else.
#pragma once

#include "json/value.h"

namespace ephor::server {

// Whether a policy's document names something outside: an `apiCall` of a service, an `imageRegistry` entry,
// CEL's http or image libraries, or the JMESPath function that looks names up. By its words, so that it may
// say yes too often, never too seldom.
bool MayCallOutside(const json::Value& document);

}  // namespace ephor::server
