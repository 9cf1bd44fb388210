// Context entries and what they call.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kProviders[] = {"default", "amazon", "azure", "google", "github"};
constexpr std::string_view kMethods[] = {"GET", "POST"};
constexpr std::string_view kSources[] = {"configMap", "apiCall", "imageRegistry", "variable",
                                         "globalReference"};

constexpr Field kImageRegistryCredentials[] = {
    F<&ImageRegistryCredentials::allow_insecure_registry>("allowInsecureRegistry",
                                                          "Allow registries without TLS."),
    F<&ImageRegistryCredentials::providers>("providers", "Clouds to ask for credentials.").OneOf(kProviders),
    F<&ImageRegistryCredentials::secrets>("secrets", "Pull secrets in the namespace of the controller."),
};

constexpr Field kConfigMapReference[] = {
    F<&ConfigMapReference::name>("name", "Name of the ConfigMap.").Required(),
    F<&ConfigMapReference::namespace_>("namespace", "Its namespace."),
};

constexpr Field kHttpHeader[] = {
    F<&HttpHeader::key>("key", "Name of the header.").Required(),
    F<&HttpHeader::value>("value", "Its value.").Required(),
};

constexpr Field kServiceCall[] = {
    F<&ServiceCall::url>("url", "Where to send the request.").Required(),
    F<&ServiceCall::headers>("headers", "Headers to send."),
    F<&ServiceCall::ca_bundle>("caBundle", "PEM certificates that the server's must descend from.").Always(),
};

constexpr Field kRequestData[] = {
    F<&RequestData::key>("key", "Key in the body.").Required(),
    F<&RequestData::value>("value", "Value in the body.").Required(),
};

constexpr Field kApiCall[] = {
    F<&ApiCall::url_path>("urlPath", "Path to ask the API server for.").Always(),
    F<&ApiCall::method>("method", "GET or POST.").OneOf(kMethods).Default(json::Value::String("GET")),
    F<&ApiCall::data>("data", "Members of the body of a POST."),
    F<&ApiCall::service>("service", "A service to call instead of the API server."),
};

constexpr Field kContextApiCall[] = {
    Inline<&ContextApiCall::call>(),
    F<&ContextApiCall::fallback>("default", "The value where the call fails."),
    F<&ContextApiCall::jmes_path>("jmesPath", "Applied to the answer."),
};

constexpr Field kImageRegistry[] = {
    F<&ImageRegistry::reference>("reference", "The image.").Required(),
    F<&ImageRegistry::jmes_path>("jmesPath", "Applied to what is known of the image."),
    F<&ImageRegistry::credentials>("imageRegistryCredentials", "How to log in to the registry."),
};

constexpr Field kVariable[] = {
    F<&Variable::value>("value", "The value."),
    F<&Variable::jmes_path>("jmesPath", "Computes the value, from `value` where it is given."),
    F<&Variable::fallback>("default", "The value where the computation gives none."),
};

constexpr Field kGlobalReference[] = {
    F<&GlobalReference::name>("name", "Name of the GlobalContextEntry.").Required(),
    F<&GlobalReference::jmes_path>("jmesPath", "Applied to its data."),
};

constexpr Field kContextEntry[] = {
    F<&ContextEntry::name>("name", "Name of the variable.").Required(),
    F<&ContextEntry::config_map>("configMap", "A ConfigMap."),
    F<&ContextEntry::api_call>("apiCall", "An answer of the API server or of a service."),
    F<&ContextEntry::image_registry>("imageRegistry", "What a registry says of an image."),
    F<&ContextEntry::variable>("variable", "A value or an expression."),
    F<&ContextEntry::global_reference>("globalReference", "Data of a GlobalContextEntry."),
};

}  // namespace

template <>
const Table& TableOf<ImageRegistryCredentials>() {
  static constexpr Table kTable{"ImageRegistryCredentials", kImageRegistryCredentials};
  return kTable;
}

template <>
const Table& TableOf<ConfigMapReference>() {
  static constexpr Table kTable{"ConfigMapReference", kConfigMapReference};
  return kTable;
}

template <>
const Table& TableOf<HttpHeader>() {
  static constexpr Table kTable{"HttpHeader", kHttpHeader};
  return kTable;
}

template <>
const Table& TableOf<ServiceCall>() {
  static constexpr Table kTable{"ServiceCall", kServiceCall};
  return kTable;
}

template <>
const Table& TableOf<RequestData>() {
  static constexpr Table kTable{"RequestData", kRequestData};
  return kTable;
}

template <>
const Table& TableOf<ApiCall>() {
  static constexpr Table kTable{"ApiCall", kApiCall};
  return kTable;
}

template <>
const Table& TableOf<ContextApiCall>() {
  static constexpr Table kTable{"ContextApiCall", kContextApiCall};
  return kTable;
}

template <>
const Table& TableOf<ImageRegistry>() {
  static constexpr Table kTable{"ImageRegistry", kImageRegistry};
  return kTable;
}

template <>
const Table& TableOf<Variable>() {
  static constexpr Table kTable{"Variable", kVariable};
  return kTable;
}

template <>
const Table& TableOf<GlobalReference>() {
  static constexpr Table kTable{"GlobalReference", kGlobalReference};
  return kTable;
}

template <>
const Table& TableOf<ContextEntry>() {
  static constexpr Table kTable{"ContextEntry", kContextEntry, {Choice::Rule::kExactlyOne, kSources}};
  return kTable;
}

}  // namespace ephor::policy
