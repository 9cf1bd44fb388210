// random(): a text that matches a regular expression in POSIX syntax (the reference's generator knows no
// other: no \d, no (?i)), each choice made at random.
#include "ports/random.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "jmespath/functions/families.h"

namespace ephor::jmespath::functions {
namespace {

constexpr int kUnboundedRepeat = 4096;  // what the reference takes for "*" and "+"
constexpr int kMaxRepeat = 1000;        // of Go's regexp
constexpr int kMaxDepth = 200;
constexpr char32_t kLastRune = 0x10ffff;

struct Range {
  char32_t first, last;
};

struct Part {
  enum class Kind { kEmpty, kClass, kSequence, kChoice, kRepeat } kind = Kind::kEmpty;
  std::vector<Range> ranges;  // of a class
  std::vector<Part> parts;    // of the others
  int least = 0, most = 0;    // of a repeat
};

struct NamedClass {
  std::string_view name;
  std::vector<Range> ranges;
};

const std::vector<Range>* FindNamedClass(std::string_view name) {
  static const std::array<NamedClass, 14> kClasses = {{
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
      {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {"ascii", {{0, 0x7f}}},
      {"blank", {{'\t', '\t'}, {' ', ' '}}},
      {"cntrl", {{0, 0x1f}, {0x7f, 0x7f}}},
      {"digit", {{'0', '9'}}},
      {"graph", {{'!', '~'}}},
      {"lower", {{'a', 'z'}}},
      {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
      {"space", {{'\t', '\r'}, {' ', ' '}}},
      {"upper", {{'A', 'Z'}}},
      {"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}},
      {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
  }};
  for (const NamedClass& entry : kClasses) {
    if (entry.name == name) return &entry.ranges;
  }
  return nullptr;
}

std::vector<Range> Complement(std::vector<Range> ranges) {
  std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
  std::vector<Range> rest;
  char32_t next = 0;
  for (const Range& range : ranges) {
    if (range.first > next) rest.push_back({next, range.first - 1});
    next = std::max<char32_t>(next, range.last + 1);
  }
  if (next <= kLastRune) rest.push_back({next, kLastRune});
  return rest;
}

// Regular expression to tree, with the errors of Go's regexp/syntax.
class PatternParser {
 public:
  explicit PatternParser(std::string_view pattern) : pattern_(pattern) {}

  Result<Part> Run() {
    EPHOR_ASSIGN(Part part, Choice());
    if (!AtEnd()) return Refuse("unexpected )", pattern_);
    return part;
  }

 private:
  bool AtEnd() const { return at_ >= pattern_.size(); }
  char Here() const { return AtEnd() ? '\0' : pattern_[at_]; }
  bool Is(char c) const { return !AtEnd() && pattern_[at_] == c; }

  static std::unexpected<Error> Refuse(std::string_view reason, std::string_view fragment) {
    std::string message = "error parsing regexp: ";
    message += reason;
    message += ": `";
    message += fragment;
    message += '`';
    return EvaluationError(std::move(message));
  }

  char32_t TakeRune() {
    const CodePoint rune = DecodeUtf8(pattern_, at_);
    at_ += rune.bytes;
    return rune.value;
  }

  static Part Class(std::vector<Range> ranges) {
    Part part;
    part.kind = Part::Kind::kClass;
    part.ranges = std::move(ranges);
    return part;
  }

  Result<Part> Choice() {
    if (++depth_ > kMaxDepth) return Refuse("expression nests too deeply", pattern_);
    Part choice;
    choice.kind = Part::Kind::kChoice;
    while (true) {
      EPHOR_ASSIGN(Part sequence, Sequence());
      choice.parts.push_back(std::move(sequence));
      if (!Is('|')) break;
      ++at_;
    }
    --depth_;
    return choice;
  }

  Result<Part> Sequence() {
    Part sequence;
    sequence.kind = Part::Kind::kSequence;
    while (!AtEnd() && !Is('|') && !Is(')')) {
      EPHOR_ASSIGN(std::optional<Repeat> repeat, TakeRepeat());
      if (!repeat) {
        EPHOR_ASSIGN(Part atom, Atom());
        sequence.parts.push_back(std::move(atom));
        continue;
      }
      if (sequence.parts.empty()) return Refuse("missing argument to repetition operator", repeat->text);
      Part& repeated = sequence.parts.back();
      // Operators after operators would make a tree as high as the pattern is long.
      if (repeated.kind == Part::Kind::kRepeat && ++stacked_ > kMaxDepth) {
        return Refuse("expression nests too deeply", pattern_);
      }
      Part outer;
      outer.kind = Part::Kind::kRepeat;
      outer.least = repeat->least;
      outer.most = repeat->most;
      outer.parts.push_back(std::move(repeated));
      repeated = std::move(outer);
    }
    return sequence;
  }

  struct Repeat {
    int least, most;
    std::string_view text;
  };

  // Nothing where no repetition operator stands here; braces that are none are literal.
  Result<std::optional<Repeat>> TakeRepeat() {
    const std::string_view text = pattern_.substr(at_, 1);
    switch (Here()) {
      case '*':
        ++at_;
        return Repeat{0, kUnboundedRepeat, text};
      case '+':
        ++at_;
        return Repeat{1, kUnboundedRepeat, text};
      case '?':
        ++at_;
        return Repeat{0, 1, text};
      case '{':
        break;
      default:
        return std::nullopt;
    }
    std::size_t at = at_ + 1;
    const auto number = [&]() -> std::optional<int> {
      const std::size_t start = at;
      int value = 0;
      while (at < pattern_.size() && pattern_[at] >= '0' && pattern_[at] <= '9') {
        value = std::min(value * 10 + (pattern_[at++] - '0'), kMaxRepeat + 1);
      }
      return at == start ? std::nullopt : std::optional(value);
    };
    const auto least = number();
    if (!least) return std::nullopt;
    auto most = least;
    if (at < pattern_.size() && pattern_[at] == ',') {
      ++at;
      most = number();
    }
    if (at >= pattern_.size() || pattern_[at] != '}') return std::nullopt;
    const std::string_view whole = pattern_.substr(at_, at + 1 - at_);
    if (*least > kMaxRepeat || (most && (*most > kMaxRepeat || *most < *least))) {
      return Refuse("invalid repeat count", whole);
    }
    at_ = at + 1;
    return Repeat{*least, most.value_or(kUnboundedRepeat), whole};
  }

  Result<Part> Atom() {
    switch (Here()) {
      case '(': {
        ++at_;
        EPHOR_ASSIGN(Part group, Choice());
        if (!Is(')')) return Refuse("missing closing )", pattern_);
        ++at_;
        return group;
      }
      case '[':
        return Brackets();
      case '.':
        ++at_;
        return Class(Complement({{'\n', '\n'}}));
      case '^':
      case '$':
        ++at_;
        return Part{};
      case '\\': {
        EPHOR_ASSIGN(const char32_t rune, Escape());
        return Class({{rune, rune}});
      }
      default: {
        const char32_t rune = TakeRune();
        return Class({{rune, rune}});
      }
    }
  }

  static int HexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  Result<char32_t> Escape() {
    const std::size_t start = at_++;
    if (AtEnd()) return Refuse("trailing backslash at end of expression", "");
    const char32_t rune = TakeRune();
    const auto refuse = [&] {
      return Refuse("invalid escape sequence",
                    pattern_.substr(start, std::min(at_, pattern_.size()) - start));
    };
    if (rune == 'x') {
      char32_t value = 0;
      const bool braces = Is('{');
      if (braces) ++at_;
      int digits = 0;
      while (HexDigit(Here()) >= 0 && (braces || digits < 2)) {
        value = value * 16 + static_cast<char32_t>(HexDigit(Here()));
        ++at_;
        ++digits;
        if (value > kLastRune) return refuse();
      }
      if (digits == 0 || (!braces && digits != 2) || (braces && !Is('}'))) return refuse();
      if (braces) ++at_;
      return value;
    }
    if (rune >= '0' && rune <= '7') {
      // A single digit but zero would be a reference to a group.
      if (rune != '0' && !(Here() >= '0' && Here() <= '7')) return refuse();
      char32_t value = rune - '0';
      for (int i = 1; i < 3 && Here() >= '0' && Here() <= '7'; ++i, ++at_)
        value = value * 8 + static_cast<char32_t>(Here() - '0');
      return value;
    }
    switch (rune) {
      case 'a':
        return U'\a';
      case 'f':
        return U'\f';
      case 'n':
        return U'\n';
      case 'r':
        return U'\r';
      case 't':
        return U'\t';
      case 'v':
        return U'\v';
      default:
        break;
    }
    const bool word = rune == '_' || (rune >= '0' && rune <= '9') || (rune >= 'a' && rune <= 'z') ||
                      (rune >= 'A' && rune <= 'Z');
    if (rune >= 0x80 || (word && rune != '_')) return refuse();
    return rune;
  }

  Result<Part> Brackets() {
    const std::size_t start = at_++;
    const auto unclosed = [&] { return Refuse("missing closing ]", pattern_.substr(start)); };
    const bool negated = Is('^');
    std::vector<Range> ranges;
    if (negated) {
      ++at_;
      ranges.push_back({'\n', '\n'});  // a negated class does not match line ends
    }
    for (bool first = true; first || !Is(']'); first = false) {
      if (AtEnd()) return unclosed();
      if (pattern_.substr(at_).starts_with("[:")) {
        const std::size_t end = pattern_.find(":]", at_ + 2);
        if (end != std::string_view::npos) {
          EPHOR_TRY(AddNamed(end, ranges));
          continue;
        }
      }
      const std::size_t range_start = at_;
      EPHOR_ASSIGN(const char32_t low, ClassRune(start));
      char32_t high = low;
      if (Is('-') && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
        ++at_;
        EPHOR_ASSIGN(high, ClassRune(start));
      }
      if (high < low) {
        return Refuse("invalid character class range", pattern_.substr(range_start, at_ - range_start));
      }
      ranges.push_back({low, high});
    }
    ++at_;
    return Class(negated ? Complement(std::move(ranges)) : std::move(ranges));
  }

  Result<void> AddNamed(std::size_t end, std::vector<Range>& ranges) {
    std::string_view name = pattern_.substr(at_ + 2, end - at_ - 2);
    const bool negated = name.starts_with('^');
    if (negated) name.remove_prefix(1);
    const std::vector<Range>* named = FindNamedClass(name);
    if (named == nullptr) {
      return Refuse("invalid character class range", pattern_.substr(at_, end + 2 - at_));
    }
    const std::vector<Range> added = negated ? Complement(*named) : *named;
    ranges.insert(ranges.end(), added.begin(), added.end());
    at_ = end + 2;
    return {};
  }

  Result<char32_t> ClassRune(std::size_t start) {
    if (AtEnd()) return Refuse("missing closing ]", pattern_.substr(start));
    return Is('\\') ? Escape() : TakeRune();
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int stacked_ = 0;
};

class Generator {
 public:
  Generator(Invocation& in, ports::Random& random) : in_(in), random_(random) {}

  // False when the budget is used up.
  bool Append(const Part& part, std::string& out) {
    if (!in_.Charge(1)) return false;
    switch (part.kind) {
      case Part::Kind::kEmpty:
        return true;
      case Part::Kind::kClass:
        AppendMember(part.ranges, out);
        return true;
      case Part::Kind::kSequence:
        return std::all_of(part.parts.begin(), part.parts.end(),
                           [&](const Part& each) { return Append(each, out); });
      case Part::Kind::kChoice:
        return Append(part.parts[Below(part.parts.size())], out);
      case Part::Kind::kRepeat:
        break;
    }
    const auto span = static_cast<std::uint64_t>(part.most - part.least + 1);
    const int times = part.least + static_cast<int>(Below(span));
    for (int i = 0; i < times; ++i) {
      if (!Append(part.parts[0], out)) return false;
    }
    return true;
  }

 private:
  std::uint64_t Below(std::uint64_t bound) { return random_.Next() % bound; }

  // Printable ASCII where the class has any: "." and negated classes would else give unassigned characters
  // nearly always, and surrogates, which no text may hold.
  void AppendMember(const std::vector<Range>& ranges, std::string& out) {
    if (TryAppend(ranges, ' ', '~', out) || TryAppend(ranges, 1, 0xd7ff, out)) return;
    if (!TryAppend(ranges, 0xe000, kLastRune, out)) AppendUtf8(0xfffd, out);
  }

  bool TryAppend(const std::vector<Range>& ranges, char32_t first, char32_t last, std::string& out) {
    std::uint64_t count = 0;
    for (const Range& range : ranges) count += Overlap(range, first, last);
    if (count == 0) return false;
    std::uint64_t pick = Below(count);
    for (const Range& range : ranges) {
      const std::uint64_t here = Overlap(range, first, last);
      if (pick < here) {
        AppendUtf8(std::max(range.first, first) + static_cast<char32_t>(pick), out);
        return true;
      }
      pick -= here;
    }
    return false;
  }

  static std::uint64_t Overlap(const Range& range, char32_t first, char32_t last) {
    const char32_t low = std::max(range.first, first), high = std::min(range.last, last);
    return low > high ? 0 : high - low + 1;
  }

  Invocation& in_;
  ports::Random& random_;
};

}  // namespace

Result<Value> Random(Invocation& in) {
  if (in.text(0).empty()) return EvaluationError("no pattern provided");
  if (!in.Charge(20 * std::uint64_t{in[0].size()})) return in.OutOfBudget();
  EPHOR_ASSIGN(const Part pattern, PatternParser(in.text(0)).Run());
  if (in.world().random == nullptr) return in.Fail("there is no source of randomness");
  std::string out;
  if (!Generator(in, *in.world().random).Append(pattern, out)) return in.OutOfBudget();
  return in.Text(out);
}

}  // namespace ephor::jmespath::functions
