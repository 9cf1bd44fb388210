#include "cli/test_match.h"

#include <algorithm>
#include <optional>

#include "cli/test_compare.h"
#include "engine/compiled_policy.h"
#include "report/colour.h"
#include "report/results.h"

namespace ephor::cli {
namespace {

using report::Bold;
using report::Colour;
using report::TableRow;

// The parts of a resource key.
struct Key {
  std::string_view api_version, namespace_, name;
};

Key PartsOf(std::string_view key) {
  const std::size_t last = key.rfind(',');
  if (last == std::string_view::npos) return {"", "", key};  // a payload
  const std::size_t before = key.rfind(',', last - 1);
  return {key.substr(0, key.find(',')), key.substr(before + 1, last - before - 1), key.substr(last + 1)};
}

// "name", or "namespace/name".
bool Names(std::string_view wanted, const Key& key) {
  if (wanted == key.name) return true;
  const std::size_t slash = wanted.find('/');
  if (slash == std::string_view::npos) return false;
  return wanted.substr(0, slash) == key.namespace_ && wanted.substr(slash + 1) == key.name;
}

bool Names(const source::ResourceSpec& wanted, const Key& key) {
  const std::string api_version = wanted.group.empty() ? wanted.version : wanted.group + "/" + wanted.version;
  return api_version == key.api_version && wanted.namespace_ == key.namespace_ && wanted.name == key.name;
}

// The resources that a row is about. All of them where it names none, also where it names some that are not
// there.
std::vector<std::size_t> Candidates(const source::ExpectedResult& expected,
                                    const std::vector<std::string>& keys) {
  std::vector<std::size_t> found;
  if (expected.has_resources) {
    for (const std::string& wanted : expected.resources) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (Names(wanted, PartsOf(keys[i]))) found.push_back(i);
      }
    }
    for (const source::ResourceSpec& wanted : expected.resource_specs) {
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (Names(wanted, PartsOf(keys[i]))) found.push_back(i);
      }
    }
  }
  if (found.empty()) {
    for (std::size_t i = 0; i < keys.size(); ++i) found.push_back(i);
  }
  return found;
}

bool IsRule(std::string_view wanted, std::string_view rule) {
  if (wanted.empty() || rule == wanted) return true;
  for (const std::string_view prefix : {"autogen-", "autogen-cronjob-"}) {
    if (rule.starts_with(prefix) && rule.substr(prefix.size()) == wanted) return true;
  }
  return false;
}

std::string_view LastPart(std::string_view policy) {
  const std::size_t slash = policy.rfind('/');
  return slash == std::string_view::npos ? policy : policy.substr(slash + 1);
}

constexpr char kDiffers[] = "Resource diff";

class Matcher {
 public:
  Matcher(const TestResponses& responses, const std::string& directory, bool colour, TestCounts& counts)
      : responses_(responses), directory_(directory), colour_(colour), counts_(counts) {}

  void Match(const source::ExpectedResult& expected) {
    const RunResponses* run = responses_.RunOf(expected.operation);
    if (run == nullptr) return;
    std::vector<std::string> keys = responses_.target_keys;
    keys.insert(keys.end(), responses_.keys.begin(), responses_.keys.end());
    for (const std::size_t i : Candidates(expected, keys)) {
      if (i < responses_.target_keys.size()) {
        MatchTarget(expected, *run, keys[i]);
      } else {
        Match(expected, (*run)[i - responses_.target_keys.size()], keys[i]);
      }
    }
  }

  std::vector<TableRow> Take() { return std::move(rows_); }

 private:
  void Match(const source::ExpectedResult& expected, const std::vector<engine::PolicyResponse>& responses,
             const std::string& key) {
    const std::size_t before = rows_.size();
    bool left_out = false;  // an object that the expected manifest does not have
    for (const engine::PolicyResponse& response : responses) {
      if (response.policy->name() != LastPart(expected.policy)) continue;
      for (const engine::RuleResponse& rule : response.rules) {
        // Policies written in CEL have no rules to name.
        if (rule.rule != nullptr && !IsRule(expected.rule, rule.name)) continue;
        if (rule.type == engine::RuleType::kGeneration) {
          AddGenerated(expected, response, rule, key);
        } else {
          left_out |= !AddChecked(expected, response, rule, response.resource, key);
        }
      }
      // No result for this resource: it has been excluded, and that passes.
      if (rows_.size() == before && !left_out) {
        TableRow& row = AddRow(expected, expected.rule, key);
        row.result = Bold("Pass", Colour::kGreen, colour_);
        row.reason = row.message = Bold("Excluded", Colour::kYellow, colour_);
        ++counts_.skip;
      }
    }
    if (rows_.size() == before && !left_out) AddMissing(expected, key);
  }

