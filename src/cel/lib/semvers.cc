// Kubernetes' semantic version library.
#include "base/semver.h"
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"

namespace ephor::cel::lib {
namespace {

// A version in the arena. Build metadata does not count in comparisons and is not kept.
struct Version {
  std::uint64_t major, minor, patch;
  std::string_view prerelease;  // "alpha.1"
};

bool IsNumber(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos;
}

int Order(std::uint64_t a, std::uint64_t b) {
  return a < b ? -1 : a > b;
}

// Numbers by value and before texts; numbers have no leading zeros, so the longer one is the larger.
int OrderIdentifiers(std::string_view a, std::string_view b) {
  const bool a_number = IsNumber(a), b_number = IsNumber(b);
  if (a_number != b_number) return a_number ? -1 : 1;
  if (a_number && a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  const int order = a.compare(b);
  return order < 0 ? -1 : order > 0;
}

int OrderPrerelease(std::string_view a, std::string_view b) {
  // A version without prerelease comes after all that have one.
  if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());
  for (;;) {
    const std::size_t i = std::min(a.find('.'), a.size()), j = std::min(b.find('.'), b.size());
    if (const int order = OrderIdentifiers(a.substr(0, i), b.substr(0, j))) return order;
    if (i == a.size() || j == b.size())
      return static_cast<int>(j == b.size()) - static_cast<int>(i == a.size());
    a.remove_prefix(i + 1);
    b.remove_prefix(j + 1);
  }
}

int Order(const Version& a, const Version& b) {
  if (const int order = Order(a.major, b.major)) return order;
  if (const int order = Order(a.minor, b.minor)) return order;
  if (const int order = Order(a.patch, b.patch)) return order;
  return -OrderPrerelease(b.prerelease, a.prerelease);
}

bool SameVersion(const void* a, const void* b) {
  return Order(*static_cast<const Version*>(a), *static_cast<const Version*>(b)) == 0;
}
constexpr OpaqueType kVersionType{"kubernetes.Semver", SameVersion};

// "v1.02" becomes "1.2.0".
Result<std::string> Normalize(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  std::vector<std::string> parts;
  for (int i = 0; i < 3; ++i) {
    const std::size_t dot = i < 2 ? text.find('.') : std::string_view::npos;
    std::string_view part = text.substr(0, dot);
    const bool long_part = part.size() > 1;
    if (long_part) part.remove_prefix(std::min(part.find_first_not_of('0'), part.size()));
    const bool digit = !part.empty() && part[0] >= '0' && part[0] <= '9';
    parts.push_back((long_part && !digit ? "0" : "") + std::string(part));
    if (dot == std::string_view::npos) break;
    text.remove_prefix(dot + 1);
  }
  if (parts.size() < 3 && parts.back().find_first_of("+-") != std::string::npos) {
    return InvalidInput("short version cannot contain PreRelease/Build meta data");
  }
  parts.resize(3, "0");
  return parts[0] + "." + parts[1] + "." + parts[2];
}

Result<Version> Read(std::span<const Value> args, Arena& arena) {
  std::string text(args[0].text());
  if (args.size() == 2 && args[1].as_bool()) {
    EPHOR_ASSIGN(text, Normalize(text));
  }
  EPHOR_ASSIGN(const SemanticVersion version, SemanticVersion::Parse(text));
  const std::string_view without_build = std::string_view(text).substr(0, text.find('+'));
  const std::size_t dash = without_build.find('-');
  return Version{
      version.major, version.minor, version.patch,
      dash == std::string_view::npos ? std::string_view() : arena.Copy(without_build.substr(dash + 1))};
}

Value Parse(Call& call, std::span<const Value> args) {
  const Result<Version> version = Read(args, call.arena());
  if (!version) return call.Fail(version.error());
  return Value::Opaque(&kVersionType, call.arena().New<Version>(*version), call.arena());
}
Value IsSemver(Call& call, std::span<const Value> args) {
  return Value::Bool(Read(args, call.arena()).has_value());
}

template <std::uint64_t Version::* part>
Value PartOf(Call&, std::span<const Value> args) {
  return Value::Int(static_cast<std::int64_t>(args[0].opaque<Version>().*part));
}

Value CompareTo(Call&, std::span<const Value> args) {
  return Value::Int(Order(args[0].opaque<Version>(), args[1].opaque<Version>()));
}
Value IsGreater(Call&, std::span<const Value> args) {
  return Value::Bool(Order(args[0].opaque<Version>(), args[1].opaque<Version>()) > 0);
}
Value IsLess(Call&, std::span<const Value> args) {
  return Value::Bool(Order(args[0].opaque<Version>(), args[1].opaque<Version>()) < 0);
}

constexpr FunctionRow kFunctions[] = {
    {"semver", "(string) -> kubernetes.Semver", Parse, "semver('1.2.3').minor() == 2", kTraverse<0>},
    {"semver", "(string, bool) -> kubernetes.Semver", Parse, "semver('v1.2', true).patch() == 0",
     kTraverse<0>},
    {"isSemver", "(string) -> bool", IsSemver, "isSemver('1.0.0-alpha')", kTraverse<0>},
    {"isSemver", "(string, bool) -> bool", IsSemver, "isSemver('v1', true)", kTraverse<0>},
    {"major", "kubernetes.Semver.() -> int", PartOf<&Version::major>, "semver('1.2.3').major() == 1"},
    {"minor", "kubernetes.Semver.() -> int", PartOf<&Version::minor>, "semver('1.2.3').minor() == 2"},
    {"patch", "kubernetes.Semver.() -> int", PartOf<&Version::patch>, "semver('1.2.3').patch() == 3"},
    {"isGreaterThan", "kubernetes.Semver.(kubernetes.Semver) -> bool", IsGreater,
     "semver('1.0.0').isGreaterThan(semver('1.0.0-rc'))"},
    {"isLessThan", "kubernetes.Semver.(kubernetes.Semver) -> bool", IsLess,
     "semver('2.0.0').isLessThan(semver('10.0.0'))"},
    {"compareTo", "kubernetes.Semver.(kubernetes.Semver) -> int", CompareTo,
     "semver('1.0.0+a').compareTo(semver('1.0.0+b')) == 0"},
};
constexpr TypeRow kTypes[] = {{"kubernetes.Semver", &kVersionType}};

}  // namespace

const Library& Semvers() {
  static const Library library{"kubernetes semver", kFunctions, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib
