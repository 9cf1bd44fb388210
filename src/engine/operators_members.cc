#include "engine/operators_members.h"

#include <algorithm>

#include "json/parse.h"
#include "pattern/text.h"

namespace ephor::engine {
namespace {

// From here on a binary search beats a look at each.
constexpr std::size_t kManyTexts = 16;

// Whether a text can be JSON, by its first byte: most texts are none, and the parser need not be asked.
bool MayBeJson(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const char c = text[first];
  return c == '[' || c == '{' || c == '"' || c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' ||
         c == 'n';
}

// The texts of a JSON array of strings, as Go decodes them: null for the array is an empty one, null for a
// string the empty one. False where it is another value.
bool StringsOf(const json::Value& value, Arena& arena, std::span<std::string_view>& texts) {
  if (value.is_null()) return true;
  if (!value.is_array()) return false;
  texts = arena.NewArray<std::string_view>(value.size());
  for (std::uint32_t i = 0; i < value.size(); ++i) {
    const json::Value& item = value.items()[i];
    if (!item.is_string() && !item.is_null()) return false;
    new (&texts[i]) std::string_view(item.string_or(""));
  }
  return true;
}

TextSet SetOf(std::string_view text, Arena& arena) {
  const auto one = arena.NewArray<std::string_view>(1);
  new (one.data()) std::string_view(text);
  return TextSet(one, arena);
}

void ReadText(std::string_view text, Arena& arena, Members& members) {
  members.text = text;
  members.wildcard = pattern::Wildcard(text);
  if (const auto range = pattern::Range::Parse(text); range && !range->outside) {
    members.kind = Members::Kind::kRange;
    members.range = *range;
    members.inside = pattern::ScalarPattern::Compile(json::Value::String(text), arena);
    return;
  }
  if (MayBeJson(text)) {
    if (const auto json = json::Parse(text, arena)) {
      std::span<std::string_view> strings;
      const bool is_strings = StringsOf(*json, arena, strings);
      members.kind = is_strings ? Members::Kind::kJsonStrings : Members::Kind::kJsonOther;
      if (is_strings) members.set = TextSet(strings, arena);
      return;
    }
  }
  members.kind = Members::Kind::kText;
  members.set = SetOf(text, arena);
}

}  // namespace

TextSet::TextSet(std::span<std::string_view> texts, Arena& arena) {
  const auto middle = std::stable_partition(
      texts.begin(), texts.end(), [](std::string_view text) { return !pattern::HasWildcard(text); });
  const auto literals = static_cast<std::size_t>(middle - texts.begin());
  if (literals > kManyTexts) std::sort(texts.begin(), middle);
  literals_ = texts.first(literals);
  patterns_ = texts.subspan(literals);
  if (patterns_.empty()) return;
  const auto wildcards = arena.NewArray<pattern::Wildcard>(patterns_.size());
  for (std::size_t i = 0; i < patterns_.size(); ++i) new (&wildcards[i]) pattern::Wildcard(patterns_[i]);
  wildcards_ = wildcards;
}

bool TextSet::ContainsLiteral(std::string_view text) const {
  if (literals_.size() > kManyTexts) return std::binary_search(literals_.begin(), literals_.end(), text);
  return std::find(literals_.begin(), literals_.end(), text) != literals_.end();
}

bool TextSet::Contains(std::string_view text) const {
  return ContainsLiteral(text) || std::find(patterns_.begin(), patterns_.end(), text) != patterns_.end();
}

bool TextSet::Matches(std::string_view text) const {
  const auto matches_text = [text](const pattern::Wildcard& wildcard) { return wildcard.Matches(text); };
  if (std::any_of(wildcards_.begin(), wildcards_.end(), matches_text)) return true;
  const pattern::Wildcard reverse(text);
  if (reverse.is_literal()) return ContainsLiteral(text);
  const auto matches_member = [&reverse](std::string_view member) { return reverse.Matches(member); };
  return std::any_of(literals_.begin(), literals_.end(), matches_member) ||
         std::any_of(patterns_.begin(), patterns_.end(), matches_member);
}

Members Members::Of(const json::Value& value, Arena& arena) {
  Members members;
  switch (value.kind()) {
    case json::Kind::kNull:
    case json::Kind::kObject:
      break;
    case json::Kind::kBool:
    case json::Kind::kInt:
    case json::Kind::kDouble:
      members.kind = Kind::kScalar;
      members.set = SetOf(pattern::TextOf(value, arena), arena);
      break;
    case json::Kind::kString:
      ReadText(value.as_string(), arena, members);
      break;
    case json::Kind::kArray: {
      members.kind = Kind::kList;
      const auto texts = arena.NewArray<std::string_view>(value.size());
      for (std::uint32_t i = 0; i < value.size(); ++i) {
        new (&texts[i]) std::string_view(pattern::TextOf(value.items()[i], arena));
        members.all_strings &= value.items()[i].is_string();
      }
      members.set = TextSet(texts, arena);
      break;
    }
  }
  return members;
}

}  // namespace ephor::engine
