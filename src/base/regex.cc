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

// A pattern as RE2 takes it. Go differs in its groups' names, so they are kept here and RE2 sees none: it
// would refuse (?<name>...), and a name that is given twice, and accept names that are not ASCII.
struct Rewritten {
  std::string text;
  std::vector<std::string> names = {""};  // of the groups, in order; the first is the whole match
  bool has_not_boundary = false;          // \B
  std::string error;  // of what RE2 would take but Go refuses; the text then ends before it
};

bool IsGroupName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

class Rewriter {
 public:
  explicit Rewriter(std::string_view pattern) : pattern_(pattern) { result_.text.reserve(pattern.size()); }

  Rewritten Run() {
    while (at_ < pattern_.size() && result_.error.empty()) {
      if (rest().size() > 1 && rest()[0] == '\\') {
        Escape();
      } else if (in_class_) {
        InClass();
      } else if (rest()[0] == '[') {
        in_class_ = true;
        Copy(rest().starts_with("[^") ? 2 : 1);
        class_start_ = at_;
      } else if (rest()[0] == '(') {
        Group();
      } else {
        Copy(1);
      }
    }
    return std::move(result_);
  }

 private:
  std::string_view rest() const { return pattern_.substr(at_); }
  void Copy(std::size_t size) {
    result_.text += pattern_.substr(at_, size);
    at_ += size;
  }
  void Refuse(std::string_view reason, std::string_view fragment) {
    result_.error = GoError(reason, fragment);
  }

  void Escape() {
    const char escaped = rest()[1];
    if (in_class_) return Copy(2);
    if (escaped == 'Q') return Copy(std::min(rest().find("\\E"), rest().size()));
    // One byte, which could split a code point.
    if (escaped == 'C') return Refuse(GoReason(RE2::ErrorBadEscape), "\\C");
    result_.has_not_boundary = result_.has_not_boundary || escaped == 'B';
    Copy(2);
  }

  void InClass() {
    if (named_classes_left_ && rest().starts_with("[:")) {
      const std::size_t end = rest().find(":]", 2);
      if (end != std::string_view::npos) return Copy(end + 2);
      named_classes_left_ = false;
    }
    // A ']' that comes first is a member of the class.
    if (rest()[0] == ']' && at_ > class_start_) in_class_ = false;
    Copy(1);
  }

  void Group() {
    const std::size_t name_start = rest().starts_with("(?P<") ? 4 : rest().starts_with("(?<") ? 3 : 0;
    if (name_start == 0) {
      if (!rest().starts_with("(?")) result_.names.emplace_back();
      return Copy(1);
    }
    const std::size_t end = rest().find('>');
    const std::string_view group = rest().substr(0, end == std::string_view::npos ? end : end + 1);
    const std::string_view name =
        end == std::string_view::npos ? "" : group.substr(name_start, end - name_start);
    if (!IsGroupName(name)) return Refuse(GoReason(RE2::ErrorBadNamedCapture), group);
    result_.text += "(?P<_" + std::to_string(result_.names.size()) + '>';
    result_.names.emplace_back(name);
    at_ += group.size();
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
  bool in_class_ = false;
  std::size_t class_start_ = 0;
  bool named_classes_left_ = true;  // spares looking for the end of one again and again
  Rewritten result_;
};

RE2::Options Options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemoryBytes);
  return options;
}

// The error of a pattern that RE2 refused, as Go words it.
std::string ErrorOf(const RE2& re2, std::string_view pattern) {
  std::string_view fragment = re2.error_arg();
  if (re2.error_code() == RE2::ErrorBadUTF8) {
    std::size_t valid = 0;
    while (valid < pattern.size()) {
      const CodePoint point = DecodeUtf8(pattern, valid);
      if (point.value == 0xFFFD && point.bytes == 1) break;
      valid += point.bytes;
    }
    // RE2 also says so of an escape that is cut short.
    if (valid == pattern.size()) {
      return GoError(GoReason(RE2::ErrorBadEscape), pattern.substr(std::min(pattern.rfind("\\x"), valid)));
    }
    fragment = pattern.substr(valid);
  } else if (re2.error_code() == RE2::ErrorMissingParen || re2.error_code() == RE2::ErrorUnexpectedParen ||
             re2.error_code() == RE2::ErrorPatternTooLarge) {
    fragment = pattern;
  }
  return GoError(GoReason(re2.error_code()), fragment);
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

  // Whether a place in what is shown is not inside of a code point.
  bool IsBoundary(const char* place) const {
    return place == shown_.data() + shown_.size() || (static_cast<unsigned char>(*place) & 0xC0) != 0x80;
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
  Program(std::string_view source, Rewritten rewritten)
      : pattern(source),
        re2(rewritten.text, Options()),
        names(std::move(rewritten.names)),
        may_split(rewritten.has_not_boundary) {}

  bool Match(const Subject& subject, std::size_t from, RE2::Anchor anchor, re2::StringPiece* groups,
             int count) const {
    re2::StringPiece whole;
    if (may_split && count == 0) {
      groups = &whole;
      count = 1;
    }
    while (re2.Match(subject.shown(), from, subject.size(), anchor, groups, count)) {
      // To RE2, \B also holds between the bytes of a code point.
      if (!may_split || subject.IsBoundary(groups[0].data())) return true;
      from = static_cast<std::size_t>(groups[0].data() - subject.shown().data()) + 1;
    }
    return false;
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
  bool may_split;  // RE2 may find an empty match inside of a code point
};

Result<Regex> Regex::Compile(std::string_view pattern) {
  Rewritten rewritten = Rewriter(pattern).Run();
  if (!rewritten.error.empty()) {
    // What is wrong further left comes first; a parenthesis that is still open there is not wrong.
    const RE2 left(re2::StringPiece(rewritten.text.data(), rewritten.text.size()), Options());
    const bool good = left.ok() || left.error_code() == RE2::ErrorMissingParen;
    return InvalidInput(good ? rewritten.error : ErrorOf(left, pattern));
  }
  auto program = std::make_shared<Program>(pattern, std::move(rewritten));
  if (!program->re2.ok()) return InvalidInput(ErrorOf(program->re2, pattern));
  program->names.resize(static_cast<std::size_t>(program->re2.NumberOfCapturingGroups()) + 1);
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
  // A name may be given to several groups: the first that took part counts.
  const auto group_text = [&names](const Subject& subject, const std::vector<re2::StringPiece>& groups,
                                   const Reference& reference) -> std::string_view {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const bool meant = reference.number >= 0 ? i == static_cast<std::size_t>(reference.number)
                                               : names[i] == reference.name && groups[i].data() != nullptr;
      if (meant) return subject.Original(groups[i]);
    }
    return {};
  };
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
        out += group_text(subject, groups, reference);
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
