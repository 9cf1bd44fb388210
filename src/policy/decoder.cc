#include "policy/decoder.h"

#include <algorithm>
#include <unordered_set>

#include "base/utf8.h"
#include "json/write.h"

namespace ephor::policy {
namespace {

// Documents nest a dozen levels. Only parts that the schema does not describe can nest without end.
constexpr std::size_t kMaxDepth = 200;
// Nobody reads more, and each has its path in it.
constexpr std::size_t kMaxIssues = 100;

std::string_view TypeName(json::Kind kind) {
  switch (kind) {
    case json::Kind::kNull:
      return "null";
    case json::Kind::kBool:
      return "boolean";
    case json::Kind::kInt:
      return "integer";
    case json::Kind::kDouble:
      return "number";
    case json::Kind::kString:
      return "string";
    case json::Kind::kArray:
      return "array";
    case json::Kind::kObject:
      return "object";
  }
  return "";
}

bool Has(const json::Value& object, std::string_view name) {
  const json::Value* found = object.Find(json::Key(name));
  return found != nullptr && !found->is_null();
}

}  // namespace

std::string Decoder::PathText() const {
  std::string text;
  for (const Step& step : path_) {
    if (step.key.data() == nullptr) {
      text += '[' + std::to_string(step.index) + ']';
    } else {
      if (!text.empty()) text += '.';
      text += step.key;
    }
  }
  return text;
}

void Decoder::Invalid(const json::Value& value, std::string_view type_and_detail) {
  if (issues_.size() >= kMaxIssues) return;
  issues_.push_back({PathText().append(": ").append(type_and_detail), &value});
}

bool Decoder::Expect(const json::Value& value, json::Kind kind) {
  if (value.kind() == kind) return true;
  const std::string_view is = TypeName(value.kind());
  std::string text = "Invalid value: \"";
  text.append(is).append("\": ").append(PathText()).append(" in body must be of type ");
  text.append(TypeName(kind)).append(": \"").append(is).append("\"");
  Invalid(value, text);
  return false;
}

void Decoder::ReadStructAt(std::string_view name, const json::Value& value, void* out, const Table& table) {
  Path here(*this, name);
  ReadStruct(value, out, table, false);
}

void Decoder::ReadStruct(const json::Value& value, void* out, const Table& table, bool keep_unknown) {
  if (value.is_null() && !Enforces()) return;
  if (!Expect(value, json::Kind::kObject)) return;
  if (path_.size() > kMaxDepth) return Invalid(value, "Invalid value: nested too deeply");
  if (Enforces() && !keep_unknown) FindUnknown(value, table);
  if (Enforces()) CheckChoice(value, table.choice);
  ReadFields(value, out, table);
}

void Decoder::ReadFields(const json::Value& value, void* out, const Table& table) {
  for (const Field& field : table.fields) {
    if ((field.versions & version_) == 0) continue;
    if (field.inlined != nullptr) {
      ReadFields(value, field.inlined(out), field.nested());
      continue;
    }
    if (field.read == nullptr) continue;
    const json::Value* found = value.Find(field.name);
    if (found == nullptr || found->is_null()) {
      if (schemaless_) continue;
      Path here(*this, field.name.text);
      if (!field.fallback.is_null()) {
        field.read(*this, field.fallback, out, field);
      } else if (field.required && enforce_) {
        Invalid(value, "Required value");
      }
      continue;
    }
    Path here(*this, field.name.text);
    const bool outside = schemaless_;
    schemaless_ = schemaless_ || field.schemaless;
    field.read(*this, *found, out, field);
    schemaless_ = outside;
  }
}

namespace {

bool Knows(const Table& table, std::string_view name, Versions version) {
  return std::ranges::any_of(table.fields, [&](const Field& field) {
    if ((field.versions & version) == 0) return false;
    return field.inlined != nullptr ? Knows(field.nested(), name, version) : field.name.text == name;
  });
}

}  // namespace

void Decoder::FindUnknown(const json::Value& value, const Table& table) {
  for (const json::Member& member : value.members()) {
    if (!Knows(table, member.key(), version_)) AddUnknown(member);
  }
}

void Decoder::AddUnknown(const json::Member& member) {
  if (!Enforces()) return;
  Path here(*this, member.key());
  const std::size_t before = issues_.size();
  Invalid(member.value, "Invalid value: value provided for unknown field");
  if (issues_.size() != before) issues_.back().unknown_field = true;
}

void Decoder::CheckChoice(const json::Value& value, const Choice& choice) {
  if (choice.rule == Choice::Rule::kNone || issues_.size() >= kMaxIssues) return;
  const auto given = std::ranges::count_if(choice.names, [&](std::string_view n) { return Has(value, n); });
  // The API server's validator loses the path of such errors ("<nil>") and names it in the text.
  const std::string start = "<nil>: Invalid value: \"\": \"" + PathText() + "\" must ";
  if (choice.rule == Choice::Rule::kNotBoth) {
    if (given == static_cast<std::ptrdiff_t>(choice.names.size())) {
      issues_.push_back({start + "not validate the schema (not)", &value});
    }
  } else if (given != 1) {
    issues_.push_back(
        {start + "validate one and only one schema (oneOf). " +
             (given == 0 ? "Found none valid" : "Found " + std::to_string(given) + " valid alternatives"),
         &value});
    if (given == 0) {
      Path here(*this, choice.names[0]);
      Invalid(value, "Required value");
    }
  }
}

// ---- scalars ----

bool Decoder::CheckString(const json::Value& value, const Field& field) {
  if (!Expect(value, json::Kind::kString)) return false;
  if (!Enforces()) return true;
  const std::string_view text = value.as_string();
  if (field.max_length != 0 && CountCodePoints(text) > field.max_length) {
    Invalid(value, "Too long: may not be more than " + std::to_string(field.max_length) + " bytes");
    return false;
  }
  if (field.min_length != 0 && field.type == FieldType::kString && CountCodePoints(text) < field.min_length) {
    Invalid(value, std::string("Invalid value: \"").append(text).append("\": ").append(PathText()) +
                       " in body should be at least " + std::to_string(field.min_length) + " chars long");
    return false;
  }
  if (field.words.empty() || std::ranges::find(field.words, text) != field.words.end()) return true;
  std::string message = "Unsupported value: \"";
  message.append(text).append("\": supported values: ");
  for (std::size_t i = 0; i < field.words.size(); ++i) {
    message.append(i == 0 ? "\"" : ", \"").append(field.words[i]).append("\"");
  }
  Invalid(value, message);
  return false;
}

bool Decoder::CheckLength(const json::Value& list, const Field& field) {
  if (list.size() >= field.min_length || !Enforces()) return true;
  Invalid(list, "Invalid value: " + std::to_string(list.size()) + ": " + PathText() +
                    " in body should have at least " + std::to_string(field.min_length) + " items");
  return false;
}

void Decoder::CheckKeys(const json::Value& list, std::string_view key) {
  if (!Enforces()) return;
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const json::Value& item = list.items()[i];
    const json::Value* name = item.is_object() ? item.Find(json::Key(key)) : nullptr;
    if (name == nullptr || !name->is_string() || seen.insert(name->as_string()).second) continue;
    Path here(*this, i);
    Invalid(item,
            std::string("Duplicate value: {\"").append(key).append("\":") + json::ToString(*name) + "}");
  }
}

