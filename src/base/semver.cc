#include "base/semver.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/number.h"
#include "base/quote.h"

namespace ephor {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsIdentifierChar(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}
bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), IsDigit);
}
bool HasLeadingZero(std::string_view text) {
  return text.size() > 1 && text[0] == '0';
}

std::string Quoted(std::string_view before, std::string_view text) {
  return std::string(before) + ' ' + GoQuote(text);
}

Result<std::uint64_t> ParseUint(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [ptr, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc()) return value;
  return InvalidInput("strconv.ParseUint: parsing " + GoQuote(digits) +
                      (digits.empty() ? ": invalid syntax" : ": value out of range"));
}

// `name` is "major"; `title` the same at the start of a sentence.
Result<std::uint64_t> ParsePart(std::string_view text, std::string_view name, std::string_view title) {
  if (!AllDigits(text)) {
    return InvalidInput(Quoted("Invalid character(s) found in " + std::string(name) + " number", text));
  }
  if (HasLeadingZero(text)) {
    return InvalidInput(Quoted(std::string(title) + " number must not contain leading zeroes", text));
  }
  return ParseUint(text);
}

std::vector<std::string> SplitAt(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t end; (end = text.find(separator)) != kNone;) {
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.emplace_back(text);
  return parts;
}

Result<void> CheckPrerelease(std::string_view text) {
  if (text.empty()) return InvalidInput("Prerelease is empty");
  if (AllDigits(text)) {
    if (HasLeadingZero(text)) {
      return InvalidInput(Quoted("Numeric PreRelease version must not contain leading zeroes", text));
    }
    EPHOR_TRY(ParseUint(text));
    return {};
  }
  if (std::all_of(text.begin(), text.end(), IsIdentifierChar)) return {};
  return InvalidInput(Quoted("Invalid character(s) found in prerelease", text));
}

Result<void> CheckBuild(std::string_view text) {
  if (text.empty()) return InvalidInput("Build meta data is empty");
  if (std::all_of(text.begin(), text.end(), IsIdentifierChar)) return {};
  return InvalidInput(Quoted("Invalid character(s) found in build meta data", text));
}

// Numbers before words; numbers by value (they have no leading zeros), words by their bytes.
std::weak_ordering ComparePrerelease(std::string_view a, std::string_view b) {
  const bool a_number = AllDigits(a), b_number = AllDigits(b);
  if (a_number != b_number) return a_number ? std::weak_ordering::less : std::weak_ordering::greater;
  if (a_number && a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

void AppendUint(std::uint64_t value, std::string& out) {
  char buffer[20];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value);
  out.append(buffer, written.ptr);
}

void AppendList(char lead, const std::vector<std::string>& parts, std::string& out) {
  for (const std::string& part : parts) {
    out += lead;
    out += part;
    lead = '.';
  }
}

// ---- ranges ----

// Splits at spaces, but not after a comparator, so that ">= 1.0.0" is one part. Parts of one character are
// dropped, as the reference does.
std::vector<std::string> SplitParts(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  const auto add = [&](std::size_t end) {
    if (start + 1 >= end) return;
    std::string part(text.substr(start, end - start));
    std::erase(part, ' ');
    parts.push_back(std::move(part));
  };
  char last = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != ' ') {
      last = text[i];
    } else if (last != '>' && last != '<' && last != '=') {
      add(i);
      start = i + 1;
    }
  }
  add(text.size());
  return parts;
}

struct ComparatorAndVersion {
  std::string_view comparator, version;
};

Result<ComparatorAndVersion> SplitComparator(std::string_view part) {
  const std::size_t digit = part.find_first_of("0123456789");
  if (digit == kNone) return InvalidInput(Quoted("Could not get version from string:", part));
  return ComparatorAndVersion{part.substr(0, digit), part.substr(digit)};
}

// "1.x" and "1.2.x" with zeros for x.
std::string WithoutWildcards(std::string version) {
  const auto replace_first = [&version](std::string_view from, std::string_view to) {
    if (const std::size_t at = version.find(from); at != kNone) version.replace(at, from.size(), to);
  };
  replace_first(".x.x", ".x");
  replace_first(".x", ".0");
  if (std::count(version.begin(), version.end(), '.') == 1) version += ".0";
  return version;
}

// The version with one more in one of its parts; empty where that part is no number.
std::string Incremented(const std::string& version, std::size_t part) {
  std::vector<std::string> parts = SplitAt(version, '.');
  if (part >= parts.size()) return {};
  const std::optional<std::int64_t> number = ParseInt(parts[part]);
  if (!number || *number == INT64_MAX) return {};
  parts[part].clear();
  AppendInt(*number + 1, parts[part]);
  std::string out = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) out += '.' + parts[i];
  return out;
}

// Replaces "1.2.x" by the bounds it stands for.
Result<std::vector<std::string>> ExpandWildcard(const std::string& part) {
  if (part.find('x') == kNone) return std::vector<std::string>{part};
  EPHOR_ASSIGN(const ComparatorAndVersion split, SplitComparator(part));
  const std::string_view comparator = split.comparator;
  const std::string lowest = WithoutWildcards(std::string(split.version));
  const bool equal = comparator.empty() || comparator == "=" || comparator == "==";
  const bool unequal = comparator == "!" || comparator == "!=";

  std::vector<std::string> bounds;
  if (equal) bounds.push_back(">=" + lowest);
  if (unequal) bounds.push_back("<" + lowest);
  std::string bound;
  if (comparator == ">" || comparator == ">=" || unequal) bound = ">=";
  if (comparator == "<" || comparator == "<=" || equal) bound = "<";
  if (comparator == ">=" || comparator == "<" ||
      !(equal || unequal || comparator == ">" || comparator == "<=")) {
    bound += lowest;
  } else if (split.version == "x" || split.version.ends_with(".x")) {
    const auto dots = std::count(split.version.begin(), split.version.end(), '.');
    if (dots == 1) bound += Incremented(lowest, 0);
    if (dots == 2) bound += Incremented(lowest, 1);
  }
  bounds.push_back(std::move(bound));
  return bounds;
}

}  // namespace

