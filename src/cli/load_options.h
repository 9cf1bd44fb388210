// What `ephor load` is asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ephor::cli {

// As on the command line: "" and 0 are "not given".
struct LoadOptions {
  std::vector<std::string> scenarios;  // files; a later one wins
  std::string title;
  std::string target;
  std::vector<std::string> reviews, create;  // files
  std::vector<std::string> checks, thresholds, headers;
  std::string executor, duration, stages, timeout, graceful_stop;
  unsigned users = 0, max_users = 0;
  std::uint64_t iterations = 0;
  double rate = 0;
  bool no_reuse = false, resume = false, http2 = false;
  bool allow_remote = false, insecure = false, quiet = false, abort_on_fail = false;
  std::string tls_max;  // "1.2" or "1.3"
  std::string authority, certificate, key, token_file;
  std::string json, html;
};

}  // namespace ephor::cli
