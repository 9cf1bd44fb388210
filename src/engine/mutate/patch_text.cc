#include "engine/mutate/patch_text.h"

#include <algorithm>
#include <charconv>

#include "engine/context.h"
#include "engine/mutate/read_patch.h"
#include "engine/run.h"
#include "json/builder.h"

namespace ephor::engine {
namespace {

using json::Value;

// Stands for a variable while the text is read: letters, which no reader takes for anything else.
constexpr std::string_view kPlaceholder = "ephorVariable";
constexpr std::size_t kPlaceholderSize = kPlaceholder.size() + 4;
constexpr std::size_t kMostVariables = 1000;

std::string Placeholder(std::size_t variable) {
  std::string number = std::to_string(variable);
  return std::string(kPlaceholder) + std::string(4 - number.size(), '0') + number;
}

// The text with its variables cut out: one more literal than variables. Nothing where some are nested,
// escaped or otherwise special.
struct Pieces {
  std::vector<std::string_view> literals;
  std::vector<std::string_view> variables;
};
std::optional<Pieces> Cut(std::string_view text) {
  if (text.find(kPlaceholder) != std::string_view::npos || text.find("$(") != std::string_view::npos)
    return {};
  Pieces pieces;
  while (true) {
    const std::size_t begin = text.find("{{");
    if (begin == std::string_view::npos) break;
    const std::size_t end = text.find("}}", begin);
    if (end == std::string_view::npos || (begin > 0 && text[begin - 1] == '\\')) return {};
    std::string_view variable = text.substr(begin + 2, end - begin - 2);
    if (variable.find_first_of("{}") != std::string_view::npos || variable.starts_with('-')) return {};
    while (!variable.empty() && variable.front() == ' ') variable.remove_prefix(1);
    while (!variable.empty() && variable.back() == ' ') variable.remove_suffix(1);
    if (variable.empty() || variable.front() == '-' || variable == "@") return {};
    pieces.literals.push_back(text.substr(0, begin));
    pieces.variables.push_back(variable);
    text.remove_prefix(end + 2);
  }
  if (pieces.variables.empty() || pieces.variables.size() > kMostVariables) return {};
  pieces.literals.push_back(text);
  return pieces;
}

std::string Joined(const Pieces& pieces, std::optional<std::size_t> replaced, std::string_view by) {
  std::string text;
  for (std::size_t i = 0; i < pieces.variables.size(); ++i) {
    text += pieces.literals[i];
    text += replaced == i ? std::string(by) : Placeholder(i);
  }
  text += pieces.literals.back();
  return text;
}

bool Holds(const Value& value, std::string_view text) {
  if (value.is_string()) return value.as_string().find(text) != std::string_view::npos;
  if (value.is_array())
    return std::ranges::any_of(value.items(), [&](const Value& v) { return Holds(v, text); });
  return value.is_object() && std::ranges::any_of(value.members(), [&](const json::Member& member) {
           return member.key().find(text) != std::string_view::npos || Holds(member.value, text);
         });
}

// What reads as itself inside of quotes, and of lines of block texts.
bool IsPlainInQuotes(std::string_view text) {
  return !text.starts_with(' ') && !text.ends_with(' ') && std::ranges::all_of(text, [](char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\'' && c != '\\' && c != '{' && c != '}';
  });
}

// What reads as itself in an unquoted pointer.
bool IsPlainInPointer(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '/' || c == '-';
  });
}

// A value's text as it is inserted; nothing for what is not a simple one.
std::optional<std::string_view> TextOf(const Value& value, Arena& arena) {
  if (value.is_string()) return value.as_string();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (!value.is_int()) return std::nullopt;
  char digits[24];
  return arena.Copy({digits, std::to_chars(digits, digits + sizeof digits, value.as_int()).ptr});
}

// The value with another one at a place below it. The containers on the way are copied.
Value WithReplaced(const Value& value, std::span<const std::uint32_t> steps, const Value& with,
                   Arena& arena) {
  if (steps.empty()) return with;
  if (value.is_array()) {
    const std::span<Value> items = arena.Copy(value.items());
    items[steps[0]] = WithReplaced(items[steps[0]], steps.subspan(1), with, arena);
    return Value::Array(items);
  }
  const std::span<json::Member> members = arena.Copy(value.members());
  members[steps[0]].value = WithReplaced(members[steps[0]].value, steps.subspan(1), with, arena);
  return Value::Object(members);
}

}  // namespace

