// Which rows of a test are wanted: --test-case-selector "policy=*,rule=*,resource=*".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/test_case.h"

namespace ephor::cli {

class TestSelector {
 public:
  // Terms that are not understood are left out and told of in errors().
  explicit TestSelector(std::string_view text);

  bool Selects(const source::ExpectedResult& result) const;
  // The resources that replace those of a selected row; empty where the row's own count.
  const std::vector<std::string>& resources() const { return resources_; }
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  enum class Key { kPolicy, kRule, kResource };
  struct Term {
    Key key;
    std::string pattern;
  };
  std::vector<Term> terms_;
  std::vector<std::string> resources_;
  std::vector<std::string> errors_;
};

}  // namespace ephor::cli
