#include "convert/pattern_cel.h"

#include <algorithm>
#include <optional>

#include "pattern/anchor.h"
#include "pattern/overlay.h"
#include "pattern/scalar.h"
#include "pattern/wildcard.h"

namespace ephor::convert {
namespace {

using pattern::AnchorKind;

std::unexpected<Error> No(std::string reason) {
  return Fail(ErrorCode::kInvalidPolicy, std::move(reason));
}

bool Matches(const json::Value& scalar, const json::Value& value) {
  Arena arena(1 << 10);
  return pattern::ScalarPattern::Compile(scalar, arena).Matches(value);
}

bool IsScalar(const json::Value& value) {
  return !value.is_array() && !value.is_object();
}

// Conditions on lists within lists are said several times over; long before this nobody could read the
// result.
constexpr std::size_t kLongest = 20'000;

// A part that cannot be said one way is read again to say it another way, at every level of a pattern.
constexpr int kMostMembers = 20'000;

Result<Judged> IfReadable(Judged judged) {
  for (const Cel* part : {&judged.ok, &judged.pass, &judged.skip}) {
    if (part->text.size() > kLongest) return No("the expression would be too long to read");
  }
  return judged;
}

bool HasAnchor(const json::Value& value) {
  if (value.is_array()) {
    return std::any_of(value.items().begin(), value.items().end(), HasAnchor);
  }
  if (!value.is_object()) return false;
  return std::any_of(value.members().begin(), value.members().end(), [](const json::Member& member) {
    const auto anchor = pattern::ParseAnchor(member.key());
    return (anchor && anchor->kind != AnchorKind::kAddIfAbsent) || HasAnchor(member.value);
  });
}

Cel IsOfType(const Place& place, std::string_view type) {
  return Compare("type(" + place.direct + ")", "==", type);
}

Cel TypeGuard(const Place& place, Kinds kind) {
  if (place.shape.Only(kind)) return Cel::True();
  return IsOfType(place, kind == kObject ? "map" : "list");
}

}  // namespace

// A list whose elements must all be right.
struct PatternConverter::List {
  std::string key;
  std::string name;  // of an element
  Cel each;
  Place place;
  bool required = false;
};

struct PatternConverter::Entry {
  Judged judged;
  std::optional<List> list;  // where `judged` says no more than that each of its elements is right
};

Result<Judged> PatternConverter::Convert(const json::Value& pattern, const Place& subject, Errors errors) {
  place_ = &pattern;
  return Value(pattern, subject, errors, Tags::kElsewhere);
}

Result<Judged> PatternConverter::Value(const json::Value& pattern, const Place& certain, Errors errors,
                                       Tags tags) {
  if (pattern.is_object()) {
    EPHOR_ASSIGN(Judged judged, Map(pattern, certain, errors, tags));
    const Cel guard = TypeGuard(certain, kObject);
    return Judged{And(guard, judged.ok), And(guard, judged.pass), And(guard, judged.skip)};
  }
  if (pattern.is_array()) {
    if (pattern.size() == 0) return Judged::OrFail(Cel::False());
    EPHOR_ASSIGN(Entry entry, Each(pattern.items()[0], LastKey(certain.direct), certain, errors));
    const Cel guard = TypeGuard(certain, kArray);
    return Judged{And(guard, entry.judged.ok), And(guard, entry.judged.pass), And(guard, entry.judged.skip)};
  }
  EPHOR_ASSIGN(Cel holds, Leaf(pattern, certain, false, errors));
  return Judged::OrFail(std::move(holds));
}

// How a map's keys work together. Conditional anchors come first: one that does not hold makes the map a
// skip, whatever else is in it. Then the other anchors of the map, of which a fail decides; if all of them
// are skips and no condition held, the map is one. Then all other keys in their order, of which the first
// that does not pass decides.
Result<Judged> PatternConverter::Map(const json::Value& pattern, const Place& certain, Errors errors,
                                     Tags tags) {
  Cel condition = Cel::True();
  bool has_condition = false;
  std::vector<Entry> anchors, first, others;
  for (const json::Member& member : pattern.members()) {
    if (tags == Tags::kTags && !member.value.is_string()) continue;
    place_ = &member.value;
    const auto anchor = pattern::ParseAnchor(member.key());
    if (anchor && anchor->kind == AnchorKind::kConditional) {
      EPHOR_ASSIGN(const Entry entry, Member(member, certain, Errors::kMatter, tags));
      condition = And(condition, entry.judged.pass);
      has_condition = true;
      continue;
    }
    EPHOR_ASSIGN(Entry entry, Member(member, certain, errors, tags));
    const bool is_anchor =
        anchor && anchor->kind != AnchorKind::kGlobal && anchor->kind != AnchorKind::kAddIfAbsent;
    if (is_anchor) {
      anchors.push_back(std::move(entry));
    } else if ((anchor && anchor->kind == AnchorKind::kGlobal) || HasAnchor(member.value)) {
      first.insert(first.begin(), std::move(entry));
    } else {
      others.push_back(std::move(entry));
    }
  }
  others.insert(others.begin(), std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));

