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
    {"sha1", kSignature, Hash<Sha1Hex>, "sha1('abc').startsWith('a9993e36')", kTraverse<0>},
    {"sha256", kSignature, Hash<Sha256Hex>, "sha256('abc').startsWith('ba7816bf')", kTraverse<0>},
    {"md5", kSignature, Hash<Md5Hex>, "md5('abc').startsWith('90015098')", kTraverse<0>},
    {"hash.sha1", kSignature, Hash<Sha1Hex>, "hash.sha1('abc') == sha1('abc')", kTraverse<0>},
    {"hash.sha256", kSignature, Hash<Sha256Hex>, "hash.sha256('abc') == sha256('abc')", kTraverse<0>},
    {"hash.md5", kSignature, Hash<Md5Hex>, "hash.md5('abc') == md5('abc')", kTraverse<0>},
};

}  // namespace

const Library& Hashes() {
  // The version constant of the reference's library, which it declares as a variable.
  static const ConstantRow constants[] = {{"mylib_version", "string", Value::String("")}};
  static const Library library{"kyverno hash", kFunctions, {}, {}, constants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
