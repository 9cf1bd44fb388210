// Variables of rules and what they come from. The conventions are those of types.h.
#pragma once

#include <span>
#include <string_view>

#include "json/value.h"
#include "policy/match_types.h"

namespace ephor::policy {

struct ImageRegistryCredentials {
  bool allow_insecure_registry = false;
  StringList providers;  // default, amazon, azure, google, github
  StringList secrets;
};

struct ConfigMapReference {
  std::string_view name;
  std::string_view namespace_;
};

struct HttpHeader {
  std::string_view key;
  std::string_view value;
};

struct ServiceCall {
  std::string_view url;
  std::span<const HttpHeader> headers;
  std::string_view ca_bundle;
};

struct RequestData {
  std::string_view key;
  const json::Value* value = nullptr;
};

struct ApiCall {
  std::string_view url_path;
  std::string_view method;  // GET (default) or POST
  std::span<const RequestData> data;
  const ServiceCall* service = nullptr;
};

struct ContextApiCall {
  ApiCall call;
  const json::Value* fallback = nullptr;  // `default`
  std::string_view jmes_path;
};

struct ImageRegistry {
  std::string_view reference;
  std::string_view jmes_path;
  const ImageRegistryCredentials* credentials = nullptr;
};

struct Variable {
  const json::Value* value = nullptr;
  std::string_view jmes_path;
  const json::Value* fallback = nullptr;  // `default`
};

struct GlobalReference {
  std::string_view name;
  std::string_view jmes_path;
};

// Exactly one of the pointers is set in a valid policy.
struct ContextEntry {
  std::string_view name;
  const ConfigMapReference* config_map = nullptr;
  const ContextApiCall* api_call = nullptr;
  const ImageRegistry* image_registry = nullptr;
  const Variable* variable = nullptr;
  const GlobalReference* global_reference = nullptr;
  const json::Value* source = nullptr;
};

}  // namespace ephor::policy
