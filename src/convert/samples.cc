#include "convert/samples.h"

#include <algorithm>

#include "convert/place.h"
#include "convert/sample_sources.h"
#include "json/builder.h"
#include "pattern/wildcard.h"

namespace ephor::convert {
namespace {

constexpr int kDeepest = 40;
// Lists in a sample of more choices are empty: three elements at each of many levels would never end.
constexpr std::size_t kMostChoices = 2000;

json::Value Text(std::string_view text) {
  return json::Value::String(text);
}

// Something of a kind that fits no pattern in particular.
void AddPlainValues(Kinds kinds, std::vector<json::Value>& values) {
  if (kinds & kString) values.push_back(Text("plain"));
  if (kinds & kNumber) values.push_back(json::Value::Int(7));
  if (kinds & kBool) values.push_back(json::Value::Bool(true));
}

// Where a custom resource may hold anything.
void AddOddValues(const Shape& shape, std::vector<json::Value>& values) {
  if (!shape.Only(kAllKinds & ~KindBit(json::Kind::kNull))) values.push_back(json::Value());
  for (const json::Value& odd : {json::Value::Array({}), json::Value::Object({}), Text("odd"),
                                 json::Value::Int(3), json::Value::Bool(true), json::Value::Double(0.5)}) {
    if (shape.kinds() == kAllKinds) values.push_back(odd);
  }
}

// The element with its key, which is another one for each index.
json::Value WithName(const json::Value& element, std::string_view key, std::size_t index, Arena& arena) {
  const json::Value* there = element.Find(json::Key(key));
  std::string name = there != nullptr ? std::string(there->string_or("element")) : "element";
  if (name.empty()) name = "element";
  if (index > 0) name += "-" + std::to_string(index);
  return json::WithMember(element, arena.Copy(key), Text(arena.Copy(name)), arena);
}

struct Controller {
  std::string_view group, version, kind, resource;
  bool is_cron_job;
};
constexpr Controller kControllers[] = {{"apps", "v1", "Deployment", "deployments", false},
                                       {"batch", "v1", "CronJob", "cronjobs", true},
                                       {"batch", "v1", "Job", "jobs", false}};

constexpr std::string_view kOperations[] = {"CREATE", "UPDATE", "DELETE"};

}  // namespace

SampleSpace::SampleSpace(std::vector<const policy::Rule*> rules,
                         std::span<const kube::GroupVersionKind> kinds, const KnownKinds& known,
                         const Options& options)
    : known_(known), kinds_(kinds.begin(), kinds.end()), options_(options) {
  if (kinds_.empty()) kinds_ = {{"", "v1", "Pod"}, {"", "v1", "ConfigMap"}, {"example.com", "v1", "Widget"}};
  // Those that fit come first.
  if (!options.policy_namespace.empty()) namespaces_.push_back(options.policy_namespace);
  for (const policy::Rule* rule : rules) ReadFilters(rule->match);
  names_.push_back("sample");
  namespaces_.push_back("default");
  for (const policy::Rule* rule : rules) {
    for (const policy::ContextEntry& entry : rule->context) {
      if (entry.variable != nullptr && entry.variable->value != nullptr && entry.variable->value->is_string())
        names_.push_back(entry.variable->value->as_string());
    }
  }
  for (const policy::Rule* rule : rules) {
    if (rule->exclude != nullptr) ReadFilters(*rule->exclude);
    if (rule->has_mutate_existing() && !rule->mutate->targets.empty()) {
      target_ = &rule->mutate->targets[0];
      target_kind_ =
          known.Find(kube::ParseGroupVersionKind(target_->resource.api_version, target_->resource.kind));
      target_reads_.shape = Shape::OfObjects(std::span(&target_kind_.gvk, 1));
    }
    if (rule->has_generate()) generated_.push_back(&rule->generate->generate);
  }
  // One that no rule names.
  if (namespaces_.size() > 1) namespaces_.push_back("elsewhere");
  for (const kube::GroupVersionKind& kind : kinds_) {
    const Shape shape = options.any_types ? Shape::OfAnyObject() : Shape::OfObjects(std::span(&kind, 1));
    std::unique_ptr<ReadPlace> all;
    for (const policy::Rule* rule : rules) {
      std::unique_ptr<ReadPlace> one =
          ReadsOf(*rule, shape, arena_, target_ == nullptr ? nullptr : &target_reads_);
      if (all == nullptr) {
        all = std::move(one);
      } else {
        all->Merge(std::move(*one));
      }
    }
    reads_.push_back(std::move(all));
  }
}

void SampleSpace::AddExample(std::string_view wildcard, std::vector<std::string_view>& examples) {
  std::string text;
  for (const char c : wildcard) text += c == '*' || c == '?' ? 'x' : c;
  examples.push_back(arena_.Copy(text));
}

void SampleSpace::ReadFilters(const policy::MatchResources& match) {
  const auto add = [&](const policy::ResourceDescription& r, const policy::UserInfo& user) {
    if (!r.name.empty()) AddExample(r.name, names_);
    for (std::string_view name : r.names) AddExample(name, names_);
    for (std::string_view name : r.namespaces) AddExample(name, namespaces_);
    for (const policy::Subject& subject : user.subjects) {
      std::vector<std::string_view> example;
      AddExample(subject.name, example);
      if (subject.kind == "Group") {
        subjects_.push_back({"somebody", example[0]});
      } else if (subject.kind == "User") {
        subjects_.push_back({example[0], ""});
      } else {
        AddExample(subject.namespace_, example);
        std::string account = "system:serviceaccount:";
        account.append(example[1]).append(":").append(example[0]);
        subjects_.push_back({arena_.Copy(account), ""});
      }
    }
    if (r.namespace_selector == nullptr) return;
    json::ObjectBuilder labels(arena_);
    for (const policy::StringPair& pair : r.namespace_selector->match_labels) {
      std::vector<std::string_view> example;
      AddExample(pair.key, example);
      AddExample(pair.value, example);
      labels.Set(example[0], Text(example[1]));
    }
    for (const policy::LabelSelectorRequirement& requirement : r.namespace_selector->match_expressions)
      labels.Set(requirement.key, Text(requirement.values.empty() ? "there" : requirement.values[0]));
    namespace_labels_.push_back(labels.Build());
  };
  for (const policy::ResourceFilter& filter : match.any) add(filter.resources, filter.user);
  for (const policy::ResourceFilter& filter : match.all) add(filter.resources, filter.user);
  add(match.resources, match.user);
}

json::Value SampleSpace::Object(const ReadPlace& place, int depth, Choices& choices, Arena& arena) const {
  json::ObjectBuilder object(arena);
  for (const auto& [name, member] : place.members) {
    if (!IsAlwaysThere(name, member->shape) && choices.Choose(2) == 1) continue;
    object.Set(std::string_view(name), Value(*member, depth + 1, choices, arena));
  }
  return object.Build();
}

json::Value SampleSpace::Value(const ReadPlace& place, int depth, Choices& choices, Arena& arena) const {
  const Kinds kinds = place.shape.kinds();
  const bool is_object = !place.members.empty(), is_list = place.element != nullptr;
  if (depth > kDeepest) return json::Value::Object({});
  std::vector<json::Value> values = place.values;
  if (values.empty() && !is_object && !is_list) {
    if (kinds == kObject) return json::Value::Object({});
    if (kinds == kArray) return json::Value::Array({});
    AddPlainValues(kinds, values);
  }
  AddOddValues(place.shape, values);
  const std::size_t whole = (is_object ? 1 : 0) + (is_list ? 1 : 0);
  const std::size_t chosen = choices.Choose(whole + values.size());
  if (chosen >= whole) return values[chosen - whole];
  if (is_object && chosen == 0) return Object(place, depth, choices, arena);
  static constexpr std::size_t kSizes[] = {1, 0, 2, 3};
  if (choices.made().size() > kMostChoices) return json::Value::Array({});
  const std::size_t size = kSizes[choices.Choose(std::size(kSizes))];
  json::ArrayBuilder list(arena, size);
  const std::string_view key = place.shape.ElementKey();
  for (std::size_t i = 0; i < size; ++i) {
    json::Value item = Value(*place.element, depth + 1, choices, arena);
    // An API server lets no two elements of such a list have the same name, or none.
    if (!key.empty() && item.is_object() && !options_.any_types) item = WithName(item, key, i, arena);
    list.Add(item);
  }
  return list.Build();
}

json::Value SampleSpace::Metadata(const json::Value& read, const kube::GroupVersionKind& kind,
                                  Choices& choices, Arena& arena) const {
  json::ObjectBuilder metadata(arena, read.is_object() ? read : json::Value::Object({}));
  if (read.Find("name") == nullptr || names_.size() > 1) {
    metadata.Set("name", Text(names_[choices.Choose(names_.size())]));
  }
  const bool namespaced = known_.Find(kind).namespaced;
  const std::string_view asked = read.StringAt("namespace");
  if (namespaced && (asked.empty() || namespaces_.size() > 1))
    metadata.Set("namespace", Text(namespaces_[choices.Choose(namespaces_.size())]));
  if (kind.kind == "Namespace" && namespaces_.size() > 1)
    metadata.Set("name", Text(namespaces_[choices.Choose(namespaces_.size())]));
  return metadata.Build();
}

std::span<const json::Value> SampleSpace::Targets(Choices& choices, Arena& arena) const {
  ArenaVector<json::Value> targets(arena);
  const policy::ResourceSpec& wanted = target_->resource;
  for (const bool is_meant : {true, false}) {
    if (choices.Choose(2) == 1) continue;
    json::ObjectBuilder object(arena, Object(target_reads_, 0, choices, arena));
    const json::Value made = object.Build();
    const json::Value* found = made.Find("metadata");
    json::ObjectBuilder metadata(arena, found == nullptr ? json::Value::Object({}) : *found),
        whole(arena, made);
    metadata.Set("name", Text(is_meant ? NameFor(wanted.name, names_, choices, arena) : "another"));
    if (target_kind_.namespaced) {
      const std::string_view in = is_meant ? wanted.namespace_ : "";
      metadata.Set("namespace", Text(NameFor(in, namespaces_, choices, arena)));
    }
    whole.Set("apiVersion", Text(wanted.api_version));
    whole.Set("kind", Text(wanted.kind));
    whole.Set("metadata", metadata.Build());
    targets.push_back(whole.Build());
  }
  return targets.span();
}

Sample SampleSpace::Make(Choices& choices, Arena& arena) const {
  Sample sample;
  const std::size_t at = choices.Choose(kinds_.size());
  sample.kind = kinds_[at];
  sample.operation = kOperations[choices.Choose(std::size(kOperations))];
  sample.resource = known_.Find(sample.kind).plural;
  if (sample.resource.empty()) sample.resource = "widgets";
  if (options_.other_versions && !sample.kind.group.empty() && choices.Choose(2) == 1)
    sample.kind.version = "v1beta7";
  const json::Value read = Object(*reads_[at], 0, choices, arena);
  const json::Value* found = read.Find("metadata");
  const json::Value read_metadata = found == nullptr ? json::Value::Object({}) : *found;
  json::Value metadata = Metadata(read_metadata, sample.kind, choices, arena);

  const auto api_version = [&](std::string_view group, std::string_view version) {
    return group.empty() ? version : arena.Copy(std::string(group) + "/" + std::string(version));
  };
  if (options_.controllers && sample.kind.kind == "Pod") {
    const std::size_t form = choices.Choose(1 + std::size(kControllers));
    if (form > 0) {
      const Controller& controller = kControllers[form - 1];
      // The Pod as the template of a controller, whose own metadata is another.
      json::ObjectBuilder pod(arena);
      pod.Set("metadata", read_metadata);  // the API server always sends it
      if (const json::Value* spec = read.Find("spec")) pod.Set("spec", *spec);
      json::Value spec = json::WithMember(json::Value::Object({}), "template", pod.Build(), arena);
      if (controller.is_cron_job) {
        const json::Value job = json::WithMember(json::Value::Object({}), "spec", spec, arena);
        spec = json::WithMember(json::Value::Object({}), "jobTemplate", job, arena);
      }
      json::ObjectBuilder object(arena);
      object.Set("apiVersion", Text(api_version(controller.group, controller.version)));
      object.Set("kind", Text(controller.kind));
      object.Set("metadata", Metadata(json::Value::Object({}), sample.kind, choices, arena));
      object.Set("spec", spec);
      sample.kind = {controller.group, controller.version, controller.kind};
      sample.resource = controller.resource;
      sample.object = object.Build();
    }
  }
  if (!sample.object.is_object()) {
    json::ObjectBuilder object(arena, read);
    object.Set("apiVersion", Text(api_version(sample.kind.group, sample.kind.version)));
    object.Set("kind", Text(sample.kind.kind));
    object.Set("metadata", metadata);
    sample.object = object.Build();
    if (options_.ephemeral_containers && sample.kind.kind == "Pod" && sample.operation == "UPDATE" &&
        choices.Choose(2) == 1) {
      sample.subresource = "ephemeralcontainers";
    }
  }
  sample.username = choices.Choose(2) == 0 ? "somebody" : "somebody-else";
  if (!subjects_.empty()) {
    const std::size_t subject = choices.Choose(subjects_.size() + 1);
    if (subject < subjects_.size()) {
      sample.username = subjects_[subject].username;
      if (!subjects_[subject].group.empty())
        sample.groups = std::span<const std::string_view>(&subjects_[subject].group, 1);
    }
  }
  if (!namespace_labels_.empty()) {
    const std::size_t labels = choices.Choose(namespace_labels_.size() + 1);
    sample.namespace_labels =
        labels < namespace_labels_.size() ? namespace_labels_[labels] : json::Value::Object({});
  }
  if (target_ != nullptr) sample.sources = Targets(choices, arena);
  for (const policy::GeneratePattern* pattern : generated_)
    sample.sources = MakeSources(*pattern, names_, namespaces_, choices, arena);
  return sample;
}

}  // namespace ephor::convert
