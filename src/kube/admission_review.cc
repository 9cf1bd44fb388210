#include "kube/admission_review.h"

#include "base/encoding.h"
#include "json/write.h"

namespace ephor::kube {
namespace {

constexpr json::Key kApiVersion("apiVersion"), kDryRun("dryRun"), kGroup("group"), kGroups("groups"),
    kKind("kind"), kName("name"), kNamespace("namespace"), kObject("object"), kOldObject("oldObject"),
    kOperation("operation"), kRequest("request"), kRequestKind("requestKind"), kResource("resource"),
    kSubResource("subResource"), kUid("uid"), kUserInfo("userInfo"), kUsername("username"),
    kVersion("version");

// Reads the fields of one object of the review and remembers the first that has the wrong type.
class Fields {
 public:
  Fields(const json::Value& object, std::string_view path) : object_(object), path_(path) {}

  std::string_view Text(const json::Key& key) {
    const json::Value* found = Present(key);
    if (found == nullptr) return {};
    if (!found->is_string()) Refuse(key.text, "a string");
    return found->string_or("");
  }

  bool Flag(const json::Key& key) {
    const json::Value* found = Present(key);
    if (found == nullptr) return false;
    if (!found->is_bool()) Refuse(key.text, "true or false");
    return found->is_bool() && found->as_bool();
  }

  json::Value Object(const json::Key& key) {
    const json::Value* found = Present(key);
    if (found == nullptr) return json::Value();
    if (!found->is_object()) Refuse(key.text, "an object");
    return found->is_object() ? *found : json::Value();
  }

  std::span<const std::string_view> Texts(const json::Key& key, Arena& arena) {
    const json::Value* found = Present(key);
    if (found == nullptr) return {};
    if (!found->is_array()) {
      Refuse(key.text, "a list of strings");
      return {};
    }
    auto texts = arena.NewArray<std::string_view>(found->size());
    for (std::uint32_t i = 0; i < found->size(); ++i) {
      if (!found->items()[i].is_string()) Refuse(key.text, "a list of strings");
      texts[i] = found->items()[i].string_or("");
    }
    return texts;
  }

  Result<void> Check() const { return error_.empty() ? Result<void>() : InvalidInput(error_); }

