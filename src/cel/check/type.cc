#include "cel/check/type.h"

namespace ephor::cel {

namespace types {

constinit const Type kError(TypeKind::kError, "!error!"), kDyn(TypeKind::kDyn, "dyn"),
    kNull(TypeKind::kNull, "null_type"), kBool(TypeKind::kBool, "bool"), kInt(TypeKind::kInt, "int"),
    kUint(TypeKind::kUint, "uint"), kDouble(TypeKind::kDouble, "double"),
    kString(TypeKind::kString, "string"), kBytes(TypeKind::kBytes, "bytes"),
    kTimestamp(TypeKind::kTimestamp, "google.protobuf.Timestamp"),
    kDuration(TypeKind::kDuration, "google.protobuf.Duration"), kType(TypeKind::kType, "type");

const Type* Make(TypeKind kind, std::string_view name, std::span<const Type* const> params, Arena& arena) {
  std::uint32_t size = 1;
  for (const Type* param : params) size += param->size();
  if (size > kMaxSize) return &kDyn;
  return arena.New<Type>(kind, name, arena.Copy(params));
}

namespace {

const Type* Make(TypeKind kind, std::string_view name, std::initializer_list<const Type*> params,
                 Arena& arena) {
  return types::Make(kind, name, std::span<const Type* const>(params.begin(), params.size()), arena);
}

}  // namespace

const Type* List(const Type* element, Arena& arena) {
  return Make(TypeKind::kList, "list", {element}, arena);
}
const Type* Map(const Type* key, const Type* value, Arena& arena) {
  return Make(TypeKind::kMap, "map", {key, value}, arena);
}
const Type* Optional(const Type* value, Arena& arena) {
  return Make(TypeKind::kOpaque, "optional_type", {value}, arena);
}
const Type* TypeOf(const Type* type, Arena& arena) {
  return Make(TypeKind::kType, "type", {type}, arena);
}

}  // namespace types

Type::Type(TypeKind kind, std::string_view name, std::span<const Type* const> params)
    : name_(name), params_(params), kind_(kind), open_(kind == TypeKind::kParam) {
  for (const Type* param : params) {
    size_ += param->size_;
    open_ |= param->open_;
  }
}

std::string Type::ToString() const {
  switch (kind_) {
    case TypeKind::kNull:
      return "null";
    case TypeKind::kTimestamp:
      return "timestamp";
    case TypeKind::kDuration:
      return "duration";
    default:
      break;
  }
  std::string out(name_);
  if (params_.empty()) return out;
  out += '(';
  for (std::size_t i = 0; i < params_.size(); ++i) {
    if (i > 0) out += ", ";
    out += params_[i]->ToString();
  }
  return out + ')';
}

std::string Type::DeclaredText() const {
  std::string out(name_);
  for (std::size_t i = 0; i < params_.size(); ++i) {
    out += i == 0 ? "(" : ", ";
    out += params_[i]->DeclaredText();
  }
  return params_.empty() ? out : out + ')';
}

bool SameType(const Type& a, const Type& b) {
  if (&a == &b) return true;
  if (a.kind() != b.kind() || a.params().size() != b.params().size()) return false;
  if (a.is(TypeKind::kParam)) {
    if (a.is_inference_variable() != b.is_inference_variable()) return false;
    return a.is_inference_variable() ? a.variable() == b.variable() : a.name() == b.name();
  }
  if (a.name() != b.name()) return false;
  for (std::size_t i = 0; i < a.params().size(); ++i) {
    if (!SameType(a.param(i), b.param(i))) return false;
  }
  return true;
}

const Type* CopyType(const Type& type, Arena& arena) {
  std::span<const Type*> params = arena.NewArray<const Type*>(type.params().size());
  for (std::size_t i = 0; i < params.size(); ++i) params[i] = CopyType(type.param(i), arena);
  return arena.New<Type>(type.kind(), arena.Copy(type.name()), params);
}

}  // namespace ephor::cel
