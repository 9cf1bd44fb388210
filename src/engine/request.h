// What is evaluated: one object, or the change of one, with who wants it and where.
#pragma once

#include <span>
#include <string_view>

#include "json/value.h"
#include "kube/gvk.h"

namespace ephor::engine {

class Observer;

// An object with what match filters look at, read once. Views into the object.
struct Resource {
  json::Value object;  // null: there is none
  std::string_view kind;
  std::string_view name;
  std::string_view generate_name;
  std::string_view namespace_;
  json::Value labels;       // an object, or null
  json::Value annotations;  // an object, or null

  Resource() = default;
  explicit Resource(const json::Value& object);

  bool present() const { return object.is_object(); }
  std::string_view name_or_generate_name() const { return name.empty() ? generate_name : name; }
};

// Who asks. All empty is "nobody": background scans and the command line without a user.
struct Requester {
  std::string_view username;
  std::span<const std::string_view> groups;
  std::span<const std::string_view> roles;  // "namespace:name"
  std::span<const std::string_view> cluster_roles;

  bool empty() const { return username.empty() && groups.empty() && roles.empty() && cluster_roles.empty(); }
};

// Plain data; whoever fills it keeps what it views alive for the evaluation.
struct Request {
  kube::GroupVersionKind kind;          // top-level: the parent's for a subresource
  kube::GroupVersionResource resource;  // of that kind, as policies written in CEL name it; "" where unknown
  std::string_view subresource;
  std::string_view operation;   // CREATE, UPDATE, DELETE or CONNECT
  std::string_view namespace_;  // as the API server names them, whatever the objects say
  std::string_view name;        // "" where the server is to make one up
  Resource object;
  Resource old_object;
  Requester requester;
  json::Value namespace_labels;  // of the object's namespace; an object, or null
  json::Value namespace_object;  // that namespace, where its source knows it; else null
  // The variable `request`. With `object` and `oldObject` where the source has them.
  json::Value variables;
  bool is_admission = false;  // from the API server: the configuration's exclusions of requesters apply

  // Who is told of the CEL expressions that are evaluated for it; null where nobody watches.
  Observer* observer = nullptr;

  // The object that decides on names and labels: the new one, or the old one of a DELETE.
  const Resource& subject() const { return object.present() ? object : old_object; }
  bool is_delete() const { return Is("DELETE") || (!object.present() && old_object.present()); }
  bool is_update() const { return Is("UPDATE") || (object.present() && old_object.present()); }

 private:
  // The names' first letters differ, and mostly suffice.
  bool Is(std::string_view name) const { return operation.starts_with(name.front()) && operation == name; }
};

}  // namespace ephor::engine
