#include "engine/generate/generate_pattern.h"

#include <optional>
#include <string>

#include "engine/context.h"
#include "json/builder.h"

namespace ephor::engine {
namespace {

using json::Value;

// Only what is substituted when objects are made: the list and the preconditions of a loop are not.
Value PatternOf(const Value& source, Arena& arena) {
  json::ObjectBuilder pattern(arena);
  for (const std::string_view key :
       {"apiVersion", "kind", "namespace", "name", "uid", "data", "clone", "cloneList"}) {
    if (const Value* const member = source.Find(json::Key(key))) pattern.Set(json::Key(key), *member);
  }
  return pattern.Build();
}

// A pattern with its variables substituted, read.
struct Wanted {
  ObjectId target;
  Value data, clone, clone_list;
};

Result<std::string_view> TextAt(const Value& object, std::string_view key) {
  const Value* const member = object.Find(json::Key(key));
  if (member == nullptr || member->is_null()) return std::string_view();
  if (member->is_string()) return member->as_string();
  return InvalidInput("the " + std::string(key) + " of an object to generate is not a string");
}

Value MemberOf(const Value& object, const json::Key& key) {
  const Value* const member = object.Find(key);
  return member == nullptr ? Value() : *member;
}

Result<Wanted> Read(const Value& pattern) {
  Wanted wanted;
  EPHOR_ASSIGN(wanted.target.api_version, TextAt(pattern, "apiVersion"));
  EPHOR_ASSIGN(wanted.target.kind, TextAt(pattern, "kind"));
  EPHOR_ASSIGN(wanted.target.namespace_, TextAt(pattern, "namespace"));
  EPHOR_ASSIGN(wanted.target.name, TextAt(pattern, "name"));
  wanted.data = MemberOf(pattern, "data");
  wanted.clone = MemberOf(pattern, "clone");
  wanted.clone_list = MemberOf(pattern, "cloneList");
  return wanted;
}

std::string Described(const ObjectId& id) {
  std::string text(id.api_version);
  for (const std::string_view part : {id.kind, id.namespace_, id.name}) {
    text += '/';
    text += part;
  }
  return text;
}

// An object to be written.
struct Planned {
  ObjectId target;
  Value content;
};

using Plan = ArenaVector<Planned>;

// Nothing is planned where the source would be copied onto itself.
Result<void> PlanCopy(const ObjectId& source_id, const ObjectId& target, const Objects& objects, Arena& arena,
                      Plan& plan) {
  if (source_id.namespace_ == target.namespace_ && source_id.name == target.name) return {};
  const Value* const source = objects.Find(source_id);
  if (source == nullptr) {
    return Fail(ErrorCode::kNotFound,
                "source resource " + Described(target) + " not found: " + Described(source_id));
  }
  plan.push_back({target, CopyOf(*source, target.namespace_, arena)});
  return {};
}

struct KindOfList {
  std::string_view api_version, kind;
};

// "v1/Secret", "apps/v1/Deployment"; the version is "" where there is none.
KindOfList ParseKind(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return {"", text};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

Result<void> PlanCopies(const Value& list, std::string_view target_namespace, const Objects& objects,
                        Arena& arena, Plan& plan) {
  const std::string_view source_namespace = list.StringAt("namespace");
  const kube::LabelSelector selector = kube::LabelSelector::FromValue(MemberOf(list, "selector"));
  for (const Value& kind : MemberOf(list, "kinds").items()) {
    const auto [api_version, name] = ParseKind(kind.string_or(""));
    for (const Value& source : objects.List(api_version, name, source_namespace, selector, arena)) {
      const ObjectId id = IdOf(source);
      if (id.namespace_ == target_namespace) continue;
      EPHOR_TRY(PlanCopy(id, {id.api_version, id.kind, target_namespace, id.name}, objects, arena, plan));
    }
  }
  return {};
}

Result<void> PlanData(const Value& data, const ObjectId& target, Plan& plan) {
  if (target.kind.empty()) return InvalidInput("an object to generate has no kind");
  // A target without data is made all the same, with nothing but its identity.
  if (data.is_null()) {
    plan.push_back({target, Value::Object({})});
    return {};
  }
  if (!data.is_object()) return InvalidInput("the data of an object to generate is not an object");
  plan.push_back({target, data});
  return {};
}

bool IsList(const Value& clone_list) {
  const Value* const kinds = clone_list.Find("kinds");
  return kinds != nullptr && kinds->is_array() && kinds->size() > 0;
}

}  // namespace

GeneratePattern::GeneratePattern(const Value& source, bool synchronizes)
    : arena_(std::make_shared<Arena>(512)),
      template_(PatternOf(source, *arena_)),
      synchronizes_(synchronizes) {}

Result<void> GeneratePattern::Make(const Origin& origin, Objects& objects, Context& context,
                                   ArenaVector<ObjectId>& made) const {
  Arena& arena = context.arena();
  EPHOR_ASSIGN(const Value pattern, template_.Substitute(context));
  EPHOR_ASSIGN(const Wanted wanted, Read(pattern));
  const ObjectId& target = wanted.target;
  Plan plan(arena);
  if (const std::string_view name = wanted.clone.StringAt("name"); !name.empty()) {
    const ObjectId source{target.api_version, target.kind, wanted.clone.StringAt("namespace"), name};
    EPHOR_TRY(PlanCopy(source, target, objects, arena, plan));
  } else if (IsList(wanted.clone_list)) {
    EPHOR_TRY(PlanCopies(wanted.clone_list, target.namespace_, objects, arena, plan));
  } else {
    EPHOR_TRY(PlanData(wanted.data, target, plan));
  }
  for (const Planned& planned : plan.span()) {
    const bool is_new = objects.Find(planned.target) == nullptr;
    if (!is_new && !synchronizes_) continue;
    objects.Put(Downstream(planned.content, planned.target, origin, arena));
    if (is_new) made.push_back(planned.target);
  }
  return {};
}

}  // namespace ephor::engine
