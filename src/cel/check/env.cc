#include "cel/check/env.h"

#include <cassert>

namespace ephor::cel {
namespace {

bool IsNameChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

struct NamedType {
  std::string_view name;
  const Type* type;
};

// Types that expressions name.
const Type* BasicType(std::string_view name) {
  static const NamedType kRows[] = {
      {"null_type", &types::kNull},
      {"bool", &types::kBool},
      {"int", &types::kInt},
      {"uint", &types::kUint},
      {"double", &types::kDouble},
      {"string", &types::kString},
      {"bytes", &types::kBytes},
      {"google.protobuf.Timestamp", &types::kTimestamp},
      {"google.protobuf.Duration", &types::kDuration},
      {"type", &types::kType},
  };
  for (const NamedType& row : kRows) {
    if (row.name == name) return row.type;
  }
  return nullptr;
}

// Names that only declarations use.
const Type* DeclaredType(std::string_view name) {
  static const NamedType kRows[] = {
      {"dyn", &types::kDyn},           {"any", &types::kDyn},
      {"null", &types::kNull},         {"timestamp", &types::kTimestamp},
      {"duration", &types::kDuration},
  };
  for (const NamedType& row : kRows) {
    if (row.name == name) return row.type;
  }
  return nullptr;
}

bool HasParam(const Type& type) {
  if (type.is(TypeKind::kParam)) return true;
  for (const Type* param : type.params()) {
    if (HasParam(*param)) return true;
  }
  return false;
}

KindSet KindsOf(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return SetOf(ValueKind::kNull);
    case TypeKind::kBool:
      return SetOf(ValueKind::kBool);
    case TypeKind::kInt:
      return SetOf(ValueKind::kInt);
    case TypeKind::kUint:
      return SetOf(ValueKind::kUint);
    case TypeKind::kDouble:
      return SetOf(ValueKind::kDouble);
    case TypeKind::kString:
      return SetOf(ValueKind::kString);
    case TypeKind::kBytes:
      return SetOf(ValueKind::kBytes);
    case TypeKind::kTimestamp:
      return SetOf(ValueKind::kTimestamp);
    case TypeKind::kDuration:
      return SetOf(ValueKind::kDuration);
    case TypeKind::kList:
      return kListKinds;
    case TypeKind::kMap:
      return kMapKinds;
    case TypeKind::kStruct:
      return kMapKinds | SetOf(ValueKind::kOpaque);
    case TypeKind::kOpaque:
      return SetOf(type.is_optional() ? ValueKind::kOptional : ValueKind::kOpaque);
    case TypeKind::kType:
      return SetOf(ValueKind::kType);
    case TypeKind::kError:
    case TypeKind::kDyn:
    case TypeKind::kParam:
      break;
  }
  return kAllKinds;
}

}  // namespace

const FunctionDecl* Env::FindFunction(std::string_view name) const {
  const auto found = functions_.find(name);
  if (found != functions_.end()) return &found->second;
  return parent_ != nullptr ? parent_->FindFunction(name) : nullptr;
}

const VariableDecl* Env::FindVariable(std::string_view name) const {
  const auto found = variables_.find(name);
  if (found != variables_.end()) return &found->second;
  return parent_ != nullptr ? parent_->FindVariable(name) : nullptr;
}

const StructDecl* Env::FindStruct(std::string_view name) const {
  const auto found = structs_.find(name);
  if (found != structs_.end()) return &found->second;
  return parent_ != nullptr ? parent_->FindStruct(name) : nullptr;
}

const Type* Env::FindType(std::string_view name, Arena& arena) const {
  if (const Type* basic = BasicType(name)) return basic;
  if (const StructDecl* decl = FindStruct(name)) return decl->type;
  if (const TypeProvider* provider = this->provider()) return provider->FindType(name, arena);
  return nullptr;
}

const Type* Env::FindField(const Type& type, std::string_view field) const {
  if (const StructDecl* decl = FindStruct(type.name())) {
    const auto found = decl->fields.find(field);
    return found != decl->fields.end() ? found->second : nullptr;
  }
  const TypeProvider* provider = this->provider();
  return provider != nullptr ? provider->FindField(type.name(), field) : nullptr;
}

