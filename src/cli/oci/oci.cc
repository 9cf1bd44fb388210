// The flags of `ephor oci push` and `ephor oci pull`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/oci/oci_run.h"

namespace ephor::cli {
namespace {

using Run = Result<int> (*)(const OciOptions&, const Context&);

void AddOciPart(CLI::App& oci, Context& context, const char* name, const char* description,
                const char* examples, const char* path, Run run) {
  CLI::App* command = oci.add_subcommand(name, description);
  command->footer(examples);
  const auto options = std::make_shared<OciOptions>();
  command->add_option(path, options->path, "file or folder")->type_name("PATH")->required();
  command->add_option("-i,--image", options->image, "image reference to push to or pull from")
      ->type_name("IMAGE")
      ->required();
  command->callback([options, run, &context] { context.Finish(run(*options, context)); });
}

}  // namespace

void AddOciCommand(CLI::App& app, Context& context) {
  CLI::App* oci =
      app.add_subcommand("oci", "Pulls/pushes images that include policie(s) from/to OCI registries.");
  oci->footer(
      "Examples:\n"
      "  # Push the policies of a folder to an image\n"
      "  ephor oci push policies/ -i ghcr.io/team/policies:v1\n\n"
      "  # Pull the policies of an image into a folder\n"
      "  ephor oci pull policies/ -i ghcr.io/team/policies:v1\n");
  oci->require_subcommand(0, 1);
  AddOciPart(*oci, context, "push", "Push policie(s) that are included in an OCI image to OCI registry.",
             "Examples:\n"
             "  # Push policy to an OCI image from a given policy file\n"
             "  ephor oci push ./policy.yaml -i <imgref>\n\n"
             "  # Push multiple policies to an OCI image from a given directory that includes policies\n"
             "  ephor oci push . -i <imgref>\n",
             "policies", RunOciPush);
  AddOciPart(*oci, context, "pull",
             "Pulls policie(s) that are included in an OCI image from OCI registry and saves them to a local "
             "directory.",
             "Examples:\n"
             "  # Pull policy from an OCI image and save it to the specific directory\n"
             "  ephor oci pull . -i <imgref>\n",
             "dir", RunOciPull);
  oci->callback([oci, &context] {
    if (oci->get_subcommands().empty()) context.Print(oci->help());
  });
}

}  // namespace ephor::cli
