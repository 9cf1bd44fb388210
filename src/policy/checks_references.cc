// References "$(../path)" from one place of a rule to another: what they name must be there.
#include <vector>

#include "base/regex.h"
#include "json/write.h"
#include "pattern/anchor.h"
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

std::string WithoutAnchors(std::string_view path) {
  std::string bare;
  for (std::size_t at = 0; at <= path.size();) {
    std::size_t end = path.find('/', at);
    if (end == std::string_view::npos) end = path.size();
    if (at > 0) bare += '/';
    bare += pattern::BareKey(path.substr(at, end - at));
    at = end + 1;
  }
  return Cleaned(bare);
}

// The leaf at a path. A path to an object or a list gives one of the keys in it, as in the reference, where
// only leaves and keys are looked at.
struct Found {
  bool any = false;
  Value value;
};

void FindAt(const Value& value, std::string& path, std::string_view wanted, Found& found) {
  const std::size_t here = path.size();
  if (value.is_array()) {
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      path.append("/").append(std::to_string(i));
      FindAt(value.items()[i], path, wanted, found);
      path.resize(here);
    }
  } else if (value.is_object()) {
    if (!value.members().empty() && WithoutAnchors(path) == wanted) {
      found = {true, Value::String(value.members().back().key())};
    }
    for (const json::Member& member : value.members()) {
      path.append("/").append(member.key());
      FindAt(member.value, path, wanted, found);
      path.resize(here);
    }
  } else if (WithoutAnchors(path) == wanted) {
    found = {true, value};
  }
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
  std::string walked;
  Found found;
  FindAt(document, walked, wanted, found);
  const bool scalar = found.value.is_string() || found.value.is_number();
  if (!op.empty() && !scalar) {
    return fail(std::string("incorrect expression: operator ").append(op) + " does not match with value " +
                (found.value.is_null() ? "<nil>" : json::ToString(found.value)));
  }
  if (!found.any || found.value.is_null()) {
    return Refuse(
        std::string("got nil resolved variable ").append(reference).append(" at path ").append(path) +
        ": <nil>");
  }
  if (op.empty() && !found.value.is_string()) {
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
