// The values file (kind Values of cli.kyverno.io) and --set: what rules are told that a cluster would say.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "kube/gvk.h"
#include "source/fields.h"

namespace ephor::source {

struct SmallFile;

struct ResourceValues {
  std::string_view name;
  const json::Value* values = nullptr;  // an object: variable path to value
};

struct RuleValues {
  std::string_view name;
  const json::Value* values = nullptr;
  const json::Value* foreach_values = nullptr;  // an object of lists
};

struct PolicyValues {
  std::string_view name;
  std::vector<ResourceValues> resources;
  std::vector<RuleValues> rules;
};

struct NamespaceEntry {
  std::string_view name;
  const json::Value* labels = nullptr;  // an object of strings, or nullptr
  const json::Value* object = nullptr;  // the Namespace, for those of `namespaces`
};

// A resource of kind `kind` stands for the subresource of a parent.
struct SubresourceMapping {
  kube::GroupVersionKind kind;
  kube::GroupVersionKind parent;
  std::string_view subresource;  // "scale"
};

// Immutable after loading; everything points into the arena. Safe from any thread.
class Values {
 public:
  Values() = default;

  // Reads a values file. The error says the line where one is known; the caller names the file.
  static Result<Values> OfFile(const std::string& path);
  static Result<Values> OfText(std::string_view text);
  // The values of a test, which stand inline in its file. `text` keeps the document alive.
  static void ReadSpec(Fields& fields, Values& values);

  // The file has no apiVersion or kind.
  bool deprecated_schema() const { return deprecated_schema_; }

  // Adds "k=v" items of --set; what is no such item is ignored, as in the reference, and so are keys below
  // request.object. The first of equal keys wins.
  void Set(const std::vector<std::string>& items);

  // The variables of a policy on a resource of this name, in the order in which they are to be set: global
  // values, those of the resource, those of --set; request.operation is CREATE where nothing sets it. Keys
  // are unique.
  std::vector<std::pair<std::string_view, json::Value>> Variables(std::string_view policy,
                                                                  std::string_view resource) const;
  // Whether some value is for this policy on resources of this name only.
  bool HasResourceValues(std::string_view policy, std::string_view resource) const;
  // The values of rules of a policy, or nullptr.
  const PolicyValues* OfPolicy(std::string_view policy) const;

  // request.operation of the global values, "" where it is absent or no string.
  std::string_view GlobalOperation() const;
  // Fails where it is not one that a request can have.
  Result<bool> CheckOperation() const;

  // The labels of a namespace, or nullptr where the values do not speak of it. `namespaces` come before
  // `namespaceSelector`, later entries before earlier ones.
  const NamespaceEntry* LabelsOf(std::string_view name) const;
  // A namespace as an object, in the arena; null where the values do not speak of it. Earlier entries come
  // before later ones here.
  json::Value NamespaceObject(std::string_view name, Arena& arena) const;
  const std::vector<SubresourceMapping>& subresources() const { return subresources_; }

 private:
  Result<void> Read(const SmallFile& file);

  std::shared_ptr<Arena> arena_ = std::make_shared<Arena>(4 << 10);
  bool deprecated_schema_ = false;
  const json::Value* global_values_ = nullptr;
  std::vector<PolicyValues> policies_;
  std::vector<NamespaceEntry> namespace_selectors_;
  std::vector<NamespaceEntry> namespaces_;
  std::vector<SubresourceMapping> subresources_;
  std::vector<std::pair<std::string_view, std::string_view>> set_;  // of --set, keys unique
};

}  // namespace ephor::source
