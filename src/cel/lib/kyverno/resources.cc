// Objects of the cluster: resource.get, list, post, toGVR.
#include <vector>

#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "ports/cluster.h"

namespace ephor::cel::lib::kyverno {
namespace {

constexpr OpaqueType kContextType{"resource.Context"};
constexpr Value::OpaqueBox kContext{&kContextType, nullptr};

// A group and version with a resource's plural, as toGVR gives it.
struct GroupVersionResource {
  std::string_view api_version, resource;
};
bool SameResource(const void* a, const void* b) {
  const auto& x = *static_cast<const GroupVersionResource*>(a);
  const auto& y = *static_cast<const GroupVersionResource*>(b);
  return x.api_version == y.api_version && x.resource == y.resource;
}
constexpr OpaqueType kResourceType{"schema.GroupVersionResource", SameResource};

// Takes the arguments of a call from left to right, whichever of its forms it has.
class Arguments {
 public:
  Arguments(const Call& call, std::span<const Value> args, bool namespaced)
      : call_(call), rest_(args.subspan(1)), namespaced_(namespaced) {}

  GroupVersionResource Resource() {
    if (rest_[0].is(ValueKind::kOpaque)) return Next().opaque<GroupVersionResource>();
    const std::string_view api_version = Next().text();
    return {api_version, Next().text()};
  }
  // Policies of a namespace have no such argument.
  std::string_view Namespace() { return namespaced_ ? call_.context.own_namespace : Next().text(); }
  bool more() const { return !rest_.empty(); }
  const Value& Next() {
    const Value& value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }

 private:
  const Call& call_;
  std::span<const Value> rest_;
  bool namespaced_;
};

Value NoCluster(const Call& call) {
  return call.Fail("there is no cluster to ask", ErrorCode::kUnavailable);
}

template <bool namespaced>
Value Get(Call& call, std::span<const Value> args) {
  const ports::Cluster* cluster = call.context.world.cluster;
  if (cluster == nullptr) return NoCluster(call);
  Arguments arguments(call, args, namespaced);
  const GroupVersionResource resource = arguments.Resource();
  const std::string_view namespace_ = arguments.Namespace();
  const auto object = cluster->Get(resource.api_version, resource.resource, namespace_,
                                   arguments.Next().text(), call.arena());
  if (object) return *object ? Value::Json(**object) : Value::Null();
  if (object.error().code() == ErrorCode::kNotFound) return Value::Null();
  return call.Fail("failed to get resource: " + object.error().message(), object.error().code());
}

template <bool namespaced>
Value List(Call& call, std::span<const Value> args) {
  const ports::Cluster* cluster = call.context.world.cluster;
  if (cluster == nullptr) return NoCluster(call);
  Arguments arguments(call, args, namespaced);
  const GroupVersionResource resource = arguments.Resource();
  const std::string_view namespace_ = arguments.Namespace();
  std::vector<std::pair<std::string_view, std::string_view>> labels;
  if (arguments.more()) {
    ForEachMember(arguments.Next(), [&](const Value& key, const Value& value) {
      if (key.is_string() && value.is_string()) labels.emplace_back(key.text(), value.text());
      return true;
    });
  }
  const Result<json::Value> list =
      cluster->List(resource.api_version, resource.resource, namespace_, labels, call.arena());
  if (list) return Value::Json(*list);
  return call.Fail("failed to list resource: " + list.error().message(), list.error().code());
}

template <bool namespaced>
Value Post(Call& call, std::span<const Value> args) {
  const ports::Cluster* cluster = call.context.world.cluster;
  if (cluster == nullptr) return NoCluster(call);
  // (apiVersion, resource, namespace, object), or without the namespace for resources of the whole cluster.
  const std::string_view namespace_ = namespaced         ? call.context.own_namespace
                                      : args.size() == 5 ? args[3].text()
                                                         : std::string_view();
  const Result<json::Value> object = ToJson(args.back(), call.arena());
  if (!object) return call.Fail(object.error());
  const Result<json::Value> created =
      cluster->Create(args[1].text(), args[2].text(), namespace_, *object, call.arena());
  if (created) return Value::Json(*created);
  return call.Fail("failed to create resource: " + created.error().message(), created.error().code());
}

Value ToResource(Call& call, std::span<const Value> args) {
  const ports::Cluster* cluster = call.context.world.cluster;
  if (cluster == nullptr) return NoCluster(call);
  const Result<std::string_view> resource = cluster->ResourceOf(args[1].text(), args[2].text(), call.arena());
  if (!resource) return call.Fail("failed to map kind to resource: " + resource.error().message());
  const auto* value = call.arena().New<GroupVersionResource>(GroupVersionResource{args[1].text(), *resource});
  return Value::Opaque(&kResourceType, value, call.arena());
}

#define EPHOR_IMPURE(name, signature, function, rest) \
  Impure({name, "resource.Context." signature " -> map(string, any)", function, "resource." name rest})
#define EPHOR_BOTH(lower, upper, signature, function, rest) \
  EPHOR_IMPURE(lower, signature, function, rest), EPHOR_IMPURE(upper, signature, function, rest)
#define EPHOR_TO_GVR(name)                                                                      \
  Impure({name, "resource.Context.(string, string) -> schema.GroupVersionResource", ToResource, \
          "resource.get(resource." name "('v1', 'Pod')" EPHOR_NS ", 'a').kind == 'Pod'"})
#define EPHOR_GVR "(resource.toGVR('v1', 'Pod')"

#define EPHOR_NS ", 'ns'"
constexpr FunctionRow kFunctions[] = {
    EPHOR_BOTH("get", "Get", "(string, string, string, string)", Get<false>,
               "('v1', 'pods', 'ns', 'a').kind == 'Pod'"),
    EPHOR_BOTH("get", "Get", "(schema.GroupVersionResource, string, string)", Get<false>,
               EPHOR_GVR ", 'ns', 'a').kind == 'Pod'"),
    EPHOR_BOTH("list", "List", "(string, string, string)", List<false>,
               "('v1', 'pods', 'ns').items.size() == 1"),
    EPHOR_BOTH("list", "List", "(string, string, string, map(string, string))", List<false>,
               "('v1', 'pods', 'ns', {'app': 'a'}).items.size() == 1"),
    EPHOR_BOTH("list", "List", "(schema.GroupVersionResource, string)", List<false>,
               EPHOR_GVR ", 'ns').items.size() == 1"),
    EPHOR_BOTH("list", "List", "(schema.GroupVersionResource, string, map(string, string))", List<false>,
               EPHOR_GVR ", 'ns', {'app': 'a'}).items.size() == 1"),
    EPHOR_BOTH("post", "Post", "(string, string, string, map(string, any))", Post<false>,
               "('v1', 'pods', 'ns', {'kind': 'Pod'}).kind == 'Pod'"),
    EPHOR_BOTH("post", "Post", "(string, string, map(string, any))", Post<false>,
               "('v1', 'namespaces', {'kind': 'Namespace'}).kind == 'Namespace'"),
    EPHOR_TO_GVR("toGVR"),
    EPHOR_TO_GVR("ToGVR"),
};
#undef EPHOR_NS

#define EPHOR_NS ""
constexpr FunctionRow kNamespaced[] = {
    EPHOR_BOTH("get", "Get", "(string, string, string)", Get<true>, "('v1', 'pods', 'a').kind == 'Pod'"),
    EPHOR_BOTH("get", "Get", "(schema.GroupVersionResource, string)", Get<true>,
               EPHOR_GVR ", 'a').kind == 'Pod'"),
    EPHOR_BOTH("list", "List", "(string, string)", List<true>, "('v1', 'pods').items.size() == 1"),
    EPHOR_BOTH("list", "List", "(string, string, map(string, string))", List<true>,
               "('v1', 'pods', {'app': 'a'}).items.size() == 1"),
    EPHOR_BOTH("list", "List", "(schema.GroupVersionResource)", List<true>, EPHOR_GVR ").items.size() == 1"),
    EPHOR_BOTH("list", "List", "(schema.GroupVersionResource, map(string, string))", List<true>,
               EPHOR_GVR ", {'app': 'a'}).items.size() == 1"),
    EPHOR_BOTH("post", "Post", "(string, string, map(string, any))", Post<true>,
               "('v1', 'pods', {'kind': 'Pod'}).kind == 'Pod'"),
    EPHOR_TO_GVR("toGVR"),
    EPHOR_TO_GVR("ToGVR"),
};
#undef EPHOR_NS

#undef EPHOR_GVR
#undef EPHOR_IMPURE
#undef EPHOR_BOTH
#undef EPHOR_TO_GVR

constexpr TypeRow kTypes[] = {{"resource.Context", &kContextType},
                              {"schema.GroupVersionResource", &kResourceType}};
constexpr ConstantRow kConstants[] = {{"resource", "resource.Context", Value::Opaque(&kContext)}};

}  // namespace

const Library& Resources() {
  static const Library library{"kyverno resource", kFunctions, {}, kTypes, kConstants};
  return library;
}

const Library& NamespacedResources() {
  static const Library library{"kyverno resource", kNamespaced, {}, kTypes, kConstants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
