// The context file (kind Context of cli.kyverno.io): what policies written in CEL find in a cluster and in
// registries when there are none.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "ports/cluster.h"
#include "ports/registry.h"

namespace ephor::source {

struct ContextImage {
  std::string_view name;  // compared literally
  json::Value data;
};

// Views into an arena that the object shares.
struct ContextFile {
  std::vector<json::Value> resources;
  std::vector<ContextImage> images;
  std::shared_ptr<Arena> arena = std::make_shared<Arena>(4 << 10);
};

Result<ContextFile> LoadContextFile(const std::string& path);
Result<ContextFile> LoadContextText(std::string_view text);

// The objects of a context file as a cluster, found as the reference's command line finds them: by their
// exact group, version, resource and namespace. Labels do not select, and a list of what the file does not
// have at all is an error. Immutable, safe from any thread; the objects must outlive it.
class ContextCluster final : public ports::Cluster {
 public:
  explicit ContextCluster(const std::vector<json::Value>& objects);

  json::Value NamespaceLabels(std::string_view name, Arena& arena) const override;
  ports::Roles RolesOf(const ports::Subject&, std::string_view, Arena&) const override { return {}; }
  Result<json::Value> Call(std::string_view method, std::string_view path, const json::Value& body,
                           Arena& arena) const override;
  Result<std::optional<json::Value>> Get(std::string_view api_version, std::string_view resource,
                                         std::string_view namespace_, std::string_view name,
                                         Arena& arena) const override;
  Result<json::Value> List(std::string_view api_version, std::string_view resource,
                           std::string_view namespace_,
                           std::span<const std::pair<std::string_view, std::string_view>> labels,
                           Arena& arena) const override;

 private:
  struct Entry {
    std::string_view api_version;
    std::string resource;
    std::string_view namespace_, name;
    json::Value object;
  };

  std::vector<Entry> entries_;
};

// The images of a context file as a registry. Immutable, safe from any thread; the images must outlive it.
class ContextRegistry final : public ports::Registry {
 public:
  explicit ContextRegistry(const std::vector<ContextImage>& images) : images_(images) {}

  Result<json::Value> ImageData(std::string_view image, const ports::RegistryAccess& access,
                                Arena& arena) override;

 private:
  const std::vector<ContextImage>& images_;
};

}  // namespace ephor::source