void Env::EachFunction(const std::function<void(const FunctionDecl&)>& each) const {
  if (parent_ != nullptr) parent_->EachFunction(each);
  for (const auto& [name, function] : functions_) each(function);
}

Env::Builder::Builder(std::shared_ptr<const Env> parent) : env_(new Env) {
  if (parent == nullptr) {
    env_->macros_.assign(StandardMacros().begin(), StandardMacros().end());
    return;
  }
  env_->options_ = parent->options_;
  env_->macros_ = parent->macros_;
  env_->slots_ = parent->slots_;
  env_->parent_ = std::move(parent);
}

Env::Builder& Env::Builder::Add(const Library& library) {
  for (const TypeRow& row : library.types) {
    StructDecl decl;
    decl.name = row.name;
    decl.opaque = row.opaque;
    decl.type = env_->arena_.New<Type>(row.fields.empty() ? TypeKind::kOpaque : TypeKind::kStruct, row.name);
    env_->structs_[row.name] = decl;
  }
  for (const TypeRow& row : library.types) {
    for (const FieldRow& field : row.fields) {
      const Type* type = ParseType(field.type);
      assert(type != nullptr);
      env_->structs_[row.name].fields[field.name] = type;
    }
  }
  // A library's macros stand before those there are, so that it can give an old name a new meaning.
  env_->macros_.insert(env_->macros_.begin(), library.macros.begin(), library.macros.end());
  for (const FunctionRow& row : library.functions) AddRow(row);
  for (const ConstantRow& row : library.constants) {
    VariableDecl decl;
    decl.name = row.name;
    decl.type = ParseType(row.type);
    decl.constant = true;
    decl.value = row.value;
    env_->variables_[row.name] = decl;
  }
  return *this;
}

Env::Builder& Env::Builder::Add(std::shared_ptr<const TypeProvider> provider) {
  env_->provider_ = std::move(provider);
  return *this;
}

void Env::Builder::AddRow(const FunctionRow& row) {
  std::string_view text = row.signature;
  std::size_t at = 0;
  std::vector<const Type*> params;
  OverloadDecl overload;
  overload.row = &row;
  overload.member = !text.starts_with("(");
  if (overload.member) {
    params.push_back(ParseTypeAt(text, at));
    ++at;  // the dot
  }
  ++at;  // the parenthesis
  while (at < text.size() && text[at] != ')') {
    params.push_back(ParseTypeAt(text, at));
    while (at < text.size() && (text[at] == ',' || text[at] == ' ')) ++at;
  }
  at += std::string_view(") -> ").size();
  overload.result = ParseTypeAt(text, at);
  assert(overload.result != nullptr && at == text.size());
  overload.params = env_->arena_.Copy(std::span<const Type* const>(params));
  AddOverload(row.name, overload);
}

void Env::Builder::AddOverload(std::string_view name, OverloadDecl overload) {
  const std::size_t count = overload.params.size();
  std::span<KindSet> kinds = env_->arena_.NewArray<KindSet>(count);
  std::span<const OpaqueType*> opaque = env_->arena_.NewArray<const OpaqueType*>(count);
  overload.generic = HasParam(*overload.result);
  for (std::size_t i = 0; i < count; ++i) {
    const Type& type = *overload.params[i];
    overload.generic |= HasParam(type);
    kinds[i] = KindsOf(type);
    const bool named = type.is(TypeKind::kOpaque) || type.is(TypeKind::kStruct);
    const StructDecl* decl = named ? env_->FindStruct(type.name()) : nullptr;
    opaque[i] = decl != nullptr ? decl->opaque : nullptr;
  }
  overload.kinds = kinds;
  overload.opaque = opaque;
  auto [found, fresh] = env_->functions_.try_emplace(name);
  if (fresh && env_->parent_ != nullptr) {
    // An overload added to a function of the parent joins the others.
    if (const FunctionDecl* inherited = env_->parent_->FindFunction(name)) found->second = *inherited;
  }
  found->second.name = name;
  // The same overload given twice is declared once; the later implementation counts.
  for (const OverloadDecl*& other : found->second.overloads) {
    if (other->member != overload.member || other->params.size() != count) continue;
    bool same = true;
    for (std::size_t i = 0; i < count && same; ++i) same = SameType(*other->params[i], *overload.params[i]);
    if (same) {
      other = env_->arena_.New<OverloadDecl>(overload);
      return;
    }
  }
  found->second.overloads.push_back(env_->arena_.New<OverloadDecl>(overload));
}

