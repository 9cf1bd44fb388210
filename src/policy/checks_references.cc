// References "$(../path)" from one place of a rule to another: what they name must be there.
#include <charconv>
#include <optional>
#include <vector>

#include "base/regex.h"
#include "json/write.h"
#include "policy/checks.h"
#include "policy/walk.h"

namespace ephor::policy {
namespace {

using json::Value;

std::vector<std::string_view> FindReferences(std::string_view text) {
  static const Regex regex = *Regex::Compile(R"(^\$\(.[^\ ]*\)|[^\\]\$\(.[^\ ]*\))");
  if (text.find("$(") == std::string_view::npos) return {};
  std::vector<std::string_view> found = regex.FindAll(text);
  for (std::string_view& reference : found) {
    if (!reference.starts_with("$(")) reference.remove_prefix(reference.find("$("));
  }
  return found;
}

// The comparison that a pattern's text begins with, or that it is a range; empty for equality.
std::string_view OperatorOf(std::string_view text) {
  static const Regex outside =
      *Regex::Compile(R"(^([-|\+]?\d+(?:\.\d+)?[A-Za-z]*)!-([-|\+]?\d+(?:\.\d+)?[A-Za-z]*)$)");
  static const Regex inside =
      *Regex::Compile(R"(^([-|\+]?\d+(?:\.\d+)?[A-Za-z]*)-([-|\+]?\d+(?:\.\d+)?[A-Za-z]*)$)");
  if (text.size() < 2) return {};
  for (const std::string_view op : {">=", "<=", ">", "<", "!"}) {
    if (text.starts_with(op)) return op;
  }
  if (outside.Search(text)) return "!-";
  return inside.Search(text) ? "-" : std::string_view();
}

// A path without ".", ".." and empty parts; ".." stops at the root of an absolute path.
std::string Cleaned(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= path.size();) {
    std::size_t end = path.find('/', at);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absolute) {
      parts.push_back(part);
    }
  }
  std::string cleaned;
  for (const std::string_view part : parts) {
    if (absolute || !cleaned.empty()) cleaned += '/';
    cleaned += part;
  }
  if (cleaned.empty()) return absolute ? "/" : ".";
  return cleaned;
}

// What stands at a cleaned absolute path, whose parts may stand in anchors in the document. A path to an
// object gives one of the keys in it, as in the reference, where only leaves and keys are looked at.
std::optional<Value> FindAt(const Value& value, std::string_view path) {
  if (path.empty() || path == "/") {
    if (value.is_array()) return std::nullopt;
    if (!value.is_object()) return value;
    if (value.members().empty()) return std::nullopt;
    return Value::String(value.members().back().key());
  }
  const std::string_view part = path.substr(1, path.find('/', 1) - 1);
  const std::string_view rest = path.substr(1 + part.size());
  if (value.is_array()) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
    if (error != std::errc() || end != part.data() + part.size() || index >= value.items().size())
      return std::nullopt;
    return FindAt(value.items()[index], rest);
  }
  for (const char* anchor : {"", "(", "=(", "^(", "X(", "<(", "+("}) {
    std::string key = std::string(anchor).append(part);
    if (*anchor != '\0') key += ')';
    const Value* found = value.Find(json::Key(std::string_view(key)));
    if (found == nullptr) continue;
    if (std::optional<Value> leaf = FindAt(*found, rest)) return leaf;
  }
  return std::nullopt;
}

Result<void> CheckReference(const Value& document, std::string_view reference, std::string_view path) {
  const auto fail = [&](std::string_view error) {
    return Refuse(std::string("failed to resolve ").append(reference).append(" at path ").append(path) +
                  ": " + std::string(error));
  };
  std::string_view target = reference;
  while (!target.empty() && std::string_view("$()").find(target.front()) != std::string_view::npos) {
    target.remove_prefix(1);
  }
  while (!target.empty() && std::string_view("$()").find(target.back()) != std::string_view::npos) {
    target.remove_suffix(1);
  }
  const std::string_view op = OperatorOf(target);
  target.remove_prefix(op.size());
  if (target.empty()) return fail("expected path, found empty reference");
  const std::string wanted =
      target.starts_with('/') ? std::string(target) : Cleaned(std::string(path).append("/").append(target));
  const Value found = FindAt(document, wanted).value_or(Value::Null());
  const bool scalar = found.is_string() || found.is_number();
  if (!op.empty() && !scalar) {
    return fail(std::string("incorrect expression: operator ").append(op) + " does not match with value " +
                (found.is_null() ? "<nil>" : json::ToString(found)));
  }
  if (found.is_null()) {
    return Refuse(
        std::string("got nil resolved variable ").append(reference).append(" at path ").append(path) +
        ": <nil>");
  }
  if (op.empty() && !found.is_string()) {
    return Refuse(std::string("NotResolvedReferenceErr,reference ")
                      .append(reference)
                      .append(" not resolved at path ")
                      .append(path));
  }
  return {};
}

}  // namespace

Result<void> CheckReferences(const Value& document) {
  Result<void> result;
  Walk(document, [&](std::string_view text, std::string_view path, bool) {
    for (const std::string_view reference : FindReferences(text)) {
      result = CheckReference(document, reference, path);
      if (!result) return false;
    }
    return true;
  });
  return result;
}

}  // namespace ephor::policy
