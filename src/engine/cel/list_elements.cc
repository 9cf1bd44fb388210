#include "engine/cel/list_elements.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <vector>

#include "base/quote.h"
#include "jmespath/go_text.h"

namespace ephor::engine {
namespace {

using kube::Schema;

// Lists up to this length are searched by their hashes one by one.
constexpr std::size_t kShort = 8;

// The value of an element's key, or nullptr where it has none.
const json::Value* KeyValue(const json::Value& item, const Schema::Key& key) {
  const json::Value* value = item.Find(json::Key(key.name));
  if (value != nullptr) return value;
  return key.default_value.is_null() ? nullptr : &key.default_value;
}

std::uint32_t HashOf(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::kNull:
      return 1;
    case json::Kind::kBool:
      return value.as_bool() ? 2 : 3;
    case json::Kind::kInt:
    case json::Kind::kDouble: {
      const double number = value.as_double() == 0 ? 0 : value.as_double();  // -0 equals 0
      return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15u >> 32);
    }
    case json::Kind::kString:
      // Of the whole text: the hash of object keys looks at its ends only, and texts are the requester's.
      return static_cast<std::uint32_t>(std::hash<std::string_view>()(value.as_string()));
    case json::Kind::kArray:
    case json::Kind::kObject:
      break;
  }
  std::uint32_t hash = 4;  // of what can be no key, but may be given as one
  if (value.is_array()) {
    for (const json::Value& item : value.items()) hash = hash * 31 + HashOf(item);
  } else {
    for (const json::Member& member : value.members()) hash = hash * 31 + member.hash + HashOf(member.value);
  }
  return hash;
}

std::uint32_t HashOf(const json::Value& item, const Schema& list) {
  if (list.list_type() == Schema::ListType::kSet) return HashOf(item);
  std::uint32_t hash = 0;
  for (const Schema::Key& key : list.keys()) {
    const json::Value* value = KeyValue(item, key);
    hash = hash * 31 + (value == nullptr ? 7 : HashOf(*value));
  }
  return hash;
}

bool Same(const json::Value& a, const json::Value& b, const Schema& list) {
  if (list.list_type() == Schema::ListType::kSet) return json::Equal(a, b);
  const Schema::Keys keys = list.keys();
  return std::all_of(keys.begin(), keys.end(), [&](const Schema::Key& key) {
    const json::Value* x = KeyValue(a, key);
    const json::Value* y = KeyValue(b, key);
    return x == nullptr || y == nullptr ? x == y : json::Equal(*x, *y);
  });
}

std::string ValueText(const json::Value& value) {
  if (value.is_string()) return GoQuote(value.as_string());
  std::string text;
  jmespath::AppendGoText(value, text);
  return text;
}

}  // namespace

std::optional<std::string> ElementError(const json::Value& item, const Schema& list) {
  if (list.list_type() == Schema::ListType::kSet) {
    if (item.is_object()) return "associative list without keys has an element that's a map type";
    if (item.is_array()) return "not supported: associative list with lists as elements";
    if (item.is_null()) return "associative list without keys has an element that's an explicit null";
    return std::nullopt;
  }
  if (item.is_null()) return "associative list with keys may not have a null element";
  if (!item.is_object()) return "associative list with keys may not have non-map elements";
  const auto has_value = [&](const Schema::Key& key) { return KeyValue(item, key) != nullptr; };
  const Schema::Keys keys = list.keys();
  if (std::any_of(keys.begin(), keys.end(), has_value)) return std::nullopt;
  std::string names;
  for (const Schema::Key& key : keys) {
    names += (names.empty() ? "" : " ") + GoQuote(key.name);
  }
  return "associative list with keys has an element that omits all key fields [" + names +
         "] (and doesn't have default values for any key fields)";
}

std::string ElementText(const json::Value& item, const Schema& list) {
  if (list.list_type() == Schema::ListType::kSet) return "[=" + ValueText(item) + "]";
  std::vector<std::string> keys;
  for (const Schema::Key& key : list.keys()) {
    const json::Value* value = KeyValue(item, key);
    if (value != nullptr) keys.push_back(std::string(key.name) + "=" + ValueText(*value));
  }
  std::sort(keys.begin(), keys.end());
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "[" : ",") + key;
  return text + "]";
}

ListElements::ListElements(const Schema& list, std::span<const json::Value> items, Arena& arena)
    : list_(list),
      items_(items),
      hashes_(arena.NewArray<std::uint32_t>(items.size())),
      repeated_(arena.NewArray<bool>(items.size())) {
  std::fill(repeated_.begin(), repeated_.end(), false);
  if (items.size() > kShort) {
    table_ = arena.NewArray<std::uint32_t>(std::bit_ceil(2 * items.size()));
    std::fill(table_.begin(), table_.end(), 0);
  }
  for (std::uint32_t i = 0; i < items.size(); ++i) {
    hashes_[i] = HashOf(items[i], list);
    // Only the items before this one are there yet.
    items_ = items.first(i);
    const std::uint32_t first = Find(items[i], hashes_[i]);
    if (first != kNone) {
      repeated_[first] = true;
    } else if (!table_.empty()) {
      std::size_t at = hashes_[i] & (table_.size() - 1);
      while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
      table_[at] = i + 1;
    }
  }
  items_ = items;
}

std::uint32_t ListElements::Find(const json::Value& item) const {
  return Find(item, HashOf(item, list_));
}

std::uint32_t ListElements::Find(const json::Value& item, std::uint32_t hash) const {
  if (table_.empty()) {
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      if (hashes_[i] == hash && Same(items_[i], item, list_)) return i;
    }
    return kNone;
  }
  for (std::size_t at = hash & (table_.size() - 1); table_[at] != 0; at = (at + 1) & (table_.size() - 1)) {
    const std::uint32_t i = table_[at] - 1;
    if (hashes_[i] == hash && Same(items_[i], item, list_)) return i;
  }
  return kNone;
}

}  // namespace ephor::engine
