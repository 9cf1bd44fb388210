#include "engine/blocked_message.h"

#include "engine/compiled_policy.h"
#include "json/builder.h"
#include "yaml/emit.h"

namespace ephor::engine {

std::string_view BlockedMessage(std::span<const PolicyResponse> responses, const Request& request,
                                std::string& scratch, Arena& arena) {
  json::ObjectBuilder policies(arena, responses.size());
  for (const PolicyResponse& response : responses) {
    json::ObjectBuilder rules(arena, response.rules.size());
    for (const RuleResponse& rule : response.rules) {
      if (rule.status == RuleStatus::kPass || rule.status == RuleStatus::kSkip) continue;
      rules.Set(json::Key(rule.name), json::Value::String(rule.message));
    }
    if (!rules.empty()) policies.Set(json::Key(response.policy->name()), rules.Build());
  }
  const Resource& subject = request.subject();
  scratch.clear();
  scratch += "\n\nresource ";
  scratch += subject.kind;
  scratch += '/';
  scratch += subject.namespace_;
  scratch += '/';
  scratch += subject.name;
  scratch += " was blocked due to the following policies \n\n";
  yaml::Emit(policies.Build(), scratch, {.fold = false});
  return arena.Copy(scratch);
}

}  // namespace ephor::engine