  // One row for each response with a rule that changed the target, whatever its policy.
  void MatchTarget(const source::ExpectedResult& expected, const RunResponses& run, const std::string& key) {
    const std::size_t before = rows_.size();
    bool left_out = false;
    for (const std::vector<engine::PolicyResponse>& responses : run) {
      for (const engine::PolicyResponse& response : responses) {
        const auto rule = std::find_if(response.rules.begin(), response.rules.end(), [&](const auto& each) {
          return each.patched_target.is_object() && KeyOf(each.patched_target) == key;
        });
        if (rule == response.rules.end()) continue;
        left_out |= !AddChecked(expected, response, *rule, rule->patched_target, key);
      }
    }
    if (rows_.size() == before && !left_out) AddMissing(expected, key);
  }

  // A row for a rule and the object that it is about. None, and false, where the test does not care for
  // objects that are missing in the manifest.
  bool AddChecked(const source::ExpectedResult& expected, const engine::PolicyResponse& response,
                  const engine::RuleResponse& rule, const json::Value& object, const std::string& key) {
    Verdict verdict = CompareManifests(expected, object);
    if (verdict.missing && !expected.fail_on_missing_resources) return false;
    AddVerdict(expected, response, rule, std::move(verdict), key);
    return true;
  }

  // A row for each object that a rule makes; for a rule that makes none, one that is about its status alone.
  void AddGenerated(const source::ExpectedResult& expected, const engine::PolicyResponse& response,
                    const engine::RuleResponse& rule, const std::string& key) {
    if (rule.generated.empty()) AddVerdict(expected, response, rule, {}, key);
    for (const json::Value& object : rule.generated) {
      AddVerdict(expected, response, rule, CompareManifests(expected, object),
                 "," + std::string(object.StringAt("metadata", "name")));
    }
  }

  // What the manifests of a row say of an object: no reason where they have nothing against it.
  struct Verdict {
    std::string message, reason;
    bool missing = false;  // a manifest does not have the object
  };

  void AddVerdict(const source::ExpectedResult& expected, const engine::PolicyResponse& response,
                  const engine::RuleResponse& rule, Verdict verdict, const std::string& key) {
    const report::Result result = report::ResultOf(response, rule, {});
    if (verdict.reason.empty()) {
      verdict.message = result.message;
      if (result.result != expected.result) {
        verdict.reason = "Want " + expected.result + ", got " + std::string(result.result);
      }
    }
    TableRow& row = AddRow(expected, rule.name, key);
    row.message = std::move(verdict.message);
    row.failed = !verdict.reason.empty();
    if (row.failed) {
      row.result = Bold("Fail", Colour::kRed, colour_);
      row.reason = std::move(verdict.reason);
      ++counts_.fail;
    } else {
      row.result = Bold("Pass", Colour::kGreen, colour_);
      row.reason = "Ok";
      ++(expected.result == "skip" ? counts_.skip : counts_.pass);
    }
  }

  // All manifests that the row names, whatever the rule's kind; the first that differs decides.
  Verdict CompareManifests(const source::ExpectedResult& expected, const json::Value& object) {
    Verdict verdict;
    if (!expected.patched_resources.empty()) {
      verdict = Compare(expected.patched_resources, object, "PatchedResources",
                        "Patched resource didn't match the patched resource");
    }
    if (!verdict.reason.empty()) return verdict;
    if (expected.generated_resources.empty()) {
      if (expected.generated_resource.empty()) return verdict;
      return Compare(expected.generated_resource, object, "GeneratedResource",
                     "Patched resource didn't match the generated resource");
    }
    // One of the files must have it. What differs tells more than what is not there.
    bool differs = false;
    for (const std::string& file : expected.generated_resources) {
      Verdict one = Compare(file, object, "GeneratedResources",
                            "Generated resource didn't match any of the expected generated resources");
      if (one.reason.empty()) return {};
      const bool one_differs = one.reason == kDiffers;
      if (one_differs || !differs) verdict = std::move(one);
      differs |= one_differs;
    }
    return verdict;
  }

