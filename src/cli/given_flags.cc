#include "cli/given_flags.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "cli/flags.h"

namespace ephor::cli {

void AddGivenFlags(CLI::App& command, ApplyOptions& given) {
  AddListFlag(command, "--target-resource,--target-resources", given.target_resources,
              "files of resources that rules for existing resources change");
  AddListFlag(command, "-e,--exception,--exceptions", given.exceptions, "files of policy exceptions");
  command.add_flag("--exceptions-within-policies", given.exceptions_within_policies,
                   "take also the exceptions among the policies");
  command.add_option("-u,--userinfo", given.userinfo, "file that says who makes the requests");
  AddListFlag(command, "-s,--set", given.set, "variables that are needed, as name=value");
  command.add_option("-f,--values-file", given.values_file, "file of values that a cluster would know");
  command.add_option("--context-file", given.context_file, "file of objects and images for CEL policies");
  command.add_flag("--registry", given.registry, "ask image registries");
}

}  // namespace ephor::cli
