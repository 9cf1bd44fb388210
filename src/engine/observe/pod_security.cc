#include "engine/observe/pod_security.h"

#include <algorithm>

#include "json/builder.h"

namespace ephor::engine {
namespace {

void TellViolation(const pss::Violation& violation, Arena& arena, Observer& observer) {
  json::ArrayBuilder fields(arena, violation.errors.size());
  for (const pss::FieldError& error : violation.errors) {
    json::ObjectBuilder field(arena, 2);
    field.Set("field", json::Value::String(error.field));
    field.Set("found", error.bad_value);
    fields.Add(field.Build());
  }
  const Detail details[] = {{"fields", fields.Build()}};
  observer.End({Verdict::kFail, violation.detail, std::span(details, violation.errors.empty() ? 0 : 1)});
}

}  // namespace

void TellControls(const pss::Standard& standard, const pss::Evaluation& evaluation, Arena& arena,
                  Observer& observer) {
  observer.Begin({.kind = StepKind::kPodSecurity, .name = standard.level(), .text = standard.version()});
  for (const pss::Control* control : standard.SelectedControls()) {
    observer.Begin({.kind = StepKind::kControl, .name = control->id});
    const auto found = std::ranges::find(evaluation.violations, control, &pss::Violation::control);
    if (found == evaluation.violations.end()) {
      observer.End({Verdict::kPass, {}, {}});
    } else {
      TellViolation(*found, arena, observer);
    }
  }
  observer.End({evaluation.violations.empty() ? Verdict::kPass : Verdict::kFail, {}, {}});
}

}  // namespace ephor::engine
