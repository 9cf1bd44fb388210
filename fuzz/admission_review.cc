// The body of an admission request. Whatever it is, decoding ends; what was accepted says who asks for what,
// and its answer is JSON that names the request.
#include "kube/admission_review.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "json/parse.h"
#include "kube/kinds.h"
#include "kube/metadata.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = ephor::json;
  namespace kube = ephor::kube;
  ephor::Arena arena;
  const auto review = json::Parse({reinterpret_cast<const char*>(data), size}, arena);
  if (!review) return 0;
  kube::MetadataOf(*review);
  const auto decoded = kube::DecodeAdmissionReview(*review, arena);
  if (!decoded) {
    if (decoded.error().message().empty()) std::abort();
    return 0;
  }
  const kube::AdmissionRequest& request = decoded->request;
  if (request.uid.empty() || request.kind.kind.empty() || request.operation.empty()) std::abort();
  if (!request.object.is_null() && !request.object.is_object()) std::abort();
  if (!kube::KindSelector::Parse("*/*").Matches(request.kind, request.subresource)) std::abort();

  std::string text;
  const std::string_view warnings[] = {request.name, request.user.username};
  kube::WriteAdmissionReview(
      request.uid, {.allowed = false, .message = request.namespace_, .warnings = warnings, .patch = "[]"},
      text);
  const auto answer = json::Parse(text, arena);
  if (!answer || answer->StringAt("response", "uid") != request.uid) std::abort();
  if (answer->StringAt("response", "status", "message") != request.namespace_) std::abort();
  return 0;
}
