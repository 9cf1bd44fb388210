// The variable `{{@}}`: the value that stands in the object where the variable stands in the policy.
#pragma once

#include <string>
#include <string_view>

namespace ephor::engine {

class Context;

// The JMESPath of that value: `target` if there is one, else `request.object`, then the place of the string
// in its document after a component "foreach" and two more, which in a rule are the body's kind and its
// pattern or patch. Anchors stay in the path, as in the reference.
std::string CurrentPath(std::string_view document_path, Context& context);

}  // namespace ephor::engine