Result<SemanticVersion> SemanticVersion::Parse(std::string_view text) {
  if (text.empty()) return InvalidInput("Version string empty");
  const std::size_t first = text.find('.');
  const std::size_t second = first == kNone ? kNone : text.find('.', first + 1);
  if (second == kNone) return InvalidInput("No Major.Minor.Patch elements found");

  SemanticVersion version;
  EPHOR_ASSIGN(version.major, ParsePart(text.substr(0, first), "major", "Major"));
  EPHOR_ASSIGN(version.minor, ParsePart(text.substr(first + 1, second - first - 1), "minor", "Minor"));
  std::string_view patch = text.substr(second + 1);
  if (const std::size_t plus = patch.find('+'); plus != kNone) {
    version.build = SplitAt(patch.substr(plus + 1), '.');
    patch = patch.substr(0, plus);
  }
  if (const std::size_t dash = patch.find('-'); dash != kNone) {
    version.prerelease = SplitAt(patch.substr(dash + 1), '.');
    patch = patch.substr(0, dash);
  }
  EPHOR_ASSIGN(version.patch, ParsePart(patch, "patch", "Patch"));
  for (const std::string& part : version.prerelease) EPHOR_TRY(CheckPrerelease(part));
  for (const std::string& part : version.build) EPHOR_TRY(CheckBuild(part));
  return version;
}

std::weak_ordering SemanticVersion::operator<=>(const SemanticVersion& other) const {
  if (const auto order = major <=> other.major; order != 0) return order;
  if (const auto order = minor <=> other.minor; order != 0) return order;
  if (const auto order = patch <=> other.patch; order != 0) return order;
  if (prerelease.empty() || other.prerelease.empty()) return other.prerelease.size() <=> prerelease.size();
  const std::size_t common = std::min(prerelease.size(), other.prerelease.size());
  for (std::size_t i = 0; i < common; ++i) {
    const auto order = ComparePrerelease(prerelease[i], other.prerelease[i]);
    if (order != 0) return order;
  }
  return prerelease.size() <=> other.prerelease.size();
}

std::string SemanticVersion::ToString() const {
  std::string out;
  AppendUint(major, out);
  out += '.';
  AppendUint(minor, out);
  out += '.';
  AppendUint(patch, out);
  AppendList('-', prerelease, out);
  AppendList('+', build, out);
  return out;
}

Result<VersionRange> VersionRange::Parse(std::string_view text) {
  const auto parse_bound = [](const std::string& part) -> Result<Bound> {
    EPHOR_ASSIGN(const ComparatorAndVersion split, SplitComparator(part));
    const std::string_view comparator = split.comparator;
    Bound bound;
    if (comparator.empty() || comparator == "=" || comparator == "==") {
      bound.comparison = Comparison::kEqual;
    } else if (comparator == "!" || comparator == "!=") {
      bound.comparison = Comparison::kNotEqual;
    } else if (comparator == "<") {
      bound.comparison = Comparison::kLess;
    } else if (comparator == "<=") {
      bound.comparison = Comparison::kLessOrEqual;
    } else if (comparator == ">") {
      bound.comparison = Comparison::kGreater;
    } else if (comparator == ">=") {
      bound.comparison = Comparison::kGreaterOrEqual;
    } else {
      return InvalidInput("Could not parse Range " + GoQuote(part) + ": Could not parse comparator " +
                          GoQuote(comparator) + " in " + GoQuote(part));
    }
    Result<SemanticVersion> version = SemanticVersion::Parse(split.version);
    if (!version) {
      return InvalidInput("Could not parse Range " + GoQuote(part) + ": Could not parse version " +
                          GoQuote(split.version) + " in " + GoQuote(part) + ": " + version.error().message());
    }
    bound.version = *std::move(version);
    return bound;
  };

  const std::vector<std::string> parts = SplitParts(text);
  if (!parts.empty() && parts.front() == "||") return InvalidInput("First element in range is '||'");
  if (parts.empty() || parts.back() == "||") return InvalidInput("Last element in range is '||'");
  std::vector<std::vector<std::string>> expanded(1);
  for (const std::string& part : parts) {
    if (part == "||") {
      expanded.emplace_back();
      continue;
    }
    EPHOR_ASSIGN(const std::vector<std::string> bounds, ExpandWildcard(part));
    expanded.back().insert(expanded.back().end(), bounds.begin(), bounds.end());
  }
  VersionRange range;
  for (const std::vector<std::string>& alternative : expanded) {
    std::vector<Bound> bounds;
    for (const std::string& part : alternative) {
      EPHOR_ASSIGN(Bound bound, parse_bound(part));
      bounds.push_back(std::move(bound));
    }
    // Nothing between two "||" matches nothing (the reference crashes on it).
    if (!bounds.empty()) range.alternatives_.push_back(std::move(bounds));
  }
  return range;
}

bool VersionRange::Contains(const SemanticVersion& version) const {
  const auto holds = [&version](const Bound& bound) {
    return Holds(version <=> bound.version, bound.comparison);
  };
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const std::vector<Bound>& bounds) {
    return std::all_of(bounds.begin(), bounds.end(), holds);
  });
}

}  // namespace ephor
