// `ephor create`: files to begin with. One file a subcommand; what they share is here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace CLI {
class App;
}

namespace ephor::cli {

struct Context;

void AddCreateClusterRole(CLI::App& create, Context& context);
void AddCreateException(CLI::App& create, Context& context);
void AddCreateMetricsConfig(CLI::App& create, Context& context);
void AddCreateNativePolicies(CLI::App& create, Context& context);
void AddCreateTest(CLI::App& create, Context& context);
void AddCreateUserInfo(CLI::App& create, Context& context);
void AddCreateValues(CLI::App& create, Context& context);

// Prints the text, or makes it the content of a file where a path is given.
Result<int> WriteCreated(std::string_view text, const std::string& path, const Context& context);

// The parts of a list in one argument, empty ones included.
std::vector<std::string_view> SplitAt(char separator, std::string_view text);

// A text as a YAML scalar that is read as that text, in quotes only where it has to be.
std::string YamlText(std::string_view text);
// The same, but what YAML reads as a number, a boolean or null is left to be one.
std::string YamlScalar(std::string_view text);

// Appends "KEY\n" and, a line each, the items as texts of a list.
void AppendYamlList(std::string_view key, const std::vector<std::string>& items, std::string_view indent,
                    std::string& out);

}  // namespace ephor::cli
