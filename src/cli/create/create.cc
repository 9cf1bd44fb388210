#include "cli/create/create.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output_path.h"
#include "json/value.h"
#include "json/write.h"
#include "yaml/emit.h"
#include "yaml/scalar.h"

namespace ephor::cli {

Result<int> WriteCreated(std::string_view text, const std::string& path, const Context& context) {
  if (path.empty()) {
    context.Print(text);
  } else {
    EPHOR_TRY(WriteFile(path, text));
  }
  return 0;
}

std::vector<std::string_view> SplitAt(char separator, std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    const std::size_t end = text.find(separator, at);
    parts.push_back(text.substr(at, end - at));
    if (end == std::string_view::npos) return parts;
    at = end + 1;
  }
}

std::string YamlText(std::string_view text) {
  // On one line also where the text has several.
  if (text.find_first_of("\n\r") != std::string_view::npos) {
    std::string quoted;
    json::WriteString(text, quoted);
    return quoted;
  }
  std::string scalar;
  yaml::Emit(json::Value::String(text), scalar, {.fold = false});
  if (scalar.ends_with('\n')) scalar.pop_back();
  return scalar;
}

std::string YamlScalar(std::string_view text) {
  const yaml::ScalarType type = yaml::ResolvePlain(text).type;
  const bool is_text =
      text.empty() || type == yaml::ScalarType::kString || type == yaml::ScalarType::kTimestamp;
  return is_text ? YamlText(text) : std::string(text);
}

void AppendYamlList(std::string_view key, const std::vector<std::string>& items, std::string_view indent,
                    std::string& out) {
  out += key;
  out += '\n';
  for (const std::string& item : items) {
    out += indent;
    out += "- " + YamlText(item) + "\n";
  }
}

void AddCreateCommand(CLI::App& app, Context& context) {
  CLI::App* create = app.add_subcommand("create", "Helps with the creation of various Kyverno resources.");
  create->footer(
      "Examples:\n"
      "  # Create metrics config file\n"
      "  ephor create metrics-config -i ns-included-1 -i ns-included-2 -e ns-excluded\n\n"
      "  # Create test file\n"
      "  ephor create test -p policy.yaml -r resource.yaml -f values.yaml --pass "
      "policy-name,rule-name,resource-name,resource-namespace,resource-kind\n\n"
      "  # Create user info file\n"
      "  ephor create user-info -u molybdenum@somecorp.com -g basic-user -c admin\n\n"
      "  # Create values file\n"
      "  ephor create values -g request.mode=dev -n prod,env=prod --rule policy,rule,env=demo --resource "
      "policy,resource,env=demo\n");
  create->require_subcommand(0, 1);
  AddCreateClusterRole(*create, context);
  AddCreateException(*create, context);
  AddCreateMetricsConfig(*create, context);
  AddCreateNativePolicies(*create, context);
  AddCreateTest(*create, context);
  AddCreateUserInfo(*create, context);
  AddCreateValues(*create, context);
  create->callback([create, &context] {
    if (create->get_subcommands().empty()) context.Print(create->help());
  });
}

}  // namespace ephor::cli
