// A value of an object as expressions reach it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "convert/cel_text.h"
#include "convert/shape.h"

namespace ephor::convert {

// Fields of Kubernetes' own kinds that an API server always sends: structs that cannot be left out, and the
// containers without which no Pod gets as far as a webhook.
inline bool IsAlwaysThere(std::string_view field, const Shape& shape) {
  if (field == "containers") return shape.Only(kArray);
  return shape.Only(kObject) &&
         (field == "metadata" || field == "spec" || field == "template" || field == "jobTemplate");
}

struct Place {
  std::string direct;  // an expression for the value where it is there, and an error elsewhere
  std::string chain;   // an optional of it; empty where it is certain to be there
  Cel present;         // that it is there
  Shape shape = Shape::Anything();

  bool certain() const { return chain.empty(); }

  static Place Certain(std::string expression, Shape shape) {
    return {std::move(expression), {}, Cel::True(), std::move(shape)};
  }
  // The same place behind a check that it is there.
  Place AsCertain() const { return Certain(direct, shape); }

  // A member, which may not be there.
  Place Child(std::string_view key) const {
    const std::string literal = TextLiteral(key);
    const bool field = IsField(key);
    Place child;
    child.direct = direct + (field ? "." + std::string(key) : "[" + literal + "]");
    child.chain = (certain() ? direct : chain) + (field ? ".?" + std::string(key) : "[?" + literal + "]");
    if (!certain()) {
      child.present = {child.chain + ".hasValue()", {}};
    } else if (field) {
      child.present = {"has(" + child.direct + ")", {}};
    } else {
      child.present = {literal + " in " + direct, {}};
    }
    child.shape = shape.Field(key);
    if (certain() && IsAlwaysThere(key, child.shape)) return child.AsCertain();
    return child;
  }

  // The value, or where there is none the default.
  std::string Or(std::string_view default_literal) const {
    return certain() ? direct : chain + ".orValue(" + std::string(default_literal) + ")";
  }
};

// The key that a path ends with.
inline std::string_view LastKey(std::string_view path) {
  return path.substr(path.rfind('.') + 1);
}

// The variables of a policy that is being made.
class Variables {
 public:
  struct Variable {
    std::string name;
    std::string expression;
  };

  // An expression that reads the variable. Two of the same expression are one; a name that is taken by
  // another gets a number.
  std::string Use(std::string_view name, const std::string& expression) {
    std::string unique(name);
    for (int i = 2;; ++i) {
      bool taken = false;
      for (const Variable& variable : all_) {
        if (variable.name != unique) continue;
        if (variable.expression == expression) return "variables." + unique;
        taken = true;
      }
      if (!taken) break;
      unique = std::string(name) + std::to_string(i);
    }
    all_.push_back({unique, expression});
    return "variables." + unique;
  }
  const std::vector<Variable>& all() const { return all_; }

  // Whether one more context entry may take the place of its name. Each may name those before it several
  // times: without a bound the work would double with every entry.
  bool MayExpand() { return ++expanded_ <= 1000; }

 private:
  std::vector<Variable> all_;
  int expanded_ = 0;
};

// The names of loops around an expression.
class LoopNames {
 public:
  // A name that no loop around has.
  std::string Enter(std::string_view wanted) {
    std::string name(wanted);
    for (int i = 2; IsTaken(name); ++i) name = std::string(wanted) + std::to_string(i);
    names_.push_back(name);
    return name;
  }
  void Leave() { names_.pop_back(); }

 private:
  bool IsTaken(std::string_view name) const {
    for (const std::string& there : names_) {
      if (there == name) return true;
    }
    return false;
  }
  std::vector<std::string> names_;
};

}  // namespace ephor::convert
