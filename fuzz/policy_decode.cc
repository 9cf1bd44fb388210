// A YAML text with policies in it. Whatever it holds, decoding and checking end, twice with the same result;
// an error has a text; a rule that was made for pod controllers is like its text, decodes again, and goes
// back to a written rule.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/autogen.h"
#include "policy/decode.h"
#include "policy/validate.h"
#include "yaml/load.h"

namespace {

using ephor::policy::Policy;
using ephor::policy::SourceDocument;

void Expect(bool holds) {
  if (!holds) std::abort();
}

void TryPolicy(const SourceDocument& document) {
  const auto policy = ephor::policy::Decode<ephor::policy::Policy>(document);
  const auto again = ephor::policy::Decode<ephor::policy::Policy>(document);
  Expect(policy.has_value() == again.has_value());
  if (!policy) {
    Expect(!policy.error().message().empty() && policy.error().message() == again.error().message());
    return;
  }
  for (const ephor::policy::Rule& rule : (*policy)->effective_rules) {
    Expect(rule.source != nullptr && rule.origin < (*policy)->spec.rules.size());
    Expect(!rule.generated || (rule.name.starts_with("autogen-") && rule.name.size() <= 63));
    Expect(rule.generated || ephor::policy::ValidatesKind(**policy, rule, "Pod"));
  }
  const auto report = ephor::policy::ValidatePolicy(**policy);
  const auto same = ephor::policy::ValidatePolicy(**again);
  Expect(report.warnings == same.warnings && report.error.has_value() == same.error.has_value());
  if (report.error)
    Expect(!report.error->message().empty() && report.error->message() == same.error->message());
  // A policy may always stay as it is.
  if (!report.error) Expect(!ephor::policy::ValidatePolicy(**policy, {.old = again->get()}).error);
}

template <class Decoded, class Validate>
void TryOther(const Decoded& decoded, Validate validate) {
  if (!decoded) return Expect(!decoded.error().message().empty());
  const auto report = validate(**decoded);
  if (report.error) Expect(!report.error->message().empty());
}

// Two readings agree.
template <class T>
void TryCel(const SourceDocument& document) {
  const auto object = ephor::policy::Decode<T>(document), again = ephor::policy::Decode<T>(document);
  Expect(object.has_value() == again.has_value());
  if (!object)
    Expect(!object.error().message().empty() && object.error().message() == again.error().message());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ephor::policy::Kind;
  auto text = std::make_shared<ephor::policy::SourceText>();
  text->bytes.assign(reinterpret_cast<const char*>(data), size);
  ephor::yaml::LoadAll(
      text->bytes, text->arena,
      [&](ephor::Result<ephor::yaml::Document> read) {
        if (!read || read->root == nullptr) return true;
        const SourceDocument document{read->root, read->line, text};
        switch (ephor::policy::KindOf(*read->root)) {
          case Kind::kNone:
            break;
          case Kind::kPolicy:
            TryPolicy(document);
            break;
          case Kind::kPolicyException:
            TryOther(ephor::policy::Decode<ephor::policy::PolicyException>(document),
                     [](const auto& object) { return ephor::policy::ValidateException(object); });
            break;
          case Kind::kCleanupPolicy:
            TryOther(ephor::policy::Decode<ephor::policy::CleanupPolicy>(document),
                     [](const auto& object) { return ephor::policy::ValidateCleanupPolicy(object); });
            break;
          case Kind::kGlobalContextEntry:
            TryOther(ephor::policy::Decode<ephor::policy::GlobalContextEntry>(document),
                     [](const auto& object) { return ephor::policy::ValidateGlobalContextEntry(object); });
            break;
          case Kind::kValidatingPolicy:
            TryCel<ephor::policy::ValidatingPolicy>(document);
            break;
          case Kind::kMutatingPolicy:
            TryCel<ephor::policy::MutatingPolicy>(document);
            break;
          case Kind::kGeneratingPolicy:
            TryCel<ephor::policy::GeneratingPolicy>(document);
            break;
          case Kind::kDeletingPolicy:
            TryCel<ephor::policy::DeletingPolicy>(document);
            break;
          case Kind::kImageValidatingPolicy:
            TryCel<ephor::policy::ImageValidatingPolicy>(document);
            break;
          case Kind::kCelPolicyException:
            TryCel<ephor::policy::CelPolicyException>(document);
            break;
          case Kind::kValidatingAdmissionPolicy:
            TryCel<ephor::policy::ValidatingAdmissionPolicy>(document);
            break;
          case Kind::kMutatingAdmissionPolicy:
            TryCel<ephor::policy::MutatingAdmissionPolicy>(document);
            break;
          case Kind::kAdmissionPolicyBinding:
            TryCel<ephor::policy::AdmissionPolicyBinding>(document);
            break;
        }
        return true;
      },
      &text->positions);
  return 0;
}
