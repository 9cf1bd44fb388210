#include "cli/oci/oci_run.h"

#include <sys/stat.h>

#include <string_view>

#include "cli/context.h"
#include "cli/output_path.h"
#include "policy/validate.h"
#include "registry/credentials.h"
#include "source/paths.h"
#include "source/policies.h"
#include "source/policy_image.h"

namespace ephor::cli {
namespace {

void Tell(const Context& context, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), context.err);
  std::fflush(context.err);
}

Result<registry::ClientOptions> ClientOptionsOfMachine() {
  registry::ClientOptions options;
  EPHOR_ASSIGN(options.keychain, registry::KeychainOfEnvironment());
  return options;
}

Result<source::ImageName> ParseImage(const std::string& text) {
  if (text.empty()) return InvalidInput("image is required");
  auto image = source::ImageName::Parse(text);
  if (!image) return InvalidInput("parsing image reference: " + image.error().message());
  return image;
}

// An image has policies of kyverno.io alone, as in the reference; what else was read is not passed over
// silently.
void TellWhatIsLeftOut(source::LoadedPolicies& loaded, const Context& context) {
  loaded.ForEachList([&]<class T>(source::Objects<T>& list) {
    if constexpr (!std::is_same_v<T, policy::Policy>) {
      for (const auto& object : list) {
        Tell(context,
             "Leaving out " + std::string(object->kind) + " [" + std::string(object->metadata.name) + "]\n");
      }
    }
  });
}

Result<void> SavePolicies(const std::string& text, const std::string& folder, const Context& context) {
  const source::LoadedPolicies loaded = source::LoadPolicyText("layer", text);
  if (!loaded.problems.empty()) {
    return InvalidInput("unmarshaling layer blob: " + loaded.problems[0].Description());
  }
  for (const auto& policy : loaded.policies) {
    const std::string path = source::JoinPath(folder, std::string(policy->metadata.name) + ".yaml");
    Tell(context, "Saving policy into disk [" + path + "]...\n");
    if (auto saved = ReplaceFile(path, source::PolicyYaml(*policy)); !saved) {
      return InvalidInput("creating file: " + saved.error().message());
    }
  }
  return {};
}

Result<void> PrepareFolder(const std::string& folder) {
  struct stat status;
  if (lstat(folder.c_str(), &status) != 0) {
    if (auto made = MakeFolders(folder); !made) {
      return InvalidInput("unable to create directory " + folder + ": " + made.error().message());
    }
  } else if (!S_ISDIR(status.st_mode)) {
    return InvalidInput("dir '" + folder + "' must be a directory");
  }
  return {};
}

}  // namespace

Result<int> RunOciPush(const OciOptions& options, const Context& context) {
  EPHOR_ASSIGN(const source::ImageName image, ParseImage(options.image));
  source::LoadedPolicies loaded = source::LoadPolicies({options.path}, context.in);
  if (!loaded.problems.empty()) {
    return InvalidInput("unable to read policy file or directory " + options.path + " (" +
                        loaded.problems[0].Description() + ")");
  }
  for (const auto& policy : loaded.policies) {
    if (const policy::ValidationReport report = policy::ValidatePolicy(*policy); report.error) {
      return InvalidInput("validating policy " + std::string(policy->metadata.name) + ": " +
                          report.error->message());
    }
  }
  TellWhatIsLeftOut(loaded, context);
  for (const auto& policy : loaded.policies) {
    Tell(context, std::string(policy->is_namespaced() ? "Adding policy [" : "Adding cluster policy [") +
                      std::string(policy->metadata.name) + "]\n");
  }
  Tell(context, "Uploading [" + image.ToString() + "]...\n");
  EPHOR_ASSIGN(registry::ClientOptions client_options, ClientOptionsOfMachine());
  registry::Client client(std::move(client_options));
  if (auto pushed = source::PushPolicies(client, image, loaded.policies); !pushed) {
    return InvalidInput("writing image: " + pushed.error().message());
  }
  Tell(context, "Done.");
  return 0;
}

Result<int> RunOciPull(const OciOptions& options, const Context& context) {
  EPHOR_ASSIGN(const source::ImageName image, ParseImage(options.image));
  const std::string folder = source::CleanPath(options.path);
  EPHOR_TRY(PrepareFolder(folder));
  Tell(context, "Downloading policies from an image [" + image.ToString() + "]...\n");
  EPHOR_ASSIGN(registry::ClientOptions client_options, ClientOptionsOfMachine());
  registry::Client client(std::move(client_options));
  const auto texts = source::PullPolicies(client, image);
  if (!texts) return InvalidInput("getting image: " + texts.error().message());
  for (const std::string& text : *texts) EPHOR_TRY(SavePolicies(text, folder, context));
  Tell(context, "Done.");
  return 0;
}

}  // namespace ephor::cli
