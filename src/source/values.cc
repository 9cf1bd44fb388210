#include "source/values.h"

#include <algorithm>

#include "json/builder.h"
#include "source/small_file.h"

namespace ephor::source {
namespace {

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// A metav1.APIResource: most of its fields say nothing here, but a file may hold them.
kube::GroupVersionKind ReadApiResource(Fields& fields, std::string_view& name) {
  kube::GroupVersionKind gvk{fields.String("group"), fields.String("version"), fields.String("kind")};
  name = fields.String("name");
  fields.String("singularName");
  fields.Bool("namespaced");
  fields.Strings("verbs");
  fields.Strings("shortNames");
  fields.Strings("categories");
  fields.String("storageVersionHash");
  return gvk;
}

PolicyValues ReadPolicy(Fields& fields) {
  PolicyValues policy;
  policy.name = fields.String("name");
  fields.List("resources", [&](Fields& item) {
    policy.resources.push_back({item.String("name"), item.Object("values")});
  });
  fields.List("rules", [&](Fields& item) {
    policy.rules.push_back({item.String("name"), item.Object("values"), item.Object("foreachValues")});
  });
  return policy;
}

// Sets the key or replaces its value; the order of the first setting stays.
void SetVariable(std::vector<std::pair<std::string_view, json::Value>>& variables, std::string_view key,
                 json::Value value) {
  for (auto& [name, old] : variables) {
    if (name == key) {
      old = value;
      return;
    }
  }
  variables.emplace_back(key, value);
}

void SetVariables(std::vector<std::pair<std::string_view, json::Value>>& variables,
                  const json::Value* values) {
  if (values == nullptr) return;
  for (const json::Member& member : values->members()) SetVariable(variables, member.key(), member.value);
}

}  // namespace

void Values::ReadSpec(Fields& fields, Values& values) {
  values.global_values_ = fields.Object("globalValues");
  fields.List("policies", [&](Fields& item) { values.policies_.push_back(ReadPolicy(item)); });
  fields.List("namespaceSelector", [&](Fields& item) {
    values.namespace_selectors_.push_back({item.String("name"), item.Object("labels"), nullptr});
  });
  if (const json::Value* namespaces = fields.Any("namespaces"); namespaces != nullptr) {
    if (!namespaces->is_array()) {
      fields.Complain("namespaces", "must be a list");
      return;
    }
    for (const json::Value& object : namespaces->items()) {
      const json::Value* labels = object.Find("metadata", "labels");
      values.namespaces_.push_back({object.StringAt("metadata", "name"),
                                    labels != nullptr && labels->is_object() ? labels : nullptr, &object});
    }
  }
  fields.List("subresources", [&](Fields& item) {
    SubresourceMapping mapping;
    std::string_view name, parent_name;
    item.Nested("subresource", [&](Fields& resource) { mapping.kind = ReadApiResource(resource, name); });
    item.Nested("parentResource",
                [&](Fields& resource) { mapping.parent = ReadApiResource(resource, parent_name); });
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) {
      item.Complain("subresource", "needs a name of the form resource/subresource");
      return;
    }
    mapping.subresource = name.substr(slash + 1, name.find('/', slash + 1) - slash - 1);
    values.subresources_.push_back(mapping);
  });
}

Result<void> Values::Read(const SmallFile& file) {
  FieldReport report(*file.positions);
  Fields fields(*file.root, report, "");
  deprecated_schema_ = fields.String("apiVersion").empty();
  deprecated_schema_ = fields.String("kind").empty() || deprecated_schema_;
  fields.Any("metadata");
  ReadSpec(fields, *this);
  fields.Finish();
  return OutcomeOf(report);
}

Result<Values> Values::OfFile(const std::string& path) {
  Values values;
  EPHOR_ASSIGN(const SmallFile file, LoadSmallFile(path, *values.arena_));
  EPHOR_TRY(values.Read(file));
  return values;
}

Result<Values> Values::OfText(std::string_view text) {
  Values values;
  EPHOR_ASSIGN(const SmallFile file, LoadSmallText(text, *values.arena_));
  EPHOR_TRY(values.Read(file));
  return values;
}

