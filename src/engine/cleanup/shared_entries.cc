#include "engine/cleanup/shared_entries.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>

#include "json/write.h"

namespace ephor::engine {

class SharedEntries::Once final : public Loader {
 public:
  explicit Once(const Loader& entry) : Loader(entry.name()), entry_(entry) { set_source(entry.source()); }

  Result<std::optional<json::Value>> Load(Context& context) const override {
    std::call_once(flag_, [&] {
      loaded_ = entry_.Load(context);
      if (loaded_ && *loaded_) *loaded_ = json::DeepCopy(**loaded_, arena_);
    });
    return loaded_;
  }
  bool merges() const override { return entry_.merges(); }

 private:
  const Loader& entry_;
  mutable std::once_flag flag_;
  mutable Arena arena_{1 << 10};
  mutable Result<std::optional<json::Value>> loaded_ = std::optional<json::Value>();
};

SharedEntries::SharedEntries(const Entries& entries) {
  // "@" may be all variables. That a name stands somewhere, also as a part of another, is enough: what is
  // loaded too often costs time, what is loaded too seldom decides by another object.
  std::vector<std::string_view> of_object = {"target", "images", "request", "@"};
  for (const auto& entry : entries.loaders()) {
    const std::string text = json::ToString(*entry->source());
    const bool depends = std::ranges::any_of(
        of_object, [&](std::string_view name) { return text.find(name) != std::string::npos; });
    if (depends) of_object.push_back(entry->name());
    loaders_.push_back(depends ? entry.get() : shared_.emplace_back(std::make_unique<Once>(*entry)).get());
  }
}

SharedEntries::SharedEntries(SharedEntries&&) noexcept = default;
SharedEntries::~SharedEntries() = default;

}  // namespace ephor::engine
