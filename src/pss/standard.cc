#include "pss/standard.h"

#include <optional>

#include "base/number.h"

namespace ephor::pss {
namespace {

Level LevelOf(std::string_view text) {
  if (text == "privileged") return Level::kPrivileged;
  return text == "baseline" ? Level::kBaseline : Level::kRestricted;
}

// "latest", "" or "v1.N" with N in digits without leading zeros.
std::optional<Version> VersionOf(std::string_view text) {
  if (text.empty() || text == "latest") return kLatest;
  if (!text.starts_with("v1.")) return std::nullopt;
  const std::string_view digits = text.substr(3);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  if (digits.size() > 1 && digits[0] == '0') return std::nullopt;
  const auto minor = ParseInt(digits);
  if (!minor) return std::nullopt;
  return *minor < static_cast<std::int64_t>(kLatest) ? static_cast<Version>(*minor) : kLatest;
}

}  // namespace

Standard Standard::Compile(const json::Value& pod_security, Arena& arena) {
  Standard standard;
  standard.level_text_ = pod_security.StringAt("level");
  standard.version_text_ = pod_security.StringAt("version");
  const auto version = VersionOf(standard.version_text_);
  standard.version_is_valid_ = version.has_value();
  standard.version_ = version.value_or(kLatest);
  standard.exclusions_ = CompileExclusions(Present(&pod_security, "exclude"), arena);
  const Level level = LevelOf(standard.level_text_);
  ArenaVector<Selected> checks(arena);
  for (const Control& control : Controls()) {
    if (control.level <= level) checks.push_back({&control, control.CheckFor(standard.version_)});
  }
  standard.checks_ = checks.span();
  return standard;
}

Result<Evaluation> Standard::Evaluate(const json::Value& object, Arena& arena) const {
  auto pod = PodOf(object, arena);
  if (!pod) return std::unexpected(std::move(pod).error().Within("Error while getting new resource"));
  if (!version_is_valid_) {
    return Fail(ErrorCode::kEvaluation,
                R"(failed to parse pod security api version: must be "latest" or "v1.x")");
  }
  ArenaVector<Violation> violations(arena);
  for (const Selected& selected : checks_) {
    Violation violation{.control = selected.control};
    if (!selected.check(*pod, arena, violation)) violations.push_back(violation);
  }
  Evaluation evaluation{.pod = *pod, .violations = violations.span()};
  Exclude(exclusions_, evaluation, arena);
  return evaluation;
}

void Standard::Exclude(std::span<const Exclusion> exclusions, Evaluation& evaluation, Arena& arena) const {
  evaluation.violations = pss::Exclude(exclusions, evaluation.violations, evaluation.pod, version_, arena);
}

std::vector<const Control*> Standard::SelectedControls() const {
  std::vector<const Control*> controls;
  for (const Selected& selected : checks_) controls.push_back(selected.control);
  return controls;
}

void Standard::AppendFailure(std::string_view rule, std::string_view kind,
                             std::span<const Violation> violations, std::string& out) const {
  out += "Validation rule '";
  out += rule;
  out += "' failed. It violates PodSecurity \"";
  out += level_text_;
  out += ':';
  out += version_text_;
  out += "\": ";
  AppendViolations(violations, kind, out);
}

void Standard::AppendPass(std::string_view rule, std::string& out) {
  out += "Validation rule '";
  out += rule;
  out += "' passed.";
}

}  // namespace ephor::pss
