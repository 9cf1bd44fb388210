#include "engine/message.h"

#include "engine/context.h"
#include "json/write.h"

namespace ephor::engine {

Result<std::string_view> Message::Render(Context& context) const {
  EPHOR_ASSIGN(const json::Value value, template_.Substitute(context));
  if (value.is_string()) return value.as_string();
  return context.arena().Copy(json::ToString(value));
}

}  // namespace ephor::engine
