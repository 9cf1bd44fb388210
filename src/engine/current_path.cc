#include "engine/current_path.h"

#include <algorithm>
#include <vector>

#include "base/utf8.h"
#include "engine/context.h"

namespace ephor::engine {
namespace {

// Splits at '/', but not at one that a backslash or double quotes protect; empty components are dropped.
std::vector<std::string> Components(std::string_view path) {
  std::vector<std::string> components;
  std::string component;
  bool escaped = false, quoted = false;
  for (char c : path) {
    if (escaped) {
      component += c;
      escaped = false;
    } else if (c == '\\') {
      escaped = true;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == '/' && !quoted) {
      if (!component.empty()) components.push_back(std::move(component));
      component.clear();
    } else {
      component += c;
    }
  }
  if (!component.empty()) components.push_back(std::move(component));
  return components;
}

bool IsIdentifier(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  // Parentheses are let through for anchors; the query then fails on them, as it does in the reference.
  if (text.empty() || !(letter(text[0]) || text[0] == '(')) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || digit(c) || c == ')'; });
}

bool IsIndex(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

std::string CurrentPath(std::string_view document_path, Context& context) {
  std::vector<std::string> components = Components(document_path);
  const auto loop = std::find(components.begin(), components.end(), "foreach");
  if (loop != components.end()) components.erase(components.begin(), loop + 1);
  // With fewer than three left, all are dropped: the whole object is meant.
  components.erase(components.begin(), components.begin() + (components.size() < 3 ? components.size() : 2));

  std::string path = context.root().Find("target") != nullptr ? "target" : "request.object";
  for (const std::string& component : components) {
    if (IsIndex(component)) {
      path += '[' + component + ']';
      continue;
    }
    path += '.';
    if (IsIdentifier(component)) {
      path += component;
    } else {
      AppendQuoted(component, path);
    }
  }
  return path;
}

}  // namespace ephor::engine
