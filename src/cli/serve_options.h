// What the flags of `ephor serve` say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ephor::cli {

struct ServeOptions {
  std::vector<std::string> policies, exceptions, resources;
  std::string configuration;

  std::string listen = ":9443";
  std::string metrics_listen;
  bool profile = false;
  std::uint16_t profile_port = 6060;
  unsigned threads = 0;  // 0: one a core

  std::string tls_certificate, tls_key, tls_authority, tls_directory;
  std::vector<std::string> tls_names;

  bool print_webhooks = false;
  std::string url;      // by which the API server reaches this one, "https://host:port"
  std::string service;  // or: "namespace/name" or "namespace/name:port"
  int webhook_timeout = 10;

  std::size_t max_body_bytes = 0, max_head_bytes = 0, max_connections = 0;  // 0: the default
  std::string head_timeout, body_timeout, idle_timeout, drain_timeout = "30s";

  // Of the calls that policies make.
  std::vector<std::string> http_blocklist, http_allowlist;
  std::string call_timeout = "30s";
  std::size_t max_call_response_bytes = 10'000'000;  // 0: any

  std::string log_level = "info";
  std::string log_format = "text";
};

}  // namespace ephor::cli
