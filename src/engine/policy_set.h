// All policies and exceptions that are in force: an immutable snapshot.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/compiled_policy.h"
#include "engine/evaluate.h"

namespace ephor::engine {

// Built beside the one in use and swapped for it; requests in flight finish on theirs. Policies that did not
// change are shared between sets. Const methods may be called from any thread; they take no lock and do not
// allocate.
class PolicySet : public ExceptionLookup {
 public:
  // Policies in the order of evaluation: cluster-wide before namespaced ones, then by name. Of two with the
  // same key the later given counts.
  PolicySet(std::vector<std::shared_ptr<const CompiledPolicy>> policies,
            std::vector<std::shared_ptr<const CompiledException>> exceptions);

  std::span<const std::shared_ptr<const CompiledPolicy>> policies() const { return policies_; }
  std::span<const std::shared_ptr<const CompiledException>> exceptions() const { return exceptions_; }
  // "name", or "namespace/name" of a Policy; null where there is none. Cost: one hash look-up.
  const CompiledPolicy* Find(std::string_view key) const;

  // For each policy with validate rules that may match the kind, in order: visit(policy, the places of those
  // rules). A candidate may still turn out not to match; a rule left out never matches. Cost: one hash
  // look-up, and a pass over the policies with rules of wildcard kinds.
  template <class Visit>
  void ForEachValidating(std::string_view kind, Visit visit) const {
    validating_.ForEach(kind, policies_, visit);
  }
  // The same for mutate rules that change the object itself.
  template <class Visit>
  void ForEachMutating(std::string_view kind, Visit visit) const {
    mutating_.ForEach(kind, policies_, visit);
  }

  const ExceptionIndex* Of(const CompiledPolicy& policy, std::size_t rule) const override;

 private:
  using Policies = std::vector<std::shared_ptr<const CompiledPolicy>>;

  // Rules of one sort by the kinds they name.
  class KindIndex {
   public:
    // Policies in their order; the rules are places in the policy.
    void Add(std::uint32_t policy, const CompiledPolicy& source, std::span<const std::uint32_t> rules);

    template <class Visit>
    void ForEach(std::string_view kind, const Policies& policies, Visit& visit) const {
      const std::span<const Candidate> named = OfKind(kind);
      std::size_t a = 0, b = 0;
      while (a < named.size() || b < any_kind_.size()) {
        // A policy in both lists has all its rules in the first.
        const bool take_named =
            b == any_kind_.size() || (a < named.size() && named[a].policy <= any_kind_[b].policy);
        if (take_named && b < any_kind_.size() && named[a].policy == any_kind_[b].policy) ++b;
        const Candidate& candidate = take_named ? named[a++] : any_kind_[b++];
        visit(*policies[candidate.policy], std::span<const std::uint32_t>(candidate.rules));
      }
    }

   private:
    struct Candidate {
      std::uint32_t policy;              // its place among the policies
      std::vector<std::uint32_t> rules;  // their places in the policy
    };

    std::span<const Candidate> OfKind(std::string_view kind) const;

    // Of policies with rules that name the kind: these rules, and those of wildcard kinds.
    std::unordered_map<std::string_view, std::vector<Candidate>> by_kind_;
    std::vector<Candidate> any_kind_;  // of policies with rules of wildcard kinds: these rules
  };

  Policies policies_;
  std::vector<std::shared_ptr<const CompiledException>> exceptions_;
  std::unordered_map<std::string_view, const CompiledPolicy*> by_key_;
  KindIndex validating_, mutating_;
  std::unordered_map<const CompiledPolicy*, std::vector<ExceptionIndex>> by_policy_;  // one index a rule
};

}  // namespace ephor::engine