 private:
  const json::Value* Present(const json::Key& key) const {
    const json::Value* found = object_.Find(key);
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  void Refuse(std::string_view key, std::string_view wanted) {
    if (!error_.empty()) return;
    error_ = "AdmissionReview: ";
    error_ += path_;
    error_ += key;
    error_ += " must be ";
    error_ += wanted;
  }

  const json::Value& object_;
  std::string_view path_;
  std::string error_;
};

Result<GroupVersionKind> DecodeKind(const json::Value& value, std::string_view path) {
  Fields fields(value, path);
  const GroupVersionKind kind{fields.Text(kGroup), fields.Text(kVersion), fields.Text(kKind)};
  EPHOR_TRY(fields.Check());
  return kind;
}

Result<AdmissionRequest> DecodeRequest(const json::Value& value, Arena& arena) {
  AdmissionRequest request;
  request.value = value;
  Fields fields(value, "request.");
  request.uid = fields.Text(kUid);
  request.subresource = fields.Text(kSubResource);
  request.name = fields.Text(kName);
  request.namespace_ = fields.Text(kNamespace);
  request.operation = fields.Text(kOperation);
  request.dry_run = fields.Flag(kDryRun);
  request.object = fields.Object(kObject);
  request.old_object = fields.Object(kOldObject);
  const json::Value kind = fields.Object(kKind);
  const json::Value request_kind = fields.Object(kRequestKind);
  const json::Value resource = fields.Object(kResource);
  const json::Value user = fields.Object(kUserInfo);
  EPHOR_TRY(fields.Check());

  if (request.uid.empty()) return InvalidInput("AdmissionReview: request.uid must be set");
  const std::string_view operation = request.operation;
  const bool known =
      operation == "CREATE" || operation == "UPDATE" || operation == "DELETE" || operation == "CONNECT";
  if (!known) {
    return InvalidInput(
        "AdmissionReview: request.operation must be CREATE, UPDATE, DELETE or CONNECT, not \"" +
        std::string(request.operation) + "\"");
  }
  EPHOR_ASSIGN(request.kind, DecodeKind(kind, "request.kind."));
  if (request.kind.kind.empty()) return InvalidInput("AdmissionReview: request.kind.kind must be set");
  EPHOR_ASSIGN(request.request_kind, DecodeKind(request_kind, "request.requestKind."));

  Fields resource_fields(resource, "request.resource.");
  request.resource = {resource_fields.Text(kGroup), resource_fields.Text(kVersion),
                      resource_fields.Text(kResource)};
  EPHOR_TRY(resource_fields.Check());

  Fields user_fields(user, "request.userInfo.");
  request.user.username = user_fields.Text(kUsername);
  request.user.uid = user_fields.Text(kUid);
  request.user.groups = user_fields.Texts(kGroups, arena);
  EPHOR_TRY(user_fields.Check());
  return request;
}

}  // namespace

Result<AdmissionReviewRequest> DecodeAdmissionReview(const json::Value& review, Arena& arena) {
  if (!review.is_object()) return InvalidInput("AdmissionReview: the body must be an object");
  Fields fields(review, "");
  const std::string_view api_version = fields.Text(kApiVersion);
  const std::string_view kind = fields.Text(kKind);
  EPHOR_TRY(fields.Check());
  if (!api_version.empty() && api_version != "admission.k8s.io/v1") {
    return InvalidInput("AdmissionReview: apiVersion must be admission.k8s.io/v1, not \"" +
                        std::string(api_version) + "\"");
  }
  if (!kind.empty() && kind != "AdmissionReview") {
    return InvalidInput("AdmissionReview: kind must be AdmissionReview, not \"" + std::string(kind) + "\"");
  }
  const json::Value* request = review.Find(kRequest);
  if (request == nullptr || request->is_null()) return InvalidInput("AdmissionReview request is nil");
  if (!request->is_object()) return InvalidInput("AdmissionReview: request must be an object");
  EPHOR_ASSIGN(const AdmissionRequest decoded, DecodeRequest(*request, arena));
  return AdmissionReviewRequest{api_version, decoded};
}

void WriteAdmissionReview(std::string_view uid, const AdmissionResponse& response, std::string& out) {
  out += R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":)";
  json::WriteString(uid, out);
  out += response.allowed ? R"(,"allowed":true)" : R"(,"allowed":false)";
  if (!response.allowed) {
    out += R"(,"status":{"metadata":{},"status":"Failure","message":)";
    if (response.escaped_message.empty()) {
      json::WriteString(response.message, out);
    } else {
      out += '"';
      out += response.escaped_message;
      out += '"';
    }
    if (!response.reason.empty()) {
      out += R"(,"reason":)";
      json::WriteString(response.reason, out);
      out += R"(,"code":)";
      out += std::to_string(response.code);
    }
    out += '}';
  }
  if (!response.patch.empty()) {
    out += R"(,"patch":")";
    AppendBase64(response.patch, out);
    out += R"(","patchType":"JSONPatch")";
  }
  if (!response.warnings.empty()) {
    out += R"(,"warnings":)";
    char separator = '[';
    for (std::string_view warning : response.warnings) {
      out += separator;
      json::WriteString(warning, out);
      separator = ',';
    }
    out += ']';
  }
  if (!response.audit_annotations.empty()) {
    out += R"(,"auditAnnotations":)";
    char separator = '{';
    for (const AuditAnnotation& annotation : response.audit_annotations) {
      out += separator;
      json::WriteString(annotation.key, out);
      out += ':';
      json::WriteString(annotation.value, out);
      separator = ',';
    }
    out += '}';
  }
  out += "}}";
}

}  // namespace ephor::kube
