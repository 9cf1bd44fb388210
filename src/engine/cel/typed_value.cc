#include "engine/cel/typed_value.h"

#include <optional>
#include <vector>

#include "engine/cel/list_elements.h"
#include "jmespath/go_text.h"
#include "pattern/text.h"

namespace ephor::engine {
namespace {

using json::Value;
using kube::Schema;
using Kind = kube::Schema::Kind;

// Errors name at most so many places: their texts must not grow with the request.
constexpr std::size_t kMostPlaces = 100;

// A step on the way from the root: its text is only made for errors.
struct Place {
  const Place* parent = nullptr;
  std::string_view field;          // of an object
  const Value* element = nullptr;  // of a list in which elements have keys
  const Schema* list = nullptr;    // that list
  std::size_t index = 0;           // in any other list
};

std::string PathOf(const Place* place) {
  if (place == nullptr) return "";
  std::string path = PathOf(place->parent);
  if (place->element != nullptr) return path + ElementText(*place->element, *place->list);
  if (place->list != nullptr) return path + "[" + std::to_string(place->index) + "]";
  return path.append(".").append(place->field);
}

// A value as Go prints the struct in which the library holds it: with %v, with %#v, and its type.
std::string GoText(const Value& value) {
  std::string text = "&{";
  jmespath::AppendGoText(value, text);
  return text + "}";
}

std::string GoSyntax(const Value& value) {
  std::string text = "&value.valueUnstructured{Value:";
  jmespath::AppendGoSyntax(value, text);
  return text + "}";
}

class Checker {
 public:
  Checker(TypedAs as, Arena& arena) : as_(as), arena_(arena) {}

  void Check(const Value& given, const Schema& schema, const Place* place) {
    if (given.is_null() && as_ == TypedAs::kLive) return;
    // The library sees CEL's null as 0, and says so. A number does not become 0 that way here.
    if (given.is_null() && schema.kind() == Kind::kNumeric) {
      Add(place, "expected numeric (int or float), got null");
      return;
    }
    const Value value = given.is_null() ? Value::Int(0) : given;
    switch (schema.kind()) {
      case Kind::kAny:
        return;
      case Kind::kString:
        if (!value.is_string()) Add(place, "expected string, got " + GoSyntax(value));
        return;
      case Kind::kNumeric:
        if (!value.is_number()) {
          Add(place, "expected numeric (int or float), got " + std::string(pattern::GoTypeName(value)));
        }
        return;
      case Kind::kBoolean:
        if (!value.is_bool()) Add(place, "expected boolean, got " + GoText(value));
        return;
      case Kind::kScalar:
        if (value.is_object() || value.is_array()) Add(place, "expected any scalar, got " + GoText(value));
        return;
      case Kind::kObject:
      case Kind::kMap:
        CheckMembers(value, schema, place);
        return;
      case Kind::kList:
        CheckItems(value, schema, place);
        return;
    }
  }

  Result<void> Take() {
    if (errors_.empty()) return {};
    if (errors_.size() == 1) return Fail(ErrorCode::kEvaluation, errors_[0]);
    std::string all = "errors:";
    for (const std::string& error : errors_) all += "\n  " + error;
    return Fail(ErrorCode::kEvaluation, std::move(all));
  }

 private:
  void Add(const Place* place, std::string_view message) {
    if (errors_.size() == kMostPlaces) return;
    std::string text = PathOf(place);
    if (!text.empty()) text += ": ";
    errors_.push_back(text.append(message));
  }

  void CheckMembers(const Value& value, const Schema& schema, const Place* place) {
    if (!value.is_object()) {
      Add(place, "expected map, got " + GoText(value));
      return;
    }
    for (const json::Member& member : value.members()) {
      const Place below{.parent = place, .field = member.key()};
      const std::optional<Schema> field =
          schema.kind() == Kind::kMap ? schema.Element() : schema.Field(member.key());
      if (!field) {
        Add(&below, "field not declared in schema");
        return;
      }
      Check(member.value, *field, &below);
    }
  }

  void CheckItems(const Value& value, const Schema& schema, const Place* place) {
    if (!value.is_array()) {
      Add(place, "expected list, got " + GoText(value));
      return;
    }
    const Schema element = schema.Element();
    if (schema.list_type() == Schema::ListType::kAtomic) {
      for (std::size_t i = 0; i < value.items().size(); ++i) {
        const Place below{.parent = place, .list = &schema, .index = i};
        Check(value.items()[i], element, &below);
      }
      return;
    }
    // Up to the first item that nothing could tell from others.
    std::span<const Value> items = value.items();
    std::optional<std::string> error;
    for (std::size_t i = 0; i < items.size() && !error; ++i) {
      error = ElementError(items[i], schema);
      if (error) items = items.first(i);
    }
    std::optional<ListElements> elements;
    if (as_ == TypedAs::kPatch) elements.emplace(schema, items, arena_);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (elements && elements->Find(items[i]) != i) {
        Add(place, "duplicate entries for key " + ElementText(items[i], schema));
      }
      const Place below{.parent = place, .element = &items[i], .list = &schema};
      Check(items[i], element, &below);
    }
    if (error) Add(place, "element " + std::to_string(items.size()) + ": " + *error);
  }

  TypedAs as_;
  Arena& arena_;
  std::vector<std::string> errors_;
};

void FindAtomics(const Value& value, const Schema& schema, const Place* place,
                 std::vector<std::string>& found) {
  const bool is_map = value.is_object() && (schema.kind() == Kind::kObject || schema.kind() == Kind::kMap);
  const bool is_list = value.is_array() && schema.kind() == Kind::kList;
  if (!is_map && !is_list) return;
  if (found.size() == kMostPlaces) return;
  if (schema.atomic()) found.push_back(PathOf(place));
  if (is_list) {
    const Schema element = schema.Element();
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      const Place below{.parent = place, .list = &schema, .index = i};
      FindAtomics(value.items()[i], element, &below, found);
    }
    return;
  }
  for (const json::Member& member : value.members()) {
    const Place below{.parent = place, .field = member.key()};
    if (const auto field = schema.Field(member.key())) FindAtomics(member.value, *field, &below, found);
  }
}

}  // namespace

Result<void> CheckType(const Value& value, const Schema& schema, TypedAs as, Arena& arena) {
  Checker checker(as, arena);
  checker.Check(value, schema, nullptr);
  return checker.Take();
}

std::string AtomicPaths(const Value& value, const Schema& schema) {
  std::vector<std::string> found;
  FindAtomics(value, schema, nullptr, found);
  std::string paths;
  for (const std::string& path : found) paths += (paths.empty() ? "" : ", ") + path;
  return paths;
}

}  // namespace ephor::engine
