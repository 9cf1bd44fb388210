#include "pss/violation.h"

#include "json/write.h"
#include "pss/pod.h"

namespace ephor::pss {
namespace {

std::string ReplaceAll(std::string_view text, std::string_view from, std::string_view to) {
  std::string replaced;
  for (;;) {
    const std::size_t at = text.find(from);
    replaced += text.substr(0, at);
    if (at == std::string_view::npos) return replaced;
    replaced += to;
    text.remove_prefix(at + from.size());
  }
}

// The reference rewrites the words wherever they stand in the path, and metadata for Pods too.
std::string FieldOfKind(std::string_view field, std::string_view kind) {
  std::string rewritten(field);
  if (HasPodTemplate(kind)) rewritten = ReplaceAll(rewritten, "spec", "spec.template.spec");
  if (kind == "CronJob") rewritten = ReplaceAll(rewritten, "spec", "spec.jobTemplate.spec.template.spec");
  return ReplaceAll(rewritten, "metadata", "spec.template.metadata");
}

// As Go's %+v.
void AppendBadValue(const json::Value& value, std::string& out) {
  if (!value.is_array()) {
    out += value.is_string() ? std::string(value.as_string()) : json::ToString(value);
    return;
  }
  out += '[';
  for (std::uint32_t i = 0; i < value.size(); ++i) {
    if (i > 0) out += ' ';
    out += value.items()[i].string_or("");
  }
  out += ']';
}

void AppendError(const FieldError& error, std::string_view kind, std::string& out) {
  out += FieldOfKind(error.field, kind);
  const bool has_value =
      !error.bad_value.is_null() && !(error.bad_value.is_string() && error.bad_value.size() == 0);
  if (error.type == FieldError::Type::kRequired) {
    out += ": Required value";
  } else if (has_value) {
    out += " is forbidden, forbidden values found: ";
    AppendBadValue(error.bad_value, out);
  } else {
    out += ": Forbidden";
  }
}

bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

// What `container(?:s)?\s*(.*?)\s*must` captures first, or "" where it does not match. The captured text
// stays on a line.
std::string_view NamesIn(std::string_view detail) {
  for (std::size_t at = detail.find("container"); at != std::string_view::npos;
       at = detail.find("container", at + 1)) {
    std::size_t begin = at + std::string_view("container").size();
    if (begin < detail.size() && detail[begin] == 's') ++begin;
    while (begin < detail.size() && IsSpace(detail[begin])) ++begin;
    const std::size_t must = detail.find("must", begin);
    if (must == std::string_view::npos) return {};
    std::size_t end = must;
    while (end > begin && IsSpace(detail[end - 1])) --end;
    const std::string_view names = detail.substr(begin, end - begin);
    if (names.find('\n') == std::string_view::npos) return names;
  }
  return {};
}

}  // namespace

std::vector<std::string> ContainerNames(const Violation& violation) {
  std::vector<std::string> names;
  const std::string_view text = NamesIn(violation.detail);
  if (text.empty()) return names;
  names.emplace_back();
  for (const char c : text) {
    if (c == ',') {
      names.emplace_back();
    } else if (c != '"' && c != ' ') {
      names.back() += c;
    }
  }
  return names;
}

void AppendViolations(std::span<const Violation> violations, std::string_view kind, std::string& out) {
  for (const Violation& violation : violations) {
    out += "(Forbidden reason: ";
    out += violation.reason;
    out += ", field error list: [";
    bool first = true;
    for (const FieldError& error : violation.errors) {
      if (!first) out += ", ";
      first = false;
      AppendError(error, kind, out);
    }
    out += "])";
  }
}

}  // namespace ephor::pss
