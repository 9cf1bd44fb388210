// The policies written in CEL among the files: which of them are in force, and compiled.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "engine/cel/policy_set.h"
#include "policy/cel_policy_types.h"
#include "ports/clock.h"
#include "server/reload_report.h"
#include "source/policies.h"

namespace ephor::server {

// What one file says, or all: the documents of each kind by "name" or "namespace/name".
class CelDocuments {
 public:
  template <class T>
  using Named = std::map<std::string, std::shared_ptr<const T>, std::less<>>;

  CelDocuments() = default;
  // An object that has not changed is the one that was there before, so that it need not be compiled again.
  CelDocuments(const source::LoadedPolicies& loaded, const CelDocuments& before);

  // Adds what is not there; tells the keys of what was added.
  void KeepMissing(const CelDocuments& before, std::vector<std::string>& kept);
  // Adds all, in the place of what is there.
  void Add(const CelDocuments& more);

  template <class T>
  const Named<T>& Of() const {
    return std::get<Named<T>>(lists_);
  }

 private:
  std::tuple<Named<policy::ValidatingPolicy>, Named<policy::MutatingPolicy>, Named<policy::GeneratingPolicy>,
             Named<policy::DeletingPolicy>, Named<policy::ImageValidatingPolicy>,
             Named<policy::CelPolicyException>, Named<policy::ValidatingAdmissionPolicy>,
             Named<policy::MutatingAdmissionPolicy>, Named<policy::AdmissionPolicyBinding>>
      lists_;
};

// Compiles them with the exceptions that name them. A policy that does not compile keeps its last good
// version; an ImageValidatingPolicy without any is in force as it is: it fails every request that it is
// about. Not thread-safe.
class CelPolicyStore {
 public:
  // The set of what takes part in admission. Exceptions that have expired by the clock, if there is one,
  // count no longer; the report says when the next will have. Policies of which neither they nor their
  // exceptions changed are not compiled again.
  engine::CelPolicySet Update(const CelDocuments& documents, const ports::Clock* clock, ReloadReport& report);

 private:
  using Exceptions = std::vector<std::shared_ptr<const policy::CelPolicyException>>;
  template <class Compiled, class Source>
  struct Entry {
    std::shared_ptr<const Source> source;  // what was tried last
    Exceptions exceptions;
    std::shared_ptr<const Compiled> compiled;  // the last good version; null where there was none
  };
  template <class Compiled, class Source>
  using Entries = std::map<std::string, Entry<Compiled, Source>, std::less<>>;

  template <class Native, class Source>
  static engine::CelPolicyList<Native> UpdateNative(const CelDocuments& documents, ReloadReport& report,
                                                    CelDocuments::Named<Source>& before);
  template <class Compiled, class Source>
  engine::CelPolicyList<Compiled> UpdateKind(const CelDocuments::Named<Source>& documents,
                                             const Exceptions& exceptions, ReloadReport& report,
                                             Entries<Compiled, Source>& entries);

  Entries<engine::CompiledValidatingPolicy, policy::ValidatingPolicy> validating_;
  Entries<engine::CompiledMutatingPolicy, policy::MutatingPolicy> mutating_;
  Entries<engine::CompiledImagePolicy, policy::ImageValidatingPolicy> images_;
  CelDocuments::Named<policy::ValidatingAdmissionPolicy> native_;  // in force
  CelDocuments::Named<policy::MutatingAdmissionPolicy> native_mutating_;
};

}  // namespace ephor::server
