// The body of verifyImages rules.
#include "policy/decoder.h"

namespace ephor::policy {
namespace {

constexpr std::string_view kActions[] = {"Audit", "Enforce"};
constexpr std::string_view kTypes[] = {"Cosign", "SigstoreBundle", "Notary"};
constexpr json::Value kTrue = json::Value::Bool(true);

// Not versioned, unlike the deny of a validate rule.
constexpr Field kVerifyDeny[] = {
    FreeConditions<&Deny::conditions>("conditions", "Where these hold, the image is denied."),
};

const Table& VerifyDeny() {
  static constexpr Table kTable{"Deny", kVerifyDeny};
  return kTable;
}

constexpr Field kImageVerificationValidate[] = {
    F<&ImageVerificationValidate::message>("message", "Shown with a violation."),
    F<&ImageVerificationValidate::deny>("deny", "When the image is denied.").By(&VerifyDeny),
};

constexpr Field kImageVerification[] = {
    F<&ImageVerification::failure_action>("failureAction", "What a violation leads to.").OneOf(kActions),
    F<&ImageVerification::type>("type", "Form of the signatures.").OneOf(kTypes),
    F<&ImageVerification::image>("image", "Deprecated: use imageReferences.").In(kV1),
    F<&ImageVerification::image_references>("imageReferences", "Images this is for; wildcards are allowed."),
    F<&ImageVerification::skip_image_references>("skipImageReferences", "Images this is not for."),
    F<&ImageVerification::key>("key", "Deprecated: use attestors.").In(kV1),
    F<&ImageVerification::roots>("roots", "Deprecated: use attestors.").In(kV1),
    F<&ImageVerification::subject>("subject", "Deprecated: use attestors.").In(kV1),
    F<&ImageVerification::issuer>("issuer", "Deprecated: use attestors.").In(kV1),
    F<&ImageVerification::additional_extensions>("additionalExtensions", "Deprecated: use attestors.")
        .In(kV1),
    F<&ImageVerification::attestors>("attestors", "Who must have signed the image."),
    F<&ImageVerification::attestations>("attestations", "Statements about the image that must be there."),
    F<&ImageVerification::annotations>("annotations", "Deprecated: use attestors.").In(kV1),
    F<&ImageVerification::repository>("repository", "Where the signatures are, if not beside the image."),
    F<&ImageVerification::cosign_oci11>("cosignOCI11", "Signatures are OCI 1.1 referrers.").In(kV1),
    F<&ImageVerification::mutate_digest>("mutateDigest", "Replace tags by digests.").Always().Default(kTrue),
    F<&ImageVerification::verify_digest>("verifyDigest", "Images must be given by digest.")
        .Always()
        .Default(kTrue),
    F<&ImageVerification::validate>("validate", "Further conditions on the image.").Always(),
    F<&ImageVerification::required>("required", "Images must be verified.").Always().Default(kTrue),
    F<&ImageVerification::credentials>("imageRegistryCredentials", "How to log in to the registry."),
    F<&ImageVerification::use_cache>("useCache", "Remember verified images.").Always().Default(kTrue),
};

constexpr Field kImageExtractor[] = {
    F<&ImageExtractor::path>("path", "Where the image is, as /-separated keys; * stands for any.").Required(),
    F<&ImageExtractor::value>("value", "Key of the image at that place."),
    F<&ImageExtractor::name>("name", "Name to refer to the images by."),
    F<&ImageExtractor::key>("key", "Key that names the image at that place."),
    F<&ImageExtractor::jmes_path>("jmesPath", "Applied to the image's text."),
};

}  // namespace

template <>
const Table& TableOf<ImageVerificationValidate>() {
  static constexpr Table kTable{"ImageVerificationValidate", kImageVerificationValidate};
  return kTable;
}

template <>
const Table& TableOf<ImageVerification>() {
  static constexpr Table kTable{"ImageVerification", kImageVerification};
  return kTable;
}

template <>
const Table& TableOf<ImageExtractor>() {
  static constexpr Table kTable{"ImageExtractor", kImageExtractor};
  return kTable;
}

}  // namespace ephor::policy
