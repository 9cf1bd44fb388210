#include "cli/test_compare.h"

#include <algorithm>
#include <optional>
#include <span>

#include "json/builder.h"
#include "source/resources.h"
#include "yaml/emit.h"

namespace ephor::cli {
namespace {

using json::Value;

constexpr std::string_view kRed = "\x1b[31m", kGreen = "\x1b[32m", kPlain = "\x1b[0m";

void AppendMarked(std::string_view text, std::string_view colour_code, bool colour, std::string& out) {
  if (text.empty()) return;
  if (colour) out += colour_code;
  out += text;
  if (colour) out += kPlain;
}

// Without nulls and what is empty but for them; nothing where nothing is left. Its depth is that of a
// document.
std::optional<Value> Tidy(const Value& value, Arena& arena) {
  if (value.is_null()) return std::nullopt;
  if (value.is_array()) {
    json::ArrayBuilder items(arena, value.size());
    for (const Value& item : value.items()) {
      if (const auto left = Tidy(item, arena)) items.Add(*left);
    }
    return items.size() == 0 ? std::nullopt : std::optional(items.Build());
  }
  if (!value.is_object()) return value;
  json::ObjectBuilder members(arena, value.size());
  for (const json::Member& member : value.members()) {
    if (const auto left = Tidy(member.value, arena)) members.Set(json::Key(member.key()), *left);
  }
  return members.empty() ? std::nullopt : std::optional(members.Build());
}

// With the label of managed objects, and without those by which a generated object names its source.
Value WithManagedLabels(const Value& object, Arena& arena) {
  const Value* const metadata = object.Find("metadata");
  const Value* const old = metadata == nullptr ? nullptr : metadata->Find("labels");
  json::ObjectBuilder labels(arena);
  labels.Set("app.kubernetes.io/managed-by", Value::String("kyverno"));
  if (old != nullptr && old->is_object()) {
    for (const json::Member& label : old->members()) {
      if (!label.key().starts_with("generate.kyverno.io/")) labels.Set(json::Key(label.key()), label.value);
    }
  }
  const Value base = metadata != nullptr && metadata->is_object() ? *metadata : Value::Object({});
  return json::WithMember(object, "metadata", json::WithMember(base, "labels", labels.Build(), arena), arena);
}

std::string Dump(const Value& object, Arena& arena) {
  std::string text;
  yaml::Emit(json::WithMember(Value::Object({}), "object", object, arena), text,
             {.fold = false, .wide = true});
  return text;
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// The lines of both, common ones once. The table of common subsequences is quadratic, so beyond its limit the
// middles count as different as a whole.
std::string MarkedLines(std::span<const std::string_view> expected, std::span<const std::string_view> actual,
                        bool colour) {
  constexpr std::size_t kLargestTable = 4'000'000;
  std::string out;
  while (!expected.empty() && !actual.empty() && expected.front() == actual.front()) {
    out += expected.front();
    expected = expected.subspan(1);
    actual = actual.subspan(1);
  }
  const std::size_t n = expected.size(), m = actual.size();
  std::vector<std::uint32_t> longest;  // of the rests from (i, j) on
  const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& { return longest[i * (m + 1) + j]; };
  const bool small = (n + 1) * (m + 1) <= kLargestTable;
  if (small) {
    longest.resize((n + 1) * (m + 1));
    for (std::size_t i = n; i-- > 0;) {
      for (std::size_t j = m; j-- > 0;) {
        at(i, j) = expected[i] == actual[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  std::size_t i = 0, j = 0;
  while (i < n || j < m) {
    if (small && i < n && j < m && expected[i] == actual[j]) {
      out += expected[i];
      ++i, ++j;
    } else if (i < n && (j == m || !small || at(i + 1, j) >= at(i, j + 1))) {
      AppendMarked(expected[i++], kRed, colour, out);
    } else {
      AppendMarked(actual[j++], kGreen, colour, out);
    }
  }
  return out;
}

bool IsLike(const Value& a, const Value& b) {
  return a.StringAt("apiVersion") == b.StringAt("apiVersion") && a.StringAt("kind") == b.StringAt("kind") &&
         a.StringAt("metadata", "namespace") == b.StringAt("metadata", "namespace") &&
         a.StringAt("metadata", "name") == b.StringAt("metadata", "name");
}

Result<std::vector<Value>> Load(const std::string& path, Arena& arena) {
  source::ResourceInput input;
  EPHOR_TRY(input.AddFile(path));
  std::vector<Value> objects;
  for (const source::ResourceDocument& document : input.documents()) {
    EPHOR_ASSIGN(const auto decoded, source::DecodeResources(document, arena));
    for (const Value& object : decoded) objects.push_back(json::DeepCopy(object, arena));
  }
  return objects;
}

}  // namespace

Result<Value> Manifests::Find(const std::string& path, const Value& like) {
  auto file = files_.find(path);
  if (file == files_.end()) file = files_.emplace(path, Load(path, arena_)).first;
  if (!file->second) return std::unexpected(file->second.error());
  for (const Value& object : *file->second) {
    if (IsLike(object, like)) return object;
  }
  return Fail(ErrorCode::kNotFound, "resource with name " + std::string(like.StringAt("metadata", "name")) +
                                        " not found in manifest");
}

std::string ManifestDifference(const Value& actual, const Value& expected, bool colour, Arena& arena) {
  const Value a = WithManagedLabels(actual, arena), e = WithManagedLabels(expected, arena);
  if (Equal(*Tidy(a, arena), *Tidy(e, arena))) return "";
  const std::string expected_text = Dump(e, arena), actual_text = Dump(a, arena);
  return MarkedLines(Lines(expected_text), Lines(actual_text), colour);
}

std::string DifferenceLegend(bool colour) {
  // "only in expected" made "only in actual" letter by letter.
  std::string legend = "only in ";
  AppendMarked("expe", kRed, colour, legend);
  AppendMarked("a", kGreen, colour, legend);
  legend += "ct";
  AppendMarked("ed", kRed, colour, legend);
  AppendMarked("ual", kGreen, colour, legend);
  return legend;
}

}  // namespace ephor::cli