void Env::Builder::AddFunction(std::string_view name, std::span<const Type* const> params, const Type* result,
                               bool member) {
  OverloadDecl overload;
  overload.member = member;
  overload.params = env_->arena_.Copy(params);
  overload.result = result;
  AddOverload(env_->arena_.Copy(name), overload);
}

std::uint32_t Env::Builder::AddVariable(std::string_view name, const Type* type) {
  VariableDecl decl;
  decl.name = env_->arena_.Copy(name);
  decl.type = type;
  decl.slot = env_->slots_++;
  env_->variables_[decl.name] = decl;
  return decl.slot;
}

Result<std::uint32_t> Env::Builder::AddVariable(std::string_view name, std::string_view type) {
  const Type* parsed = ParseType(type);
  if (parsed == nullptr) return InvalidInput("unknown type '" + std::string(type) + "'");
  return AddVariable(name, parsed);
}

const Type* Env::Builder::AddStruct(std::string_view name,
                                    std::span<const std::pair<std::string_view, const Type*>> fields,
                                    const OpaqueType* opaque) {
  StructDecl decl;
  decl.name = env_->arena_.Copy(name);
  decl.opaque = opaque;
  decl.type = env_->arena_.New<Type>(TypeKind::kStruct, decl.name);
  for (const auto& [field, type] : fields) decl.fields[env_->arena_.Copy(field)] = type;
  env_->structs_[decl.name] = decl;
  return decl.type;
}

const Type* Env::Builder::ParseType(std::string_view text) {
  std::size_t at = 0;
  const Type* type = ParseTypeAt(text, at);
  return at == text.size() ? type : nullptr;
}

const Type* Env::Builder::ParseTypeAt(std::string_view text, std::size_t& at) {
  std::size_t end = at;
  while (end < text.size() && IsNameChar(text[end])) ++end;
  // The dot of a method's receiver belongs to the signature: "string.(int) -> string".
  if (end > at && text[end - 1] == '.') --end;
  const std::string_view name = text.substr(at, end - at);
  at = end;
  std::vector<const Type*> params;
  if (at < text.size() && text[at] == '(') {
    ++at;
    while (at < text.size() && text[at] != ')') {
      const Type* param = ParseTypeAt(text, at);
      if (param == nullptr) return nullptr;
      params.push_back(param);
      while (at < text.size() && (text[at] == ',' || text[at] == ' ')) ++at;
    }
    if (at == text.size()) return nullptr;
    ++at;
  }
  Arena& arena = env_->arena_;
  if (name == "list" && params.size() <= 1)
    return types::List(params.empty() ? &types::kDyn : params[0], arena);
  if (name == "map" && params.size() == 2) return types::Map(params[0], params[1], arena);
  if (name == "map" && params.empty()) return types::Map(&types::kDyn, &types::kDyn, arena);
  if ((name == "optional" || name == "optional_type") && params.size() == 1)
    return types::Optional(params[0], arena);
  if (name == "type" && params.size() == 1) return types::TypeOf(params[0], arena);
  if (!params.empty() || name.empty()) return nullptr;
  if (name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z') {
    return arena.New<Type>(TypeKind::kParam, arena.Copy(name));
  }
  if (const Type* declared = DeclaredType(name)) return declared;
  return env_->FindType(name, arena);
}

std::shared_ptr<const Env> Env::Builder::Build() {
  env_->options_.parse.macros = env_->options_.disable_macros ? std::span<const MacroRow>() : env_->macros_;
  return std::move(env_);
}

}  // namespace ephor::cel
