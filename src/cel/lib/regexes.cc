// Regular expressions beyond `matches`: Kubernetes' find and findAll, and the regex extension.
#include "base/quote.h"
#include "base/utf8.h"
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "cel/lib/regex_argument.h"

namespace ephor::cel::lib {
namespace {

Value Find(Call& call, std::span<const Value> args) {
  std::optional<Regex> storage;
  std::string error;
  const Regex* regex = RegexOf(call, args[1].text(), storage, error);
  if (regex == nullptr) return call.Fail("Illegal regex: " + error);
  Regex::Match match;
  return Value::String(regex->Find(args[0].text(), 0, match) ? match.groups[0] : std::string_view());
}

Value FindAll(Call& call, std::span<const Value> args) {
  std::optional<Regex> storage;
  std::string error;
  const Regex* regex = RegexOf(call, args[1].text(), storage, error);
  if (regex == nullptr) return call.Fail("Illegal regex: " + error);
  const std::int64_t limit = args.size() == 3 ? args[2].as_int() : -1;
  const int most = limit < 0 ? -1 : static_cast<int>(std::min<std::int64_t>(limit, INT32_MAX));
  ArenaVector<Value> found(call.arena());
  for (std::string_view match : regex->FindAll(args[0].text(), most)) found.push_back(Value::String(match));
  return Value::List(found.span());
}

// Calls each(match) for the matches from left to right, as Go finds them all; stops where it gives false.
template <class Each>
void ForEachMatch(const Regex& regex, std::string_view text, Each&& each) {
  Regex::Match match;
  std::size_t from = 0;
  std::size_t last_end = std::string_view::npos;
  while (from <= text.size() && regex.Find(text, from, match)) {
    const auto begin = static_cast<std::size_t>(match.groups[0].data() - text.data());
    const std::size_t end = begin + match.groups[0].size();
    // An empty match directly behind the match before it does not count.
    const bool counts = begin != end || begin != last_end;
    if (counts && !each(match, begin, end)) return;
    last_end = end;
    from = end > begin ? end : end < text.size() ? end + DecodeUtf8(text, end).bytes : end + 1;
  }
}

Result<void> OneGroupAtMost(const Regex& regex) {
  if (regex.group_names().size() <= 2) return {};
  return InvalidInput("regular expression has more than one capturing group: " + GoQuote(regex.pattern()));
}

Value Extract(Call& call, std::span<const Value> args) {
  std::optional<Regex> storage;
  std::string error;
  const Regex* regex = RegexOf(call, args[1].text(), storage, error);
  if (regex == nullptr) return call.Fail(error);
  if (Result<void> fine = OneGroupAtMost(*regex); !fine) return call.Fail(fine.error());
  Regex::Match match;
  if (!regex->Find(args[0].text(), 0, match)) return Value::Optional(nullptr);
  const std::string_view found = match.groups.size() > 1 ? match.groups[1] : match.groups[0];
  if (match.groups.size() > 1 && found.empty()) return Value::Optional(nullptr);
  return call.Some(Value::String(found));
}

Value ExtractAll(Call& call, std::span<const Value> args) {
  std::optional<Regex> storage;
  std::string error;
  const Regex* regex = RegexOf(call, args[1].text(), storage, error);
  if (regex == nullptr) return call.Fail(error);
  if (Result<void> fine = OneGroupAtMost(*regex); !fine) return call.Fail(fine.error());
  ArenaVector<Value> found(call.arena());
  ForEachMatch(*regex, args[0].text(), [&](const Regex::Match& match, std::size_t, std::size_t) {
    if (match.groups.size() == 1) {
      found.push_back(Value::String(match.groups[0]));
    } else if (!match.groups[1].empty()) {
      found.push_back(Value::String(match.groups[1]));
    }
    return true;
  });
  return Value::List(found.span());
}

// Appends a replacement in which \1 stands for a group and \\ for a backslash. False with the message set.
bool AppendReplacement(std::string_view replacement, const Regex::Match& match, std::string& out,
                       std::string& error) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '\\') {
      out += replacement[i];
      continue;
    }
    const auto invalid = [&](std::string_view why) {
      error = "invalid replacement string: '" + std::string(replacement) + "' " + std::string(why);
      return false;
    };
    if (++i == replacement.size()) return invalid("\\ not allowed at end");
    if (replacement[i] == '\\') {
      out += '\\';
      continue;
    }
    if (replacement[i] < '0' || replacement[i] > '9') return invalid("\\ must be followed by a digit or \\");
    const auto group = static_cast<std::size_t>(replacement[i] - '0');
    if (group >= match.groups.size()) {
      error = "replacement string references group " + std::to_string(group) + " but regex has only " +
              std::to_string(match.groups.size() - 1) + " group(s)";
      return false;
    }
    out += match.groups[group];
  }
  return true;
}

