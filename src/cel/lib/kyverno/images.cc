// Image references by their parts.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "image/registry_reference.h"

namespace ephor::cel::lib::kyverno {
namespace {

using image::RegistryReference;

bool SameReference(const void* a, const void* b) {
  const auto& x = *static_cast<const RegistryReference*>(a);
  const auto& y = *static_cast<const RegistryReference*>(b);
  return x.registry == y.registry && x.repository == y.repository && x.identifier() == y.identifier();
}
constexpr OpaqueType kImageType{"kyverno.image", SameReference};

Value Parse(Call& call, std::span<const Value> args) {
  const Result<RegistryReference> reference = image::ParseRegistryReference(args[0].text(), call.arena());
  if (!reference) return call.Fail(reference.error());
  return Value::Opaque(&kImageType, call.arena().New<RegistryReference>(*reference), call.arena());
}

Value IsImage(Call& call, std::span<const Value> args) {
  return Value::Bool(image::ParseRegistryReference(args[0].text(), call.arena()).has_value());
}

Value ContainsDigest(Call&, std::span<const Value> args) {
  return Value::Bool(!args[0].opaque<RegistryReference>().digest.empty());
}
Value Identifier(Call&, std::span<const Value> args) {
  return Value::String(args[0].opaque<RegistryReference>().identifier());
}
template <std::string_view RegistryReference::* part>
Value PartOf(Call&, std::span<const Value> args) {
  return Value::String(args[0].opaque<RegistryReference>().*part);
}

constexpr FunctionRow kFunctions[] = {
    {"image", "(string) -> kyverno.image", Parse, "image('nginx').registry() == 'index.docker.io'",
     kTraverse<0>},
    {"parseImageReference", "(string) -> kyverno.image", Parse,
     "parseImageReference('a.io/bc:1').tag() == '1'", kTraverse<0>},
    {"isImage", "(string) -> bool", IsImage, "!isImage('a b')", kTraverse<0>},
    {"containsDigest", "kyverno.image.() -> bool", ContainsDigest, "!image('nginx:1').containsDigest()"},
    {"registry", "kyverno.image.() -> string", PartOf<&RegistryReference::registry>,
     "image('ghcr.io/a/b').registry() == 'ghcr.io'"},
    {"repository", "kyverno.image.() -> string", PartOf<&RegistryReference::repository>,
     "image('nginx').repository() == 'library/nginx'"},
    {"identifier", "kyverno.image.() -> string", Identifier, "image('nginx').identifier() == 'latest'"},
    {"tag", "kyverno.image.() -> string", PartOf<&RegistryReference::tag>,
     "image('nginx:1.25').tag() == '1.25'"},
    {"digest", "kyverno.image.() -> string", PartOf<&RegistryReference::digest>,
     "image('nginx').digest() == ''"},
};
constexpr TypeRow kTypes[] = {{"kyverno.image", &kImageType}};

}  // namespace

const Library& Images() {
  static const Library library{"kyverno image", kFunctions, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
