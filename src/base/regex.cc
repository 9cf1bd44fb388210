#include "base/regex.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/utf8.h"

namespace ephor {
namespace {

// What the compiled program and its cache of states may take. RE2 falls back to a slower, smaller engine when
// the cache is full.
constexpr std::int64_t kMaxMemoryBytes = 8 << 20;

std::string_view GoReason(RE2::ErrorCode code) {
  switch (code) {
    case RE2::ErrorBadEscape:
      return "invalid escape sequence";
    case RE2::ErrorBadCharClass:
      return "invalid character class";
    case RE2::ErrorBadCharRange:
      return "invalid character class range";
    case RE2::ErrorMissingBracket:
      return "missing closing ]";
    case RE2::ErrorMissingParen:
      return "missing closing )";
    case RE2::ErrorUnexpectedParen:
      return "unexpected )";
    case RE2::ErrorTrailingBackslash:
      return "trailing backslash at end of expression";
    case RE2::ErrorRepeatArgument:
      return "missing argument to repetition operator";
    case RE2::ErrorRepeatSize:
      return "invalid repeat count";
    case RE2::ErrorRepeatOp:
      return "invalid nested repetition operator";
    case RE2::ErrorBadPerlOp:
      return "invalid or unsupported Perl syntax";
    case RE2::ErrorBadUTF8:
      return "invalid UTF-8";
    case RE2::ErrorBadNamedCapture:
      return "invalid named capture";
    case RE2::ErrorPatternTooLarge:
      return "expression too large";
    default:
      return "expression nests too deeply";
  }
}

std::string GoError(std::string_view reason, std::string_view fragment) {
  std::string message = "error parsing regexp: ";
  message += reason;
  message += ": `";
  message += fragment;
  message += '`';
  return message;
}

// The pattern as this RE2 wants it: Go writes named groups also as (?<name>...), RE2 only as (?P<name>...).
struct Rewritten {
  std::string text;
  bool any_byte = false;  // has \C, which Go refuses because it could split a code point
};

Rewritten Rewrite(std::string_view pattern) {
  Rewritten result;
  result.text.reserve(pattern.size());
  bool in_class = false;
  std::size_t class_start = 0;  // where a ']' would still be a literal
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const std::string_view rest = pattern.substr(i);
    if (pattern[i] == '\\' && rest.size() > 1) {
      if (!in_class && rest[1] == 'Q') {
        const std::size_t end = std::min(rest.find("\\E"), rest.size());
        result.text += rest.substr(0, end);
        i += end - 1;
        continue;
      }
      result.any_byte = result.any_byte || (!in_class && rest[1] == 'C');
      result.text += rest.substr(0, 2);
      ++i;
      continue;
    }
    result.text += pattern[i];
    if (in_class) {
      const std::size_t named_end = rest.starts_with("[:") ? rest.find(":]", 2) : std::string_view::npos;
      if (named_end != std::string_view::npos) {
        result.text += rest.substr(1, named_end + 1);
        i += named_end + 1;
      } else if (pattern[i] == ']' && i > class_start) {
        in_class = false;
      }
    } else if (pattern[i] == '[') {
      in_class = true;
      class_start = i + (rest.starts_with("[^") ? 2 : 1);
      if (rest.starts_with("[^")) {
        result.text += '^';
        ++i;
      }
    } else if (rest.starts_with("(?<") && rest.size() > 3 && rest[3] != '=' && rest[3] != '!') {
      result.text += "?P";
      ++i;
    }
  }
  return result;
}

// A text as Go's regexp sees it: every invalid byte is one U+FFFD. Offsets are translated between the two.
class Subject {
 public:
  explicit Subject(std::string_view text) : original_(text.data() == nullptr ? "" : text), shown_(original_) {
    if (IsValidUtf8(original_)) return;
    for (std::size_t i = 0; i < original_.size();) {
      const CodePoint point = DecodeUtf8(original_, i);
      if (point.value == 0xFFFD && point.bytes == 1) replaced_.push_back(converted_.size());
      AppendUtf8(point.value, converted_);
      i += point.bytes;
    }
    shown_ = converted_;
  }
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;

  re2::StringPiece shown() const { return {shown_.data(), shown_.size()}; }
  std::size_t size() const { return shown_.size(); }

