// A rule's `podSecurity`, ready to be held against objects.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "pss/controls.h"
#include "pss/exclusion.h"
#include "pss/pod.h"
#include "pss/violation.h"

namespace ephor::pss {

struct Evaluation {
  Pod pod;
  std::span<Violation> violations;  // in the order of the table; none: the object is allowed
};

//   const auto standard = Standard::Compile(*rule.Find("validate", "podSecurity"), arena);
//   auto evaluation = standard.Evaluate(object, request_arena);
//   if (!evaluation) ...  // the rule's error
//   standard.Exclude(exception_entries, *evaluation, request_arena);
//   if (!evaluation->violations.empty()) standard.AppendFailure(rule_name, kind, evaluation->violations,
//   message);
//
// Const methods may be called from any thread. A clean object costs no heap allocation.
class Standard {
 public:
  // Reads {level, version, exclude}. Both it and the arena must outlive the result. Never fails: a version
  // that is none is the evaluation's error, as in the reference. The level "privileged" allows everything;
  // any other than "baseline" means all controls.
  static Standard Compile(const json::Value& pod_security, Arena& arena);

  // The violations that are left after the rule's own exclusions. Errors (kEvaluation) are the rule's error
  // text.
  Result<Evaluation> Evaluate(const json::Value& object, Arena& arena) const;

  // Takes away what exceptions forgive.
  void Exclude(std::span<const Exclusion> exclusions, Evaluation& evaluation, Arena& arena) const;

  // The rule's message when it fails: Validation rule 'R' failed. It violates PodSecurity
  // "restricted:latest": (...)
  void AppendFailure(std::string_view rule, std::string_view kind, std::span<const Violation> violations,
                     std::string& out) const;
  // And when it passes.
  static void AppendPass(std::string_view rule, std::string& out);

  // The controls that it holds, in the order in which they are looked at.
  std::vector<const Control*> SelectedControls() const;

  // As written in the rule.
  std::string_view level() const { return level_text_; }
  std::string_view version() const { return version_text_; }

 private:
  struct Selected {
    const Control* control;
    Check check;
  };

  std::string_view level_text_;
  std::string_view version_text_;
  bool version_is_valid_ = true;
  Version version_ = kLatest;
  std::span<const Selected> checks_;
  std::span<const Exclusion> exclusions_;
};

}  // namespace ephor::pss
