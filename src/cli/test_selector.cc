#include "cli/test_selector.h"

#include <algorithm>

#include "pattern/wildcard.h"

namespace ephor::cli {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

TestSelector::TestSelector(std::string_view text) {
  for (std::size_t at = 0; !text.empty() && at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view item = text.substr(at, comma - at);
    at = comma + 1;
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || item.find('=', equals + 1) != std::string_view::npos) {
      errors_.push_back("Invalid test-case-selector argument (" + std::string(item) +
                        "). Parameter must be in the form `<key>=<value>`.");
      continue;
    }
    const std::string_view key = Trim(item.substr(0, equals));
    const std::string pattern(Trim(item.substr(equals + 1)));
    if (key == "policy") {
      terms_.push_back({Key::kPolicy, pattern});
    } else if (key == "rule") {
      terms_.push_back({Key::kRule, pattern});
    } else if (key == "resource") {
      terms_.push_back({Key::kResource, pattern});
    } else {
      errors_.push_back("Invalid test-case-selector (" + std::string(item) +
                        "). Parameter can only be policy, rule or resource.");
    }
  }
  if (!errors_.empty()) return;
  for (const Term& term : terms_) {
    if (term.key != Key::kResource) continue;
    if (term.pattern == "*") break;
    resources_.push_back(term.pattern);
  }
}

bool TestSelector::Selects(const source::ExpectedResult& result) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    const auto matches = [&](std::string_view text) { return pattern::WildcardMatch(term.pattern, text); };
    switch (term.key) {
      case Key::kPolicy:
        return result.policy.empty() || matches(result.policy);
      case Key::kRule:
        return result.rule.empty() || matches(result.rule);
      case Key::kResource:
        return result.resources.empty() ||
               std::any_of(result.resources.begin(), result.resources.end(), matches);
    }
    return false;
  });
}

}  // namespace ephor::cli
