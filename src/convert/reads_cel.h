// What expressions of CEL read of an object.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "cel/syntax/ast.h"
#include "convert/read_place.h"

namespace ephor::convert {

// Adds to the tree of the object, which must outlive it, as the arena must.
class CelReader {
 public:
  CelReader(ReadPlace& object, Arena& arena) : object_(object), arena_(arena) {}

  // An expression reads its paths, and any of its literals may matter to any of them. One that does not parse
  // reads nothing.
  void Read(std::string_view text);
  // A variable of the policy, which later expressions read.
  void Bind(std::string_view name, std::string_view text);

 private:
  using Places = std::vector<ReadPlace*>;

  // The places that the text's value may be; none where it does not parse.
  Places Parsed(std::string_view text, std::vector<json::Value>& literals, Places& all);
  // The places that an expression's value may be.
  Places Expression(const cel::Expr& expr, std::vector<json::Value>& literals, Places& all);
  Places Members(const Places& places, std::string_view name, Places& all);
  void AddLiteral(const cel::Literal& literal, std::vector<json::Value>& literals);

  ReadPlace& object_;
  Arena& arena_;
  std::vector<std::pair<std::string_view, Places>> bound_;
  std::map<std::string, Places, std::less<>> variables_;
};

}  // namespace ephor::convert
