#include "engine/observe/coverage.h"

#include <type_traits>

namespace ephor::engine {
namespace {

using json::Value;

// Whether steps of the kind are counted where they end. A loop counts its elements.
bool IsCounted(StepKind kind) {
  return kind == StepKind::kRule || kind == StepKind::kCondition || kind == StepKind::kPatternNode ||
         kind == StepKind::kCel || kind == StepKind::kVariable || kind == StepKind::kPolicy;
}

void Count(Verdict verdict, CoverageCounts& counts) {
  switch (verdict) {
    case Verdict::kNone:
    case Verdict::kNotReached:
      break;
    case Verdict::kTrue:
    case Verdict::kPass:
      ++counts.yes;
      break;
    case Verdict::kFalse:
    case Verdict::kFail:
      ++counts.no;
      break;
    case Verdict::kWarning:
    case Verdict::kSkip:
    case Verdict::kError:
      ++counts.other;
      break;
  }
}

}  // namespace

CoverageCounts& CoverageCounts::operator+=(const CoverageCounts& more) {
  yes += more.yes;
  no += more.no;
  other += more.other;
  values += more.values;
  return *this;
}

void CoverageReport::Add(const CoverageItem& item, const CoverageCounts& counts) {
  Entry& entry = entries_[{item.file, item.position.line, item.position.column, item.path}];
  entry.item = item;
  entry.counts += counts;
}

std::vector<CoverageReport::Entry> CoverageReport::Entries() const {
  std::vector<Entry> entries;
  entries.reserve(entries_.size());
  for (const auto& [key, entry] : entries_) entries.push_back(entry);
  return entries;
}

void Coverage::AddItem(CoverageItem::Kind kind, const Value* source) {
  const Place* const place = places_.Of(source);
  if (place == nullptr) return;
  items_.emplace(place, Counted{kind, policy_, {}, source->string_or("")});
}

void Coverage::AddConditions(const policy::Conditions* conditions) {
  if (conditions == nullptr) return;
  for (const auto& list : {conditions->any, conditions->all}) {
    for (const policy::Condition& condition : list) AddItem(CoverageItem::Kind::kCondition, condition.source);
  }
}

// The keys of a pattern, and the elements of its lists of objects; the walk goes no further into lists of
// texts.
void Coverage::AddPattern(const Value* pattern) {
  if (pattern == nullptr) return;
  if (pattern->is_object()) {
    for (const json::Member& member : pattern->members()) {
      AddItem(CoverageItem::Kind::kPatternNode, &member.value);
      AddPattern(&member.value);
    }
  } else if (pattern->is_array()) {
    for (const Value& item : pattern->items()) AddPattern(&item);
  }
}

template <class ForEach>
void Coverage::AddLoops(std::span<const ForEach> loops) {
  for (const ForEach& loop : loops) {
    AddItem(CoverageItem::Kind::kForEach, loop.source);
    AddConditions(loop.preconditions);
    AddLoops(loop.foreach);
    if constexpr (std::is_same_v<ForEach, policy::ForEachValidation>) {
      AddPattern(loop.pattern);
      AddPattern(loop.any_pattern);
      if (loop.deny != nullptr) AddConditions(loop.deny->conditions);
    }
  }
}

void Coverage::AddRule(const policy::Rule& rule) {
  AddItem(CoverageItem::Kind::kRule, rule.source);
  AddConditions(rule.preconditions);
  if (rule.mutate != nullptr) AddLoops(rule.mutate->foreach);
  if (rule.validate == nullptr) return;
  AddPattern(rule.validate->pattern);
  AddPattern(rule.validate->any_pattern);
  if (rule.validate->deny != nullptr) AddConditions(rule.validate->deny->conditions);
  AddLoops(rule.validate->foreach);
  if (rule.validate->cel == nullptr) return;
  for (const policy::CelExpression& expression : rule.validate->cel->expressions) {
    AddItem(CoverageItem::Kind::kExpression, expression.source->Find("expression"));
  }
}

void Coverage::AddPolicy(const policy::Policy& policy) {
  places_.AddPolicy(policy);
  policy_ = policy.metadata.name;
  for (const policy::Rule& rule : policy.spec.rules) AddRule(rule);
}

void Coverage::AddCelPolicy(const policy::CelPolicy& policy) {
  places_.AddObject(policy);
  if (policy.document == nullptr) return;
  policy_ = policy.metadata.name;
  AddItem(CoverageItem::Kind::kRule, policy.document);
  if (const Value* spec = policy.document->Find("spec"))
    AddExpressions(*spec, CoverageItem::Kind::kExpression, 0);
}

// All that stands at a key for an expression, by where it stands: what is not evaluated is not exercised.
void Coverage::AddExpressions(const Value& value, CoverageItem::Kind kind, int depth) {
  constexpr int kDeepest = 8;  // no spec has expressions deeper
  if (depth > kDeepest) return;
  if (value.is_array()) {
    for (const Value& item : value.items()) AddExpressions(item, kind, depth + 1);
    return;
  }
  if (!value.is_object()) return;
  for (const json::Member& member : value.members()) {
    const std::string_view key = member.key();
    if (member.value.is_string()) {
      const bool is_glob = key == "glob" && kind == CoverageItem::Kind::kCondition;
      if (is_glob || key == "expression" || key.ends_with("Expression")) AddItem(kind, &member.value);
    } else {
      const bool are_conditions = key.ends_with("onditions") || key == "matchImageReferences";
      AddExpressions(member.value, are_conditions ? CoverageItem::Kind::kCondition : kind, depth + 1);
    }
  }
}

// Only those of expressions as they are written: what autogen made has the same operands in other words.
void Coverage::CountBranch(std::string_view text, Verdict verdict) {
  for (std::size_t i = open_.size(); i-- > 0;) {
    const Open& around = open_[i];
    if (around.kind != StepKind::kCel || around.place == nullptr) continue;
    const auto item = items_.find(around.place);
    if (item == items_.end() || item->second.text != around.text) return;
    const auto branch = branches_
                            .try_emplace({around.place, std::string(text)},
                                         Counted{CoverageItem::Kind::kBranch, item->second.policy, {}})
                            .first;
    return Count(verdict, branch->second.counts);
  }
}

void Coverage::Begin(const Step& step) {
  const Place* place = places_.Of(step.source);
  if (place == nullptr) place = places_.OfText(step.text);
  // An element is one of the loop around it.
  if (step.kind == StepKind::kElement && !open_.empty()) {
    if (const auto loop = items_.find(open_.back().place); loop != items_.end()) ++loop->second.counts.yes;
  }
  const bool has_text = step.kind == StepKind::kCel || step.kind == StepKind::kOperand;
  open_.push_back({step.kind, place, std::string(has_text ? step.text : std::string_view())});
}

void Coverage::End(const Conclusion& conclusion) {
  const Open step = std::move(open_.back());
  open_.pop_back();
  if (step.kind == StepKind::kOperand) return CountBranch(step.text, conclusion.verdict);
  if (!IsCounted(step.kind)) return;
  const auto item = items_.find(step.place);
  if (item == items_.end()) return;
  const bool is_value = conclusion.verdict == Verdict::kNone && step.kind != StepKind::kPolicy &&
                        item->second.kind == CoverageItem::Kind::kExpression;
  if (is_value) ++item->second.counts.values;
  Count(conclusion.verdict, item->second.counts);
}

void Coverage::AddTo(CoverageReport& report) const {
  for (const auto& [place, counted] : items_) {
    report.Add(
        {std::string(place->file), place->position, place->path, std::string(counted.policy), counted.kind},
        counted.counts);
  }
  for (const auto& [key, counted] : branches_) {
    const auto& [place, text] = key;
    report.Add({std::string(place->file), place->position, place->path + ": " + text,
                std::string(counted.policy), counted.kind},
               counted.counts);
  }
}

}  // namespace ephor::engine
