#include "kube/admission_review.h"

#include <gtest/gtest.h>

#include "json/parse.h"

namespace ephor::kube {
namespace {

constexpr std::string_view kReview = R"({
  "apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
  "request": {
    "uid": "u-1", "kind": {"group": "apps", "version": "v1", "kind": "Deployment"},
    "resource": {"group": "apps", "version": "v1", "resource": "deployments"}, "subResource": "scale",
    "requestKind": {"group": "autoscaling", "version": "v1", "kind": "Scale"},
    "name": "web", "namespace": "shop", "operation": "UPDATE", "dryRun": true,
    "userInfo": {"username": "ann", "uid": "7", "groups": ["dev", "ops"]},
    "object": {"spec": {"replicas": 3}}, "oldObject": null
  }})";

TEST(AdmissionReview, ReadsARequest) {
  Arena arena;
  const auto review = json::Parse(kReview, arena);
  ASSERT_TRUE(review);
  const auto decoded = DecodeAdmissionReview(*review, arena);
  ASSERT_TRUE(decoded) << decoded.error().message();
  const AdmissionRequest& request = decoded->request;
  EXPECT_EQ(request.uid, "u-1");
  EXPECT_EQ(request.kind, (GroupVersionKind{"apps", "v1", "Deployment"}));
  EXPECT_EQ(request.resource, (GroupVersionResource{"apps", "v1", "deployments"}));
  EXPECT_EQ(request.subresource, "scale");
  EXPECT_EQ(request.request_kind.kind, "Scale");
  EXPECT_EQ(request.name, "web");
  EXPECT_EQ(request.namespace_, "shop");
  EXPECT_EQ(request.operation, "UPDATE");
  EXPECT_TRUE(request.dry_run);
  EXPECT_EQ(request.user.username, "ann");
  ASSERT_EQ(request.user.groups.size(), 2u);
  EXPECT_EQ(request.user.groups[1], "ops");
  EXPECT_TRUE(request.object.is_object());
  EXPECT_TRUE(request.old_object.is_null());
}

struct RefusedCase {
  std::string_view review, error;
};

TEST(AdmissionReview, RefusesWhatIsNone) {
  const RefusedCase cases[] = {
      {"{}", "AdmissionReview request is nil"},
      {R"({"request": null})", "AdmissionReview request is nil"},
      {"[]", "AdmissionReview: the body must be an object"},
      {R"({"apiVersion": "admission.k8s.io/v1beta1", "request": {}})",
       R"(AdmissionReview: apiVersion must be admission.k8s.io/v1, not "admission.k8s.io/v1beta1")"},
      {R"({"kind": "Pod", "request": {}})", R"(AdmissionReview: kind must be AdmissionReview, not "Pod")"},
      {R"({"request": []})", "AdmissionReview: request must be an object"},
      {R"({"request": {"uid": 5}})", "AdmissionReview: request.uid must be a string"},
      {R"({"request": {}})", "AdmissionReview: request.uid must be set"},
      {R"({"request": {"uid": "u", "operation": "PATCH"}})",
       R"(AdmissionReview: request.operation must be CREATE, UPDATE, DELETE or CONNECT, not "PATCH")"},
      {R"({"request": {"uid": "u", "operation": "CREATE"}})",
       "AdmissionReview: request.kind.kind must be set"},
      {R"({"request": {"uid": "u", "operation": "CREATE", "object": "x"}})",
       "AdmissionReview: request.object must be an object"},
      {R"({"request": {"uid": "u", "operation": "CREATE", "kind": {"kind": "Pod"}, "userInfo": {"groups": [1]}}})",
       "AdmissionReview: request.userInfo.groups must be a list of strings"},
  };
  for (const RefusedCase& c : cases) {
    SCOPED_TRACE(c.review);
    Arena arena;
    const auto review = json::Parse(c.review, arena);
    ASSERT_TRUE(review);
    const auto decoded = DecodeAdmissionReview(*review, arena);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().message(), c.error);
  }
}

TEST(AdmissionReview, WritesTheAnswer) {
  std::string out;
  WriteAdmissionReview("u\"1", {}, out);
  EXPECT_EQ(
      out,
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u\"1","allowed":true}})");
  out.clear();
  const std::string_view warnings[] = {"a", "b"};
  WriteAdmissionReview("u", {.allowed = false, .message = "no\n", .warnings = warnings, .patch = "[]"}, out);
  EXPECT_EQ(
      out,
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u","allowed":false,)"
      R"("status":{"metadata":{},"status":"Failure","message":"no\n"},"patch":"W10=","patchType":"JSONPatch",)"
      R"("warnings":["a","b"]}})");
  out.clear();
  const AuditAnnotation annotations[] = {{"a", "1"}, {"b", "\n"}};
  WriteAdmissionReview(
      "u",
      {.allowed = false, .message = "no", .reason = "Invalid", .code = 422, .audit_annotations = annotations},
      out);
  EXPECT_EQ(
      out,
      R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u","allowed":false,)"
      R"("status":{"metadata":{},"status":"Failure","message":"no","reason":"Invalid","code":422},)"
      R"("auditAnnotations":{"a":"1","b":"\n"}}})");
}

}  // namespace
}  // namespace ephor::kube
