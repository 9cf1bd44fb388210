// The loops of macros.
#include "cel/eval/machine.h"

namespace ephor::cel {
namespace {

// The reference's costs of a round of a loop, beside what filter and body cost themselves: the accumulator
// forms of the macros read the accumulator, test it, and add to it.
constexpr std::uint64_t kQuantifierRound = 3, kExistsRound = 4, kAppendRound = 12, kFilterRound = 13,
                        kCountRound = 2;
// And of the list or map that a loop begins with.
constexpr std::uint64_t kListCost = 10, kMapCost = 30;

// What the reference's one message with names of Go types says.
std::string_view GoTypeName(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull:
      return "types.Null";
    case ValueKind::kBool:
      return "types.Bool";
    case ValueKind::kInt:
      return "types.Int";
    case ValueKind::kUint:
      return "types.Uint";
    case ValueKind::kDouble:
      return "types.Double";
    case ValueKind::kString:
      return "types.String";
    case ValueKind::kBytes:
      return "types.Bytes";
    case ValueKind::kTimestamp:
      return "types.Timestamp";
    case ValueKind::kDuration:
      return "types.Duration";
    case ValueKind::kType:
      return "*types.Type";
    case ValueKind::kOptional:
      return "*types.Optional";
    default:
      return TypeName(value);
  }
}

}  // namespace

Value Machine::BeginLoop(const LoopSite& site, const Value& range) {
  if (!range.in(kListKinds | kMapKinds)) {
    return Fail("got '" + std::string(GoTypeName(range)) + "', expected iterable type");
  }
  LoopState& loop = loops_[site.state];
  loop = LoopState();
  loop.range = range;
  const bool builds_map = site.kind == MacroKind::kTransformMap || site.kind == MacroKind::kTransformMapEntry;
  if (builds_map) loop.members = arena_.New<MapBuilder>(arena_);
  cost_ += builds_map                                                        ? kMapCost
           : site.kind == MacroKind::kMap || site.kind == MacroKind::kFilter ? kListCost
                                                                             : 0;
  return Value();
}

bool Machine::NextRound(const LoopSite& site) {
  LoopState& loop = loops_[site.state];
  if (loop.decided || loop.at == loop.range.size()) return false;
  const std::uint32_t i = loop.at++;
  Value* const variable = locals_ + site.local;
  switch (loop.range.kind()) {
    case ValueKind::kJsonObject: {
      const json::Member& member = loop.range.as_json_object().members()[i];
      variable[0] = Value::String(member.key());
      if (site.two_variables) variable[1] = Value::Json(member.value);
      break;
    }
    case ValueKind::kMap: {
      const MapEntry& entry = loop.range.native_map().entries[i];
      variable[0] = entry.key;
      if (site.two_variables) variable[1] = entry.value;
      break;
    }
    default:
      variable[0] = site.two_variables ? Value::Int(i) : loop.range.At(i);
      if (site.two_variables) variable[1] = loop.range.At(i);
  }
  return true;
}

Value Machine::Step(const LoopSite& site, const Value& result) {
  LoopState& loop = loops_[site.state];
  switch (site.kind) {
    case MacroKind::kAll:
    case MacroKind::kExists: {
      const bool all = site.kind == MacroKind::kAll;
      cost_ += all ? kQuantifierRound : kExistsRound;
      if (result.is_bool()) {
        loop.decided = result.as_bool() != all;
      } else if (!loop.error.is_error()) {
        loop.error = result.is_error() ? result : Placed(NoSuchOverload(arena_));
      }
      break;
    }
    case MacroKind::kExistsOne:
      cost_ += kCountRound;
      if (!result.is_bool()) return NoSuchOverload(arena_);
      loop.count += result.as_bool();
      break;
    case MacroKind::kFilter:
      if (!result.is_bool()) return NoSuchOverload(arena_);
      cost_ += result.as_bool() ? kFilterRound : 1;
      if (result.as_bool()) loop.Append(locals_[site.local], arena_);
      break;
    case MacroKind::kMap:
      cost_ += kAppendRound;
      loop.Append(result, arena_);
      break;
    case MacroKind::kTransformMap:
      cost_ += kAppendRound;
      if (!loop.members->Add(locals_[site.local], result))
        return Fail("insert failed: key " + KeyText(locals_[site.local]) + " already exists");
      break;
    case MacroKind::kTransformMapEntry: {
      cost_ += kAppendRound;
      if (!result.is_map()) return NoSuchOverload(arena_);
      Value failed;
      ForEachMember(result, [&](const Value& key, const Value& value) {
        if (loop.members->Add(key, value)) return true;
        failed = Fail("insert failed: key " + KeyText(key) + " already exists");
        return false;
      });
      if (failed.is_error()) return failed;
      break;
    }
    default:
      break;
  }
  return Value();
}

Value Machine::EndLoop(const LoopSite& site) {
  LoopState& loop = loops_[site.state];
  ++cost_;
  switch (site.kind) {
    case MacroKind::kAll:
    case MacroKind::kExists: {
      const bool all = site.kind == MacroKind::kAll;
      if (!loop.decided && loop.error.is_error()) return loop.error;
      return Value::Bool(loop.decided != all);
    }
    case MacroKind::kExistsOne:
      return Value::Bool(loop.count == 1);
    case MacroKind::kTransformMap:
    case MacroKind::kTransformMapEntry:
      return loop.members->Build();
    default:
      return Value::List({loop.items, loop.size});
  }
}

}  // namespace ephor::cel
