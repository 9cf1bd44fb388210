// AdmissionReview (admission.k8s.io/v1): what the API server asks of a webhook, and what it is answered.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "kube/gvk.h"

namespace ephor::kube {

struct UserInfo {
  std::string_view username;
  std::string_view uid;
  std::span<const std::string_view> groups;
};

// Views into the review and the arena it was decoded with.
struct AdmissionRequest {
  std::string_view uid;
  GroupVersionKind kind;  // of the object, converted to what the webhook asked for
  GroupVersionResource resource;
  std::string_view subresource;
  GroupVersionKind request_kind;  // as the client sent it
  std::string_view name;
  std::string_view namespace_;
  std::string_view operation;  // CREATE, UPDATE, DELETE, CONNECT
  UserInfo user;
  json::Value object;  // null where there is none
  json::Value old_object;
  bool dry_run = false;
  json::Value value;  // the whole `request`
};

struct AdmissionReviewRequest {
  std::string_view api_version;
  AdmissionRequest request;
};

// Reads a review that was parsed. Fails (kInvalidInput) with a text that names the field: a `request` that is
// absent ("AdmissionReview request is nil", as the reference answers), another kind or version, a field of
// the wrong type, an operation that there is not, an object that is none.
Result<AdmissionReviewRequest> DecodeAdmissionReview(const json::Value& review, Arena& arena);

struct AuditAnnotation {
  std::string_view key, value;
};

struct AdmissionResponse {
  bool allowed = true;
  std::string_view message;          // of a denial
  std::string_view escaped_message;  // the same as it stands between a JSON string's quotes, instead
  std::string_view reason;           // of a denial, for who reads codes: "Invalid"; "" for none
  std::int32_t code = 0;             // its HTTP status, with the reason
  std::span<const std::string_view> warnings;
  // The API server puts the webhook's name and a slash before a key, and drops those with another slash.
  std::span<const AuditAnnotation> audit_annotations;
  std::string_view patch;  // an RFC 6902 patch as JSON text; "" for none
};

// Appends the answer's JSON: the review with `response` alone, since the API server does not read the request
// back.
void WriteAdmissionReview(std::string_view uid, const AdmissionResponse& response, std::string& out);

}  // namespace ephor::kube