  std::size_t OriginalOffset(std::size_t shown) const {
    const auto before = std::lower_bound(replaced_.begin(), replaced_.end(), shown) - replaced_.begin();
    return shown - kGrowth * static_cast<std::size_t>(before);
  }
  std::size_t ShownOffset(std::size_t original) const {
    std::size_t shown = original;
    for (const std::size_t at : replaced_) {
      if (at >= shown) break;
      shown += kGrowth;
    }
    return shown;
  }

  // A part of what is shown, as the view of the original text.
  std::string_view Original(const re2::StringPiece& part) const {
    if (part.data() == nullptr) return {};
    const auto begin = static_cast<std::size_t>(part.data() - shown_.data());
    const std::size_t from = OriginalOffset(begin);
    return original_.substr(from, OriginalOffset(begin + part.size()) - from);
  }

  // The size of the code point at an offset of what is shown, 0 at the end.
  std::size_t WidthAt(std::size_t at) const { return at < shown_.size() ? DecodeUtf8(shown_, at).bytes : 0; }

 private:
  static constexpr std::size_t kGrowth = 2;  // U+FFFD has three bytes

  std::string_view original_;
  std::string_view shown_;
  std::string converted_;
  std::vector<std::size_t> replaced_;
};

// A name after '$' in a replacement template, as "name" or "{name}".
struct Reference {
  std::string_view name;
  int number = -1;       // where the name is a number
  std::size_t size = 0;  // bytes of the template it takes after the '$'
};

// The longest run of letters, digits and '_'.
std::size_t NameLength(std::string_view text) {
  static const RE2 name("[\\pL\\p{Nd}_]+");
  re2::StringPiece found;
  const re2::StringPiece piece(text.data(), text.size());
  return name.Match(piece, 0, piece.size(), RE2::ANCHOR_START, &found, 1) ? found.size() : 0;
}

bool ReadReference(std::string_view text, Reference& reference) {
  const bool brace = text.starts_with('{');
  if (brace) text.remove_prefix(1);
  const std::size_t length = NameLength(text);
  if (length == 0) return false;
  if (brace && (length >= text.size() || text[length] != '}')) return false;
  reference.name = text.substr(0, length);
  reference.size = length + (brace ? 2 : 0);
  constexpr int kMaxNumber = 100'000'000;
  int number = 0;
  for (const char c : reference.name) {
    if (c < '0' || c > '9' || number >= kMaxNumber) return true;
    number = number * 10 + (c - '0');
  }
  const bool leading_zero = length > 1 && reference.name[0] == '0';
  if (!leading_zero) reference.number = number;
  return true;
}

}  // namespace

struct Regex::Program {
  Program(std::string_view source, const std::string& rewritten, const RE2::Options& options)
      : pattern(source), re2(rewritten, options) {}

  bool Match(const Subject& subject, std::size_t from, RE2::Anchor anchor, re2::StringPiece* groups,
             int count) const {
    return re2.Match(subject.shown(), from, subject.size(), anchor, groups, count);
  }

  // Calls replace(groups, out) for each match that Go's ReplaceAll replaces.
  template <class Replace>
  std::string ReplaceMatches(std::string_view text, int group_count, Replace replace) const {
    const Subject subject(text);
    const char* const base = subject.shown().data();
    std::vector<re2::StringPiece> groups(static_cast<std::size_t>(group_count));
    std::string out;
    std::size_t last_end = 0, at = 0;
    while (at <= subject.size() && Match(subject, at, RE2::UNANCHORED, groups.data(), group_count)) {
      const auto begin = static_cast<std::size_t>(groups[0].data() - base);
      const std::size_t end = begin + groups[0].size();
      out += subject.Original({base + last_end, begin - last_end});
      // An empty match right after another match is not replaced.
      if (end > last_end || begin == 0) replace(subject, groups, out);
      last_end = end;
      at = std::max(end, at + std::max<std::size_t>(subject.WidthAt(at), 1));
    }
    out += subject.Original({base + last_end, subject.size() - last_end});
    return out;
  }

  std::string pattern;
  RE2 re2;
  std::vector<std::string> names;
};

