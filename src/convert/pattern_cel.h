// `validate.pattern` as a condition of CEL.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "convert/place.h"
#include "convert/scalar_cel.h"
#include "json/value.h"

namespace ephor::convert {

// What a pattern makes of a value, as expressions. One of pass, skip and fail holds.
struct Judged {
  Cel ok;  // pass or skip
  Cel pass;
  Cel skip;  // an anchor says that the pattern does not concern the value

  static Judged OrFail(Cel pass) { return {pass, pass, Cel::False()}; }
};

// Converts patterns of one policy. How anchors, absent fields and lists work is the walk of src/pattern.
class PatternConverter {
 public:
  // The pattern, its variables and loops belong to one policy that is being made.
  PatternConverter(Variables& variables, LoopNames& loops) : variables_(variables), loops_(loops) {}

  // Fails (kInvalidPolicy) with the reason where something cannot be said in CEL; place() is then the
  // pattern's value that is at fault.
  Result<Judged> Convert(const json::Value& pattern, const Place& subject, Errors errors);
  const json::Value* place() const { return place_; }

 private:
  struct Entry;
  struct List;
  enum class Tags : std::uint8_t { kElsewhere, kMetadata, kTags };

  Result<Judged> Value(const json::Value& pattern, const Place& certain, Errors errors, Tags tags);
  Result<Judged> Map(const json::Value& pattern, const Place& certain, Errors errors, Tags tags);
  Result<Entry> Member(const json::Member& member, const Place& object, Errors errors, Tags tags);
  Result<Entry> Plain(std::string_view key, const json::Value& pattern, const Place& object, Errors errors,
                      Tags tags);
  Result<Entry> Equality(std::string_view key, const json::Value& pattern, const Place& object, Errors errors,
                         Tags tags);
  Result<Judged> Existence(const json::Value& pattern, const Place& list);
  Result<Entry> WildcardKey(const json::Member& member, const Place& object, Errors errors);
  // What holds of each element of a list, which is there.
  Result<Entry> Each(const json::Value& element_pattern, std::string_view key, const Place& list,
                     Errors errors);
  // A leaf where absence has this result.
  Result<Cel> Leaf(const json::Value& pattern, const Place& place, bool absent, Errors errors);
  // A map of which all parts can be said with optional fields: valid also where it is absent, which then has
  // this result. Nothing where that cannot be.
  std::optional<Cel> Chain(const json::Value& pattern, const Place& map, bool absent, Errors errors,
                           Tags tags);
  void JoinLists(std::vector<Entry>& entries);

  Variables& variables_;
  LoopNames& loops_;
  const json::Value* place_ = nullptr;
  int members_read_ = 0;
};

}  // namespace ephor::convert
