#include "source/fields.h"

#include <algorithm>

namespace ephor::source {
namespace {

// Go's decoder of JSON takes a field for a member whose name differs in case only.
bool IsSameName(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [lower](char x, char y) { return lower(x) == lower(y); });
}

const json::Value* FindMember(const json::Value& object, std::string_view name) {
  if (const json::Value* exact = object.Find(name); exact != nullptr || !object.is_object()) return exact;
  for (const json::Member& member : object.members()) {
    if (IsSameName(member.key(), name)) return &member.value;
  }
  return nullptr;
}

}  // namespace

std::string_view NameOfKind(json::Kind kind) {
  switch (kind) {
    case json::Kind::kNull:
      return "null";
    case json::Kind::kBool:
      return "a boolean";
    case json::Kind::kInt:
    case json::Kind::kDouble:
      return "a number";
    case json::Kind::kString:
      return "a string";
    case json::Kind::kArray:
      return "a list";
    case json::Kind::kObject:
      return "an object";
  }
  return "";
}

void FieldReport::Complain(std::string text, const json::Value* at) {
  if (error) return;
  const SourcePosition position = at == nullptr ? SourcePosition{} : positions->Of(at);
  if (position.line > 0) {
    text += " (line ";
    text += std::to_string(position.line);
    text += ')';
  }
  error = Error(ErrorCode::kInvalidInput, std::move(text)).At(position);
}

Fields::Fields(const json::Value& object, FieldReport& report, std::string path)
    : object_(&object), report_(&report), path_(std::move(path)) {
  if (!object.is_object() && !object.is_null()) {
    report.Complain((path_.empty() ? "the document" : path_) + " must be an object, not " +
                        std::string(NameOfKind(object.kind())),
                    &object);
  }
}

const json::Value* Fields::Take(std::string_view name) {
  known_.push_back(name);
  const json::Value* value = FindMember(*object_, name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

bool Fields::Has(std::string_view name) const {
  const json::Value* value = FindMember(*object_, name);
  return value != nullptr && !value->is_null();
}

std::string Fields::PathOf(std::string_view name) const {
  return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

void Fields::Complain(std::string_view name, std::string_view text) {
  const json::Value* value = FindMember(*object_, name);
  report_->Complain(PathOf(name) + " " + std::string(text), value == nullptr ? object_ : value);
}

void Fields::WrongType(std::string_view name, std::string_view wanted, const json::Value* found) {
  report_->Complain(
      PathOf(name) + " must be " + std::string(wanted) + ", not " + std::string(NameOfKind(found->kind())),
      found);
}

std::string_view Fields::String(std::string_view name) {
  const json::Value* value = Take(name);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    WrongType(name, "a string", value);
    return {};
  }
  return value->as_string();
}

bool Fields::Bool(std::string_view name) {
  const json::Value* value = Take(name);
  if (value == nullptr) return false;
  if (!value->is_bool()) {
    WrongType(name, "a boolean", value);
    return false;
  }
  return value->as_bool();
}

std::vector<std::string> Fields::Strings(std::string_view name) {
  std::vector<std::string> strings;
  const json::Value* value = Take(name);
  if (value == nullptr) return strings;
  if (!value->is_array()) {
    WrongType(name, "a list of strings", value);
    return strings;
  }
  for (const json::Value& item : value->items()) {
    if (!item.is_string()) {
      WrongType(std::string(name) + "[" + std::to_string(strings.size()) + "]", "a string", &item);
      return strings;
    }
    strings.emplace_back(item.as_string());
  }
  return strings;
}

const json::Value* Fields::Object(std::string_view name) {
  const json::Value* value = Take(name);
  if (value != nullptr && !value->is_object()) {
    WrongType(name, "an object", value);
    return nullptr;
  }
  return value;
}

const json::Value* Fields::Any(std::string_view name) {
  return Take(name);
}

void Fields::List(std::string_view name, const std::function<void(Fields&)>& each) {
  const json::Value* value = Take(name);
  if (value == nullptr) return;
  if (!value->is_array()) {
    WrongType(name, "a list", value);
    return;
  }
  std::size_t index = 0;
  for (const json::Value& item : value->items()) {
    Fields fields(item, *report_, PathOf(name) + "[" + std::to_string(index++) + "]");
    each(fields);
    fields.Finish();
  }
}

void Fields::Nested(std::string_view name, const std::function<void(Fields&)>& read) {
  const json::Value* value = Take(name);
  if (value == nullptr) return;
  Fields fields(*value, *report_, PathOf(name));
  read(fields);
  fields.Finish();
}

void Fields::Finish() {
  if (!object_->is_object()) return;
  for (const json::Member& member : object_->members()) {
    const auto is_member = [&](std::string_view name) { return IsSameName(name, member.key()); };
    if (std::none_of(known_.begin(), known_.end(), is_member)) {
      report_->Complain("json: unknown field \"" + PathOf(member.key()) + "\"", &member.value);
    }
  }
}

}  // namespace ephor::source