Result<Regex> Regex::Compile(std::string_view pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemoryBytes);
  const Rewritten rewritten = Rewrite(pattern);
  auto program = std::make_shared<Program>(pattern, rewritten.text, options);
  const RE2& re2 = program->re2;
  if (!re2.ok()) {
    std::string fragment = re2.error_arg();
    if (re2.error_code() == RE2::ErrorPatternTooLarge || fragment == rewritten.text) {
      fragment = pattern;
    } else if (fragment.starts_with("(?P<") && pattern.find(fragment) == std::string_view::npos) {
      fragment.erase(2, 1);
    }
    return InvalidInput(GoError(GoReason(re2.error_code()), fragment));
  }
  if (rewritten.any_byte) return InvalidInput(GoError(GoReason(RE2::ErrorBadEscape), "\\C"));
  program->names.resize(static_cast<std::size_t>(re2.NumberOfCapturingGroups()) + 1);
  for (const auto& [number, name] : re2.CapturingGroupNames()) {
    program->names[static_cast<std::size_t>(number)] = name;
  }
  return Regex(std::move(program));
}

bool Regex::Search(std::string_view text) const {
  return program_->Match(Subject(text), 0, RE2::UNANCHORED, nullptr, 0);
}

bool Regex::FullMatch(std::string_view text) const {
  return program_->Match(Subject(text), 0, RE2::ANCHOR_BOTH, nullptr, 0);
}

bool Regex::Find(std::string_view text, std::size_t from, Match& match) const {
  if (from > text.size()) return false;
  const Subject subject(text);
  std::vector<re2::StringPiece> groups(program_->names.size());
  if (!program_->Match(subject, subject.ShownOffset(from), RE2::UNANCHORED, groups.data(),
                       static_cast<int>(groups.size()))) {
    return false;
  }
  match.groups.clear();
  for (const re2::StringPiece& group : groups) match.groups.push_back(subject.Original(group));
  return true;
}

std::vector<std::string_view> Regex::FindAll(std::string_view text, int limit) const {
  const Subject subject(text);
  std::vector<std::string_view> found;
  re2::StringPiece match;
  const char* const base = subject.shown().data();
  const char* last_end = nullptr;
  std::size_t at = 0;
  while ((limit < 0 || found.size() < static_cast<std::size_t>(limit)) && at <= subject.size() &&
         program_->Match(subject, at, RE2::UNANCHORED, &match, 1)) {
    const bool after_another = match.empty() && match.data() == last_end;
    last_end = match.data() + match.size();
    const auto end = static_cast<std::size_t>(last_end - base);
    at = end == at ? at + std::max<std::size_t>(subject.WidthAt(at), 1) : end;
    if (!after_another) found.push_back(subject.Original(match));
  }
  return found;
}

std::string Regex::ReplaceAll(std::string_view text, std::string_view replacement) const {
  if (replacement.find('$') == std::string_view::npos) return ReplaceAllLiteral(text, replacement);
  const std::vector<std::string>& names = program_->names;
  const auto expand = [&](const Subject& subject, const std::vector<re2::StringPiece>& groups,
                          std::string& out) {
    std::string_view rest = replacement;
    for (std::size_t dollar; (dollar = rest.find('$')) != std::string_view::npos;) {
      out += rest.substr(0, dollar);
      rest.remove_prefix(dollar + 1);
      Reference reference;
      if (rest.starts_with('$')) {
        out += '$';
        rest.remove_prefix(1);
      } else if (!ReadReference(rest, reference)) {
        out += '$';
      } else {
        rest.remove_prefix(reference.size);
        const std::size_t group =
            reference.number >= 0
                ? static_cast<std::size_t>(reference.number)
                : static_cast<std::size_t>(std::find(names.begin(), names.end(), reference.name) -
                                           names.begin());
        if (group < groups.size()) out += subject.Original(groups[group]);
      }
    }
    out += rest;
  };
  return program_->ReplaceMatches(text, static_cast<int>(names.size()), expand);
}

std::string Regex::ReplaceAllLiteral(std::string_view text, std::string_view replacement) const {
  return program_->ReplaceMatches(
      text, 1, [replacement](const Subject&, const std::vector<re2::StringPiece>&, std::string& out) {
        out += replacement;
      });
}

std::string_view Regex::pattern() const {
  return program_->pattern;
}

const std::vector<std::string>& Regex::group_names() const {
  return program_->names;
}

std::string QuoteRegex(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace ephor
