#include "engine/observe/trace.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "pattern/anchor.h"

namespace ephor::engine {

// What is not in the object that was read (a key that is missing, a value that a mutation has made) has a
// path all the same: that of the node around it, and its own key.
std::string Trace::PathOf(const Step& step, const Place* resource) const {
  if (resource != nullptr) return resource->path;
  if (step.kind != StepKind::kPatternNode || open_.empty()) return {};
  const std::string& around = open_.back().resource_path;
  const bool is_index = std::ranges::all_of(step.name, [](unsigned char c) { return std::isdigit(c) != 0; });
  if (is_index) return around + "[" + std::string(step.name) + "]";
  const auto anchor = pattern::ParseAnchor(step.name);
  std::string path = around;
  if (!path.empty()) path += '.';
  return path.append(anchor ? anchor->key : step.name);
}

void Trace::Begin(const Step& step) {
  TraceNode node;
  node.kind = step.kind;
  node.name = step.name;
  node.text = step.text;
  node.policy = policies_.Of(step.source);
  if (node.policy == nullptr) node.policy = policies_.OfText(step.text);
  node.resource = objects_.Of(step.subject);
  node.resource_path = PathOf(step, node.resource);
  open_.push_back(std::move(node));
}

void Trace::End(const Conclusion& conclusion) {
  TraceNode node = std::move(open_.back());
  open_.pop_back();
  node.verdict = conclusion.verdict;
  node.message = conclusion.message;
  for (const Detail& detail : conclusion.details) {
    node.details.push_back({std::string(detail.name), detail.value, objects_.Of(&detail.value)});
  }
  // What a part of an expression has found in the object stands there.
  const bool is_part = node.kind == StepKind::kPart || node.kind == StepKind::kOperand;
  if (is_part && node.details.size() == 1) node.resource = node.details[0].place;
  (open_.empty() ? roots_ : open_.back().children).push_back(std::move(node));
}

}  // namespace ephor::engine
