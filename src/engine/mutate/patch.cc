#include "engine/mutate/patch.h"

#include "engine/context.h"
#include "engine/mutate/read_patch.h"
#include "engine/mutate/strategic_merge.h"
#include "engine/observe/patch.h"
#include "json/builder.h"

namespace ephor::engine {
namespace {

using json::Value;

constexpr json::Key kStrategic("patchStrategicMerge"), kJson("patchesJson6902");

constexpr json::PatchOptions kOptions{.ensure_path_exists_on_add = true,
                                      .allow_missing_path_on_remove = true,
                                      .support_negative_indices = true};

// The document whose variables are substituted: the patch below the names that errors show.
Value Document(const Value& patch, const json::Key& key, std::string_view place, Arena& arena) {
  const Value document = json::WithMember(Value::Object({}), key, patch, arena);
  return place.empty() ? document : json::WithMember(Value::Object({}), json::Key(place), document, arena);
}

}  // namespace

Patch::Patch(const Value* strategic_merge, std::string_view json_patch, std::string_view place)
    : strategic_merge_(strategic_merge),
      json_patch_(json_patch),
      is_strategic_(strategic_merge != nullptr),
      place_(place),
      arena_(std::make_shared<Arena>(4 << 10)) {
  if (!is_strategic_ && json_patch.empty()) {
    error_.emplace(ErrorCode::kEvaluation, "empty mutate rule");
    return;
  }
  const Value patch = is_strategic_ ? *strategic_merge : Value::String(json_patch);
  template_ = Template(Document(patch, is_strategic_ ? kStrategic : kJson, place, *arena_));
  if (!template_.is_constant()) {
    if (!is_strategic_) text_ = PatchText::Compile(json_patch, *arena_);
    return;
  }
  auto prepared = Prepare(patch, *arena_);
  if (prepared) {
    prepared_ = *prepared;
  } else {
    error_ = std::move(prepared).error();
  }
}

Result<Patch::Prepared> Patch::Prepare(const Value& patch, Arena& arena) const {
  Prepared prepared;
  if (is_strategic_) {
    auto overlay = StrategicOverlay::Compile(patch, arena);
    if (!overlay) {
      return std::unexpected(
          std::move(overlay).error().Within("failed to preProcess rule").Within("failed to patch resource"));
    }
    prepared.strategic = *overlay;
    return prepared;
  }
  if (!patch.is_string() || patch.size() == 0) return Fail(ErrorCode::kEvaluation, "empty mutate rule");
  auto value = ReadPatch(patch.as_string(), arena);
  if (!value) return std::unexpected(std::move(value).error().Within("failed to patch resource"));
  auto operations = json::DecodePatch(*value, arena);
  if (!operations) {
    return std::unexpected(
        std::move(operations).error().Within("failed to decode patches").Within("failed to patch resource"));
  }
  prepared.operations = *operations;
  return prepared;
}

Result<Value> Patch::Apply(const Value& object, Context& context) const {
  return ObservedPatch(context.observer(),
                       {.kind = StepKind::kPatch,
                        .source = strategic_merge_,
                        .text = is_strategic_ ? std::string_view() : json_patch_},
                       object, context.arena(), [&] { return Make(object, context); });
}

Result<Value> Patch::Make(const Value& object, Context& context) const {
  if (error_) return std::unexpected(*error_);
  Arena& arena = context.arena();
  Prepared prepared;
  if (prepared_) {
    prepared = *prepared_;
  } else if (const auto filled = text_ ? text_->Fill(context) : std::nullopt) {
    prepared.operations = *filled;
  } else {
    auto document = template_.Substitute(context);
    if (!document) return std::unexpected(std::move(document).error().Within("variable substitution failed"));
    const Value* patch = place_.empty() ? &*document : document->Find(json::Key(place_));
    if (patch != nullptr) patch = patch->Find(is_strategic_ ? kStrategic : kJson);
    // The patch is viewed by what is compiled of it.
    EPHOR_ASSIGN(prepared, Prepare(*arena.New<Value>(patch == nullptr ? Value() : *patch), arena));
  }
  if (!prepared.strategic) {
    auto patched = json::ApplyPatch(object, prepared.operations, arena, kOptions);
    if (!patched) return std::unexpected(std::move(patched).error().Within("failed to patch resource"));
    return patched;
  }
  auto patch = prepared.strategic->Resolve(object, arena);
  if (!patch) {
    return std::unexpected(
        std::move(patch).error().Within("failed to preProcess rule").Within("failed to patch resource"));
  }
  // A patch that does not apply is still merged, as the empty one that it then is.
  auto merged = StrategicMerge(object, patch->value_or(Value::Object({})), arena);
  if (!merged) return std::unexpected(std::move(merged).error().Within("failed to patch resource"));
  return merged;
}

}  // namespace ephor::engine
