#include "load/creation.h"

#include <optional>

#include "json/builder.h"
#include "json/write.h"
#include "kube/builtin_kinds.h"
#include "yaml/load.h"

namespace ephor::load {
namespace {

// Stands for the number while the object is written. No Kubernetes name has a control character.
constexpr std::string_view kMark = "\x01";
constexpr std::string_view kWrittenMark = "\\u0001";

std::string CollectionOf(const kube::BuiltinKind& kind, std::string_view name_space) {
  std::string path = kind.group.empty() ? "/api/" : "/apis/" + std::string(kind.group) + "/";
  path += kind.version;
  if (kind.namespaced) path.append("/namespaces/").append(name_space.empty() ? "default" : name_space);
  return path.append("/").append(kind.plural);
}

}  // namespace

Result<std::vector<Creation>> Creation::Of(std::string_view text, const Url& url, std::string_view run) {
  Arena arena;
  std::vector<Creation> creations;
  std::optional<Error> error;
  const std::string base = url.path == "/" ? "" : url.path;
  yaml::LoadAll(text, arena, [&](Result<yaml::Document> document) {
    const auto wrong = [&](std::string text_of_error, std::uint32_t line) {
      error =
          Error(ErrorCode::kInvalidInput, "line " + std::to_string(line) + ": " + std::move(text_of_error));
      return false;
    };
    if (!document) return wrong(document.error().message(), document.error().position().line);
    const json::Value& object = *document->root;
    if (object.is_null()) return true;
    const std::string_view name = object.StringAt("metadata", "name");
    const kube::GroupVersionKind gvk =
        kube::ParseGroupVersionKind(object.StringAt("apiVersion"), object.StringAt("kind"));
    const kube::BuiltinKind* const kind = kube::FindKind(gvk);
    if (kind == nullptr) return wrong("an object of a built-in kind is needed", document->line);
    if (name.empty() || name.find(kMark) != std::string_view::npos) {
      return wrong("the object needs a name", document->line);
    }
    Creation creation;
    creation.path_ = base + CollectionOf(*kind, object.StringAt("metadata", "namespace"));
    creation.name_ = std::string(name) + "-" + std::string(run) + "-";
    const std::string marked = creation.name_ + std::string(kMark);
    const json::Value metadata =
        json::WithMember(*object.Find("metadata"), "name", json::Value::String(marked), arena);
    const std::string written = json::ToString(json::WithMember(object, "metadata", metadata, arena));
    const std::string quoted = "\"name\":\"" + creation.name_ + std::string(kWrittenMark);
    const std::size_t at = written.find(quoted);
    if (at == std::string::npos) return wrong("the object's name must be a Kubernetes name", document->line);
    const std::size_t number = at + quoted.size() - kWrittenMark.size();
    creation.before_ = written.substr(0, number);
    creation.after_ = written.substr(number + kWrittenMark.size());
    creations.push_back(std::move(creation));
    return true;
  });
  if (error) return std::unexpected(std::move(*error));
  if (creations.empty()) return InvalidInput("there is no object");
  return creations;
}

void Creation::Fill(std::uint64_t number, const Url& url, bool keep_alive, Request& request) const {
  request.method = "POST";
  request.path = path_;
  request.body.assign(before_).append(std::to_string(number)).append(after_);
  Render(request, url, keep_alive);
}

void Creation::FillDeletion(std::uint64_t number, const Url& url, Request& request) const {
  request.method = "DELETE";
  request.path = path_ + "/" + name_ + std::to_string(number);
  request.body.clear();
  Render(request, url, true);
}

}  // namespace ephor::load