std::optional<PatchText> PatchText::Compile(std::string_view text, Arena& arena) {
  const auto pieces = Cut(text);
  if (!pieces) return std::nullopt;
  const auto read = ReadPatch(arena.Copy(Joined(*pieces, std::nullopt, "")), arena);
  if (!read) return std::nullopt;
  const auto operations = json::DecodePatch(*read, arena);
  if (!operations) return std::nullopt;

  PatchText result;
  result.operations_.assign(operations->begin(), operations->end());
  for (const std::string_view variable : pieces->variables) result.variables_.emplace_back(variable);
  for (std::size_t i = 0; i < operations->size(); ++i) {
    const json::Operation& operation = (*operations)[i];
    for (const auto& [field, pointer] :
         {std::pair(Slot::Field::kPath, operation.path), std::pair(Slot::Field::kFrom, operation.from)}) {
      const auto parsed = result.Parse(pointer);
      if (parsed) result.slots_.push_back({i, field, {}, *parsed});
    }
    std::vector<std::uint32_t> steps;
    if (!result.AddSlots(i, operation.value, steps)) return std::nullopt;
  }

  // Each variable must have been found once, and what it fills be quoted or a pointer: what reads as a
  // mapping without quotes tells.
  constexpr std::string_view kProbe = "a: b";
  for (std::size_t i = 0; i < pieces->variables.size(); ++i) {
    const auto owner = std::ranges::find_if(result.slots_, [i](const Slot& slot) {
      return std::ranges::find(slot.text.variables, i) != slot.text.variables.end();
    });
    if (owner == result.slots_.end()) return std::nullopt;
    Arena scratch(1 << 10);
    const std::string probed = Joined(*pieces, i, kProbe);
    const auto value = ReadPatch(probed, scratch);
    const bool quoted = value && Holds(*value, kProbe);
    if (!quoted && !owner->text.literals[0].starts_with('/')) return std::nullopt;
    owner->text.quoted = quoted;
  }
  return result;
}

// Nothing where the text has no placeholders.
std::optional<PatchText::Text> PatchText::Parse(std::string_view text) const {
  Text parsed;
  while (true) {
    const std::size_t at = text.find(kPlaceholder);
    if (at == std::string_view::npos) break;
    parsed.literals.push_back(text.substr(0, at));
    std::size_t number = 0;
    const char* const digits = text.data() + at + kPlaceholder.size();
    std::from_chars(digits, digits + 4, number);
    parsed.variables.push_back(number);
    text.remove_prefix(at + kPlaceholderSize);
  }
  if (parsed.variables.empty()) return std::nullopt;
  parsed.literals.push_back(text);
  return parsed;
}

// False where a key has variables.
bool PatchText::AddSlots(std::size_t operation, const Value& value, std::vector<std::uint32_t>& steps) {
  if (value.is_string()) {
    if (const auto text = Parse(value.as_string()))
      slots_.push_back({operation, Slot::Field::kValue, steps, *text});
    return true;
  }
  for (std::uint32_t i = 0; i < value.size(); ++i) {
    if (value.is_object() && value.members()[i].key().find(kPlaceholder) != std::string_view::npos)
      return false;
    steps.push_back(i);
    const bool added =
        AddSlots(operation, value.is_array() ? value.items()[i] : value.members()[i].value, steps);
    steps.pop_back();
    if (!added) return false;
  }
  return true;
}

std::optional<std::string_view> PatchText::Compose(const Text& text, std::span<const std::string_view> values,
                                                   Arena& arena) const {
  std::string_view out = text.literals[0];
  for (std::size_t i = 0; i < text.variables.size(); ++i) {
    const std::string_view value = values[text.variables[i]];
    if (!(text.quoted ? IsPlainInQuotes(value) : IsPlainInPointer(value))) return std::nullopt;
    out = Concat(arena, {out, value, text.literals[i + 1]});
  }
  return out;
}

std::optional<std::span<const json::Operation>> PatchText::Fill(Context& context) const {
  // The variables of a deletion are read differently.
  if (context.operation() == "DELETE") return std::nullopt;
  Arena& arena = context.arena();
  const std::span<std::string_view> values = arena.NewArray<std::string_view>(variables_.size());
  for (std::size_t i = 0; i < variables_.size(); ++i) {
    const auto value = variables_[i].Evaluate(context);
    if (!value) return std::nullopt;
    const auto text = TextOf(*value, arena);
    if (!text) return std::nullopt;
    values[i] = *text;
  }
  const std::span<json::Operation> operations = arena.Copy(std::span<const json::Operation>(operations_));
  for (const Slot& slot : slots_) {
    const auto text = Compose(slot.text, values, arena);
    if (!text) return std::nullopt;
    json::Operation& operation = operations[slot.operation];
    switch (slot.field) {
      case Slot::Field::kPath:
        operation.path = *text;
        break;
      case Slot::Field::kFrom:
        operation.from = *text;
        break;
      case Slot::Field::kValue:
        operation.value = WithReplaced(operation.value, slot.steps, Value::String(*text), arena);
        break;
    }
  }
  return operations;
}

}  // namespace ephor::engine
