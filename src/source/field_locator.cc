#include "source/field_locator.h"

#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "yaml/load.h"

namespace ephor::source {
namespace {

std::vector<std::string_view> Split(std::string_view path) {
  const bool slashes = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const char first = path.front();
    if (first == '/' || first == '.') {
      path.remove_prefix(1);
      continue;
    }
    // What stands in brackets is an index or a key with dots.
    if (!slashes && first == '[') {
      const std::size_t close = std::min(path.find(']'), path.size());
      parts.push_back(path.substr(1, close - 1));
      path.remove_prefix(std::min(close + 1, path.size()));
      continue;
    }
    const std::size_t end = std::min(path.find_first_of(slashes ? "/" : ".["), path.size());
    parts.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

const json::Value* Child(const json::Value& value, std::string_view part) {
  if (!value.is_array()) return value.Find(json::Key(part));
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  const bool is_index = error == std::errc() && end == part.data() + part.size();
  return is_index && index < value.size() ? &value.items()[index] : nullptr;
}

}  // namespace

struct FieldLocator::Loaded {
  std::string_view text;
  Arena arena;
  yaml::Positions positions;
  const json::Value* root = nullptr;
};

FieldLocator::FieldLocator() = default;
FieldLocator::~FieldLocator() = default;
FieldLocator::FieldLocator(FieldLocator&&) noexcept = default;
FieldLocator& FieldLocator::operator=(FieldLocator&&) noexcept = default;

SourcePosition FieldLocator::Locate(const ResourceDocument& document, std::size_t item,
                                    std::string_view path) {
  const std::string_view text = document.document.text;
  if (loaded_ == nullptr || loaded_->text.data() != text.data()) {
    loaded_ = std::make_unique<Loaded>();
    loaded_->text = text;
    yaml::LoadAll(
        text, loaded_->arena,
        [&](Result<yaml::Document> read) {
          if (read) loaded_->root = read->root;
          return false;
        },
        &loaded_->positions);
  }
  const json::Value* value = loaded_->root;
  SourcePosition position{1, 1};
  const auto visit = [&](const json::Value* at) {
    const SourcePosition found = loaded_->positions.Of(at);
    if (found.line > 0) position = found;
    value = at;
  };
  if (value != nullptr) visit(value);
  if (value != nullptr && value->StringAt("kind") == "List" && value->StringAt("apiVersion") == "v1") {
    const json::Value* items = value->Find("items");
    if (items != nullptr && items->is_array() && item < items->size()) visit(&items->items()[item]);
  }
  for (const std::string_view part : Split(path)) {
    const json::Value* child = value == nullptr ? nullptr : Child(*value, part);
    if (child == nullptr) break;
    visit(child);
  }
  position.line += document.document.line - 1;
  return position;
}

}  // namespace ephor::source
