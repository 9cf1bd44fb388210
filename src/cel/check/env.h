// What expressions may name: functions, types, variables; and the dialect they are read in.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/arena.h"
#include "cel/check/library.h"
#include "cel/check/type.h"

namespace ephor::cel {

// One way to call a function.
struct OverloadDecl {
  bool member = false;
  std::span<const Type* const> params;  // the receiver first
  const Type* result = nullptr;
  bool generic = false;                       // has type parameters
  std::span<const KindSet> kinds;             // what is accepted at run time
  std::span<const OpaqueType* const> opaque;  // and for opaque parameters of which type
  const FunctionRow* row = nullptr;           // null: declared without an implementation
};

struct FunctionDecl {
  std::string_view name;
  std::vector<const OverloadDecl*> overloads;
};

// Where a variable's value comes from at run time.
struct VariableDecl {
  std::string_view name;
  const Type* type = nullptr;
  std::uint32_t slot = 0;  // in the activation; of constants unused
  bool constant = false;
  Value value;  // of constants
};

struct StructDecl {
  std::string_view name;
  const Type* type = nullptr;
  const OpaqueType* opaque = nullptr;
  std::map<std::string_view, const Type*> fields;
};

struct EnvOptions {
  std::string container;              // the namespace in which names are looked up
  bool homogeneous_literals = false;  // [1, 'a'] does not check
  bool mixed_comparison = true;       // 1 < 1.5 checks, at run time it always works
  bool fold_conversions = false;      // int('x') is an error of the program, not of the evaluation
  bool validate_literals = false;     // durations, timestamps and expressions given as literals are checked
  bool strict_maps = false;           // only int, uint, bool and string keys, none twice
  bool strict_presence = false;       // has(x.f) and x.?f fail where x is neither a map nor a list
  bool disable_macros = false;
  ParseOptions parse;
};

// Types whose fields follow a rule instead of a list, such as Kubernetes' Object and Object.spec.
class TypeProvider {
 public:
  virtual ~TypeProvider() = default;
  // The type of a name, which may be made in the arena, or null.
  virtual const Type* FindType(std::string_view name, Arena& arena) const = 0;
  // The type of a field of a type of this provider, or null.
  virtual const Type* FindField(std::string_view type, std::string_view field) const = 0;
  // The value of T{...}: fields in the order written. Null where the type has no values of its own.
  virtual Value Construct(Call& call, std::string_view type, std::span<const MapEntry> fields) const = 0;
};

// Immutable after Build and safe from any thread. A child sees what its parent declares; it is cheap to make,
// so that each policy can declare its own variables.
class Env {
 public:
  class Builder;

  // Null where there is none. Names are full; containers are the checker's business.
  const FunctionDecl* FindFunction(std::string_view name) const;
  const VariableDecl* FindVariable(std::string_view name) const;
  // The struct or opaque type of a name, or null.
  const StructDecl* FindStruct(std::string_view name) const;
  // A type of the language, of a library or of a provider; null where there is none.
  const Type* FindType(std::string_view name, Arena& arena) const;
  const Type* FindField(const Type& type, std::string_view field) const;
  const TypeProvider* provider() const {
    return provider_ != nullptr || parent_ == nullptr ? provider_.get() : parent_->provider();
  }

  const EnvOptions& options() const { return options_; }
  std::span<const MacroRow> macros() const { return macros_; }
  // How many variables an activation has to hold.
  std::uint32_t slots() const { return slots_; }
  // All functions, for the manual.
  void EachFunction(const std::function<void(const FunctionDecl&)>& each) const;

 private:
  friend class Builder;
  Env() : arena_(4096) {}

  std::shared_ptr<const Env> parent_;
  EnvOptions options_;
  std::vector<MacroRow> macros_;
  std::unordered_map<std::string_view, FunctionDecl> functions_;
  std::unordered_map<std::string_view, VariableDecl> variables_;
  std::unordered_map<std::string_view, StructDecl> structs_;
  std::shared_ptr<const TypeProvider> provider_;
  std::uint32_t slots_ = 0;
  Arena arena_;
};

//   Env::Builder builder;
//   builder.options().homogeneous_literals = true;
//   builder.Add(StandardLibrary());
//   builder.AddVariable("object", "dyn");
//   std::shared_ptr<const Env> env = builder.Build();
//
// A library's tables must outlive the environment (they are static). Malformed tables are a bug and end the
// process in checked builds; malformed type texts from outside are refused by AddVariable.
class Env::Builder {
 public:
  explicit Builder(std::shared_ptr<const Env> parent = nullptr);

  EnvOptions& options() { return env_->options_; }
  // Libraries come before the variables and libraries that name their types.
  Builder& Add(const Library& library);
  Builder& Add(std::shared_ptr<const TypeProvider> provider);
  // Gives the variable's slot. A name may be dotted: "a.b".
  std::uint32_t AddVariable(std::string_view name, const Type* type);
  Result<std::uint32_t> AddVariable(std::string_view name, std::string_view type);
  // A struct whose fields are known only now. Its values are maps, JSON objects or, with a type, opaque.
  const Type* AddStruct(std::string_view name,
                        std::span<const std::pair<std::string_view, const Type*>> fields,
                        const OpaqueType* opaque = nullptr);
  // A function without implementation: calls check, and fail when evaluated.
  void AddFunction(std::string_view name, std::span<const Type* const> params, const Type* result,
                   bool member);
  // Reads "map(string, list(int))". Null where the text is no type.
  const Type* ParseType(std::string_view text);
  Arena& arena() { return env_->arena_; }

  std::shared_ptr<const Env> Build();

 private:
  void AddRow(const FunctionRow& row);
  void AddOverload(std::string_view name, OverloadDecl overload);
  const Type* ParseTypeAt(std::string_view text, std::size_t& at);

  std::shared_ptr<Env> env_;
};

}  // namespace ephor::cel