void Decoder::CheckSet(const json::Value& list) {
  if (!Enforces()) return;
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const json::Value& item = list.items()[i];
    if (!item.is_string() || seen.insert(item.as_string()).second) continue;
    Path here(*this, i);
    Invalid(item, "Duplicate value: " + json::ToString(item));
  }
}

void Decoder::Read(const json::Value& value, const Field& field, std::string_view& out) {
  if (CheckString(value, field)) out = value.as_string();
}

void Decoder::Read(const json::Value& value, const Field&, bool& out) {
  if (Expect(value, json::Kind::kBool)) out = value.as_bool();
}

void Decoder::Read(const json::Value& value, const Field& field, std::int64_t& out) {
  if (!Expect(value, json::Kind::kInt)) return;
  const std::int64_t number = value.as_int();
  if (number < field.minimum || number > field.maximum) {
    const bool low = number < field.minimum;
    const std::string text = std::to_string(number);
    return Invalid(value, "Invalid value: " + text + ": " + PathText() + " in body should be " +
                              (low ? "greater" : "less") + " than or equal to " +
                              std::to_string(low ? field.minimum : field.maximum));
  }
  out = number;
}

void Decoder::Read(const json::Value& value, const Field&, const json::Value*& out) {
  out = &value;
}

// ---- lists and maps of scalars ----

void Decoder::Read(const json::Value& value, const Field& field, StringList& out) {
  if (!Expect(value, json::Kind::kArray)) return;
  const std::span<std::string_view> items = NewItems<std::string_view>(value.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    Path here(*this, i);
    const json::Value& item = value.items()[i];
    const bool null = !Enforces() && item.is_null();
    items[i] = !null && CheckString(item, field) ? item.as_string() : std::string_view();
  }
  if (field.set) CheckSet(value);
  out = items;
}

void Decoder::Read(const json::Value& value, const Field& field, StringMap& out) {
  if (!Expect(value, json::Kind::kObject)) return;
  const std::span<StringPair> pairs = NewItems<StringPair>(value.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const json::Member& member = value.members()[i];
    pairs[i] = {member.key(), {}};
    if (member.value.is_null()) continue;
    Path here(*this, member.key());
    if (CheckString(member.value, field)) pairs[i].value = member.value.as_string();
  }
  out = pairs;
}

void Decoder::Read(const json::Value& value, const Field& field,
                   std::span<const ImageExtractorsOfKind>& out) {
  if (!Expect(value, json::Kind::kObject)) return;
  const std::span<ImageExtractorsOfKind> kinds = NewItems<ImageExtractorsOfKind>(value.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const json::Member& member = value.members()[i];
    new (&kinds[i]) ImageExtractorsOfKind{member.key(), {}};
    if (member.value.is_null()) continue;
    Path here(*this, member.key());
    Read(member.value, field, kinds[i].extractors);
  }
  out = kinds;
}

// ---- parts that the schema does not describe ----

void Decoder::ReadConditions(const json::Value& value, const Conditions*& out) {
  auto* conditions = arena_.New<Conditions>();
  conditions->source = &value;
  const std::size_t issues_before = issues_.size();
  if (value.is_array()) {
    conditions->legacy = true;
    Field item;
    item.nested = &TableOf<Condition>;
    Read(value, item, conditions->all);
  } else {
    ReadStruct(value, conditions, TableOf<Conditions>(), true);
  }
  if (issues_.size() != issues_before) {
    issues_.resize(issues_before);
    return Invalid(value, "Invalid value: failed to unmarshal Conditions");
  }
  out = conditions;
}

bool Decoder::ReadNestedAttestors(const json::Value& value, const AttestorSet*& out) {
  auto* set = arena_.New<AttestorSet>();
  set->source = &value;
  const std::size_t issues_before = issues_.size();
  const bool outside = schemaless_;
  schemaless_ = true;
  ReadStruct(value, set, TableOf<AttestorSet>(), true);
  schemaless_ = outside;
  if (issues_.size() != issues_before) {
    issues_.resize(issues_before);
    return false;
  }
  out = set;
  return true;
}

}  // namespace ephor::policy
