// Requests that show whether a rule and what it was converted to decide the same.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "convert/choices.h"
#include "convert/known_kinds.h"
#include "convert/reads.h"
#include "json/value.h"
#include "kube/gvk.h"
#include "policy/types.h"

namespace ephor::convert {

// A request about one object. Everything is in an arena or static.
struct Sample {
  json::Value object;
  kube::GroupVersionKind kind;
  std::string_view resource;
  std::string_view subresource;
  std::string_view operation;
  std::string_view username;
  std::span<const std::string_view> groups;
  json::Value namespace_labels;
  std::span<const json::Value> sources;  // what else is in the cluster, for rules that copy
};

// What samples of some rules are made of. The rules and the known kinds must outlive it.
class SampleSpace {
 public:
  // Of kinds that the rules match and, where Pods are among them and there are rules for their controllers,
  // of these; of no kind in particular, some that a rule about everything matches.
  struct Options {
    bool other_versions = false;             // objects of versions that nobody knows
    bool controllers = false;                // Pods also as the templates of their controllers
    bool ephemeral_containers = false;       // updates of Pods also by that subresource
    bool any_types = false;                  // values of other types than a field has
    std::string_view policy_namespace = {};  // of the policy, if it is in one
  };
  SampleSpace(std::vector<const policy::Rule*> rules, std::span<const kube::GroupVersionKind> kinds,
              const KnownKinds& known, const Options& options);

  // In the arena.
  Sample Make(Choices& choices, Arena& arena) const;

 private:
  struct Subject {
    std::string_view username;
    std::string_view group;
  };

  json::Value Value(const ReadPlace& place, int depth, Choices& choices, Arena& arena) const;
  json::Value Object(const ReadPlace& place, int depth, Choices& choices, Arena& arena) const;
  json::Value Metadata(const json::Value& read, const kube::GroupVersionKind& kind, Choices& choices,
                       Arena& arena) const;
  // Some of them, and some others.
  std::span<const json::Value> Targets(Choices& choices, Arena& arena) const;
  void ReadFilters(const policy::MatchResources& match);
  void AddExample(std::string_view wildcard, std::vector<std::string_view>& examples);

  Arena arena_;
  const KnownKinds& known_;
  std::vector<kube::GroupVersionKind> kinds_;
  std::vector<std::unique_ptr<ReadPlace>> reads_;  // of the kind at the same place
  std::vector<std::string_view> names_, namespaces_;
  std::vector<Subject> subjects_;
  std::vector<const policy::GeneratePattern*> generated_;
  // The existing objects that a rule changes.
  const policy::MutateTarget* target_ = nullptr;
  KnownKind target_kind_;
  ReadPlace target_reads_;
  std::vector<json::Value> namespace_labels_;
  Options options_;
};

}  // namespace ephor::convert
