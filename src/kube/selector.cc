#include "kube/selector.h"

#include <algorithm>
#include <optional>

#include "pattern/wildcard.h"

namespace ephor::kube {
namespace {

bool IsLower(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool IsAlphanumeric(char c) {
  return IsLower(c) || (c >= 'A' && c <= 'Z');
}

// Letters, digits, '-', '_' and '.', with a letter or digit at both ends, at most 63 bytes.
bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 63 && IsAlphanumeric(text.front()) && IsAlphanumeric(text.back()) &&
         std::ranges::all_of(text,
                             [](char c) { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool IsDnsSubdomain(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('.', at), text.size());
    const std::string_view part = text.substr(at, end - at);
    if (part.empty() || !IsLower(part.front()) || !IsLower(part.back()) ||
        !std::ranges::all_of(part, [](char c) { return IsLower(c) || c == '-'; })) {
      return false;
    }
    at = end + 1;
  }
  return true;
}

}  // namespace

bool IsLabelKey(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return IsName(text);
  return IsDnsSubdomain(text.substr(0, slash)) && IsName(text.substr(slash + 1));
}

bool IsLabelValue(std::string_view text) {
  return text.empty() || IsName(text);
}

void LabelSelector::Builder::MatchLabel(std::string_view key, std::string_view value) {
  using Operator = Requirement::Operator;
  if (pattern::HasWildcard(key) || pattern::HasWildcard(value)) {
    requirements_.push_back({Operator::kWildcard, std::string(key), {std::string(value)}});
    return;
  }
  valid_ &= IsLabelKey(key) && IsLabelValue(value);
  requirements_.push_back({Operator::kIn, std::string(key), {std::string(value)}});
}

void LabelSelector::Builder::Require(std::string_view key, std::string_view op,
                                     std::span<const std::string_view> values) {
  using Operator = Requirement::Operator;
  std::optional<Operator> known;
  if (op == "In") known = Operator::kIn;
  if (op == "NotIn") known = Operator::kNotIn;
  if (op == "Exists") known = Operator::kExists;
  if (op == "DoesNotExist") known = Operator::kDoesNotExist;
  const bool takes_values = known == Operator::kIn || known == Operator::kNotIn;
  valid_ &= known.has_value() && takes_values != values.empty() && IsLabelKey(key) &&
            std::ranges::all_of(values, IsLabelValue);
  if (!valid_) return;
  requirements_.push_back({*known, std::string(key), {values.begin(), values.end()}});
}

LabelSelector LabelSelector::FromValue(const json::Value& selector) {
  Builder builder;
  if (const json::Value* labels = selector.Find("matchLabels"); labels != nullptr && labels->is_object()) {
    for (const json::Member& label : labels->members())
      builder.MatchLabel(label.key(), label.value.string_or(""));
  }
  if (const json::Value* all = selector.Find("matchExpressions"); all != nullptr && all->is_array()) {
    for (const json::Value& expression : all->items()) {
      std::vector<std::string_view> values;
      if (const json::Value* given = expression.Find("values"); given != nullptr && given->is_array()) {
        for (const json::Value& value : given->items()) values.push_back(value.string_or(""));
      }
      builder.Require(expression.StringAt("key"), expression.StringAt("operator"), values);
    }
  }
  return std::move(builder).Build();
}

bool LabelSelector::Requirement::Holds(const json::Value& labels) const {
  if (op == Operator::kWildcard) {
    return labels.is_object() && std::ranges::any_of(labels.members(), [&](const json::Member& label) {
             return pattern::WildcardMatch(key, label.key()) &&
                    pattern::WildcardMatch(values[0], label.value.string_or(""));
           });
  }
  const json::Value* found = labels.Find(json::Key(key));
  switch (op) {
    case Operator::kExists:
      return found != nullptr;
    case Operator::kDoesNotExist:
      return found == nullptr;
    case Operator::kIn:
      return found != nullptr && std::ranges::find(values, found->string_or("")) != values.end();
    case Operator::kNotIn:
      return found == nullptr || std::ranges::find(values, found->string_or("")) == values.end();
    case Operator::kWildcard:
      break;
  }
  return false;
}

bool LabelSelector::Matches(const json::Value& labels) const {
  return valid_ && std::ranges::all_of(requirements_, [&](const Requirement& r) { return r.Holds(labels); });
}

}  // namespace ephor::kube
