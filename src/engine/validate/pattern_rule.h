// `validate.pattern` and `validate.anyPattern`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "engine/beginning.h"
#include "engine/message.h"
#include "engine/run.h"
#include "engine/template.h"
#include "pattern/overlay.h"

namespace ephor::engine {

// Immutable, safe from any thread. Patterns without variables are compiled once, others when they are
// evaluated.
class PatternRule {
 public:
  // The rule's name and message are what results are worded with. The pattern must outlive this.
  static PatternRule Pattern(const json::Value& pattern, std::string_view rule_name, const Message& message);
  static PatternRule AnyPattern(const json::Value& patterns, std::string_view rule_name,
                                const Message& message);

  // The pattern with its variables replaced: done once for a request, even where two objects are looked at.
  struct Prepared {
    std::span<const pattern::Overlay> overlays;
  };
  Result<Prepared> Prepare(Context& context) const;

  Outcome Evaluate(const Prepared& prepared, const json::Value& subject, Context& context) const;

 private:
  PatternRule(const json::Value& pattern, std::string_view rule_name, const Message& message, bool any);

  // The overlays of a substituted pattern.
  Result<Prepared> CompileIn(const json::Value& pattern, Arena& arena) const;
  Outcome EvaluatePattern(const pattern::Overlay& overlay, const json::Value& subject,
                          Context& context) const;
  Outcome EvaluateAny(std::span<const pattern::Overlay> overlays, const json::Value& subject,
                      Context& context) const;
  Outcome Failure(std::string_view path, std::string_view error, Context& context) const;
  // Whether the object fits the pattern that stands at `source` in the policy. Without `wants_text` a failure
  // has only its path.
  pattern::MatchResult Match(const pattern::Overlay& overlay, const json::Value* source,
                             const json::Value& subject, bool wants_text, Context& context) const;
  std::string_view FailureText(std::string_view path, std::string_view error, Context& context) const;
  std::string_view AnyFailureText(std::string_view failures, Context& context) const;

  const json::Value* source_;
  Template template_;
  std::string_view rule_name_;
  const Message* message_;
  bool any_;
  std::shared_ptr<Arena> arena_;      // of the constant pattern
  std::optional<Prepared> prepared_;  // the constant pattern compiled
  std::optional<Error> error_;        // it could not be compiled
  std::string passed_;                // the text of a pass
  Beginning failed_;                  // of the texts of failures; "" where the message has variables
};

}  // namespace ephor::engine
