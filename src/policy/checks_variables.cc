// Which variables a rule may use: those of its context entries and those of an admission request, or fewer.
#include <algorithm>

#include "base/regex.h"
#include "jmespath/query.h"
#include "json/builder.h"
#include "pattern/wildcard.h"
#include "policy/checks.h"
#include "policy/variable_text.h"
#include "policy/walk.h"

namespace ephor::policy {
namespace {

using json::Value;

// ---- variables that only a request has ----

// The first use of a variable that background scans have no value for; empty where there is none.
std::string UserVariable(const Policy& policy) {
  static const Regex banned = *Regex::Compile(
      R"([^\.](serviceAccountName|serviceAccountNamespace|request.userInfo|request.roles|request.clusterRoles)\b)");
  std::string found;
  const auto look = [&](std::string_view text) {
    for (const std::string_view variable : FindVariables(text)) {
      if (banned.Search(variable)) {
        found = variable;
        return false;
      }
    }
    return true;
  };
  for (const char* part : {"metadata", "spec"}) {
    if (const Value* value = policy.document->Find(part); value != nullptr && !ForEachText(*value, look))
      break;
  }
  return found;
}

bool HasAnyVariable(const Policy& policy) {
  bool any = false;
  ForEachText(*policy.document, [&](std::string_view text) { return !(any = HasVariables(text)); });
  return any;
}

std::string_view UserInfoPart(const UserInfo& user) {
  if (!user.roles.empty()) return "roles";
  if (!user.cluster_roles.empty()) return "clusterRoles";
  return !user.subjects.empty() ? "subjects" : std::string_view();
}

// The place at which a block asks who the requester is; empty where it does not.
std::string UserInfoPlace(const MatchResources& block, bool all_first) {
  if (const std::string_view part = UserInfoPart(block.user); !part.empty()) return std::string(part);
  const auto in_list = [](std::string_view name, std::span<const ResourceFilter> filters) {
    for (std::size_t i = 0; i < filters.size(); ++i) {
      const std::string_view part = UserInfoPart(filters[i].user);
      if (!part.empty()) return Indexed(name, i).append("/").append(part);
    }
    return std::string();
  };
  const std::string any = in_list("any", block.any);
  const std::string all = in_list("all", block.all);
  return (all_first && !all.empty()) || any.empty() ? all : any;
}

Result<void> CheckNoUserInfo(const Policy& policy) {
  const std::span<const Rule> rules = policy.effective_rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (const bool is_match : {true, false}) {
      const MatchResources* block = is_match ? &rules[i].match : rules[i].exclude;
      if (block == nullptr) continue;
      const std::string place = UserInfoPlace(*block, !is_match);
      if (place.empty()) continue;
      return Refuse("invalid variable used at path: spec/" + Indexed("rules", i) +
                    (is_match ? "/match/" : "/exclude/") + place);
    }
  }
  if (std::ranges::any_of(policy.spec.rules, &Rule::has_mutate_existing)) return {};
  const std::string variable = UserVariable(policy);
  if (!variable.empty()) return Refuse("variable " + variable + " is not allowed");
  return {};
}

// ---- parts of a rule where no variable may be ----

bool HasPlainVariable(std::string_view text) {
  if (text.find("{{") == std::string_view::npos) return false;
  static const Regex regex = *Regex::Compile(R"(\{\{[^{}]*\}\})");
  return regex.Search(text);
}

bool HasPlainVariables(const Value* part) {
  return part != nullptr &&
         !ForEachText(*part, [](std::string_view text) { return !HasPlainVariable(text); });
}

Result<void> CheckForbiddenParts(const Rule& rule) {
  const auto refuse = [&](std::string_view part) {
    return Refuse(
        std::string("rule \"").append(rule.name).append("\" should not have variables in ").append(part) +
        " section");
  };
  if (rule.mutate != nullptr && JsonPatchPathHasVariables(rule.mutate->patches_json6902)) {
    return refuse("patchesJSON6902 path");
  }
  if (rule.exclude != nullptr && HasPlainVariables(rule.exclude->source)) return refuse("exclude");
  if (HasPlainVariables(rule.match.source)) return refuse("match");
  for (const ImageVerification& images : rule.verify_images) {
    if (std::ranges::any_of(images.image_references, HasVariables) || HasVariables(images.image)) {
      return refuse("image reference");
    }
  }
  return {};
}

// ---- variables everywhere else ----

constexpr char
    kRequest[] =
        R"(request|serviceAccountName|serviceAccountNamespace|element|elementIndex|@|images|image|([a-z_0-9]+\()[^{}])",
    kScan[] = R"(request\.|element|elementIndex|@|images|images\.|image\.|([a-z_0-9]+\()[^{}])",
    kRequestTarget[] =
        R"(request\.|serviceAccountName|serviceAccountNamespace|element|elementIndex|@|images|images\.|image\.|target\.|([a-z_0-9]+\()[^{}])",
    kScanTarget[] =
        R"(request\.|element|elementIndex|@|images|images\.|image\.|target\.|([a-z_0-9]+\()[^{}])";

// Compiled when it is first needed: a command that checks one policy needs one of them.
template <const char* kPattern>
const Regex& Compiled() {
  static const Regex regex = *Regex::Compile(kPattern);
  return regex;
}

// What stands behind a variable's name: a regular expression that is searched for anywhere in the query, or
// wildcards for the variables of context entries.
class Allowed {
 public:
  Allowed(bool background, bool target) : regex_(RegexFor(background, target)) {}
  // The regex must outlive this.
  explicit Allowed(const Regex& regex) : regex_(regex) {}

  void AddContext(std::span<const ContextEntry> context) {
    for (const ContextEntry& entry : context) {
      const std::string name(entry.name);
      if (entry.api_call != nullptr || entry.global_reference != nullptr || entry.image_registry != nullptr ||
          entry.variable != nullptr) {
        wildcards_.push_back(name + "*");
      }
      if (entry.config_map != nullptr) {
        for (const char* part : {".data", ".metadata", ".data.*", ".metadata.*"}) {
          wildcards_.push_back(name + part);
        }
      }
    }
  }
  void Add(std::string wildcard) { wildcards_.push_back(std::move(wildcard)); }

  // Errors about a query that cannot be one are wrapped with its place, those about a name are not.
  Result<void> Check(std::string query, std::string_view path) const {
    const auto wrapped = [&](std::string_view error) {
      return Refuse(std::string("failed to resolve ").append(query).append(" at path ").append(path) + ": " +
                    std::string(error));
    };
    if (query.empty()) return wrapped("invalid query (nil)");
    if (const auto compiled = jmespath::Query::Compile(query); !compiled) {
      return wrapped("invalid JMESPath query " + query + ": " + compiled.error().message());
    }
    std::erase(query, '"');
    if (regex_.Search(query)) return {};
    for (const std::string& wildcard : wildcards_) {
      if (pattern::WildcardMatch(wildcard, query)) return {};
    }
    return Refuse("variable " + query + " must match regex \"" + std::string(regex_.pattern()) +
                  "\" or patterns " + GoList(wildcards_));
  }

 private:
  static const Regex& RegexFor(bool background, bool target) {
    if (target) return background ? Compiled<kScanTarget>() : Compiled<kRequestTarget>();
    return background ? Compiled<kScan>() : Compiled<kRequest>();
  }

