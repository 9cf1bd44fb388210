#include "engine/exceptions.h"

#include <algorithm>

#include "engine/context.h"
#include "engine/observe/matching.h"
#include "pattern/wildcard.h"

namespace ephor::engine {
namespace {

// What an exception may demand of an object by an exact text.
enum class Demand : std::uint8_t { kNamespace, kName, kAnnotation, kLabel };

// Collisions only make an exception a candidate that then does not match.
std::uint64_t DemandKey(Demand demand, std::string_view key, std::string_view value) {
  std::uint64_t hash = 1469598103934665603u ^ static_cast<std::uint64_t>(demand);
  for (std::string_view part : {key, value}) {
    for (char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    hash = (hash ^ 0xFF) * 1099511628211u;
  }
  return hash;
}

bool Exact(policy::StringList texts) {
  return !texts.empty() && std::ranges::none_of(texts, pattern::HasWildcard);
}

// Keys of which an object must have one for the filter to match; none where no exact text is demanded.
std::vector<std::uint64_t> Demands(const ResourceFilter& filter) {
  const policy::ResourceDescription& r = filter.resources();
  std::vector<std::uint64_t> keys;
  if (!r.name.empty() && !pattern::HasWildcard(r.name)) return {DemandKey(Demand::kName, "", r.name)};
  if (Exact(r.names)) {
    for (std::string_view name : r.names) keys.push_back(DemandKey(Demand::kName, "", name));
    return keys;
  }
  for (const policy::StringPair& pair : r.annotations) {
    if (!pattern::HasWildcard(pair.key) && !pattern::HasWildcard(pair.value)) {
      return {DemandKey(Demand::kAnnotation, pair.key, pair.value)};
    }
  }
  if (r.selector != nullptr) {
    for (const policy::StringPair& pair : r.selector->match_labels) {
      if (!pattern::HasWildcard(pair.key) && !pattern::HasWildcard(pair.value)) {
        return {DemandKey(Demand::kLabel, pair.key, pair.value)};
      }
    }
  }
  if (Exact(r.namespaces)) {
    for (std::string_view name : r.namespaces) keys.push_back(DemandKey(Demand::kNamespace, "", name));
  }
  return keys;
}

std::vector<std::uint64_t> Demands(const FilterSet& match) {
  std::vector<std::uint64_t> keys;
  for (const ResourceFilter& filter : match.filters()) {
    std::vector<std::uint64_t> more = Demands(filter);
    if (match.is_all() && !more.empty()) return more;  // every filter must match: one that demands is enough
    if (!match.is_all() && more.empty()) return {};
    keys.insert(keys.end(), more.begin(), more.end());
  }
  return keys;
}

}  // namespace

CompiledException::CompiledException(std::shared_ptr<const policy::PolicyException> source)
    : source_(std::move(source)), match_(source_->match) {
  key_ = source_->metadata.namespace_;
  if (!key_.empty()) key_ += '/';
  key_ += source_->metadata.name;
  if (source_->conditions != nullptr) conditions_.emplace(*source_->conditions);
}

bool CompiledException::Names(std::string_view policy_key, std::string_view rule_name) const {
  return std::ranges::any_of(source_->exceptions, [&](const policy::ExceptionEntry& entry) {
    return entry.policy_name == policy_key &&
           std::ranges::any_of(entry.rule_names, [&](std::string_view pattern) {
             return pattern::WildcardMatch(pattern, rule_name);
           });
  });
}

bool CompiledException::Applies(const Request& request, Context& context) const {
  Observer* const observer = context.observer();
  if (observer == nullptr) [[likely]]
    return Decide(request, context);
  observer->Begin({.kind = StepKind::kException, .source = source_->document, .name = key_});
  TellExceptionMatch(*this, request, context.arena(), *observer);
  const bool applies = Decide(request, context);
  observer->End({applies ? Verdict::kTrue : Verdict::kFalse, {}, {}});
  return applies;
}

bool CompiledException::Decide(const Request& request, Context& context) const {
  if (!match_.MatchesAsException(request, request.subject())) return false;
  if (!conditions_) return true;
  const auto hold = conditions_->EvaluateAllThenAny(context);
  return hold && *hold;
}

ExceptionIndex::ExceptionIndex(std::span<const CompiledException* const> exceptions)
    : all_(exceptions.begin(), exceptions.end()) {
  std::ranges::stable_sort(all_, [](const CompiledException* a, const CompiledException* b) {
    const policy::Metadata& x = a->source().metadata;
    const policy::Metadata& y = b->source().metadata;
    return x.namespace_ != y.namespace_ ? x.namespace_ < y.namespace_ : x.name < y.name;
  });
  for (std::uint32_t i = 0; i < all_.size(); ++i) {
    const std::vector<std::uint64_t> keys = Demands(all_[i]->match());
    if (keys.empty()) always_.push_back(i);
    for (std::uint64_t key : keys) keyed_.push_back({key, i});
  }
  std::ranges::sort(keyed_, {}, &Keyed::key);
}

void ExceptionIndex::AddCandidates(std::uint64_t key, ArenaVector<std::uint32_t>& positions) const {
  const auto [first, last] = std::ranges::equal_range(keyed_, key, {}, &Keyed::key);
  for (auto it = first; it != last; ++it) positions.push_back(it->position);
}

std::span<const CompiledException* const> ExceptionIndex::Applying(const Request& request,
                                                                   Context& context) const {
  if (all_.empty()) return {};
  ArenaVector<std::uint32_t> positions(context.arena());
  for (std::uint32_t position : always_) positions.push_back(position);
  if (!keyed_.empty()) {
    const Resource& subject = request.subject();
    AddCandidates(DemandKey(Demand::kName, "", subject.name_or_generate_name()), positions);
    AddCandidates(
        DemandKey(Demand::kNamespace, "", subject.kind == "Namespace" ? subject.name : subject.namespace_),
        positions);
    const auto add_all = [&](Demand demand, const json::Value& map) {
      if (!map.is_object()) return;
      for (const json::Member& member : map.members()) {
        AddCandidates(DemandKey(demand, member.key(), member.value.string_or("")), positions);
      }
    };
    add_all(Demand::kAnnotation, subject.annotations);
    add_all(Demand::kLabel, subject.labels);
    std::sort(positions.begin(), positions.end());
    positions.resize_down(
        static_cast<std::size_t>(std::unique(positions.begin(), positions.end()) - positions.begin()));
  }
  if (context.observer() != nullptr) [[unlikely]] {
    // Also those that cannot apply are told of, with what they want.
    positions.resize_down(0);
    for (std::uint32_t i = 0; i < all_.size(); ++i) positions.push_back(i);
  }
  ArenaVector<const CompiledException*> applying(context.arena());
  for (std::uint32_t position : positions) {
    if (all_[position]->Applies(request, context)) applying.push_back(all_[position]);
  }
  return applying.span();
}

}  // namespace ephor::engine
