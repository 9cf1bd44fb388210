#include "engine/cel/path_names.h"

#include <algorithm>

namespace ephor::engine {

bool HoldsName(std::string_view names, std::string_view name) {
  if (name.empty()) return false;
  for (std::size_t at = names.find(name); at != std::string_view::npos; at = names.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || names[at - 1] == '/') && (end == names.size() || names[end] == '/')) return true;
  }
  return false;
}

PathNames::PathNames(std::string_view names) : text_(names) {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (!name.empty()) names_.insert(name);
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
  }
}

const PathNames* PathNamesCache::Of(std::string_view names) {
  if (names.size() < kShort) return nullptr;
  for (const auto& list : lists_) {
    if (list != nullptr && list->text() == names) return list.get();
  }
  std::unique_ptr<const PathNames>& replaced = lists_[next_];
  next_ = (next_ + 1) % lists_.size();
  replaced = std::make_unique<const PathNames>(names);
  return replaced.get();
}

}  // namespace ephor::engine
