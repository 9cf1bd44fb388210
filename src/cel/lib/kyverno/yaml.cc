// YAML texts: yaml.parse.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "yaml/load.h"

namespace ephor::cel::lib::kyverno {
namespace {

constexpr OpaqueType kYamlType{"yaml.Yaml"};
constexpr Value::OpaqueBox kYaml{&kYamlType, nullptr};

// The first document; what follows it is not looked at.
Value Parse(Call& call, std::span<const Value> args) {
  Value result;
  yaml::LoadAll(args[1].text(), call.arena(), [&](Result<yaml::Document> document) {
    if (!document) {
      std::string message = document.error().message();
      if (!message.starts_with("error converting")) message = "error converting YAML to JSON: " + message;
      result = call.Fail(message);
    } else if (document->root != nullptr) {
      result = Value::Json(WithDoubles(*document->root, call.arena()));
    }
    return false;
  });
  return result;
}

constexpr FunctionRow kFunctions[] = {
    {"parse", "yaml.Yaml.(string) -> dyn", Parse, "yaml.parse('a: 1').a == 1", kTraverse<1>},
};
constexpr TypeRow kTypes[] = {{"yaml.Yaml", &kYamlType}};

}  // namespace

const Library& Yaml() {
  static const ConstantRow constants[] = {{"yaml", "yaml.Yaml", Value::Opaque(&kYaml)}};
  static const Library library{"kyverno yaml", kFunctions, {}, kTypes, constants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