  Verdict Compare(const std::string& file, const json::Value& object, std::string_view label,
                  std::string_view complaint) {
    const auto manifest = manifests_.Find(directory_ + "/" + file, object);
    if (!manifest) {
      return {.message = "error: failed to load " + std::string(label) + " resource (" +
                         manifest.error().message() + ")",
              .reason = "Resource error",
              .missing = manifest.error().code() == ErrorCode::kNotFound};
    }
    Arena arena;
    const std::string difference = ManifestDifference(object, *manifest, colour_, arena);
    if (difference.empty()) return {};
    return {.message = std::string(complaint) + " in the test result\n(" + DifferenceLegend(colour_) +
                       ")\n\n" + difference,
            .reason = kDiffers};
  }

  void AddMissing(const source::ExpectedResult& expected, const std::string& key) {
    const std::string_view name = LastPart(expected.policy);
    const auto invalid = std::find_if(responses_.invalid.begin(), responses_.invalid.end(),
                                      [name](const InvalidPolicy& policy) { return policy.name == name; });
    if (invalid == responses_.invalid.end()) {
      AddNotFound(expected, key);
      return;
    }
    TableRow& row = AddRow(expected, expected.rule, key);
    row.result = Bold("Skip", Colour::kCyan, colour_);
    row.reason = Bold("Invalid Policy", Colour::kYellow, colour_);
    row.message = invalid->reason;
    ++counts_.skip;
  }

  void AddNotFound(const source::ExpectedResult& expected, const std::string& key) {
    TableRow& row = AddRow(expected, expected.rule, key);
    row.failed = true;
    row.result = Bold("Fail", Colour::kRed, colour_);
    row.reason = row.message = Bold("Not found", Colour::kYellow, colour_);
    ++counts_.fail;
  }

  TableRow& AddRow(const source::ExpectedResult& expected, std::string_view rule, const std::string& key) {
    TableRow& row = rows_.emplace_back();
    row.id = static_cast<int>(rows_.size());
    row.place = expected.place;
    row.policy = PolicyCell(expected.policy);
    row.rule = Bold(rule, Colour::kCyan, colour_);
    row.resource = ResourceCell(key);
    return row;
  }

  // The parts of "namespace/name" each in colour; what comes after them is dropped, as in the reference.
  std::string PolicyCell(std::string_view policy) const {
    const std::size_t slash = policy.find('/');
    if (slash == std::string_view::npos) return Bold(policy, Colour::kCyan, colour_);
    const std::string_view name = policy.substr(slash + 1, policy.find('/', slash + 1) - slash - 1);
    const std::string_view policy_namespace = policy.substr(0, slash);
    if (policy_namespace.empty()) return Bold(name, Colour::kCyan, colour_);
    return Bold(policy_namespace, Colour::kCyan, colour_) + "/" + Bold(name, Colour::kCyan, colour_);
  }

  std::string ResourceCell(std::string key) const {
    std::replace(key.begin(), key.end(), ',', '/');
    const std::size_t slash = key.rfind('/');
    if (slash == std::string::npos) return "/" + Bold(key, Colour::kCyan, colour_);
    return Bold(key.substr(0, slash), Colour::kCyan, colour_) + "/" +
           Bold(key.substr(slash + 1), Colour::kCyan, colour_);
  }

  const TestResponses& responses_;
  const std::string& directory_;
  Manifests manifests_;
  bool colour_;
  TestCounts& counts_;
  std::vector<TableRow> rows_;
};

}  // namespace

std::vector<TableRow> MatchRows(const std::vector<source::ExpectedResult>& expected,
                                const TestResponses& responses, const std::string& directory, bool colour,
                                TestCounts& counts) {
  Matcher matcher(responses, directory, colour, counts);
  for (const source::ExpectedResult& row : expected) matcher.Match(row);
  return matcher.Take();
}

}  // namespace ephor::cli
