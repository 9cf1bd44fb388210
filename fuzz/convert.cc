// A YAML text with policies in it. Whatever it holds, converting its rules ends, and ends the same way twice;
// a rule that is not converted has a reason; what one is converted to decodes and compiles, and agrees with
// the rule on all objects that are made from it.
#include "convert/convert.h"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "policy/decode.h"
#include "yaml/load.h"

namespace {

using namespace ephor;

void Expect(bool holds) {
  if (!holds) std::abort();
}

template <class Source, class Compiled>
bool Compiles(const json::Value& document) {
  auto text = std::make_shared<policy::SourceText>();
  const auto* root = text->arena.New<json::Value>(json::DeepCopy(document, text->arena));
  auto decoded = policy::Decode<Source>({root, 1, text});
  return decoded && Compiled::Compile(*std::move(decoded), {});
}

void TryPolicy(const policy::SourceDocument& document) {
  const auto policy = policy::Decode<policy::Policy>(document);
  if (!policy) return;
  Arena arena;
  const convert::Options options{.resources = {}, .most_generated = 100};
  const convert::Conversion one = convert::Convert(*policy, options, arena);
  const convert::Conversion same = convert::Convert(*policy, options, arena);
  Expect(one.rules.size() == (*policy)->spec.rules.size() && same.documents.size() == one.documents.size());
  for (const convert::RuleReport& rule : one.rules) {
    Expect(rule.converted ? !rule.policies.empty() : !rule.reason.empty());
    Expect(!rule.converted || !rule.counterexample);
  }
  for (std::size_t i = 0; i < one.documents.size(); ++i) {
    Expect(json::Equal(one.documents[i], same.documents[i]));
    const bool mutates = one.documents[i].StringAt("kind").ends_with("MutatingPolicy");
    Expect(mutates ? Compiles<policy::MutatingPolicy, engine::CompiledMutatingPolicy>(one.documents[i])
                   : Compiles<policy::ValidatingPolicy, engine::CompiledValidatingPolicy>(one.documents[i]));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = std::make_shared<policy::SourceText>();
  text->bytes.assign(reinterpret_cast<const char*>(data), size);
  yaml::LoadAll(
      text->bytes, text->arena,
      [&](Result<yaml::Document> read) {
        if (!read || read->root == nullptr) return true;
        if (policy::KindOf(*read->root) == policy::Kind::kPolicy) TryPolicy({read->root, read->line, text});
        return true;
      },
      &text->positions);
  return 0;
}
