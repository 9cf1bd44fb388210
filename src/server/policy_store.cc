#include "server/policy_store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>
#include <utility>

#include "base/hash.h"
#include "json/value.h"
#include "policy/validate.h"
#include "source/documents.h"
#include "source/paths.h"
#include "source/resources.h"
#include "source/text.h"
#include "yaml/load.h"

namespace ephor::server {
namespace {

constexpr std::string_view kDeleted = "deleted";

// A file that changes while it is read must not be mapped: it could become shorter under our eyes.
Result<std::string> ReadFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  if (file == nullptr) {
    return Fail(ErrorCode::kUnavailable, "open " + path + ": " + std::strerror(errno));
  }
  EPHOR_ASSIGN(const source::Text text, source::Text::OfStream(file.get()));
  return std::string(text.bytes());
}

source::PolicyProblem ProblemOf(const std::string& file, const Error& error) {
  return {file, error.position().line, error.message()};
}

bool IsGone(const std::string& path) {
  return access(path.c_str(), F_OK) != 0 && errno == ENOENT;
}

std::string KeyOf(const policy::Object& object) {
  std::string key(object.metadata.namespace_);
  if (!key.empty()) key += '/';
  return key.append(object.metadata.name);
}

// Rules that generate, or verify images or manifests.
bool HasRulesOfOtherTypes(const engine::CompiledPolicy& policy) {
  return std::any_of(policy.rules().begin(), policy.rules().end(), [](const engine::CompiledRule& rule) {
    return rule.source->has_verify_manifests() || (rule.validate == nullptr && rule.mutate == nullptr);
  });
}

// Of the kinds that are not evaluated at all.
void AddUnevaluatedKinds(const source::LoadedPolicies& loaded, ReloadReport& report) {
  const auto add = [&](const auto& list) {
    for (const auto& policy : list) report.unevaluated.push_back(KeyOf(*policy));
  };
  add(loaded.generating_policies);
  add(loaded.deleting_policies);
  add(loaded.cleanup_policies);
}

// The one that was compiled before from the same document, else a new one.
template <class Compiled, class Object>
std::shared_ptr<const Compiled> Compile(
    const std::shared_ptr<const Object>& object,
    const std::map<std::string, std::shared_ptr<const Compiled>, std::less<>>& before) {
  const auto found = before.find(KeyOf(*object));
  if (found != before.end() && object->document != nullptr &&
      json::Equal(*found->second->source().document, *object->document)) {
    return found->second;
  }
  return std::make_shared<const Compiled>(object);
}

}  // namespace

std::vector<std::string> PolicyPaths::All() const {
  std::vector<std::string> all = policies;
  all.insert(all.end(), exceptions.begin(), exceptions.end());
  all.insert(all.end(), resources.begin(), resources.end());
  if (!configuration.empty()) all.push_back(configuration);
  return all;
}

PolicyStore::PolicyStore(PolicyPaths paths, ports::World world, Metrics& metrics,
                         Published<PolicySnapshot>& published)
    : paths_(std::move(paths)), world_(world), metrics_(metrics), published_(published) {}

ReloadReport PolicyStore::Reload() {
  ReloadReport report;
  ReadConfiguration(report);
  ReadCluster(report);
  ReadPolicyFiles(report);
  Publish(report);
  return report;
}

// All files of the paths, each once. Of a path that is there but cannot be read now (too many open files,
// say) those that it had before: what they forbid must not be let pass meanwhile.
std::vector<std::string> PolicyStore::FilesOf(const std::vector<std::string>& paths, ReloadReport& report) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    std::vector<std::string>& listed = listed_[path];
    if (auto files = source::PolicyFiles(path)) {
      listed = *std::move(files);
    } else {
      report.problems.push_back(ProblemOf(path, files.error()));
      if (IsGone(path)) listed.clear();
    }
    for (const std::string& file : listed) {
      if (seen.insert(file).second) all.push_back(file);
    }
  }
  return all;
}

void PolicyStore::ReadPolicyFiles(ReloadReport& report) {
  std::vector<std::string> paths = paths_.policies;
  paths.insert(paths.end(), paths_.exceptions.begin(), paths_.exceptions.end());
  std::map<std::string, File> now;
  for (const std::string& path : FilesOf(paths, report)) {
    File file;
    if (const auto before = files_.find(path); before != files_.end()) file = std::move(before->second);
    ReadPolicyFile(path, file, report);
    now.emplace(path, std::move(file));
  }
  files_ = std::move(now);
}

void PolicyStore::ReadPolicyFile(const std::string& path, File& file, ReloadReport& report) {
  const auto text = ReadFile(path);
  if (!text) {
    report.problems.push_back(ProblemOf(path, text.error()));
    file.digest.clear();
    file.broken = true;
    return;  // what it said last stays in force
  }
  std::string digest = Sha256Hex(*text);
  if (file.digest == digest) return;

  source::LoadedPolicies loaded = source::LoadPolicyText(path, *text);
  AddUnevaluatedKinds(loaded, report);
  CompiledPolicies policies;
  CompiledExceptions exceptions;
  CelDocuments cel(loaded, file.cel);
  for (const auto& policy : loaded.policies) {
    const policy::ValidationReport checked = policy::ValidatePolicy(*policy);
    if (checked.error) {
      const std::uint32_t line = checked.error->position().line;
      loaded.problems.push_back({path, line > 0 ? line : policy->line, checked.error->message()});
    } else {
      policies[KeyOf(*policy)] = Compile(policy, file.policies);
    }
  }
  for (const auto& one : loaded.exceptions) exceptions[KeyOf(*one)] = Compile(one, file.exceptions);
  loaded.ForgetPositions();
  file.broken = !loaded.problems.empty();
  if (file.broken) {
    // A problem does not always tell which policy it was to be. What the file had before and has no longer is
    // kept: to drop a policy that somebody is editing would let pass what it forbids.
    for (auto& [key, policy] : file.policies) {
      if (policies.try_emplace(key, policy).second) report.kept.push_back(key);
    }
    exceptions.merge(file.exceptions);
    cel.KeepMissing(file.cel, report.kept);
  }
  file.digest = std::move(digest);
  file.policies = std::move(policies);
  file.exceptions = std::move(exceptions);
  file.cel = std::move(cel);
  for (source::PolicyProblem& problem : loaded.problems) report.problems.push_back(std::move(problem));
}

