// Static types.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"

namespace ephor::cel {

enum class TypeKind : std::uint8_t {
  kError,  // of what did not check: fits everywhere, so that one mistake is reported once
  kDyn,
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,
  kMap,
  kStruct,  // has declared fields
  kOpaque,  // a library's type, also optional_type
  kParam,   // a type parameter of a declaration, or a variable of the checker's inference
  kType,    // type(T)
};

// Immutable, compared by structure. Basic types are static, others live in the arena of whoever made them.
class Type {
 public:
  constexpr Type(TypeKind kind, std::string_view name) : name_(name), kind_(kind) {}
  // Made by types::Make only, which bounds the size.
  Type(TypeKind kind, std::string_view name, std::span<const Type* const> params);
  // An inference variable.
  Type(std::string_view name, std::uint32_t variable)
      : name_(name), variable_(variable + 1), kind_(TypeKind::kParam) {}

  TypeKind kind() const { return kind_; }
  bool is(TypeKind kind) const { return kind_ == kind; }
  std::string_view name() const { return name_; }
  std::span<const Type* const> params() const { return params_; }
  const Type& param(std::size_t i) const { return *params_[i]; }
  bool is_optional() const { return kind_ == TypeKind::kOpaque && name_ == "optional_type"; }
  bool is_inference_variable() const { return variable_ != 0; }
  std::uint32_t variable() const { return variable_ - 1; }

  // The number of names in its text. Types share their parts: what has few parts can have a text without end.
  std::uint32_t size() const { return size_; }
  // Whether there is a parameter or inference variable in it.
  bool is_open() const { return open_; }

  // As the reference prints it: "list(int)", "map(string, dyn)", "optional_type(int)", "null".
  std::string ToString() const;
  // The same with the full names of timestamps, durations and null_type, as the reference prints a result's
  // type.
  std::string DeclaredText() const;

 private:
  std::string_view name_;
  std::span<const Type* const> params_;
  std::uint32_t variable_ = 0;
  std::uint32_t size_ = 1;
  TypeKind kind_;
  bool open_ = kind_ == TypeKind::kParam;
};

bool SameType(const Type& a, const Type& b);

namespace types {
// A type of the given parts; dyn where it would have more than kMaxSize names.
inline constexpr std::uint32_t kMaxSize = 1000;
const Type* Make(TypeKind kind, std::string_view name, std::span<const Type* const> params, Arena& arena);

extern const Type kError, kDyn, kNull, kBool, kInt, kUint, kDouble, kString, kBytes, kTimestamp, kDuration,
    kType;
const Type* List(const Type* element, Arena& arena);
const Type* Map(const Type* key, const Type* value, Arena& arena);
const Type* Optional(const Type* value, Arena& arena);
const Type* TypeOf(const Type* type, Arena& arena);
}  // namespace types

// A copy whose parts all live in the arena.
const Type* CopyType(const Type& type, Arena& arena);

}  // namespace ephor::cel
