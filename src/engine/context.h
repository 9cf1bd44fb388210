// The variables of one evaluation: what `{{ }}` and every other JMESPath query of a policy can read.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "jmespath/query.h"
#include "json/value.h"
#include "ports/world.h"

namespace ephor::engine {

class Context;
class Observer;

// A context entry that is loaded when a query first mentions its name. Outlives the contexts it is added to.
class Loader {
 public:
  explicit Loader(std::string_view name) : name_(name) {}
  virtual ~Loader() = default;

  std::string_view name() const { return name_; }
  // Nothing where the entry leaves the variable unset. An error becomes the error of the query that asked.
  virtual Result<std::optional<json::Value>> Load(Context& context) const = 0;
  // Whether an object is merged into an earlier value of the name, rather than replacing it.
  virtual bool merges() const { return false; }

  // What an error that its value is too large begins with, up to the name; "" for the bare error.
  virtual std::string_view refusal() const { return {}; }

  // The part of the policy that declares the entry; null for those that are not declared.
  const json::Value* source() const { return source_; }
  void set_source(const json::Value* source) { source_ = source; }

 private:
  std::string_view name_;
  const json::Value* source_ = nullptr;
};

// Variables that the caller of an evaluation knows for a rule, set before the rule's own context entries:
// what the values file of the command line says.
class RuleVariables {
 public:
  virtual ~RuleVariables() = default;
  virtual Result<void> Set(std::string_view rule, Context& context) const = 0;
};

// Not thread-safe: one belongs to one evaluation. The root is an ordinary immutable object, so a checkpoint
// is a copy of 16 bytes and going back costs nothing.
class Context {
 public:
  Context(Arena& arena, const ports::World& world) : arena_(arena), env_{arena, world}, loaders_(arena) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Arena& arena() { return arena_; }
  jmespath::Env& env() { return env_; }
  const ports::World& world() const { return env_.world; }

  // Who watches the evaluation; null where nobody does. Must outlive it.
  Observer* observer() const { return observer_; }
  void set_observer(Observer* observer) { observer_ = observer; }

  // All variables, as loaded so far.
  const json::Value& root() const { return root_; }

  void Set(const json::Key& name, json::Value value) {
    const json::Member member(name, value);
    Set(std::span(&member, 1));
  }
  void Set(std::span<const json::Member> variables);
  // Merges objects deeply into what is there; other values replace.
  void Merge(const json::Key& name, json::Value value);
  // Sets one member of the variable `request`.
  void SetInRequest(const json::Key& key, json::Value value);

  // `request.operation`; "" where there is none.
  std::string_view operation() const { return root_.StringAt("request", "operation"); }

  // Null where there are none; must outlive the context, or its next setting.
  void set_rule_variables(const RuleVariables* variables) { rule_variables_ = variables; }
  // Sets the variables of a rule that begins.
  Result<void> BeginRule(std::string_view rule) {
    return rule_variables_ == nullptr ? Result<void>() : rule_variables_->Set(rule, *this);
  }

  // How many bytes of JSON the values of declared entries may have together, of all rules that are evaluated
  // in this context. 0: any number.
  void set_max_entry_bytes(std::size_t bytes) { max_entry_bytes_ = bytes; }

  // Registers an entry at the current level (the number of open checkpoints).
  void Add(const Loader& loader) { loaders_.push_back({&loader, level_, false, false, {}}); }

  // Loads the entries that a query mentions, in the order in which they were added. While an entry loads, its
  // own queries reach only the entries before it and of no deeper level: no cycles, no forward references.
  Result<void> LoadMentioned(std::string_view query) {
    return loaders_.empty() ? Result<void>() : LoadMatching(query);
  }

  // A checkpoint that is restored at the end of the scope.
  class Scope {
   public:
    explicit Scope(Context& context) : context_(context), root_(context.root_) { ++context.level_; }
    ~Scope() {
      --context_.level_;
      context_.GoBack(root_, true);
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    // Back to the checkpoint, which stays open: between the elements of a loop. Entries of outer levels that
    // were loaded meanwhile keep their values; those of this level are forgotten and must be added again.
    void Reset() { context_.GoBack(root_, false); }

   private:
    Context& context_;
    json::Value root_;
  };

 private:
  struct Entry {
    const Loader* loader;
    int level;
    bool matched;
    bool loaded;
    std::optional<json::Value> value;
  };

  Result<void> LoadMatching(std::string_view query);
  Result<std::optional<json::Value>> LoadObserved(const Loader& loader);
  Result<void> Count(const Loader& loader, const json::Value& value);
  void Store(const Entry& entry);
  void GoBack(const json::Value& root, bool restore);

  Arena& arena_;
  Observer* observer_ = nullptr;
  jmespath::Env env_;
  json::Value root_ = json::Value::Object({});
  const RuleVariables* rule_variables_ = nullptr;
  ArenaVector<Entry> loaders_;
  std::size_t entry_bytes_ = 0, max_entry_bytes_ = 0;
  int level_ = 0;
  // Of the entry that is being loaded; -1 outside.
  int loading_level_ = -1;
  int loading_index_ = -1;
};

// Whether a query's text mentions a variable: the name, not preceded by a letter, digit or '.', at a word's
// end. The rule is textual on purpose: a mention inside a string literal counts too, as in the reference.
bool Mentions(std::string_view query, std::string_view name);

}  // namespace ephor::engine
