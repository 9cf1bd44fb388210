#include "source/resources.h"

#include <optional>

#include "json/builder.h"
#include "json/parse.h"
#include "kube/builtin_kinds.h"
#include "kube/gvk.h"
#include "source/paths.h"
#include "source/reader_message.h"
#include "source/remote_text.h"
#include "yaml/load.h"

namespace ephor::source {
namespace {

bool IsWellKnownMap(std::string_view key) {
  for (const std::string_view name :
       {"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData"}) {
    if (key == name) return true;
  }
  return false;
}

// The reference takes the numbers of resources for doubles, which hold integers exactly up to 2^53.
constexpr std::int64_t kExactInDouble = std::int64_t{1} << 53;

bool IsBeyondDouble(const json::Value& value) {
  return value.is_int() && (value.as_int() > kExactInDouble || value.as_int() < -kExactInDouble);
}

// Whether loading changes something in the value.
bool NeedsDefaults(const json::Value& value) {
  if (value.is_object()) {
    for (const json::Member& member : value.members()) {
      if (member.value.is_null() ? IsWellKnownMap(member.key()) : NeedsDefaults(member.value)) return true;
    }
    return false;
  }
  if (value.is_array()) {
    for (const json::Value& item : value.items()) {
      if (NeedsDefaults(item)) return true;
    }
    return false;
  }
  return IsBeyondDouble(value);
}

// As deep as the parsers' depth limit allows. In lists within lists null maps stay, as in the reference.
json::Value WithDefaults(const json::Value& value, bool fills_maps, Arena& arena) {
  if (value.is_object()) {
    const auto members = arena.Copy(value.members());
    for (json::Member& member : members) {
      if (fills_maps && member.value.is_null() && IsWellKnownMap(member.key())) {
        member.value = json::Value::Object({});
      } else {
        member.value = WithDefaults(member.value, fills_maps, arena);
      }
    }
    return json::Value::Object(members);
  }
  if (value.is_array()) {
    const auto items = arena.Copy(value.items());
    for (json::Value& item : items) item = WithDefaults(item, fills_maps && item.is_object(), arena);
    return json::Value::Array(items);
  }
  return IsBeyondDouble(value) ? json::Value::Number(static_cast<double>(value.as_int())) : value;
}

// As much of a text as an error message should show.
std::string Shortened(std::string_view text) {
  constexpr std::size_t kShownBytes = 400;
  if (text.size() <= kShownBytes) return std::string(text);
  return std::string(text.substr(0, kShownBytes)) + "...";
}

Error AtPlace(const ResourceDocument& document, std::uint32_t line, std::string_view message) {
  std::string text = *document.file;
  text += ':';
  text += std::to_string(line);
  text += ": ";
  text += message;
  return Error(ErrorCode::kInvalidInput, std::move(text));
}

// Null for an empty document. In the arena.
Result<const json::Value*> Parse(const ResourceDocument& document, Arena& arena, yaml::Positions* positions) {
  const DocumentText& text = document.document;
  if (text.bad_separator) {
    return std::unexpected(AtPlace(document, text.line,
                                   "a line that begins with --- must not go on with anything but a comment"));
  }
  const std::size_t first = text.text.find_first_not_of(" \t\r\n");
  if (positions == nullptr && first != std::string_view::npos && text.text[first] == '{') {
    // JSON is YAML, but reading it as such costs many times more. What is no JSON goes on to the YAML reader.
    if (auto value = json::Parse(text.text.substr(first), arena)) return arena.New<json::Value>(*value);
  }
  const json::Value* root = nullptr;
  std::optional<Error> error;
  yaml::LoadAll(
      text.text, arena,
      [&](Result<yaml::Document> loaded) {
        if (!loaded) {
          error = std::move(loaded).error();
        } else if (root == nullptr) {
          root = loaded->root;
        }
        return !error;
      },
      positions);
  if (error) {
    const std::uint32_t within = error->position().line;
    return std::unexpected(
        AtPlace(document, text.line + (within == 0 ? 0 : within - 1), WithoutLine(error->message())));
  }
  return root != nullptr ? root : arena.New<json::Value>();
}

}  // namespace

void ResourceInput::Add(std::string name, Text text) {
  files_.push_back(std::make_unique<File>(File{std::move(name), std::move(text)}));
  for (const DocumentText& document : SplitDocuments(files_.back()->text.bytes())) {
    documents_.push_back({&files_.back()->name, document});
  }
}

Result<void> ResourceInput::AddFile(const std::string& path) {
  if (IsUrl(path)) {
    EPHOR_ASSIGN(std::string bytes, FetchText(path));
    Add(path, Text::OfBytes(std::move(bytes)));
    return {};
  }
  EPHOR_ASSIGN(Text text, Text::OfFile(path));
  Add(path, std::move(text));
  return {};
}

Result<void> ResourceInput::AddStream(std::FILE* stream) {
  EPHOR_ASSIGN(Text text, Text::OfStream(stream));
  Add("stdin", std::move(text));
  return {};
}

Result<std::vector<ResourceInput::Unreadable>> ResourceInput::AddPaths(
    const std::vector<std::string>& paths) {
  std::vector<Unreadable> unreadable;
  EPHOR_ASSIGN(const std::vector<std::string> files, ResourceFiles(paths));
  for (const std::string& file : files) {
    if (auto added = AddFile(file); !added) unreadable.push_back({file, std::move(added).error()});
  }
  return unreadable;
}

json::Value WithLoadDefaults(const json::Value& object, Arena& arena) {
  json::Value result = NeedsDefaults(object) ? WithDefaults(object, true, arena) : object;
  if (!result.StringAt("metadata", "namespace").empty()) return result;
  const kube::GroupVersionKind gvk =
      kube::ParseGroupVersionKind(result.StringAt("apiVersion"), result.StringAt("kind"));
  if (kube::IsClusterScoped(gvk.group, gvk.kind)) return result;
  const json::Value* metadata = result.Find("metadata");
  const json::Value with_namespace =
      json::WithMember(metadata != nullptr && metadata->is_object() ? *metadata : json::Value::Object({}),
                       "namespace", json::Value::String("default"), arena);
  return json::WithMember(result, "metadata", with_namespace, arena);
}

namespace {

// The objects of a document, as they are written.
Result<std::span<const json::Value>> OriginalsOf(const ResourceDocument& document, const json::Value& root) {
  const std::uint32_t line = document.document.line;
  if (!root.is_object()) return std::unexpected(AtPlace(document, line, "a resource must be an object"));
  const std::string_view kind = root.StringAt("kind");
  if (kind.empty()) {
    return std::unexpected(
        AtPlace(document, line, "Object 'Kind' is missing in '" + Shortened(document.document.text) + "'"));
  }
  if (kind != "List" || root.StringAt("apiVersion") != "v1") return std::span(&root, 1);
  const json::Value* items = root.Find("items");
  if (items == nullptr || !items->is_array()) return std::span<const json::Value>();
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (!items->items()[i].StringAt("kind").empty()) continue;
    return std::unexpected(
        AtPlace(document, line, "items[" + std::to_string(i) + "]: Object 'Kind' is missing"));
  }
  return items->items();
}

std::span<const json::Value> AllWithLoadDefaults(std::span<const json::Value> originals, Arena& arena) {
  const std::span<json::Value> objects = arena.NewArray<json::Value>(originals.size());
  for (std::size_t i = 0; i < originals.size(); ++i) {
    new (&objects[i]) json::Value(WithLoadDefaults(originals[i], arena));
  }
  return objects;
}

}  // namespace

Result<std::span<const json::Value>> DecodeResources(const ResourceDocument& document, Arena& arena) {
  EPHOR_ASSIGN(const json::Value* root, Parse(document, arena, nullptr));
  EPHOR_ASSIGN(const auto originals, OriginalsOf(document, *root));
  return AllWithLoadDefaults(originals, arena);
}

Result<LocatedResources> LocateResources(const ResourceDocument& document, Arena& arena) {
  LocatedResources located;
  EPHOR_ASSIGN(const json::Value* root, Parse(document, arena, &located.positions));
  EPHOR_ASSIGN(located.originals, OriginalsOf(document, *root));
  located.objects = AllWithLoadDefaults(located.originals, arena);
  return located;
}

}  // namespace ephor::source
