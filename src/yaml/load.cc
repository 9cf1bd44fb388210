#include "yaml/load.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "json/parse.h"
#include "yaml/compose.h"
#include "yaml/split.h"

namespace ephor::yaml {
namespace {

bool LooksLikeJson(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

// The text as one JSON value, if it is one. YAML's reader takes nearly all of JSON too, but slowly.
std::optional<json::Value> AsJson(std::string_view text, Arena& arena, const LoadLimits& limits) {
  if (!LooksLikeJson(text)) return std::nullopt;
  auto value = json::Parse(text, arena, {.max_depth = limits.max_depth});
  if (!value) return std::nullopt;
  return *value;
}

}  // namespace

bool Positions::Before(const Entry& a, const Entry& b) {
  return std::less<>()(a.value, b.value);
}

void Positions::Sort() const {
  if (sorted_) return;
  // Of an address set twice the later position counts.
  std::stable_sort(entries_.begin(), entries_.end(), Before);
  sorted_ = true;
}

SourcePosition Positions::Of(const json::Value* value) const {
  Sort();
  const auto after = std::upper_bound(entries_.begin(), entries_.end(), Entry{value, {}}, Before);
  if (after == entries_.begin() || std::prev(after)->value != value) return {};
  return std::prev(after)->position;
}

void Positions::Set(const json::Value* value, SourcePosition position) {
  entries_.push_back({value, position});
  sorted_ = false;
}

void LoadAll(std::string_view text, Arena& arena, const std::function<bool(Result<Document>)>& each,
             Positions* positions, LoadLimits limits) {
  struct SortAtEnd {
    const Positions* positions;
    ~SortAtEnd() {
      if (positions != nullptr) positions->Sort();
    }
  } sort_at_end{positions};
  if (positions == nullptr) {
    if (const auto value = AsJson(text, arena, limits)) {
      each(Document{.root = arena.New<json::Value>(*value)});
      return;
    }
  }
  Splitter splitter(text);
  std::size_t index = 0;
  while (auto piece = splitter.Next()) {
    Document document{.index = index++};
    if (!*piece) {
      if (!each(std::unexpected(std::move(*piece).error()))) return;
      continue;
    }
    document.line = (*piece)->line;
    if ((*piece)->blank) {
      document.root = arena.New<json::Value>();
    } else if (auto root = Compose((*piece)->text, (*piece)->line, arena, positions, limits)) {
      document.root = *root;
    } else if (const auto json = AsJson((*piece)->text, arena, limits)) {
      document.root = arena.New<json::Value>(*json);
    } else {
      if (!each(std::unexpected(std::move(root).error()))) return;
      continue;
    }
    if (!each(document)) return;
  }
}

Result<json::Value> Load(std::string_view text, Arena& arena, LoadLimits limits) {
  Result<json::Value> result = json::Value::Null();
  std::size_t documents = 0;
  LoadAll(
      text, arena,
      [&](Result<Document> document) {
        if (document && document->root->is_null()) return true;
        if (++documents > 1) {
          result = InvalidInput("more than one YAML document");
        } else if (!document) {
          result = std::unexpected(std::move(document).error());
        } else {
          result = *document->root;
        }
        return result.has_value() && documents < 2;
      },
      nullptr, limits);
  return result;
}

}  // namespace ephor::yaml
