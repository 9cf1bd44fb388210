// Digests of texts, as lower-case hexadecimal.
#include "base/hash.h"
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"

namespace ephor::cel::lib::kyverno {
namespace {

template <std::string (*digest)(std::string_view)>
Value Hash(Call& call, std::span<const Value> args) {
  return call.String(digest(args[0].text()));
}

constexpr std::string_view kSignature = "(string) -> string";

constexpr FunctionRow kFunctions[] = {
    {"sha1", kSignature, Hash<Sha1Hex>, "sha1('abc').startsWith('a9993e36')", TraverseArg<0>},
    {"sha256", kSignature, Hash<Sha256Hex>, "sha256('abc').startsWith('ba7816bf')", TraverseArg<0>},
    {"md5", kSignature, Hash<Md5Hex>, "md5('abc').startsWith('90015098')", TraverseArg<0>},
    {"hash.sha1", kSignature, Hash<Sha1Hex>, "", TraverseArg<0>},
    {"hash.sha256", kSignature, Hash<Sha256Hex>, "", TraverseArg<0>},
    {"hash.md5", kSignature, Hash<Md5Hex>, "", TraverseArg<0>},
};

}  // namespace

const Library& Hashes() {
  // The version constant of the reference's library, which it declares as a variable.
  static const ConstantRow constants[] = {{"mylib_version", "string", Value::String("")}};
  static const Library library{"kyverno hash", kFunctions, {}, {}, constants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
