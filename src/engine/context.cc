#include "engine/context.h"

#include "engine/observe/observer.h"
#include "json/builder.h"
#include "json/merge.h"
#include "json/text_size.h"

namespace ephor::engine {
namespace {

bool IsWordByte(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

}  // namespace

bool Mentions(std::string_view query, std::string_view name) {
  if (name.empty()) return false;
  for (std::size_t at = query.find(name); at != std::string_view::npos; at = query.find(name, at + 1)) {
    // '_' may stand before the name: it is a word byte, but not one of those that the rule excludes.
    const bool starts =
        at == 0 || query[at - 1] == '_' || !(IsWordByte(query[at - 1]) || query[at - 1] == '.');
    const std::size_t end = at + name.size();
    const bool word_after = end < query.size() && IsWordByte(query[end]);
    if (starts && word_after != IsWordByte(name.back())) return true;
  }
  return false;
}

void Context::Set(std::span<const json::Member> variables) {
  json::ObjectBuilder builder(arena_, root_);
  for (const json::Member& variable : variables) builder.Set(json::Key(variable.key()), variable.value);
  root_ = builder.Build();
}

void Context::Merge(const json::Key& name, json::Value value) {
  const json::Value* existing = root_.Find(name);
  Set(name, existing == nullptr ? value : json::DeepMerge(*existing, value, arena_));
}

void Context::SetInRequest(const json::Key& key, json::Value value) {
  const json::Value* request = root_.Find("request");
  Set("request",
      json::WithMember(request == nullptr ? json::Value::Object({}) : *request, key, value, arena_));
}

Result<void> Context::Count(const Loader& loader, const json::Value& value) {
  if (max_entry_bytes_ == 0 || loader.source() == nullptr) return {};
  const std::size_t bytes = entry_bytes_ + json::TextSize(value);
  if (bytes <= max_entry_bytes_) {
    entry_bytes_ = bytes;
    return {};
  }
  std::string message(loader.refusal());
  if (!message.empty()) message.append(loader.name()).append(": ");
  return Fail(ErrorCode::kEvaluation, message + "context size limit exceeded: " + std::to_string(bytes) +
                                          " bytes exceeds limit of " + std::to_string(max_entry_bytes_) +
                                          " bytes");
}

void Context::Store(const Entry& entry) {
  if (!entry.value) return;
  const json::Key name(entry.loader->name());
  if (entry.loader->merges()) {
    Merge(name, *entry.value);
  } else {
    Set(name, *entry.value);
  }
}

Result<void> Context::LoadMatching(std::string_view query) {
  const int level = loading_level_ >= 0 ? loading_level_ : level_;
  const std::size_t end = loading_index_ >= 0 ? static_cast<std::size_t>(loading_index_) : loaders_.size();
  for (std::size_t i = 0; i < end && i < loaders_.size(); ++i) {
    if (loaders_[i].matched || loaders_[i].loaded || loaders_[i].level > level) continue;
    if (!Mentions(query, loaders_[i].loader->name())) continue;
    loaders_[i].matched = true;
    const int outer_level = std::exchange(loading_level_, loaders_[i].level);
    const int outer_index = std::exchange(loading_index_, static_cast<int>(i));
    const Loader& loader = *loaders_[i].loader;
    auto value = observer_ == nullptr ? loader.Load(*this) : LoadObserved(loader);
    loading_level_ = outer_level;
    loading_index_ = outer_index;
    if (!value) return std::unexpected(std::move(value).error());
    if (*value) EPHOR_TRY(Count(loader, **value));
    loaders_[i].loaded = true;
    loaders_[i].value = *value;
    Store(loaders_[i]);
  }
  return {};
}

namespace {

// What an entry is: "variable", "configMap", ...; "" where it is not declared.
std::string_view SourceOf(const Loader& loader) {
  if (loader.source() == nullptr) return {};
  for (const json::Member& member : loader.source()->members()) {
    if (member.key() != "name") return member.key();
  }
  return {};
}

}  // namespace

Result<std::optional<json::Value>> Context::LoadObserved(const Loader& loader) {
  observer_->Begin({.kind = StepKind::kVariable, .source = loader.source(), .name = loader.name()});
  auto loaded = loader.Load(*this);
  const Detail details[] = {{"source", json::Value::String(SourceOf(loader))},
                            {"value", loaded && *loaded ? **loaded : json::Value()}};
  if (!loaded) {
    observer_->End({Verdict::kError, loaded.error().message(), std::span(details, 1)});
  } else if (!*loaded) {
    observer_->End({Verdict::kNone, "left unset", std::span(details, 1)});
  } else {
    observer_->End({Verdict::kNone, {}, details});
  }
  return loaded;
}

void Context::GoBack(const json::Value& root, bool restore) {
  root_ = root;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < loaders_.size(); ++i) {
    // An entry of an outer level that was not loaded, as most are, stays as it is.
    if (kept == i && loaders_[i].level < level_ && !loaders_[i].loaded) {
      loaders_[kept++].matched = false;
      continue;
    }
    Entry entry = loaders_[i];
    entry.matched = false;
    if (entry.level > level_) continue;
    if (entry.loaded && (restore || entry.level < level_)) Store(entry);
    // At its own level an entry goes once its value is stored for good, and between the elements of a loop.
    if (entry.level == level_ && (entry.loaded || !restore)) continue;
    loaders_[kept++] = entry;
  }
  loaders_.resize_down(kept);
}

}  // namespace ephor::engine
