#include "cli/fix/documents.h"

#include <utility>

#include "yaml/emit.h"
#include "yaml/load.h"

namespace ephor::cli {
namespace {

// Without separators that the reader leaves at the beginning of a document.
std::string_view WithoutSeparators(std::string_view text) {
  while (text.starts_with("---")) {
    const std::size_t end = text.find('\n');
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return text;
}

}  // namespace

Result<json::Value> RewrittenFile::Load(std::size_t i, Arena& arena) const {
  return yaml::Load(documents_[i].text, arena);
}

void RewrittenFile::Replace(std::size_t i, const json::Value& value) {
  ReplaceText(i, yaml::ToString(value));
}

void RewrittenFile::ReplaceText(std::size_t i, std::string text) {
  texts_[i] = std::move(text);
  changed_ = true;
}

std::string RewrittenFile::ToString(bool lead) const {
  std::string text;
  for (std::size_t i = 0; i < documents_.size(); ++i) {
    if (lead || i > 0) text += "---\n";
    text += texts_[i].empty() ? WithoutSeparators(documents_[i].text) : std::string_view(texts_[i]);
    if (!text.ends_with('\n')) text += '\n';
  }
  return text;
}

}  // namespace ephor::cli