void PolicyStore::ReadConfiguration(ReloadReport& report) {
  if (paths_.configuration.empty()) return;
  const auto text = ReadFile(paths_.configuration);
  if (!text) {
    report.problems.push_back(ProblemOf(paths_.configuration, text.error()));
    return;
  }
  std::string digest = Sha256Hex(*text);
  if (digest == configuration_digest_) return;
  configuration_digest_ = std::move(digest);
  Arena arena;
  const auto root = yaml::Load(*text, arena);
  if (!root) {
    report.problems.push_back(ProblemOf(paths_.configuration, root.error()));
    return;
  }
  const json::Value* const data = root->Find("data");
  if (root->StringAt("kind") != "ConfigMap" || (data != nullptr && !data->is_object())) {
    report.problems.push_back({paths_.configuration, 1, "this is no ConfigMap"});
    return;
  }
  std::vector<std::string> warnings;
  configuration_ = engine::Configuration::Read(data == nullptr ? json::Value::Object({}) : *data, warnings);
  for (std::string& warning : warnings)
    report.problems.push_back({paths_.configuration, 0, std::move(warning)});
}

void PolicyStore::ReadCluster(ReloadReport& report) {
  std::string digests;
  std::vector<std::pair<std::string, std::string>> texts;
  for (const std::string& path : FilesOf(paths_.resources, report)) {
    auto text = ReadFile(path);
    if (!text) {
      report.problems.push_back(ProblemOf(path, text.error()));
      return;  // the cluster stays as it was
    }
    digests += Sha256Hex(*text);
    texts.emplace_back(path, *std::move(text));
  }
  if (digests == cluster_digest_) return;
  cluster_digest_ = std::move(digests);
  Arena arena;
  std::vector<json::Value> objects;
  for (const auto& [path, text] : texts) {
    for (const source::DocumentText& document : source::SplitDocuments(text)) {
      const auto decoded = source::DecodeResources({&path, document}, arena);
      if (decoded) {
        objects.insert(objects.end(), decoded->begin(), decoded->end());
      } else {
        report.problems.push_back(ProblemOf(path, decoded.error()));
      }
    }
  }
  struct ClusterWithKinds {
    kube::CustomKinds kinds;
    std::optional<source::LocalCluster> cluster;
  };
  const auto made = std::make_shared<ClusterWithKinds>();
  for (const json::Value& object : objects) made->kinds.Add(object);
  made->cluster.emplace(
      [&objects](Arena& to) {
        for (json::Value& object : objects) object = json::DeepCopy(object, to);
        return std::move(objects);
      },
      source::LocalCluster::Answers::kAll, &made->kinds);
  cluster_ = {made, &*made->cluster};
  custom_kinds_ = &made->kinds;
  cluster_->NamespaceLabels("", arena);  // read now, not by the first request
}

void PolicyStore::Publish(ReloadReport& report) {
  CompiledPolicies policies;
  CompiledExceptions exceptions;
  CelDocuments cel;
  for (const auto& [path, file] : files_) {
    for (const auto& [key, policy] : file.policies) policies[key] = policy;
    for (const auto& [key, one] : file.exceptions) exceptions[key] = one;
    cel.Add(file.cel);
  }
  std::vector<std::shared_ptr<const engine::CompiledPolicy>> admitting;
  for (const auto& [key, policy] : policies) {
    if (policy->source().spec.admission_enabled()) admitting.push_back(policy);
    report.rules += policy->rules().size();
  }
  std::vector<std::shared_ptr<const engine::CompiledException>> all_exceptions;
  for (const auto& [key, one] : exceptions) all_exceptions.push_back(one);
  report.policies = policies.size();
  report.exceptions = exceptions.size();

  ports::World world = world_;
  world.custom_types = custom_kinds_;
  const auto snapshot = std::make_shared<const PolicySnapshot>(
      engine::PolicySet(std::move(admitting), std::move(all_exceptions)),
      cel_.Update(cel, world_.clock, report), configuration_, cluster_, world, metrics_.rules());
  const auto change = [&](const std::string& key, const engine::CompiledPolicy& policy,
                          std::string_view kind) {
    report.changes.push_back({key, std::string(kind)});
    if (kind != kDeleted && HasRulesOfOtherTypes(policy)) report.unevaluated.push_back(key);
    metrics_.CountPolicyChange(PolicySnapshot::NumberOf(policy, metrics_.rules()), kind);
  };
  for (const auto& [key, policy] : policies) {
    const auto before = in_force_.find(key);
    if (before == in_force_.end()) {
      change(key, *policy, "created");
    } else if (before->second != policy) {
      change(key, *policy, "updated");
    }
  }
  for (const auto& [key, policy] : in_force_) {
    if (!policies.contains(key)) change(key, *policy, kDeleted);
  }
  metrics_.SetRules(snapshot->AllRules());
  in_force_ = std::move(policies);
  published_.Publish(snapshot);
}

}  // namespace ephor::server
