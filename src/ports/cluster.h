// The cluster as evaluation sees it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::ports {

// Who asks, for the question what roles they have.
struct Subject {
  std::string_view username;
  std::span<const std::string_view> groups;
};

struct Roles {
  std::span<const std::string_view> roles;          // "namespace:name" of Role bindings, sorted
  std::span<const std::string_view> cluster_roles;  // names, sorted
};

// Which objects are wanted.
struct ObjectQuery {
  // As match filters name kinds: "v1/Secret", "apps/v1/Deployment", "apps/*/Deployment".
  std::string_view kind;
  std::string_view namespace_;  // may have wildcards; "" for any, and for objects without one
  std::string_view name;        // may have wildcards; "" for any

  // A single object of a namespace: it is an error if it is not there.
  bool names_one() const {
    constexpr auto is_name = [](std::string_view text) {
      return !text.empty() && text.find_first_of("*?") == std::string_view::npos;
    };
    return is_name(namespace_) && is_name(name);
  }
};

// All methods may be called from any thread. Values are in the arena given, or live as long as the cluster
// does.
class Cluster {
 public:
  virtual ~Cluster() = default;

  // A namespace's labels, an object. Cheap: from memory.
  virtual json::Value NamespaceLabels(std::string_view name, Arena& arena) const = 0;

  // Whether rules may make API calls; where not, an entry that does is not there.
  virtual bool answers_calls() const { return true; }
  // Whether rules may read ConfigMaps. The reference's command line cannot, though it answers API calls.
  virtual bool resolves_config_maps() const { return true; }

  // The roles that bindings give a subject for requests in a namespace. Cheap: from memory.
  virtual Roles RolesOf(const Subject& subject, std::string_view namespace_, Arena& arena) const = 0;

  // A raw GET or POST against the API server: the path with its query, and for POST the body. May block.
  // Errors: kNotFound, else kUnavailable.
  virtual Result<json::Value> Call(std::string_view method, std::string_view path, const json::Value& body,
                                   Arena& arena) const = 0;

  // One object by its kind's plural, or nothing. May block.
  virtual Result<std::optional<json::Value>> Get(std::string_view api_version, std::string_view resource,
                                                 std::string_view namespace_, std::string_view name,
                                                 Arena& arena) const = 0;

  // The objects of a kind whose labels have all the values asked for, as a Kubernetes list object; all
  // namespaces where none is named. May block.
  virtual Result<json::Value> List(std::string_view api_version, std::string_view resource,
                                   std::string_view namespace_,
                                   std::span<const std::pair<std::string_view, std::string_view>> labels,
                                   Arena& arena) const {
    (void)api_version, (void)resource, (void)namespace_, (void)labels, (void)arena;
    return Fail(ErrorCode::kUnavailable, "this cluster cannot list resources");
  }

  // Creates an object and gives what the API server made of it. May block.
  virtual Result<json::Value> Create(std::string_view api_version, std::string_view resource,
                                     std::string_view namespace_, const json::Value& object,
                                     Arena& arena) const {
    (void)api_version, (void)resource, (void)namespace_, (void)object, (void)arena;
    return Fail(ErrorCode::kUnavailable, "this cluster cannot create resources");
  }

  // The plural of a kind, in the arena: "pods" of v1 and Pod.
  virtual Result<std::string_view> ResourceOf(std::string_view api_version, std::string_view kind,
                                              Arena& arena) const {
    (void)arena;
    return Fail(ErrorCode::kNotFound, "no matches for kind \"" + std::string(kind) + "\" in version \"" +
                                          std::string(api_version) + "\"");
  }

  // All objects that a query is about, by namespace and name; none where there are none, unless it names one.
  // May block.
  virtual Result<std::span<const json::Value>> Find(const ObjectQuery& query, Arena& arena) const {
    (void)query, (void)arena;
    return Fail(ErrorCode::kUnavailable, "this cluster cannot find objects");
  }
};

}  // namespace ephor::ports
