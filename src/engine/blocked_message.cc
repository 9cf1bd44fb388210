#include "engine/blocked_message.h"

#include <algorithm>

#include "engine/beginning.h"
#include "engine/compiled_policy.h"
#include "engine/printable.h"
#include "json/builder.h"
#include "json/write.h"
#include "yaml/emit.h"
#include "yaml/quotes.h"

namespace ephor::engine {
namespace {

using namespace std::string_view_literals;

bool IsShown(const RuleResponse& rule) {
  return rule.status != RuleStatus::kPass && rule.status != RuleStatus::kSkip;
}

std::string_view NameOf(const PolicyResponse* response) {
  return response->policy->name();
}

std::string_view NameOf(const RuleResponse* rule) {
  return rule->name;
}

// Sorted by name; of equal names only the last stays. Mostly they are few and sorted already.
template <class T>
std::span<const T* const> InOrder(ArenaVector<const T*>& items) {
  constexpr std::size_t kFew = 16;
  const auto less = [](const T* a, const T* b) { return yaml::KeyLess(NameOf(a), NameOf(b)); };
  if (items.size() > kFew) {
    if (!std::is_sorted(items.begin(), items.end(), less)) {
      std::stable_sort(items.begin(), items.end(), less);
    }
  } else {
    for (std::size_t i = 1; i < items.size(); ++i) {
      for (std::size_t j = i; j > 0 && less(items[j], items[j - 1]); --j) std::swap(items[j], items[j - 1]);
    }
  }
  std::size_t kept = 0;
  for (const T* item : items) {
    if (kept > 0 && NameOf(items[kept - 1]) == NameOf(item)) --kept;
    items[kept++] = item;
  }
  items.resize_down(kept);
  return items.span();
}

// Writes YAML and escapes it for JSON in one go. Names and messages of printable ASCII, which most are, are
// copied while they are looked at; any other text takes the way through the emitter.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void Escaped(std::string_view text) {
    const std::size_t quote = out_.size();
    json::WriteString(text, out_);
    out_.pop_back();
    out_.erase(quote, 1);
  }

  void Policy(const PolicyIdentity& policy, std::span<const RuleResponse* const> rules, Arena& arena) {
    const std::size_t before = out_.size();
    if (Plain(policy, rules)) return;
    out_.resize(before);
    json::ObjectBuilder messages(arena, rules.size());
    for (const RuleResponse* rule : rules) {
      messages.Set(json::Key(NameOf(rule)), json::Value::String(rule->message));
    }
    Emitted(policy.name(), messages.Build(), 0);
  }

 private:
  // Writes the policy; false, with half of it written, where a name is no plain key.
  bool Plain(const PolicyIdentity& policy, std::span<const RuleResponse* const> rules) {
    if (policy.plain_key().empty()) return false;
    out_.append(policy.plain_key()).append("\\n"sv);
    for (const RuleResponse* rule : rules) {
      if (rule->rule == nullptr || rule->rule->plain_key.empty()) return false;
      out_.append("  "sv).append(rule->rule->plain_key);
      if (QuotedBefore(*rule) || PrintableLine(rule->message)) continue;
      const json::Member message(json::Key("r"), json::Value::String(rule->message));
      Emitted("p", json::Value::Object({&message, 1}), "p:\n  r:"sv.size());
    }
    return true;
  }

  // Writes a message of whose beginning it is known how it is written; nothing of another.
  bool QuotedBefore(const RuleResponse& rule) {
    if (rule.beginning == nullptr || rule.beginning->quoted().empty()) return false;
    const std::size_t before = out_.size();
    out_.append(" "sv).append(rule.beginning->quoted());
    if (AppendPrintable("", rule.message.substr(rule.beginning->text().size()), "'\\n", out_)) return true;
    out_.resize(before);
    return false;
  }

  // Writes a message of printable ASCII behind its key; nothing of another.
  bool PrintableLine(std::string_view message) {
    switch (yaml::QuotesOf(message)) {
      case yaml::Quotes::kNone:
        return AppendPrintable(" ", message, "\\n", out_);
      case yaml::Quotes::kSingle:
        return AppendPrintable(" '", message, "'\\n", out_);
      case yaml::Quotes::kDouble:
        return false;
    }
    return false;
  }

  // The policy by the emitter, without what comes first.
  void Emitted(std::string_view name, const json::Value& rules, std::size_t skipped) {
    const json::Member policy(json::Key(name), rules);
    std::string text;
    yaml::Emit(json::Value::Object({&policy, 1}), text, {.fold = false});
    Escaped(std::string_view(text).substr(skipped));
  }

  std::string& out_;
};

}  // namespace

std::string_view BlockedMessage(std::span<const PolicyResponse> responses, const Request& request,
                                std::string& scratch, Arena& arena) {
  ArenaVector<const PolicyResponse*> policies(arena, responses.size());
  for (const PolicyResponse& response : responses) {
    if (std::any_of(response.rules.begin(), response.rules.end(), IsShown)) policies.push_back(&response);
  }
  scratch.clear();
  Writer writer(scratch);
  scratch += "\\n\\nresource ";
  const Resource& subject = request.subject();
  writer.Escaped(subject.kind);
  scratch += '/';
  writer.Escaped(subject.namespace_);
  scratch += '/';
  writer.Escaped(subject.name);
  scratch += " was blocked due to the following policies \\n\\n";
  if (policies.empty()) scratch += "{}\\n";
  for (const PolicyResponse* response : InOrder(policies)) {
    ArenaVector<const RuleResponse*> rules(arena, response->rules.size());
    for (const RuleResponse& rule : response->rules) {
      if (IsShown(rule)) rules.push_back(&rule);
    }
    writer.Policy(*response->policy, InOrder(rules), arena);
  }
  return scratch;
}

}  // namespace ephor::engine
