#include "pss/exclusion.h"

#include <algorithm>
#include <string>

#include "json/write.h"
#include "pattern/wildcard.h"

namespace ephor::pss {
namespace {

using json::Value;

std::span<const std::string_view> StringsAt(const Value& entry, const json::Key& key, Arena& arena) {
  const Value* const list = Present(&entry, key);
  if (list == nullptr || !list->is_array()) return {};
  ArenaVector<std::string_view> strings(arena, list->size());
  for (const Value& item : list->items()) strings.push_back(item.string_or(""));
  return strings.span();
}

bool MatchesAny(std::span<const std::string_view> patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [text](std::string_view pattern) { return pattern::WildcardMatch(pattern, text); });
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// A field with "*" for each run of digits, and where it stands in a container's list, that container.
struct Place {
  std::string field;
  const Container* container = nullptr;
  bool in_container = false;
};

// The containers are those that the field's index counts.
Place PlaceOf(std::string_view field, std::span<const Container> containers) {
  Place place;
  std::size_t first_index = 0;
  bool has_index = false;
  for (std::size_t i = 0; i < field.size();) {
    if (!IsDigit(field[i])) {
      place.field += field[i++];
      continue;
    }
    std::size_t index = 0;
    for (; i < field.size() && IsDigit(field[i]); ++i) {
      if (index < 1'000'000'000) index = index * 10 + static_cast<std::size_t>(field[i] - '0');
    }
    if (!has_index) first_index = index;
    has_index = true;
    place.field += '*';
  }
  for (const ContainerType type : {ContainerType::kInit, ContainerType::kNormal, ContainerType::kEphemeral}) {
    if (!place.field.starts_with("spec." + std::string(ListName(type)) + "[")) continue;
    place.in_container = true;
    const auto found = std::find_if(containers.begin(), containers.end(), [&](const Container& container) {
      return container.type == type && container.index == first_index;
    });
    if (found != containers.end()) place.container = &*found;
  }
  return place;
}

bool ValuesMatch(const Exclusion& exclusion, const Value& bad_value) {
  if (exclusion.values.empty()) return true;
  switch (bad_value.kind()) {
    case json::Kind::kNull:
    case json::Kind::kObject:
      return true;
    case json::Kind::kString:
      return bad_value.size() == 0 || MatchesAny(exclusion.values, bad_value.as_string());
    case json::Kind::kArray:
      return std::all_of(bad_value.items().begin(), bad_value.items().end(), [&exclusion](const Value& item) {
        return MatchesAny(exclusion.values, item.string_or(""));
      });
    default:
      return MatchesAny(exclusion.values, json::ToString(bad_value));
  }
}

// Takes away the first error at the same place.
void Forgive(Violation& violation, const Place& forgiven, bool by_container,
             std::span<const Container> containers) {
  for (FieldError& error : violation.errors) {
    const Place place = PlaceOf(error.field, containers);
    if (place.field != forgiven.field) continue;
    if (by_container && place.in_container) {
      const std::string_view name = place.container != nullptr ? place.container->name : std::string_view();
      const std::string_view other =
          forgiven.container != nullptr ? forgiven.container->name : std::string_view();
      if (name != other) continue;
    }
    error = violation.errors.back();
    violation.errors = violation.errors.first(violation.errors.size() - 1);
    return;
  }
}

// The Pod whose violations an entry forgives.
Pod Measure(const Exclusion& exclusion, const Pod& pod, Arena& arena) {
  if (exclusion.images.empty()) {
    Pod measured = pod;
    const auto fake = arena.NewArray<Container>(1);
    fake[0] = Container{.name = "fake"};
    measured.containers = fake;
    return measured;
  }
  ArenaVector<Container> matching(arena, pod.containers.size());
  std::uint32_t counts[3] = {};
  for (const Container& container : pod.containers) {
    if (!MatchesAny(exclusion.images, container.image)) continue;
    Container counted = container;
    counted.index = counts[static_cast<std::size_t>(container.type)]++;
    matching.push_back(counted);
  }
  return Pod{.containers = matching.span()};
}

void Apply(const Exclusion& exclusion, std::span<Violation> violations, const Pod& pod, Version version,
           Arena& arena) {
  const Pod measured = Measure(exclusion, pod, arena);
  const bool by_container = !exclusion.images.empty();
  for (Violation& violation : violations) {
    const auto place = static_cast<std::size_t>(violation.control - Controls().data());
    if ((exclusion.controls >> place & 1) == 0) continue;
    Violation forgiven;
    if (violation.control->CheckFor(version)(measured, arena, forgiven)) continue;
    for (const FieldError& error : forgiven.errors) {
      const Place at = PlaceOf(error.field, measured.containers);
      if (!exclusion.restricted_field.empty() && at.field != exclusion.restricted_field) continue;
      if (!ValuesMatch(exclusion, error.bad_value)) continue;
      Forgive(violation, at, by_container, pod.containers);
    }
  }
}

}  // namespace

std::span<const Exclusion> CompileExclusions(const Value* entries, Arena& arena) {
  if (entries == nullptr || !entries->is_array()) return {};
  ArenaVector<Exclusion> exclusions(arena, entries->size());
  for (const Value& entry : entries->items()) {
    Exclusion exclusion;
    const std::string_view name = entry.StringAt("controlName");
    for (std::size_t i = 0; i < Controls().size(); ++i) {
      if (!name.empty() && Controls()[i].name == name) exclusion.controls |= std::uint32_t{1} << i;
    }
    exclusion.images = StringsAt(entry, "images", arena);
    exclusion.restricted_field = entry.StringAt("restrictedField");
    exclusion.values = StringsAt(entry, "values", arena);
    exclusions.push_back(exclusion);
  }
  return exclusions.span();
}

std::span<Violation> Exclude(std::span<const Exclusion> exclusions, std::span<Violation> violations,
                             const Pod& pod, Version version, Arena& arena) {
  for (const Exclusion& exclusion : exclusions) {
    if (violations.empty()) break;
    Apply(exclusion, violations, pod, version, arena);
    const auto left = std::remove_if(violations.begin(), violations.end(), [](const Violation& violation) {
      return violation.has_errors && violation.errors.empty();
    });
    violations = violations.first(static_cast<std::size_t>(left - violations.begin()));
  }
  return violations;
}

}  // namespace ephor::pss