  const Regex& regex_;
  Texts wildcards_;
};

// Every round takes out the innermost braces, so rounds are what hostile texts are made of.
constexpr int kMaxNesting = 64;

// As substitution goes through a text: each variable in turn, then again what they leave behind, in which an
// inner variable has become "null" within an outer one.
Result<void> CheckText(std::string_view text, std::string_view path, const Allowed& allowed) {
  std::string rest(text);
  std::vector<std::string_view> variables = FindVariables(rest);
  for (int round = 0; !variables.empty(); ++round) {
    if (round == kMaxNesting) return Refuse("variables nested too deeply at path " + std::string(path));
    bool shallow = false;
    for (const std::string_view variable : variables) {
      const VariableName name = NameOf(variable);
      shallow = name.shallow;
      if (name.query == "@") continue;  // stands for the place itself
      EPHOR_TRY(allowed.Check(name.query, path));
    }
    if (shallow) break;
    rest = ReplaceVariables(rest, "null");
    variables = FindVariables(rest);
  }
  return {};
}

Result<void> CheckTexts(const Value& part, const Allowed& allowed, std::string_view part_path = {}) {
  Result<void> result;
  const auto check = [&](std::string_view text, std::string_view path, bool) {
    result = CheckText(text, path, allowed);
    return result.has_value();
  };
  Walk(part, check, part_path);
  return result;
}

// The rule as written, without the conditions of attestations, whose variables come from the statement.
Value WithoutAttestationConditions(const Rule& rule, Arena& arena) {
  if (rule.verify_images.empty()) return *rule.source;
  json::ArrayBuilder images(arena);
  for (const ImageVerification& image : rule.verify_images) {
    Value written = *image.source;
    if (const Value* attestations = written.Find("attestations");
        attestations != nullptr && attestations->is_array()) {
      json::ArrayBuilder stripped(arena);
      for (const Value& attestation : attestations->items()) {
        stripped.Add(json::WithoutMember(attestation, "conditions", arena));
      }
      written = json::WithMember(written, "attestations", stripped.Build(), arena);
    }
    images.Add(written);
  }
  return json::WithMember(*rule.source, "verifyImages", images.Build(), arena);
}

// What targets are found by, and what is evaluated before: none of it may use a target.
Result<void> CheckTargets(const Rule& rule, bool background) {
  Allowed allowed(background, false);
  allowed.AddContext(rule.context);
  const auto invalid = [](std::size_t i, const Result<void>& checked) {
    return Refuse("invalid variables defined at " + Indexed("mutate.targets", i) + ": " +
                  checked.error().message());
  };
  if (rule.mutate->targets.empty()) return {};
  for (const char* part : {"context", "preconditions"}) {
    const Value* value = rule.source->Find(part);
    if (value == nullptr) continue;
    if (const auto checked = CheckTexts(*value, allowed, std::string("/") + part); !checked) {
      return invalid(0, checked);
    }
  }
  for (std::size_t i = 0; i < rule.mutate->targets.size(); ++i) {
    const std::string path = "/mutate/targets/" + std::to_string(i) + "/";
    for (const char* part : {"apiVersion", "kind", "name", "namespace", "uid"}) {
      const Value* value = rule.mutate->targets[i].source->Find(part);
      if (value == nullptr) continue;
      if (const auto checked = CheckTexts(*value, allowed, path + part); !checked) return invalid(i, checked);
    }
  }
  return {};
}

Result<void> CheckRule(const Rule& rule, bool background) {
  EPHOR_TRY(CheckForbiddenParts(rule));
  Arena arena(4 << 10);
  const bool targets = rule.has_mutate_existing();
  if (targets) EPHOR_TRY(CheckTargets(rule, background));
  Allowed allowed(background, targets);
  allowed.AddContext(rule.context);
  if (rule.has_validate_image_verification()) {
    for (const ImageVerification& images : rule.verify_images) {
      for (const Attestation& attestation : images.attestations)
        allowed.Add(std::string(attestation.name) + "*");
    }
  }
  if (rule.validate != nullptr) {
    for (const ForEachValidation& foreach : rule.validate->foreach) allowed.AddContext(foreach.context);
  }
  if (rule.mutate != nullptr) {
    for (const ForEachMutation& foreach : rule.mutate->foreach) allowed.AddContext(foreach.context);
    for (const MutateTarget& target : rule.mutate->targets) allowed.AddContext(target.context);
  }
  if (rule.has_generate()) {
    for (const ForEachGeneration& foreach : rule.generate->foreach) allowed.AddContext(foreach.context);
  }
  const Value document = WithoutAttestationConditions(rule, arena);
  auto checked = CheckReferences(document);
  if (checked) checked = CheckTexts(document, allowed);
  if (!checked) {
    return Refuse(std::string("variable substitution failed for rule ").append(rule.name) + ": " +
                  checked.error().message());
  }
  return {};
}

Result<void> CheckRules(const Policy& policy, bool background) {
  for (const Rule& rule : policy.effective_rules) EPHOR_TRY(CheckRule(rule, background));
  return {};
}

}  // namespace

Result<void> ValidateVariables(const Policy& policy, bool background) {
  if (background) {
    if (auto checked = CheckNoUserInfo(policy); !checked) {
      return Refuse(
          "only select variables are allowed in background mode. Set spec.background=false to disable "
          "background "
          "mode for this policy rule: " +
          checked.error().message() + " ");
    }
  }
  if (auto checked = CheckRules(policy, background); !checked) {
    return Refuse("policy contains invalid variables: " + checked.error().message());
  }
  return {};
}

Result<void> CheckVariablesIn(const Value& conditions) {
  static const Regex regex = *Regex::Compile(R"(([a-z_0-9]+)|(target\.|images\.|([a-z_0-9]+\()[^{}]))");
  EPHOR_TRY(CheckReferences(conditions));
  return CheckTexts(conditions, Allowed(regex));
}

Result<void> CheckVariablesOnUpdate(const Policy& policy) {
  if (!HasAnyVariable(policy)) return {};
  if (auto checked = CheckRules(policy, true); !checked) {
    return Refuse("update event, policy contains invalid variables: " + checked.error().message());
  }
  if (auto checked = CheckNoUserInfo(policy); !checked) {
    return Refuse(
        "only select variables are allowed in on policy update. Set spec.mutateExistingOnPolicyUpdate=false "
        "to "
        "disable update policy mode for this policy rule: " +
        checked.error().message() + " ");
  }
  return {};
}

Result<void> CheckElementOutsideForeach(const Rule& rule) {
  Result<void> result;
  Walk(*rule.source, [&](std::string_view text, std::string_view path, bool) {
    for (const std::string_view variable : FindVariables(text)) {
      const std::string query = NameOf(variable).query;
      if (!query.starts_with("element") || path.find("/foreach/") != std::string_view::npos) continue;
      result = Refuse("variable '" + query + "' present outside of foreach at path " + std::string(path));
      return false;
    }
    return true;
  });
  return result;
}

}  // namespace ephor::policy
