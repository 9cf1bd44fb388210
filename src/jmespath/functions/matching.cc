#include <optional>
#include <string>

#include "jmespath/functions/families.h"
#include "pattern/wildcard.h"

namespace ephor::jmespath::functions {
namespace {

// An argument that may be a number, as text.
class TextArgument {
 public:
  explicit TextArgument(const Value& value) {
    if (value.is_string()) {
      view_ = value.as_string();
    } else {
      AppendScalarText(value, number_);
      view_ = number_;
    }
  }
  TextArgument(const TextArgument&) = delete;
  TextArgument& operator=(const TextArgument&) = delete;
  std::string_view view() const { return view_; }

 private:
  std::string number_;
  std::string_view view_;
};

// The first argument as a regular expression: prepared where it is a constant, else compiled into `made`.
// Compiling costs far more than its length says, hence the factor.
Result<const Regex*> RegexArgument(Invocation& in, std::optional<Regex>& made) {
  if (in.regex() != nullptr) return in.regex();
  if (!in.Charge(500 + 50 * std::uint64_t{in[0].size()})) return in.OutOfBudget();
  auto regex = Regex::Compile(in.text(0));
  if (!regex) return EvaluationError(regex.error().message());
  return &made.emplace(*std::move(regex));
}

using ReplaceFunction = std::string (Regex::*)(std::string_view, std::string_view) const;

Result<Value> ReplaceMatches(Invocation& in, ReplaceFunction replace) {
  std::optional<Regex> made;
  const Result<const Regex*> regex = RegexArgument(in, made);
  if (!regex) return in.Fail(regex.error().message());
  const TextArgument source(in[1]), replacement(in[2]);
  // Every byte can be a match of its own, and each expansion can be as long as the source.
  const std::uint64_t size = source.view().size();
  if (!in.Charge(1 + size + replacement.view().size())) return in.OutOfBudget();
  return in.Text(((*regex)->*replace)(source.view(), replacement.view()));
}

}  // namespace

Result<Value> RegexMatch(Invocation& in) {
  std::optional<Regex> made;
  EPHOR_ASSIGN(const Regex* regex, RegexArgument(in, made));
  const TextArgument source(in[1]);
  if (!in.Charge(1 + source.view().size())) return in.OutOfBudget();
  return Value::Bool(regex->Search(source.view()));
}

Result<Value> RegexReplaceAll(Invocation& in) {
  return ReplaceMatches(in, &Regex::ReplaceAll);
}

Result<Value> RegexReplaceAllLiteral(Invocation& in) {
  return ReplaceMatches(in, &Regex::ReplaceAllLiteral);
}

Result<Value> PatternMatch(Invocation& in) {
  const TextArgument source(in[1]);
  if (!in.Charge(1 + (1 + std::uint64_t{in[0].size()}) * (1 + source.view().size()) / 64)) {
    return in.OutOfBudget();
  }
  return Value::Bool(pattern::WildcardMatch(in.text(0), source.view()));
}

// A version that cannot be read counts as 0.0.0, as in the reference.
Result<Value> SemverCompare(Invocation& in) {
  if (!in.Charge(1 + in[0].size() + in[1].size())) return in.OutOfBudget();
  const auto parsed = SemanticVersion::Parse(in.text(0));
  const SemanticVersion version = parsed ? *parsed : SemanticVersion();
  if (in.range() != nullptr) return Value::Bool(in.range()->Contains(version));
  const auto range = VersionRange::Parse(in.text(1));
  if (!range) return EvaluationError(range.error().message());
  return Value::Bool(range->Contains(version));
}

}  // namespace ephor::jmespath::functions
