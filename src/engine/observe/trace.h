// An evaluation as a tree: what was looked at, with which values, and what came of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/observe/observer.h"
#include "engine/observe/places.h"
#include "json/value.h"

namespace ephor::engine {

struct TraceDetail {
  std::string name;
  json::Value value;
  const Place* place = nullptr;  // where in the object the value stands, if it is of the object
};

struct TraceNode {
  StepKind kind = StepKind::kPolicy;
  Verdict verdict = Verdict::kNone;
  std::string name;
  std::string text;     // of an expression
  std::string message;  // why
  std::vector<TraceDetail> details;
  const Place* policy = nullptr;    // where in the policy; nullptr where that is not known
  const Place* resource = nullptr;  // where in the object
  std::string resource_path;        // the same as a path, also of what is not there
  std::vector<TraceNode> children;
};

// Builds the tree while it watches. The places and the request's arena must outlive the tree.
class Trace final : public Observer {
 public:
  // Those of the policies and exceptions, and those of the object.
  Trace(const Places& policies, const Places& objects) : policies_(policies), objects_(objects) {}

  void Begin(const Step& step) override;
  void End(const Conclusion& conclusion) override;

  // One a policy and phase, in the order of evaluation.
  const std::vector<TraceNode>& roots() const { return roots_; }
  std::vector<TraceNode>& roots() { return roots_; }

 private:
  std::string PathOf(const Step& step, const Place* resource) const;

  const Places& policies_;
  const Places& objects_;
  std::vector<TraceNode> open_;  // from the outermost in
  std::vector<TraceNode> roots_;
};

}  // namespace ephor::engine
