#include "engine/references.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/number.h"
#include "base/regex.h"
#include "json/builder.h"
#include "json/write.h"
#include "pattern/anchor.h"

namespace ephor::engine {
namespace {

const Regex& ReferenceRegex() {
  static const Regex regex = *Regex::Compile(R"(^\$\(.[^\ ]*\)|[^\\]\$\(.[^\ ]*\))");
  return regex;
}

const Regex& EscapedReferenceRegex() {
  static const Regex regex = *Regex::Compile(R"(\\\$\(.[^\ \)]*\))");
  return regex;
}

// Go's path.Clean of an absolute path: no ".", "..", "//" or trailing "/".
std::string CleanPath(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, slash - at);
    at = slash + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (!kept.empty()) kept.pop_back();
      continue;
    }
    kept.push_back(part);
  }
  std::string clean;
  for (std::string_view part : kept) {
    clean += '/';
    clean += part;
  }
  return clean.empty() ? "/" : clean;
}

std::string WithoutAnchors(std::string_view path) {
  std::string bare;
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, slash - at);
    at = slash + 1;
    const auto anchor = pattern::ParseAnchor(part);
    bare += '/';
    bare += anchor ? anchor->key : part;
  }
  return CleanPath(bare);
}

// The operator that a reference may begin with, to be written before the text it yields.
std::string_view ComparisonPrefix(std::string_view text) {
  if (text.size() < 2) return {};
  for (std::string_view prefix : {">=", "<=", ">", "<", "!"}) {
    if (text.starts_with(prefix)) return text.substr(0, prefix.size());
  }
  return {};
}

class Resolver {
 public:
  Resolver(const json::Value& document, Arena& arena) : document_(document), arena_(arena) {}

  Result<json::Value> Resolve(const json::Value& value, const std::string& path) {
    if (value.is_string()) {
      EPHOR_ASSIGN(const std::string_view text, ResolveText(value.as_string(), path));
      return json::Value::String(text);
    }
    if (value.is_array()) {
      json::ArrayBuilder items(arena_, value.size());
      std::size_t i = 0;
      for (const json::Value& item : value.items()) {
        EPHOR_ASSIGN(const json::Value resolved, Resolve(item, path + "/" + std::to_string(i++)));
        items.Add(resolved);
      }
      return items.Build();
    }
    if (value.is_object()) {
      json::ObjectBuilder members(arena_, value.size());
      for (const json::Member& member : value.members()) {
        EPHOR_ASSIGN(const std::string_view key, ResolveText(member.key(), path));
        EPHOR_ASSIGN(const json::Value resolved, Resolve(member.value, MemberPath(path, member.key())));
        members.Set(json::Key(key), resolved);
      }
      return members.Build();
    }
    return value;
  }

 private:
  Result<std::string_view> ResolveText(std::string_view source, const std::string& path) {
    if (source.find("$(") == std::string_view::npos) return source;
    std::string text(source);
    for (std::string_view match : ReferenceRegex().FindAll(source)) {
      // The expression takes in the byte before a reference that is not at the start.
      const std::size_t before = match.starts_with("$(") ? 0 : match.find("$(");
      const std::string_view reference = match.substr(before);
      auto found = Find(reference, path);
      if (!found) {
        return Fail(ErrorCode::kEvaluation, "failed to resolve " + std::string(reference) + " at path " +
                                                path + ": " + found.error().message());
      }
      if (*found == std::nullopt) {
        return Fail(ErrorCode::kEvaluation,
                    "got nil resolved variable " + std::string(reference) + " at path " + path + ": <nil>");
      }
      const json::Value& value = **found;
      if (!value.is_string()) {
        return Fail(ErrorCode::kEvaluation, "NotResolvedReferenceErr,reference " + std::string(reference) +
                                                " not resolved at path " + path);
      }
      const std::size_t at = text.find(match);
      if (at != std::string::npos) text.replace(at + before, reference.size(), value.as_string());
    }
    // One pass: what was inserted is not looked at again, but escapes go from all of it.
    const std::string inserted = text;  // the matches view it while the text changes
    for (std::string_view escaped : EscapedReferenceRegex().FindAll(inserted)) {
      const std::string with(escaped), without(escaped.substr(1));
      for (std::size_t at = text.find(with); at != std::string::npos;
           at = text.find(with, at + without.size())) {
        text.replace(at, with.size(), without);
      }
    }
    return arena_.Copy(text);
  }

  // The value that a reference names; nothing where there is no such leaf.
  Result<std::optional<json::Value>> Find(std::string_view reference, const std::string& path) {
    const auto first = reference.find_first_not_of("$()");
    if (first == std::string_view::npos) {
      return Fail(ErrorCode::kEvaluation, "expected path, found empty reference");
    }
    std::string_view target = reference.substr(first, reference.find_last_not_of("$()") - first + 1);
    const std::string_view comparison = ComparisonPrefix(target);
    target.remove_prefix(comparison.size());
    if (target.empty()) return Fail(ErrorCode::kEvaluation, "expected path, found empty reference");
    const std::string absolute =
        target.front() == '/' ? std::string(target) : CleanPath(path + "/" + std::string(target));
    std::optional<json::Value> found = FindLeaf(document_, "", absolute);
    if (!found || comparison.empty()) return found;

    std::string text(comparison);
    if (found->is_string()) {
      text += found->as_string();
    } else if (found->is_number()) {
      text += FixedFloat(found->as_double(), 6);  // numbers of a document are floating point there
    } else {
      return Fail(ErrorCode::kEvaluation, "incorrect expression: operator " + std::string(comparison) +
                                              " does not match with value " + json::ToString(*found));
    }
    return json::Value::String(arena_.Copy(text));
  }

  static std::optional<json::Value> FindLeaf(const json::Value& value, const std::string& path,
                                             const std::string& target) {
    std::optional<json::Value> found;
    if (value.is_array()) {
      std::size_t i = 0;
      for (const json::Value& item : value.items()) {
        if (auto inner = FindLeaf(item, path + "/" + std::to_string(i++), target)) found = inner;
      }
    } else if (value.is_object()) {
      for (const json::Member& member : value.members()) {
        if (auto inner = FindLeaf(member.value, MemberPath(path, member.key()), target)) found = inner;
      }
    } else if (!value.is_null() && WithoutAnchors(path) == target) {
      found = value;
    }
    return found;
  }

  const json::Value& document_;
  Arena& arena_;
};

}  // namespace

bool HasReferences(const json::Value& document) {
  switch (document.kind()) {
    case json::Kind::kString:
      return document.as_string().find("$(") != std::string_view::npos;
    case json::Kind::kArray:
      return std::ranges::any_of(document.items(), HasReferences);
    case json::Kind::kObject:
      return std::ranges::any_of(document.members(), [](const json::Member& member) {
        return member.key().find("$(") != std::string_view::npos || HasReferences(member.value);
      });
    default:
      return false;
  }
}

std::string MemberPath(std::string_view parent, std::string_view key) {
  std::string path(parent);
  path += '/';
  for (char c : key) {
    if (c == '/') path += '\\';
    path += c;
  }
  return path;
}

Result<json::Value> ResolveReferences(const json::Value& document, Arena& arena) {
  return Resolver(document, arena).Resolve(document, "");
}

}  // namespace ephor::engine
