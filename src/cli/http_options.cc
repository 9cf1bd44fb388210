#include "cli/http_options.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace ephor::cli {
namespace {

std::vector<std::string> ListOf(const char* variable) {
  const char* const value = std::getenv(variable);
  std::vector<std::string> list;
  std::string_view rest = value == nullptr ? "" : value;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    list.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return list;
}

}  // namespace

Result<net::HttpServiceOptions> HttpOptionsOf(std::vector<std::string> blocked,
                                              std::vector<std::string> allowed) {
  if (blocked.empty()) blocked = ListOf("FLAG_HTTP_BLOCKLIST");
  if (allowed.empty()) allowed = ListOf("FLAG_HTTP_ALLOWLIST");
  net::HttpServiceOptions options;
  if (blocked.empty() && allowed.empty()) return options;
  const auto rules = blocked.empty() ? net::EgressRules::WithDefaultBlocklist(allowed)
                                     : net::EgressRules::Of(blocked, allowed);
  if (!rules) return InvalidInput("invalid CEL http configuration: " + rules.error().message());
  options.rules = *rules;
  return options;
}

}  // namespace ephor::cli
