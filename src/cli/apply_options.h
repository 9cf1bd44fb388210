// What `ephor apply` was asked to do.
#pragma once

#include <string>
#include <vector>

namespace ephor::cli {

struct ApplyOptions {
  std::vector<std::string> policies;

  // What is judged, and what is there beside it.
  std::vector<std::string> resources;
  std::vector<std::string> json_payloads;
  std::vector<std::string> http_payloads;
  std::vector<std::string> envoy_payloads;
  std::vector<std::string> target_resources;
  std::vector<std::string> parameter_resources;
  std::vector<std::string> crd_paths;
  std::vector<std::string> exceptions;
  bool exceptions_within_resources = false;
  bool exceptions_within_policies = false;

  // What a cluster would say.
  std::string userinfo;
  std::vector<std::string> set;
  std::string values_file;
  std::string context_file;
  bool registry = false;
  bool cluster = false;
  std::string namespace_;
  std::string kubeconfig;
  std::string context;
  bool cluster_wide_resources = false;
  // Of reading a cluster's resources.
  int concurrent = 1;
  int batch_size = 100;
  bool continue_on_error = true;
  bool show_performance = false;

  std::string git_branch, username, password;

  // What is printed, and the exit code.
  std::string output;
  std::string output_format = "yaml";
  bool policy_report = false;
  bool stdin_mode = false;  // print only the objects, for piping
  bool table = false;
  bool detailed_results = false;
  bool remove_color = false;
  bool generate_exceptions = false;
  std::string generated_exception_ttl = "720h0m0s";
  bool audit_warn = false;
  int warn_exit_code = 0;
  bool warn_no_pass = false;
  bool continue_on_fail = false;
};

}  // namespace ephor::cli
