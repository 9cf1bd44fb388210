// Resources made by policies: generator.apply.
#include "cel/eval/context.h"
#include "cel/lib/kyverno/kyverno.h"
#include "ports/generator.h"

namespace ephor::cel::lib::kyverno {
namespace {

constexpr OpaqueType kContextType{"generator.Context"};
constexpr Value::OpaqueBox kContext{&kContextType, nullptr};

template <bool namespaced>
Value Apply(Call& call, std::span<const Value> args) {
  if (call.context.world.generator == nullptr) return call.Fail("there is nothing that takes resources");
  const std::string_view namespace_ = namespaced ? call.context.own_namespace : args[1].text();
  const Value& list = args.back();
  std::span<json::Value> objects = call.arena().NewArray<json::Value>(list.size());
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const Result<json::Value> object = ToJson(list.At(i), call.arena());
    if (!object) return call.Fail("failed to generate resources: " + object.error().message());
    objects[i] = *object;
  }
  const Result<void> applied = call.context.world.generator->Apply(namespace_, objects);
  if (!applied) {
    return call.Fail("failed to generate resources: " + applied.error().message(), applied.error().code());
  }
  return Value::Bool(true);
}

constexpr std::string_view kSignature = "generator.Context.(string, list(map(string, any))) -> bool";
constexpr std::string_view kOwnSignature = "generator.Context.(list(map(string, any))) -> bool";

constexpr FunctionRow kFunctions[] = {
    Impure({"apply", kSignature, Apply<false>, "generator.apply('ns', [{'kind': 'ConfigMap'}])"}),
    Impure({"Apply", kSignature, Apply<false>, "generator.Apply('ns', [{'kind': 'ConfigMap'}])"}),
};
constexpr FunctionRow kNamespaced[] = {
    Impure({"apply", kOwnSignature, Apply<true>, "generator.apply([{'kind': 'ConfigMap'}])"}),
    Impure({"Apply", kOwnSignature, Apply<true>, "generator.Apply([{'kind': 'ConfigMap'}])"}),
};
constexpr TypeRow kTypes[] = {{"generator.Context", &kContextType}};
constexpr ConstantRow kConstants[] = {{"generator", "generator.Context", Value::Opaque(&kContext)}};

}  // namespace

const Library& Generators() {
  static const Library library{"kyverno generator", kFunctions, {}, kTypes, kConstants};
  return library;
}

const Library& NamespacedGenerators() {
  static const Library library{"kyverno generator", kNamespaced, {}, kTypes, kConstants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
