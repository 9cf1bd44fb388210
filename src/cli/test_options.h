// What `ephor test` was asked to do.
#pragma once

#include <string>
#include <vector>

namespace ephor::cli {

struct TestOptions {
  std::vector<std::string> paths;
  std::string file_name = "kyverno-test.yaml";
  std::string git_branch;
  std::string selector = "policy=*,rule=*,resource=*";
  std::string output_format;
  bool registry = false;
  bool fail_only = false;
  bool remove_color = false;
  bool detailed_results = false;
  bool require_tests = false;
  std::string coverage;  // text or html; "" for none
  std::string coverage_file = "coverage.html";
};

}  // namespace ephor::cli
