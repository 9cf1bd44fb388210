// The policies that are in force, from files.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/compiled_policy.h"
#include "engine/configuration.h"
#include "engine/exceptions.h"
#include "ports/world.h"
#include "server/cel_policy_store.h"
#include "server/metrics.h"
#include "server/policy_snapshot.h"
#include "server/published.h"
#include "server/reload_report.h"
#include "source/policies.h"

namespace ephor::server {

// Files, or folders with all YAML files below them.
struct PolicyPaths {
  std::vector<std::string> policies;
  std::vector<std::string> exceptions;
  std::vector<std::string> resources;  // namespaces, bindings and whatever else policies ask a cluster for
  std::string configuration;           // the ConfigMap `kyverno`; "": the Helm chart's defaults

  std::vector<std::string> All() const;
};

// Reads the files and publishes what they say as one snapshot. A document that cannot be used takes nothing
// else with it, and if it had been used before, its last good version stays in force until the file has a new
// one or is gone. Policies that did not change are not compiled again. Not thread-safe: one thread reloads.
class PolicyStore {
 public:
  // What is given by reference must outlive the store.
  PolicyStore(PolicyPaths paths, ports::World world, Metrics& metrics, Published<PolicySnapshot>& published);

  ReloadReport Reload();

  const PolicyPaths& paths() const { return paths_; }
  // Of the given resources, as they were last read; null before.
  const std::shared_ptr<source::LocalCluster>& cluster() const { return cluster_; }

 private:
  using CompiledPolicies = std::map<std::string, std::shared_ptr<const engine::CompiledPolicy>, std::less<>>;
  using CompiledExceptions =
      std::map<std::string, std::shared_ptr<const engine::CompiledException>, std::less<>>;
  // What a file said when it was last read.
  struct File {
    std::string digest;
    CompiledPolicies policies;      // by key
    CompiledExceptions exceptions;  // by key
    CelDocuments cel;
    bool broken = false;  // some document of it could not be used
  };

  std::vector<std::string> FilesOf(const std::vector<std::string>& paths, ReloadReport& report);
  void ReadPolicyFile(const std::string& path, File& file, ReloadReport& report);
  void ReadPolicyFiles(ReloadReport& report);
  void ReadConfiguration(ReloadReport& report);
  void ReadCluster(ReloadReport& report);
  void Publish(ReloadReport& report);

  PolicyPaths paths_;
  ports::World world_;
  Metrics& metrics_;
  Published<PolicySnapshot>& published_;

  std::map<std::string, std::vector<std::string>> listed_;  // the files of a path when it was last read
  std::map<std::string, File> files_;
  std::string configuration_digest_;
  engine::Configuration configuration_ = engine::Configuration::ChartDefaults();
  std::string cluster_digest_ = "none";
  std::shared_ptr<source::LocalCluster> cluster_;
  const kube::CustomKinds* custom_kinds_ = nullptr;  // of the cluster, which owns them
  CompiledPolicies in_force_;
  CelPolicyStore cel_;
};

}  // namespace ephor::server
