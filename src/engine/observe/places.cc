#include "engine/observe/places.h"

#include <span>

namespace ephor::engine {
namespace {

using json::Value;

// The memory that copies of the value share; null where they share none.
const void* StorageOf(const Value& value) {
  if (value.size() == 0) return nullptr;
  switch (value.kind()) {
    case json::Kind::kString:
      return value.as_string().data();
    case json::Kind::kArray:
      return value.items().data();
    case json::Kind::kObject:
      return value.members().data();
    default:
      return nullptr;
  }
}

std::string MemberPath(const std::string& path, std::string_view key) {
  const bool plain = key.find_first_of(".[]/ ") == std::string_view::npos;
  std::string inner = path;
  if (!plain) return inner.append("[\"").append(key).append("\"]");
  if (!inner.empty()) inner += '.';
  return inner.append(key);
}

std::string ItemPath(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

bool IsBlank(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  return first == std::string_view::npos || line[first] == '#';
}

constexpr std::string_view kControllerPath[] = {"spec", "template"};
constexpr std::string_view kCronJobPath[] = {"spec", "jobTemplate", "spec", "template"};

}  // namespace

std::size_t Places::Know(const Text& text) {
  for (std::size_t i = 0; i < texts_.size(); ++i) {
    if (texts_[i].text.bytes.data() == text.bytes.data()) return i;
  }
  Known& known = texts_.emplace_back(Known{text, {0}});
  for (std::size_t at = text.bytes.find('\n'); at != std::string_view::npos;
       at = text.bytes.find('\n', at + 1)) {
    known.line_starts.push_back(at + 1);
  }
  return texts_.size() - 1;
}

std::string_view Places::Line(std::size_t text, std::uint32_t number) const {
  const Known& known = texts_[text];
  if (number == 0 || number > known.line_starts.size()) return {};
  const std::size_t begin = known.line_starts[number - 1];
  const std::size_t end =
      number < known.line_starts.size() ? known.line_starts[number] - 1 : known.text.bytes.size();
  return known.text.bytes.substr(begin, end - begin);
}

// A key stands on the value's line, before it, or, for an indented block, on the last line before it that
// says anything.
SourcePosition Places::KeyPosition(SourcePosition of_value, std::string_view key, std::size_t text) const {
  if (of_value.line == 0 || of_value.column == 0) return of_value;
  const std::string_view line = Line(text, of_value.line);
  if (const std::size_t at = line.substr(0, of_value.column - 1).rfind(key); at != std::string_view::npos) {
    return {of_value.line, static_cast<std::uint32_t>(at + 1)};
  }
  for (std::uint32_t number = of_value.line - 1; number > 0; --number) {
    const std::string_view before = Line(text, number);
    if (IsBlank(before)) continue;
    const std::size_t at = before.rfind(key);
    return at == std::string_view::npos ? of_value
                                        : SourcePosition{number, static_cast<std::uint32_t>(at + 1)};
  }
  return of_value;
}

void Places::AddValue(const Value& value, std::string path, std::string_view key, std::size_t text) {
  const Text& source = texts_[text].text;
  SourcePosition position = source.positions->Of(&value);
  if (!key.empty()) position = KeyPosition(position, key, text);
  if (position.line != 0) position.line += source.first_line - 1;
  const Place* place = &places_.emplace_back(Place{source.file, position, std::move(path)});
  by_address_.emplace(&value, place);
  if (const void* storage = StorageOf(value)) by_storage_.emplace(storage, place);
  if (value.is_string() && (key == "expression" || key.ends_with("Expression"))) {
    if (const auto [known, is_new] = by_content_.emplace(value.as_string(), place); !is_new)
      known->second = nullptr;
  } else if (value.is_object()) {
    for (const json::Member& member : value.members()) {
      AddValue(member.value, MemberPath(place->path, member.key()), member.key(), text);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      AddValue(value.items()[i], ItemPath(place->path, i), "", text);
    }
  }
}

void Places::Add(const Value& root, const Text& text, std::string_view path) {
  AddValue(root, std::string(path), "", Know(text));
}

void Places::AddObject(const policy::Object& object) {
  if (object.document == nullptr || object.text == nullptr) return;
  Add(*object.document, {object.text->name, object.text->bytes, &object.text->positions});
}

void Places::AddVariant(const policy::Object& made, const policy::Object& written) {
  if (made.document != nullptr && written.document != nullptr) AddCopy(*made.document, *written.document);
}

void Places::AddPolicy(const policy::Policy& policy) {
  AddObject(policy);
  for (const policy::Rule& rule : policy.effective_rules) {
    if (rule.generated && rule.source != nullptr) AddRule(policy, rule);
  }
}

void Places::AddMade(const Value& made, const Value* original, const Place* around) {
  const Place* own = original == nullptr ? nullptr : Of(original);
  const Place* const place = own == nullptr ? around : own;
  if (place == nullptr) return;
  by_address_.emplace(&made, place);
  if (const void* storage = StorageOf(made)) by_storage_.emplace(storage, place);
  if (made.is_object()) {
    for (const json::Member& member : made.members()) {
      const Value* inner = original == nullptr ? nullptr : original->Find(json::Key(member.key()));
      AddMade(member.value, inner, place);
    }
  } else if (made.is_array()) {
    for (std::size_t i = 0; i < made.size(); ++i) {
      const bool has = original != nullptr && original->is_array() && i < original->size();
      AddMade(made.items()[i], has ? &original->items()[i] : nullptr, place);
    }
  }
}

void Places::AddCopy(const Value& copy, const Value& original) {
  AddMade(copy, &original, Of(&original));
}

// The patterns of a rule for controllers stand below the controller's template: what wraps them has the place
// of the pattern, and what is inside that of its counterpart. Those are added first, since the first place
// that is known for a value stays.
void Places::AddRule(const policy::Policy& policy, const policy::Rule& rule) {
  const Value& written = *policy.spec.rules[rule.origin].source;
  const std::span<const std::string_view> wrap =
      rule.for_cron_job ? std::span<const std::string_view>(kCronJobPath) : kControllerPath;
  const auto unwrap = [&](const Value* made, const Value* original) {
    const Place* const around = original == nullptr ? nullptr : Of(original);
    if (made == nullptr || around == nullptr) return;
    for (const std::string_view key : wrap) {
      by_address_.emplace(made, around);
      made = made->Find(json::Key(key));
      if (made == nullptr) return;
    }
    AddMade(*made, original, around);
  };
  const auto unwrap_all = [&](const Value* made, const Value* original, std::string_view key) {
    if (made == nullptr || original == nullptr || !made->is_array() || !original->is_array()) return;
    for (std::size_t i = 0; i < made->size() && i < original->size(); ++i) {
      const Value& m = made->items()[i];
      const Value& o = original->items()[i];
      if (key.empty()) {
        unwrap(&m, &o);
      } else {
        unwrap(m.Find(json::Key(key)), o.Find(json::Key(key)));
      }
    }
  };
  const Value& made = *rule.source;
  unwrap(made.Find("validate", "pattern"), written.Find("validate", "pattern"));
  unwrap_all(made.Find("validate", "anyPattern"), written.Find("validate", "anyPattern"), "");
  unwrap(made.Find("mutate", "patchStrategicMerge"), written.Find("mutate", "patchStrategicMerge"));
  unwrap_all(made.Find("mutate", "foreach"), written.Find("mutate", "foreach"), "patchStrategicMerge");
  AddMade(made, &written, Of(&written));
}

const Place* Places::Of(const Value* value) const {
  if (value == nullptr) return nullptr;
  if (const auto found = by_address_.find(value); found != by_address_.end()) return found->second;
  const void* const storage = StorageOf(*value);
  if (storage == nullptr) return nullptr;
  const auto found = by_storage_.find(storage);
  return found == by_storage_.end() ? nullptr : found->second;
}

const Place* Places::OfText(std::string_view text) const {
  if (text.empty()) return nullptr;
  if (const auto found = by_storage_.find(text.data()); found != by_storage_.end()) return found->second;
  const auto found = by_content_.find(text);
  return found == by_content_.end() ? nullptr : found->second;
}

}  // namespace ephor::engine