Value Replace(Call& call, std::span<const Value> args) {
  std::int64_t left = args.size() == 4 ? args[3].as_int() : -1;
  if (left == 0) return args[0];
  std::optional<Regex> storage;
  std::string error;
  const Regex* regex = RegexOf(call, args[1].text(), storage, error);
  if (regex == nullptr) return call.Fail(error);
  const std::string_view text = args[0].text();
  std::string out;
  std::size_t copied = 0;
  ForEachMatch(*regex, text, [&](const Regex::Match& match, std::size_t begin, std::size_t end) {
    if (!WalkBudget::SpendText(args[2].text().size())) {
      error = "text is too long";
      return false;
    }
    out += text.substr(copied, begin - copied);
    copied = end;
    return AppendReplacement(args[2].text(), match, out, error) && --left != 0;
  });
  if (!error.empty()) return call.Fail(error);
  out += text.substr(copied);
  return call.String(out);
}

std::uint64_t SearchAndMakeCost(std::span<const Value> args, const Value& result) {
  return 1 + RegexCost(args, result) + CostSize(result);
}
Range Search(std::span<const Foreseen> args) {
  return (args[0].size() + Range::Exactly(1)) * kTraversal *
         ((args[1].size() + Range::Exactly(1)) * kExpression);
}
// What is found is no longer than the text; a list of it has to be made besides.
template <int made>
CallEstimate EstimateExtract(std::span<const Foreseen> args) {
  const Range size{0, args[0].size().max};
  return {Search(args) + size + Range::Exactly(made), size};
}
CallEstimate EstimateReplace(std::span<const Foreseen> args) {
  const std::uint64_t none = args[0].size().max, all = BoundedProduct(none, args[2].size().max);
  const Range size{std::min(none, all), std::max(none, all)};
  return {Search(args) + size, size};
}
CallEstimate EstimateFind(std::span<const Foreseen> args) {
  return {EstimateRegex(args).cost, Range{0, args[0].size().max}};
}
constexpr std::string_view kSearchText = "1 + (a + 1) / 10 * b / 4 + r";
constexpr Cost kExtractCost{SearchAndMakeCost, kSearchText, EstimateExtract<0>},
    kExtractAllCost{SearchAndMakeCost, kSearchText, EstimateExtract<10>},
    kReplaceCost{SearchAndMakeCost, kSearchText, EstimateReplace},
    kFindCost{RegexCost, kRegexCost.text, EstimateFind};

constexpr FunctionRow kFind[] = {
    {"find", "string.(string) -> string", Find, "'abc 123'.find('[0-9]+') == '123'", kFindCost,
     PrepareRegex<1>, kStrictPrepare},
    {"findAll", "string.(string) -> list(string)", FindAll, "'1 a 2'.findAll('[0-9]') == ['1', '2']",
     kFindCost, PrepareRegex<1>, kStrictPrepare},
    {"findAll", "string.(string, int) -> list(string)", FindAll, "'1 a 2'.findAll('[0-9]', 1) == ['1']",
     kFindCost, PrepareRegex<1>, kStrictPrepare},
};

constexpr FunctionRow kExtension[] = {
    {"regex.extract", "(string, string) -> optional(string)", Extract,
     "regex.extract('a1', 'a([0-9])').value() == '1'", kExtractCost, PrepareRegex<1>},
    {"regex.extractAll", "(string, string) -> list(string)", ExtractAll,
     "regex.extractAll('a1 a2', 'a([0-9])') == ['1', '2']", kExtractAllCost, PrepareRegex<1>},
    {"regex.replace", "(string, string, string) -> string", Replace,
     "regex.replace('a1', 'a([0-9])', 'b\\\\1') == 'b1'", kReplaceCost, PrepareRegex<1>},
    {"regex.replace", "(string, string, string, int) -> string", Replace,
     "regex.replace('aa', 'a', 'b', 1) == 'ba'", kReplaceCost, PrepareRegex<1>},
};

}  // namespace

const Library& FindRegexes() {
  static const Library library{"kubernetes regex", kFind};
  return library;
}

const Library& Regexes() {
  static const Library library{"regex", kExtension};
  return library;
}

}  // namespace ephor::cel::lib
