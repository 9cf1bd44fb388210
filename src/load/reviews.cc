#include "load/reviews.h"

#include <optional>

#include "json/builder.h"
#include "json/parse.h"
#include "json/write.h"
#include "kube/builtin_kinds.h"
#include "yaml/load.h"

namespace ephor::load {
namespace {

using json::Value;

bool IsReview(const Value& value) {
  return value.StringAt("kind") == "AdmissionReview";
}

// Custom resources have the plural that their authors gave, which is not known here; most add an s.
std::string PluralOf(const kube::GroupVersionKind& gvk) {
  if (const kube::BuiltinKind* known = kube::FindKind(gvk)) return std::string(known->plural);
  std::string plural;
  for (const char c : gvk.kind) plural += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return plural + "s";
}

Value Names(std::string_view group, std::string_view version, const json::Key& last, std::string_view value,
            Arena& arena) {
  json::ObjectBuilder names(arena, 3);
  names.Set("group", Value::String(group));
  names.Set("version", Value::String(version));
  names.Set(last, Value::String(value));
  return names.Build();
}

Result<std::string> ReviewOf(const Value& object, std::size_t number, Arena& arena) {
  const std::string_view api_version = object.StringAt("apiVersion");
  const std::string_view kind = object.StringAt("kind");
  if (api_version.empty() || kind.empty()) return InvalidInput("an object needs apiVersion and kind");
  const kube::GroupVersionKind gvk = kube::ParseGroupVersionKind(api_version, kind);
  const std::string plural = PluralOf(gvk);
  const std::string uid = "00000000-0000-4000-8000-" +
                          std::string(12 - std::to_string(number % 1'000'000).size(), '0') +
                          std::to_string(number % 1'000'000);
  std::string_view name_space = object.StringAt("metadata", "namespace");
  if (name_space.empty() && !kube::IsClusterScoped(gvk.group, gvk.kind)) name_space = "default";

  const Value groups[] = {Value::String("system:masters"), Value::String("system:authenticated")};
  json::ObjectBuilder user(arena, 2);
  user.Set("username", Value::String("kubernetes-admin"));
  user.Set("groups", Value::Array(groups));
  json::ObjectBuilder options(arena, 2);
  options.Set("apiVersion", Value::String("meta.k8s.io/v1"));
  options.Set("kind", Value::String("CreateOptions"));
  json::ObjectBuilder request(arena, 16);
  request.Set("uid", Value::String(uid));
  request.Set("kind", Names(gvk.group, gvk.version, "kind", gvk.kind, arena));
  request.Set("resource", Names(gvk.group, gvk.version, "resource", plural, arena));
  request.Set("requestKind", Names(gvk.group, gvk.version, "kind", gvk.kind, arena));
  request.Set("requestResource", Names(gvk.group, gvk.version, "resource", plural, arena));
  request.Set("name", Value::String(object.StringAt("metadata", "name")));
  if (!name_space.empty()) request.Set("namespace", Value::String(name_space));
  request.Set("operation", Value::String("CREATE"));
  request.Set("userInfo", user.Build());
  request.Set("object", object);
  request.Set("oldObject", Value::Null());
  request.Set("dryRun", Value::Bool(false));
  request.Set("options", options.Build());
  json::ObjectBuilder review(arena, 3);
  review.Set("apiVersion", Value::String("admission.k8s.io/v1"));
  review.Set("kind", Value::String("AdmissionReview"));
  review.Set("request", request.Build());
  return json::ToString(review.Build());
}

}  // namespace

Result<std::vector<std::string>> ReviewsOf(std::string_view text) {
  std::vector<std::string> reviews;
  {
    Arena arena;
    const auto whole = json::Parse(text, arena);
    if (whole && IsReview(*whole)) {
      reviews.emplace_back(text);
      return reviews;
    }
  }
  Arena arena;
  std::optional<Error> error;
  yaml::LoadAll(text, arena, [&](Result<yaml::Document> document) {
    if (!document) {
      error = std::move(document).error();
      return false;
    }
    const Value& root = *document->root;
    if (root.is_null()) return true;
    auto review = IsReview(root) ? Result<std::string>(json::ToString(root))
                                 : ReviewOf(root, reviews.size() + 1, arena);
    if (!review) {
      error = std::move(review).error().At({document->line, 0});
      return false;
    }
    reviews.push_back(*std::move(review));
    return true;
  });
  if (error) {
    if (const std::uint32_t line = error->position().line; line > 0) {
      return std::unexpected(std::move(*error).Within("line " + std::to_string(line)));
    }
    return std::unexpected(std::move(*error));
  }
  if (reviews.empty()) return InvalidInput("there is no object");
  return reviews;
}

}  // namespace ephor::load
