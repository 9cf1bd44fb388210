// A file of documents of which some are rewritten.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "source/documents.h"

namespace ephor::cli {

// Views into the file's text. Documents that are not replaced keep theirs to the byte, comments and all.
class RewrittenFile {
 public:
  explicit RewrittenFile(std::string_view text)
      : documents_(source::SplitDocuments(text)), texts_(documents_.size()) {}

  std::size_t size() const { return documents_.size(); }
  // A document's value, in the arena.
  Result<json::Value> Load(std::size_t i, Arena& arena) const;
  std::string_view TextOf(std::size_t i) const { return documents_[i].text; }
  std::uint32_t LineOf(std::size_t i) const { return documents_[i].line; }

  void Replace(std::size_t i, const json::Value& value);
  // By the text of one document or of several with "---" between them.
  void ReplaceText(std::size_t i, std::string text);
  bool changed() const { return changed_; }

  // The documents behind each other, with a line "---" between them, or before each where `lead` says so.
  std::string ToString(bool lead) const;

 private:
  std::vector<source::DocumentText> documents_;
  std::vector<std::string> texts_;  // of those that are replaced
  bool changed_ = false;
};

}  // namespace ephor::cli
