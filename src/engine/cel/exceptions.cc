#include "engine/cel/exceptions.h"

#include <algorithm>
#include <charconv>

#include "engine/cel/policy_conditions.h"
#include "engine/observe/observer.h"
#include "engine/run.h"
#include "json/builder.h"

namespace ephor::engine {
namespace {

// As the reference reads it: what is no positive integer counts for nothing.
std::int64_t PriorityOf(const policy::CelPolicyException& exception) {
  const std::string_view* label = policy::Find(exception.metadata.labels, "polex.kyverno.io/priority");
  if (label == nullptr) return 0;
  std::string_view text = *label;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value > 0 ? value : 0;
}

void AddTexts(policy::StringList texts, json::ArrayBuilder& into) {
  for (const std::string_view text : texts) into.Add(json::Value::String(text));
}

}  // namespace

bool CelExceptions::Add(CelExceptionList all, const policy::Object& policy,
                        const std::shared_ptr<const cel::Env>& env, SpecCompiler& compiler) {
  for (const auto& source : all) {
    for (const policy::PolicyReference& reference : source->policy_refs) {
      if (reference.name != policy.metadata.name || reference.kind != policy.kind) continue;
      Exception& exception = exceptions_.emplace_back();
      exception.source = source;
      exception.priority = PriorityOf(*source);
      if (!source->metadata.namespace_.empty())
        exception.key = std::string(source->metadata.namespace_) + '/';
      exception.key += source->metadata.name;
      if (!compiler.Conditions("spec.matchConditions", source->match_conditions, env, exception.conditions))
        return false;
    }
  }
  return true;
}

std::string_view CelExceptions::JoinedKeys(std::span<const Exception* const> exceptions, Arena& arena) {
  std::size_t size = 0;
  for (const Exception* exception : exceptions) size += exception->key.size() + 2;
  const std::span<char> text = arena.NewArray<char>(size);
  char* end = text.data();
  for (const Exception* exception : exceptions) {
    if (end != text.data()) end = std::copy_n(", ", 2, end);
    end = std::copy(exception->key.begin(), exception->key.end(), end);
  }
  return {text.data(), static_cast<std::size_t>(end - text.data())};
}

Result<bool> CelExceptions::Applies(const Exception& exception, bool fails_closed,
                                    CelActivation& activation) {
  Watched watched(
      activation.observer(),
      {.kind = StepKind::kException, .source = exception.source->document, .name = exception.key});
  auto hold = HoldAll(exception.conditions, fails_closed, activation);
  watched.Conclude(!hold ? Verdict::kError : *hold ? Verdict::kTrue : Verdict::kFalse);
  return hold;
}

Result<CelExemption> CelExceptions::Evaluate(bool fails_closed, CelActivation& activation) const {
  CelExemption exemption;
  Arena& arena = activation.arena();
  ArenaVector<const policy::Object*> matched(arena);
  ArenaVector<const Exception*> applying(arena);
  std::int64_t highest = 0;
  for (const Exception& exception : exceptions_) {
    auto hold = Applies(exception, fails_closed, activation);
    if (!hold) {
      if (exemption.full) continue;
      return std::unexpected(std::move(hold.error()));
    }
    if (!*hold) continue;
    // The first decides, unless one of a higher priority comes.
    if (matched.empty() || exception.priority > highest)
      exemption.passes = exception.source->report_result == "pass";
    highest = std::max(highest, exception.priority);
    matched.push_back(exception.source.get());
    exemption.full |= exception.is_full();
    applying.push_back(&exception);
  }
  exemption.matched = matched.span();
  exemption.keys = JoinedKeys(applying.span(), arena);
  if (exemption.full || applying.empty()) return exemption;

  json::ArrayBuilder images(arena), values(arena);
  for (const Exception* exception : applying.span()) {
    AddTexts(exception->source->images, images);
    AddTexts(exception->source->allowed_values, values);
  }
  json::ObjectBuilder allowed(arena, 2);
  allowed.Set("allowedImages", images.Build());
  allowed.Set("allowedValues", values.Build());
  exemption.allowed = allowed.Build();
  return exemption;
}

RuleResponse ExemptedResponse(const CelExemption& exemption, RuleType type, Arena& arena) {
  const std::string_view how = exemption.passes ? "passed" : "skipped";
  return {.name = "exception",
          .type = type,
          .status = exemption.passes ? RuleStatus::kPass : RuleStatus::kSkip,
          .message = Concat(arena, {"rule is ", how, " due to policy exception: ", exemption.keys}),
          .exceptions = exemption.matched};
}

}  // namespace ephor::engine
