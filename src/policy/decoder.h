// Walks a document along the tables of descriptors.h. Internal to this library: callers use decode.h.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "policy/descriptors.h"
#include "policy/types.h"

namespace ephor::policy {

// One thing that is wrong with a document, in the words of the API server.
struct DecodeIssue {
  std::string text;       // "spec.rules[0].name: Required value"
  const json::Value* at;  // the value in question, or what should hold it
  bool unknown_field = false;
};

// One use: one document. What is wrong is collected, never thrown; reading goes on with the next field.
class Decoder {
 public:
  Decoder(Arena& arena, Versions version) : arena_(arena), version_(version) {}

  // Fills a struct of the table's type from a document's part that stands at `name`.
  void ReadStructAt(std::string_view name, const json::Value& value, void* out, const Table& table);

  // From here on the schema is not enforced: see Field::schemaless.
  void AllowUnknown() { enforce_ = false; }
  // A member that no table speaks of.
  void AddUnknown(const json::Member& member);

  // In the order of the tables.
  const std::vector<DecodeIssue>& issues() const { return issues_; }

  // For the fields' readers, by the type of the member.
  void Read(const json::Value& value, const Field& field, std::string_view& out);
  void Read(const json::Value& value, const Field& field, bool& out);
  void Read(const json::Value& value, const Field& field, std::int64_t& out);
  void Read(const json::Value& value, const Field& field, const json::Value*& out);
  void Read(const json::Value& value, const Field& field, StringList& out);
  void Read(const json::Value& value, const Field& field, StringMap& out);
  void Read(const json::Value& value, const Field& field, std::span<const ImageExtractorsOfKind>& out);
  template <class T>
  void Read(const json::Value& value, const Field& field, std::optional<T>& out) {
    Read(value, field, out.emplace());
  }
  template <class T>
  void Read(const json::Value& value, const Field& field, const T*& out) {
    T* item = arena_.New<T>();
    ReadItem(value, field, item);
    out = item;
  }
  template <class T>
  void Read(const json::Value& value, const Field& field, std::span<const T>& out) {
    if (!Expect(value, json::Kind::kArray) || !CheckLength(value, field)) return;
    std::span<T> items = NewItems<T>(value.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
      new (&items[i]) T();
      Path here(*this, i);
      ReadItem(value.items()[i], field, &items[i]);
    }
    if (!field.key.empty()) CheckKeys(value, field.key);
    out = items;
  }
  template <class T>
    requires std::is_class_v<T>
  void Read(const json::Value& value, const Field& field, T& out) {
    ReadItem(value, field, &out);
  }

  // Conditions of any JSON: a list, or {any, all}.
  void ReadConditions(const json::Value& value, const Conditions*& out);
  // A set of attestors that the schema does not describe. False, and no issue, where it is none.
  bool ReadNestedAttestors(const json::Value& value, const AttestorSet*& out);

 private:
  // The place at which the decoder stands: a key or, where the key has no text, an index.
  struct Step {
    std::string_view key;
    std::size_t index;
  };
  class Path {
   public:
    Path(Decoder& decoder, std::string_view key) : decoder_(decoder) { decoder.path_.push_back({key, 0}); }
    Path(Decoder& decoder, std::size_t index) : decoder_(decoder) { decoder.path_.push_back({{}, index}); }
    Path(const Path&) = delete;
    ~Path() { decoder_.path_.pop_back(); }

   private:
    Decoder& decoder_;
  };

  template <class T>
  void ReadItem(const json::Value& value, const Field& field, T* item) {
    if constexpr (requires { item->source; }) item->source = &value;
    ReadStruct(value, item, field.nested(), field.unknown == Unknown::kKept);
  }
  // Never without an address: an empty list that was written differs from none.
  template <class T>
  std::span<T> NewItems(std::size_t count) {
    return {static_cast<T*>(arena_.Allocate(sizeof(T) * (count == 0 ? 1 : count), alignof(T))), count};
  }

  void ReadStruct(const json::Value& value, void* out, const Table& table, bool keep_unknown);
  void ReadFields(const json::Value& value, void* out, const Table& table);
  void CheckChoice(const json::Value& value, const Choice& choice);
  bool Enforces() const { return enforce_ && !schemaless_; }
  void FindUnknown(const json::Value& value, const Table& table);
  bool CheckString(const json::Value& value, const Field& field);
  bool CheckLength(const json::Value& list, const Field& field);
  // No two items of a list that is a map, or a set, are the same.
  void CheckKeys(const json::Value& list, std::string_view key);
  void CheckSet(const json::Value& list);
  // Whether the value has the kind; else an issue, for null in a list too.
  bool Expect(const json::Value& value, json::Kind kind);

  std::string PathText() const;
  void Invalid(const json::Value& value, std::string_view type_and_detail);

  Arena& arena_;
  std::vector<Step> path_;
  std::vector<DecodeIssue> issues_;
  Versions version_;
  bool enforce_ = true;      // what the schema says
  bool schemaless_ = false;  // inside a part that the schema does not describe
};

// Declares the field of a member: F<&Rule::name>("name", "Unique in its policy.").
template <auto member>
constexpr Field F(std::string_view name, std::string_view doc) {
  using Owner = decltype(internal::OwnerOf(member));
  using Shape = internal::ShapeOf<decltype(internal::MemberOf(member))>;
  Field field;
  field.name = json::Key(name);
  field.doc = doc;
  field.type = Shape::kType;
  field.nullable = internal::kNullable<decltype(internal::MemberOf(member))>;
  if constexpr (!std::is_void_v<typename Shape::Nested>) field.nested = &TableOf<typename Shape::Nested>;
  field.read = [](Decoder& decoder, const json::Value& value, void* owner, const Field& self) {
    decoder.Read(value, self, static_cast<Owner*>(owner)->*member);
  };
  return field;
}

// A struct whose fields stand among its owner's.
template <auto member>
constexpr Field Inline() {
  using Owner = decltype(internal::OwnerOf(member));
  Field field;
  field.type = FieldType::kStruct;
  field.nested = &TableOf<decltype(internal::MemberOf(member))>;
  field.inlined = [](void* owner) -> void* { return &(static_cast<Owner*>(owner)->*member); };
  return field;
}

// The fields of a base of the owner.
template <class Owner, class Base>
constexpr Field InlineBase(const Table& (*table)()) {
  Field field;
  field.type = FieldType::kStruct;
  field.nested = table;
  field.inlined = [](void* owner) -> void* { return static_cast<Base*>(static_cast<Owner*>(owner)); };
  return field;
}

// Conditions of any JSON.
template <auto member>
constexpr Field FreeConditions(std::string_view name, std::string_view doc) {
  using Owner = decltype(internal::OwnerOf(member));
  Field field = F<member>(name, doc);
  field.type = FieldType::kConditions;
  field.schemaless = true;
  field.read = [](Decoder& decoder, const json::Value& value, void* owner, const Field&) {
    decoder.ReadConditions(value, static_cast<Owner*>(owner)->*member);
  };
  return field;
}

// A field that is known to the API and not read.
constexpr Field Unread(std::string_view name, std::string_view doc) {
  Field field;
  field.name = json::Key(name);
  field.doc = doc;
  return field;
}

}  // namespace ephor::policy