  const auto can_skip = [](const Entry& entry) { return !entry.judged.skip.is_false(); };
  const bool skips = std::any_of(anchors.begin(), anchors.end(), can_skip) ||
                     std::any_of(others.begin(), others.end(), can_skip);
  if (!skips) {
    std::vector<Entry> all = std::move(anchors);
    all.insert(all.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
    if (certain.certain()) JoinLists(all);
    Cel holds = Cel::True();
    for (const Entry& entry : all) holds = And(holds, entry.judged.pass);
    if (!has_condition) return IfReadable(Judged::OrFail(holds));
    return IfReadable({Or(Not(condition), holds), And(condition, holds), Not(condition)});
  }

  Judged rest = Judged::OrFail(Cel::True());
  for (std::size_t i = others.size(); i-- > 0;) {
    const Judged& one = others[i].judged;
    rest = {And(one.ok, rest.ok.is_true() ? rest.ok : Or(one.skip, rest.ok)), And(one.pass, rest.pass),
            Or(one.skip, And(one.pass, rest.skip))};
  }
  Cel none_fails = Cel::True();
  Cel all_skip = has_condition || anchors.empty() ? Cel::False() : Cel::True();
  for (const Entry& entry : anchors) {
    none_fails = And(none_fails, entry.judged.ok);
    all_skip = And(all_skip, entry.judged.skip);
  }
  const Judged after{And(none_fails, rest.ok.is_true() ? Cel::True() : Or(all_skip, rest.ok)),
                     And(And(none_fails, Not(all_skip)), rest.pass),
                     And(none_fails, Or(all_skip, rest.skip))};
  if (!has_condition) return IfReadable(after);
  return IfReadable(
      {Or(Not(condition), after.ok), And(condition, after.pass), Or(Not(condition), after.skip)});
}

Result<PatternConverter::Entry> PatternConverter::Member(const json::Member& member, const Place& object,
                                                         Errors errors, Tags tags) {
  if (++members_read_ > kMostMembers) return No("the pattern is nested too deeply to be put in other words");
  const auto anchor = pattern::ParseAnchor(member.key());
  const std::string_view key = anchor ? anchor->key : member.key();
  if (tags == Tags::kTags && pattern::HasWildcard(key)) return WildcardKey(member, object, errors);
  const Tags inside = tags == Tags::kMetadata && (key == "labels" || key == "annotations") ? Tags::kTags
                      : key == "metadata"                                                  ? Tags::kMetadata
                                                                                           : Tags::kElsewhere;
  const Place child = object.Child(key);
  if (!anchor) return Plain(key, member.value, object, errors, inside);
  switch (anchor->kind) {
    case AnchorKind::kEquality:
      return Equality(key, member.value, object, errors, inside);
    case AnchorKind::kNegation:
      return Entry{Judged::OrFail(Not(child.present)), {}};
    case AnchorKind::kExistence: {
      EPHOR_ASSIGN(Judged some, Existence(member.value, child.AsCertain()));
      return Entry{Judged::OrFail(Or(Not(child.present), some.pass)), {}};
    }
    case AnchorKind::kConditional: {
      if (IsScalar(member.value)) {
        EPHOR_ASSIGN(Cel holds, Leaf(member.value, child, false, errors));
        return Entry{Judged::OrFail(std::move(holds)), {}};
      }
      if (member.value.is_object() && child.shape.Only(kObject)) {
        if (const auto chain = Chain(member.value, child, false, errors, inside))
          return Entry{Judged::OrFail(*chain), {}};
      }
      EPHOR_ASSIGN(const Judged inner, Value(member.value, child.AsCertain(), errors, inside));
      return Entry{Judged::OrFail(And(child.present, inner.pass)), {}};
    }
    case AnchorKind::kGlobal: {
      EPHOR_ASSIGN(const Entry inner, Equality(key, member.value, object, Errors::kMatter, inside));
      const Cel& holds = inner.judged.pass;
      return Entry{Judged{Cel::True(), holds, Not(holds)}, {}};
    }
    case AnchorKind::kAddIfAbsent:
      break;
  }
  place_ = &member.value;
  return No("the anchor +(" + std::string(key) + ") means nothing in a validation");
}

Result<PatternConverter::Entry> PatternConverter::Plain(std::string_view key, const json::Value& pattern,
                                                        const Place& object, Errors errors, Tags tags) {
  const Place child = object.Child(key);
  if (pattern.string_or("") == "*") {
    if (child.shape.Only(kAllKinds & ~KindBit(json::Kind::kNull)))
      return Entry{Judged::OrFail(child.present), {}};
    return Entry{Judged::OrFail(Compare(child.Or("null"), "!=", "null")), {}};
  }
  if (IsScalar(pattern)) {
    EPHOR_ASSIGN(Cel holds, Leaf(pattern, child, Matches(pattern, json::Value()), errors));
    return Entry{Judged::OrFail(std::move(holds)), {}};
  }
  const bool is_there = child.certain();
  if (pattern.is_object()) {
    if (!is_there) {
      if (const auto chain = Chain(pattern, child, false, errors, tags))
        return Entry{Judged::OrFail(*chain), {}};
    }
    EPHOR_ASSIGN(const Judged inner, Value(pattern, child.AsCertain(), errors, tags));
    const Cel present = is_there ? Cel::True() : child.present;
    return Entry{Judged{And(present, inner.ok), And(present, inner.pass), And(present, inner.skip)}, {}};
  }
  if (pattern.size() == 0) return Entry{Judged::OrFail(Cel::False()), {}};
  EPHOR_ASSIGN(Entry each, Each(pattern.items()[0], key, child.AsCertain(), errors));
  const Cel present = And(is_there ? Cel::True() : child.present, TypeGuard(child, kArray));
  if (!present.is_true() && each.list) each.list.reset();
  if (each.list) each.list->required = true;
  return Entry{
      Judged{And(present, each.judged.ok), And(present, each.judged.pass), And(present, each.judged.skip)},
      std::move(each.list)};
}

Result<PatternConverter::Entry> PatternConverter::Equality(std::string_view key, const json::Value& pattern,
                                                           const Place& object, Errors errors, Tags tags) {
  const Place child = object.Child(key);
  if (IsScalar(pattern)) {
    EPHOR_ASSIGN(Cel holds, Leaf(pattern, child, true, errors));
    return Entry{Judged::OrFail(std::move(holds)), {}};
  }
  if (pattern.is_object()) {
    if (child.certain()) {
      EPHOR_ASSIGN(const Judged inner, Value(pattern, child.AsCertain(), errors, tags));
      return Entry{inner, {}};
    }
    if (const auto chain = Chain(pattern, child, true, errors, tags))
      return Entry{Judged::OrFail(*chain), {}};
  } else if (child.shape.Only(kArray) && pattern.size() > 0) {
    // An absent list has no element that is wrong.
    return Each(pattern.items()[0], key, child, errors);
  }
  EPHOR_ASSIGN(const Judged inner, Value(pattern, child.AsCertain(), errors, tags));
  const Cel absent = Not(child.present);
  return Entry{Judged{Or(absent, inner.ok), Or(absent, inner.pass), And(child.present, inner.skip)}, {}};
}

Result<Judged> PatternConverter::Existence(const json::Value& pattern, const Place& list) {
  if (!pattern.is_array()) return No("an existence anchor whose value is not a list");
  Cel all = TypeGuard(list, kArray);
  for (const json::Value& element : pattern.items()) {
    place_ = &element;
    if (!element.is_object()) return No("an existence anchor with an element that is not an object");
    const std::string name = loops_.Enter(ElementName(LastKey(list.direct)));
    auto judged =
        Value(element, Place::Certain(name, list.shape.Element()), Errors::kMatter, Tags::kElsewhere);
    loops_.Leave();
    if (!judged) return std::unexpected(std::move(judged).error());
    all = And(all, {"(" + list.direct + ").exists(" + name + ", " + judged->pass.text + ")", {}});
  }
  return Judged::OrFail(all);
}

// A key of labels or annotations with wildcards. The pattern asks it of one of the keys that match, and which
// one is not specified; here it is asked of all.
Result<PatternConverter::Entry> PatternConverter::WildcardKey(const json::Member& member, const Place& object,
                                                              Errors errors) {
  const auto anchor = pattern::ParseAnchor(member.key());
  const std::string_view wanted = anchor ? anchor->key : member.key();
  const std::string name = loops_.Enter("key");
  const Cel named = WildcardCel(name, wanted);
  const std::string map = object.Or("{}");
  const auto loop = [&](std::string_view macro, const Cel& body) {
    return Cel{"(" + map + ")." + std::string(macro) + "(" + name + ", " + body.text + ")", {}};
  };
  loops_.Leave();
  const Cel some = loop("exists", named);
  if (anchor && anchor->kind == AnchorKind::kNegation) return Entry{Judged::OrFail(Not(some)), {}};
  if (anchor && anchor->kind != AnchorKind::kEquality)
    return No("a condition on a key with a wildcard, of which several keys may match");
  if (!anchor && (member.value.string_or("") == "*")) return Entry{Judged::OrFail(some), {}};
  EPHOR_ASSIGN(const Cel holds, ScalarCel(member.value, object.direct + "[" + name + "]", kString, errors));
  const Cel all = loop("all", Or(Not(named), holds));
  if (anchor) return Entry{Judged::OrFail(all), {}};
  if (Matches(member.value, json::Value())) return Entry{Judged::OrFail(all), {}};
  return Entry{Judged::OrFail(And(some, all)), {}};
}

Result<PatternConverter::Entry> PatternConverter::Each(const json::Value& element_pattern,
                                                       std::string_view key, const Place& list,
                                                       Errors errors) {
  if (element_pattern.is_array()) {
    place_ = &element_pattern;
    return No("a list of lists");
  }
  const std::string name = loops_.Enter(ElementName(key));
  auto judged = Value(element_pattern, Place::Certain(name, list.shape.Element()), errors, Tags::kElsewhere);
  loops_.Leave();
  if (!judged) return std::unexpected(std::move(judged).error());
  const std::string items = list.Or("[]");
  const auto all = [&](const Cel& body) {
    return Cel{"(" + items + ").all(" + name + ", " + body.text + ")", {}};
  };
  Entry entry;
  if (judged->skip.is_false()) {
    entry.judged = Judged::OrFail(all(judged->pass));
    entry.list = List{std::string(key), name, judged->pass, list, false};
    return entry;
  }
  // All elements are right or skipped; if there are some and all are skipped, the list is.
  const Cel skip = And(Compare("(" + items + ").size()", ">", "0"), all(judged->skip));
  entry.judged = {all(judged->ok), And(all(judged->ok), Not(skip)), skip};
  return entry;
}

Result<Cel> PatternConverter::Leaf(const json::Value& pattern, const Place& place, bool absent,
                                   Errors errors) {
  place_ = &pattern;
  const Kinds kinds = place.shape.kinds();
  if (kinds == kArray) {  // each element must fit
    const std::string name = loops_.Enter(ElementName(LastKey(place.direct)));
    auto each = Leaf(pattern, Place::Certain(name, place.shape.Element()), false, errors);
    loops_.Leave();
    if (!each) return each;
    const Cel all{"(" + place.Or("[]") + ").all(" + name + ", " + each->text + ")", {}};
    return absent || place.certain() ? all : And(place.present, all);
  }
  if ((kinds & (kNumber | kString | kBool)) == 0) {
    return absent && !place.certain() ? Not(place.present) : Cel::False();
  }
  // Where nothing is known of the value, a list is looked at element by element.
  if (kinds & kArray) {
    EPHOR_ASSIGN(const Cel alone, ScalarCel(pattern, place.direct, kAllKinds & ~kArray, errors));
    const std::string name = loops_.Enter("item");
    auto each = ScalarCel(pattern, name, kAllKinds & ~kArray, errors);
    loops_.Leave();
    if (!each) return each;
    const Cel is_list = Compare("type(" + place.direct + ")", "==", "list");
    const Cel whole{"(" + is_list.text + ") ? ((" + place.direct + ").all(" + name + ", " + each->text +
                        ")) : (" + alone.text + ")",
                    {}};
    if (place.certain()) return whole;
    return absent ? Or(Not(place.present), whole) : And(place.present, whole);
  }
  if (place.certain()) return ScalarCel(pattern, place.direct, kinds, errors);
  // A value that stands for an absent one, so that one comparison does; best an empty one.
  Arena arena(1 << 10);
  std::vector<json::Value> values;
  if ((kinds & kString) != 0) values.push_back(json::Value::String(""));
  if (kinds == kNumber) values.push_back(json::Value::Int(0));
  for (const json::Value& value : TellingValues(pattern, kinds, arena)) values.push_back(value);
  for (const json::Value& value : values) {
    if (Matches(pattern, value) != absent) continue;
    return ScalarCel(pattern, place.Or(Literal(value)), kinds, errors);
  }
  EPHOR_ASSIGN(const Cel holds, ScalarCel(pattern, place.direct, kinds, errors));
  return absent ? Or(Not(place.present), holds) : And(place.present, holds);
}

std::optional<Cel> PatternConverter::Chain(const json::Value& pattern, const Place& map, bool absent,
                                           Errors errors, Tags tags) {
  if (!map.shape.Only(kObject)) return std::nullopt;
  Cel all = Cel::True();
  bool fails_if_absent = false;
  for (const json::Member& member : pattern.members()) {
    if (tags == Tags::kTags && !member.value.is_string()) continue;
    const auto anchor = pattern::ParseAnchor(member.key());
    const bool plain = !anchor;
    if (anchor && anchor->kind != AnchorKind::kEquality && anchor->kind != AnchorKind::kNegation)
      return std::nullopt;
    const std::string_view key = anchor ? anchor->key : member.key();
    const Place child = map.Child(key);
    const json::Value& value = member.value;
    // What this part says where the map is absent.
    const bool is_leaf = plain && IsScalar(value) && value.string_or("") != "*";
    const bool if_absent = is_leaf ? Matches(value, json::Value()) : !plain;
    if (!if_absent && absent) return std::nullopt;
    Result<Entry> part = Entry{Judged::OrFail(Cel::True()), {}};
    if (tags == Tags::kTags && pattern::HasWildcard(key)) {
      part = WildcardKey(member, map, errors);
    } else if (value.is_object() && !(anchor && anchor->kind == AnchorKind::kNegation)) {
      const Tags inside = tags == Tags::kMetadata && (key == "labels" || key == "annotations") ? Tags::kTags
                          : key == "metadata" ? Tags::kMetadata
                                              : Tags::kElsewhere;
      const auto chain = Chain(value, child, !plain, errors, inside);
      if (!chain) return std::nullopt;
      part = Entry{Judged::OrFail(*chain), {}};
    } else {
      part = Member(member, map, errors, tags);
    }
    if (!part || !part->judged.skip.is_false()) return std::nullopt;
    fails_if_absent |= !if_absent;
    all = And(all, part->judged.pass);
  }
  if (!absent && !fails_if_absent) return std::nullopt;
  return all;
}

// Lists whose elements must all fit the same, such as the three sorts of containers, become one variable.
void PatternConverter::JoinLists(std::vector<Entry>& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!entries[i].list || entries[i].list->key.empty()) continue;
    const List& list = *entries[i].list;
    std::vector<const List*> same = {&list};
    for (std::size_t j = i + 1; j < entries.size(); ++j) {
      const auto& other = entries[j].list;
      if (other && other->name == list.name && other->each.text == list.each.text &&
          LastWord(other->key) == LastWord(list.key)) {
        same.push_back(&*other);
      }
    }
    if (same.size() < 2) continue;
    // Those that must be there first, as a person would name them.
    std::stable_sort(same.begin(), same.end(),
                     [](const List* a, const List* b) { return a->required && !b->required; });
    std::string sum;
    for (const List* one : same) {
      if (!sum.empty()) sum += " + ";
      sum += one->required ? one->place.direct : one->place.Or("[]");
    }
    const std::string variable = variables_.Use(LastWord(list.key), sum);
    const Cel all{variable + ".all(" + list.name + ", " + list.each.text + ")", {}};
    const std::string name = list.name, each = list.each.text, word = LastWord(list.key);
    entries[i].list.reset();
    entries[i].judged = Judged::OrFail(all);
    for (std::size_t j = entries.size(); j-- > i + 1;) {
      const auto& other = entries[j].list;
      if (other && other->name == name && other->each.text == each && LastWord(other->key) == word)
        entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(j));
    }
  }
}

}  // namespace ephor::convert
