// A binding of an admission policy, told to an observer.
#pragma once

#include "engine/cel/admission_policy.h"
#include "engine/observe/observer.h"

namespace ephor::engine {

// Asks whether the binding matches. The binding's step, within which the policy is evaluated by it, lasts as
// long as this.
class ObservedBinding {
 public:
  ObservedBinding(const Request& request, const CompiledBinding& binding) : observer_(request.observer) {
    if (observer_ != nullptr) [[unlikely]] {
      const policy::AdmissionPolicyBinding& source = binding.source();
      observer_->Begin({.kind = StepKind::kBinding, .source = source.document, .name = source.metadata.name});
    }
    const auto matches = binding.Matches(request);
    matches_ = matches && *matches;
  }
  ~ObservedBinding() {
    if (observer_ == nullptr) [[likely]]
      return;
    const Detail params{"params", params_};
    observer_->End(
        {matches_ ? Verdict::kTrue : Verdict::kFalse, {}, std::span(&params, params_.is_null() ? 0 : 1)});
  }
  ObservedBinding(const ObservedBinding&) = delete;
  ObservedBinding& operator=(const ObservedBinding&) = delete;

  // What cannot be matched does not match.
  bool Matches() const { return matches_; }
  // The parameters that the binding gives; of the request's arena.
  void Given(const json::Value& params) { params_ = params; }

 private:
  Observer* observer_;
  bool matches_ = false;
  json::Value params_;
};

}  // namespace ephor::engine
