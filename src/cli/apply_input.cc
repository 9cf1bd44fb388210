#include "cli/apply_input.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "cli/context.h"
#include "cli/session.h"
#include "source/policies.h"
#include "source/user_info.h"
#include "source/values.h"

namespace ephor::cli {
namespace {

bool HasStandardInput(const std::vector<std::string>& paths) {
  return std::find(paths.begin(), paths.end(), "-") != paths.end();
}

bool IsNotBlank(const std::string& text) {
  return text.find_first_not_of(" \t\r\n") != std::string::npos;
}

}  // namespace

Result<void> CheckArguments(const ApplyOptions& options) {
  if (!options.values_file.empty() && !options.set.empty()) {
    return InvalidInput("pass the values either using set flag or values_file flag");
  }
  if (options.policies.empty()) return InvalidInput("require policy");
  if (HasStandardInput(options.policies) && HasStandardInput(options.resources)) {
    return InvalidInput("a stdin pipe can be used for either policies or resources, not both");
  }
  if (!options.resources.empty() && !options.json_payloads.empty()) {
    return InvalidInput("both resource and json files can not be used together, use one or the other");
  }
  if (options.resources.empty() && options.json_payloads.empty() && options.http_payloads.empty() &&
      options.envoy_payloads.empty() && !options.cluster) {
    return InvalidInput("resource file(s) or cluster required");
  }
  const bool has_crds = std::ranges::any_of(options.crd_paths, IsNotBlank);
  if (has_crds && IsNotBlank(options.kubeconfig)) {
    return InvalidInput("crd-paths and kubeconfig flags are mutually exclusive, please use only one of them");
  }
  if (options.cluster) {
    return Fail(
        ErrorCode::kUnavailable,
        "--cluster judges the objects of a cluster, and this version cannot connect to one: give their "
        "manifests with --resource, such as those that kubectl get -o yaml prints");
  }
  return {};
}

Result<void> LoadUser(const ApplyOptions& options, const Context& context, Session& session) {
  if (options.userinfo.empty()) return {};
  auto user = source::LoadUserInfo(options.userinfo);
  if (!user) return InvalidInput("failed to load request info (" + user.error().message() + ")");
  if (user->deprecated_schema) {
    context.Print("\nWARNING: user infos file (" + options.userinfo +
                  ") uses a deprecated schema that will be removed in 1.15\n");
  }
  session.user = *std::move(user);
  return {};
}

Result<void> LoadValues(const ApplyOptions& options, const Context& context, Session& session) {
  if (!options.values_file.empty()) {
    const std::string& path = options.values_file;
    auto values = source::Values::OfFile(path);
    if (!values) {
      return InvalidInput("failed to decode yaml (unable to load variable file: " + path + " (" +
                          values.error().message() + "))");
    }
    if (values->deprecated_schema()) {
      context.Print("\nWARNING: values file (" + path +
                    ") uses a deprecated schema that will be removed in 1.15\n");
      return InvalidInput("failed to decode yaml (values file " + path +
                          " uses a deprecated schema — please migrate to the latest format)");
    }
    session.values = *std::move(values);
  }
  session.values.Set(options.set);
  EPHOR_TRY(session.values.CheckOperation());
  return {};
}

Result<source::ResourceInput> LoadResources(const ApplyOptions& options, const Context& context) {
  source::ResourceInput input;
  if (options.resources.empty()) return input;
  if (options.resources[0] == "-") {
    if (!context.in_is_terminal) EPHOR_TRY(input.AddStream(context.in));
    return input;
  }
  auto unreadable = input.AddPaths(options.resources);
  if (!unreadable) return InvalidInput("failed to load resources (" + unreadable.error().message() + ")");
  const std::string divider(70, '-');
  for (const auto& [path, error] : *unreadable) {
    if (options.policy_report) {
      std::fputs(("failed to load resources: " + path + ": " + error.message() + "\n").c_str(), context.err);
      continue;
    }
    context.Print("\n" + divider + "\nfailed to load resources: " + path + ". \nerror: " + error.message() +
                  "\n" + divider + "\n");
  }
  return input;
}

Result<source::LoadedExceptions> ExceptionsAmong(const source::ResourceInput& input) {
  source::LoadedPolicies found;
  for (const source::ResourceDocument& document : input.documents()) {
    if (document.document.text.find("PolicyException") == std::string_view::npos) continue;
    found.Append(source::LoadPolicyText(*document.file, document.document.text));
  }
  if (!found.problems.empty()) return InvalidInput(found.problems[0].Description());
  return source::LoadedExceptions{std::move(found.exceptions), std::move(found.cel_exceptions)};
}

namespace {

Result<source::ResourceInput> LoadPaths(std::initializer_list<const std::vector<std::string>*> lists) {
  source::ResourceInput input;
  for (const std::vector<std::string>* paths : lists) {
    if (auto added = input.AddPaths(*paths); !added) {
      return InvalidInput("failed to load resources (" + added.error().message() + ")");
    }
  }
  return input;
}

}  // namespace

Result<source::ResourceInput> LoadBeside(const ApplyOptions& options) {
  return LoadPaths({&options.target_resources, &options.parameter_resources});
}

Result<source::ResourceInput> LoadParameters(const ApplyOptions& options) {
  return LoadPaths({&options.parameter_resources});
}

std::vector<json::Value> AllObjects(std::initializer_list<const source::ResourceInput*> inputs,
                                    Arena& arena) {
  std::vector<json::Value> all;
  for (const source::ResourceInput* input : inputs) {
    for (const source::ResourceDocument& document : input->documents()) {
      const auto objects = source::DecodeResources(document, arena);
      if (objects) all.insert(all.end(), objects->begin(), objects->end());
    }
  }
  return all;
}

}  // namespace ephor::cli
