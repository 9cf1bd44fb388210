// Checks of context entries and of image extractors.
#include <algorithm>

#include "image/reference_grammar.h"
#include "jmespath/query.h"
#include "policy/checks.h"
#include "policy/variable_text.h"

namespace ephor::policy {
namespace {

// What a variable gives is not known here: an expression with one is not checked.
Result<void> CheckExpression(std::string_view expression) {
  if (expression.empty() || HasVariables(expression)) return {};
  if (const auto compiled = jmespath::Query::Compile(expression); !compiled) {
    return Refuse(std::string("failed to parse JMESPath ").append(expression) + ": " +
                  compiled.error().message());
  }
  return {};
}

Result<void> CheckConfigMap(const ConfigMapReference& map) {
  if (map.name.empty()) return Refuse("a name is required for configMap context entry");
  if (map.namespace_.empty()) return Refuse("a namespace is required for configMap context entry");
  return {};
}

Result<void> CheckApiCall(const ContextApiCall& call) {
  if (!call.call.url_path.empty() && call.call.service != nullptr) {
    return Refuse("a URLPath cannot be used for service API calls");
  }
  return CheckExpression(call.jmes_path);
}

Result<void> CheckGlobalReference(const GlobalReference& reference) {
  if (reference.name.empty()) return Refuse("a name is required for globalReference context entry");
  return CheckExpression(reference.jmes_path);
}

Result<void> CheckImageRegistry(const ImageRegistry& registry) {
  if (registry.reference.empty()) return Refuse("a ref is required for imageRegistry context entry");
  if (!HasVariables(registry.reference)) {
    image::ReferenceParts parts;
    if (const std::string_view trouble = image::SplitReference(registry.reference, parts); !trouble.empty()) {
      return Refuse(std::string("bad image: ").append(registry.reference).append(": ").append(trouble));
    }
  }
  return CheckExpression(registry.jmes_path);
}

Result<void> CheckVariable(const Variable& variable) {
  EPHOR_TRY(CheckExpression(variable.jmes_path));
  if (!variable.jmes_path.empty()) return {};
  if (variable.value == nullptr) return Refuse("a variable must define a value or a jmesPath expression");
  if (variable.fallback != nullptr) {
    return Refuse("a variable must define a default value only when a jmesPath expression is defined");
  }
  return {};
}

}  // namespace

Result<void> CheckContext(const Rule& rule) {
  if (rule.context.empty()) return {};
  if (rule.has_validate_cel()) {
    return Refuse("context variables are not supported for CEL expressions in validate rules");
  }
  for (const ContextEntry& entry : rule.context) {
    const std::string name(entry.name);
    if (name.empty()) return Refuse("a name is required for context entries");
    for (const char* known :
         {"images", "request", "serviceAccountName", "serviceAccountNamespace", "element", "elementIndex"}) {
      if (name == known || name.starts_with(std::string(known) + ".")) {
        return Refuse("entry name " + name + " is invalid as it conflicts with a pre-defined variable " +
                      known);
      }
    }
    const int sources = (entry.config_map != nullptr) + (entry.api_call != nullptr) +
                        (entry.global_reference != nullptr) + (entry.image_registry != nullptr) +
                        (entry.variable != nullptr);
    if (sources != 1) {
      return Refuse(
          "exactly one of configMap or apiCall or imageRegistry or variable is required for context entries");
    }
    if (entry.config_map != nullptr) EPHOR_TRY(CheckConfigMap(*entry.config_map));
    if (entry.api_call != nullptr) EPHOR_TRY(CheckApiCall(*entry.api_call));
    if (entry.global_reference != nullptr) EPHOR_TRY(CheckGlobalReference(*entry.global_reference));
    if (entry.image_registry != nullptr) EPHOR_TRY(CheckImageRegistry(*entry.image_registry));
    if (entry.variable != nullptr) EPHOR_TRY(CheckVariable(*entry.variable));
  }
  return {};
}

Result<void> CheckImageExtractors(const Rule& rule) {
  const bool mutates = std::ranges::any_of(rule.verify_images, &ImageVerification::mutate_digest);
  const bool computes = std::ranges::any_of(rule.image_extractors, [](const ImageExtractorsOfKind& kind) {
    return std::ranges::any_of(kind.extractors, [](const ImageExtractor& e) { return !e.jmes_path.empty(); });
  });
  if (!mutates || !computes) return {};
  return Refuse("jmespath may not be used in an image extractor when mutating digests with verify images");
}

}  // namespace ephor::policy