void Values::Set(const std::vector<std::string>& items) {
  for (const std::string& item : items) {
    const std::string_view text = Trim(item);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || text.find('=', equals + 1) != std::string_view::npos) continue;
    const std::string_view key = Trim(text.substr(0, equals)), value = Trim(text.substr(equals + 1));
    if (key.empty() || value.empty() || key.find("request.object.") != std::string_view::npos) continue;
    const bool known =
        std::any_of(set_.begin(), set_.end(), [key](const auto& entry) { return entry.first == key; });
    if (!known) set_.emplace_back(arena_->Copy(key), arena_->Copy(value));
  }
}

std::vector<std::pair<std::string_view, json::Value>> Values::Variables(std::string_view policy,
                                                                        std::string_view resource) const {
  std::vector<std::pair<std::string_view, json::Value>> variables;
  SetVariables(variables, global_values_);
  for (const PolicyValues& entry : policies_) {
    if (entry.name != policy) continue;
    for (const ResourceValues& values : entry.resources) {
      if (values.name == resource) SetVariables(variables, values.values);
    }
  }
  for (const auto& [key, value] : set_) SetVariable(variables, key, json::Value::String(value));
  const bool has_operation = std::any_of(variables.begin(), variables.end(), [](const auto& variable) {
    return variable.first == "request.operation";
  });
  if (!has_operation) variables.emplace_back("request.operation", json::Value::String("CREATE"));
  return variables;
}

bool Values::HasResourceValues(std::string_view policy, std::string_view resource) const {
  for (const PolicyValues& entry : policies_) {
    if (entry.name != policy) continue;
    for (const ResourceValues& values : entry.resources) {
      if (values.name == resource) return true;
    }
  }
  return false;
}

const PolicyValues* Values::OfPolicy(std::string_view policy) const {
  for (const PolicyValues& entry : policies_) {
    if (entry.name == policy) return &entry;
  }
  return nullptr;
}

std::string_view Values::GlobalOperation() const {
  return global_values_ == nullptr ? std::string_view() : global_values_->StringAt("request.operation");
}

Result<bool> Values::CheckOperation() const {
  const std::string_view operation = GlobalOperation();
  for (const std::string_view known : {"", "CREATE", "UPDATE", "DELETE", "CONNECT"}) {
    if (operation == known) return true;
  }
  return InvalidInput("invalid request.operation value \"" + std::string(operation) +
                      "\", must be one of CREATE, UPDATE, DELETE, CONNECT");
}

const NamespaceEntry* Values::LabelsOf(std::string_view name) const {
  for (const std::vector<NamespaceEntry>* list : {&namespaces_, &namespace_selectors_}) {
    for (auto entry = list->rbegin(); entry != list->rend(); ++entry) {
      if (entry->name == name) return &*entry;
    }
  }
  return nullptr;
}

json::Value Values::NamespaceObject(std::string_view name, Arena& arena) const {
  const auto named = [&](const std::vector<NamespaceEntry>& entries) {
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&](const NamespaceEntry& entry) { return entry.name == name; });
    return found == entries.end() ? nullptr : &*found;
  };
  // The type that the reference has for it prints these two always.
  constexpr json::Key kSpec("spec"), kStatus("status");
  if (const NamespaceEntry* given = named(namespaces_); given != nullptr) {
    json::Value object = *given->object;
    for (const json::Key& key : {kSpec, kStatus}) {
      if (object.Find(key) == nullptr) object = json::WithMember(object, key, json::Value::Object({}), arena);
    }
    return object;
  }
  const NamespaceEntry* selector = named(namespace_selectors_);
  if (selector == nullptr) return json::Value();
  json::ObjectBuilder metadata(arena, 2), object(arena, 5);
  metadata.Set("name", json::Value::String(name));
  if (selector->labels != nullptr) metadata.Set("labels", *selector->labels);
  object.Set("apiVersion", json::Value::String("v1"));
  object.Set("kind", json::Value::String("Namespace"));
  object.Set("metadata", metadata.Build());
  object.Set(kSpec, json::Value::Object({}));
  object.Set(kStatus, json::Value::Object({}));
  return object.Build();
}

}  // namespace ephor::source
