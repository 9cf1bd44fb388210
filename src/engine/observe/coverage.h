// Which parts of policies evaluations have exercised.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/observe/observer.h"
#include "engine/observe/places.h"
#include "policy/cel_policy_types.h"

namespace ephor::engine {

// A rule, a condition, a pattern's node, a loop, a CEL expression or an operand in one, where it is written.
struct CoverageItem {
  enum class Kind : std::uint8_t { kRule, kCondition, kPatternNode, kForEach, kExpression, kBranch };

  std::string file;
  SourcePosition position;
  std::string path;  // in the policy: "spec.rules[0].validate.pattern.spec"
  std::string policy;
  Kind kind = Kind::kRule;
};

// How often it was decided, and how: a condition held or did not, a node fitted or did not.
struct CoverageCounts {
  std::uint64_t yes = 0;     // true, pass; the elements of a loop that were looked at
  std::uint64_t no = 0;      // false, fail
  std::uint64_t other = 0;   // skip, error
  std::uint64_t values = 0;  // of an expression that decides nothing by itself

  bool covered() const { return yes + no + other + values > 0; }
  // Whether it was looked at, and never came out the other way.
  bool one_sided() const { return covered() && values == 0 && (yes == 0 || no == 0); }
  CoverageCounts& operator+=(const CoverageCounts& more);
};

// What several runs have exercised together; policies that were read from the same file count as one.
class CoverageReport {
 public:
  struct Entry {
    CoverageItem item;
    CoverageCounts counts;
  };

  void Add(const CoverageItem& item, const CoverageCounts& counts);
  // By file, line and column.
  std::vector<Entry> Entries() const;

 private:
  struct Key {
    std::string file;
    std::uint32_t line, column;
    std::string path;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, Entry> entries_;
};

// Counts one run. The policies must outlive it.
class Coverage final : public Observer {
 public:
  // What there is to exercise: a policy's written rules. What autogen made counts for what it was made from.
  void AddPolicy(const policy::Policy& policy);
  // One written in CEL, which counts as one rule, with its conditions and expressions. Operands of && and ||
  // and what ?: chooses between are known once their expression is evaluated.
  void AddCelPolicy(const policy::CelPolicy& policy);
  // What autogen made of one, which counts for it.
  void AddVariant(const policy::CelPolicy& made, const policy::CelPolicy& written) {
    places_.AddVariant(made, written);
  }

  void Begin(const Step& step) override;
  void End(const Conclusion& conclusion) override;

  void AddTo(CoverageReport& report) const;

 private:
  void AddItem(CoverageItem::Kind kind, const json::Value* source);
  void AddConditions(const policy::Conditions* conditions);
  void AddPattern(const json::Value* pattern);
  template <class ForEach>
  void AddLoops(std::span<const ForEach> loops);
  void AddRule(const policy::Rule& rule);
  void AddExpressions(const json::Value& value, CoverageItem::Kind kind, int depth);
  void CountBranch(std::string_view text, Verdict verdict);

  struct Counted {
    CoverageItem::Kind kind;
    std::string_view policy;
    CoverageCounts counts;
    std::string_view text = {};  // of an expression, as it is written
  };
  struct Open {
    StepKind kind;
    const Place* place;
    std::string text;  // of an expression or an operand
  };

  Places places_;
  std::string_view policy_;  // whose items are being added
  std::unordered_map<const Place*, Counted> items_;
  std::map<std::pair<const Place*, std::string>, Counted> branches_;  // by expression and text
  std::vector<Open> open_;
};

}  // namespace ephor::engine
