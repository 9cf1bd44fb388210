#include "json/parse.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <memory>
#include <new>

#include "base/number.h"
#include "json/sort_members.h"
#include "json/syntax_error.h"

namespace ephor::json {
namespace {

// The buffers of a thread serve all documents up to kKeptDocumentBytes, which objects of a cluster seldom
// exceed; what a larger one needed, and stacks that grew beyond kKeptEntries, are given back after it. Of
// what is kept only the pages that documents have used take memory.
constexpr std::size_t kFirstDocumentBytes = 16 << 10;
constexpr std::size_t kKeptDocumentBytes = 2 << 20;
constexpr std::size_t kKeptEntries = 64 << 10;
constexpr std::size_t kPadding = 16;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// Room for the values whose array or object is still open. It has as much as the document can need, so that a
// value is written where it stays while those within it are read.
template <class T>
class Stack {
 public:
  void Reserve(std::size_t count) {
    if (count <= capacity_) return;
    capacity_ = std::bit_ceil(count);
    slots_.reset(static_cast<T*>(::operator new(capacity_ * sizeof(T))));
  }
  void GiveBack() {
    if (capacity_ <= kKeptEntries) return;
    slots_.reset();
    capacity_ = 0;
  }
  T* slots() { return slots_.get(); }

 private:
  struct Delete {
    void operator()(T* slots) const { ::operator delete(slots); }
  };
  std::unique_ptr<T, Delete> slots_;
  std::size_t capacity_ = 0;
};

// simdjson's first stage, which finds the quotes, brackets and beginnings of scalars and checks the UTF-8,
// and the stacks.
struct ThreadState {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> scanner;
  Stack<Value> values;
  Stack<Member> members;

  bool PrepareScan(std::size_t text_bytes) {
    if (scanner != nullptr && scanner->capacity() >= text_bytes) return true;
    const std::size_t capacity = std::max(kFirstDocumentBytes, std::bit_ceil(text_bytes));
    scanner.reset();
    return simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, scanner) ==
           simdjson::SUCCESS;
  }

  // Each item has a token of its own, each member three.
  void PrepareStacks() {
    values.Reserve(scanner->n_structural_indexes);
    members.Reserve(scanner->n_structural_indexes / 3 + 1);
  }

  void GiveBack() {
    values.GiveBack();
    members.GiveBack();
    if (scanner->capacity() > kKeptDocumentBytes) scanner.reset();
  }
};

// The second stage: from the scanner's index to Values. Strings stay where they are in the arena's copy of
// the text; escapes are decoded in place, as that never makes a string longer.
class TreeBuilder {
 public:
  // text[size] and the kPadding bytes after it are zero.
  TreeBuilder(char* text, std::size_t size, ThreadState& state, Arena& arena, std::size_t max_depth)
      : text_(text),
        end_(text + size),
        next_(state.scanner->structural_indexes.get()),
        index_end_(next_ + state.scanner->n_structural_indexes),
        next_backslash_(text),
        values_(state.values.slots()),
        members_(state.members.slots()),
        arena_(arena),
        max_depth_(max_depth) {
    FindBackslash(text);
  }

  bool Document(Value& value) { return Any(value, 0) && next_ == index_end_; }
  bool too_deep() const { return too_deep_; }
  // Where the last token read begins.
  std::size_t offset() const { return next_[-1]; }

 private:
  // After the last token the index has the text's size, where a zero byte stands that no token begins with.
  // So running off the end fails like any other misplaced character.
  char* NextToken() { return text_ + *next_++; }

  bool Any(Value& value, std::size_t depth) {
    char* const token = NextToken();
    switch (*token) {
      case '"':
        return String(token, value);
      case '{':
        return Object(value, depth + 1);
      case '[':
        return Array(value, depth + 1);
      case 't':
        value = Value::Bool(true);
        return std::memcmp(token, "true", 4) == 0 && EndsScalar(token + 4);
      case 'f':
        value = Value::Bool(false);
        return std::memcmp(token, "false", 5) == 0 && EndsScalar(token + 5);
      case 'n':
        value = Value::Null();
        return std::memcmp(token, "null", 4) == 0 && EndsScalar(token + 4);
      default:
        return Number(token, value);
    }
  }

  bool Object(Value& value, std::size_t depth) {
    if (depth > max_depth_) return TooDeep();
    if (text_[*next_] == '}') {
      ++next_;
      value = Value::Object({});
      return true;
    }
    Member* const first = members_;
    for (;;) {
      char* const token = NextToken();
      std::string_view key;
      if (*token != '"' || !Text(token, key) || *NextToken() != ':') return false;
      Member* const member = new (members_++) Member(Key(key), Value());
      if (!Any(member->value, depth)) return false;
      const char after = *NextToken();
      if (after == ',') continue;
      if (after != '}') return false;
      break;
    }
    value = Value::Object(SortedMembers({first, members_}, arena_));
    members_ = first;
    return true;
  }

  bool Array(Value& value, std::size_t depth) {
    if (depth > max_depth_) return TooDeep();
    if (text_[*next_] == ']') {
      ++next_;
      value = Value::Array({});
      return true;
    }
    Value* const first = values_;
    for (;;) {
      if (!Any(*new (values_++) Value(), depth)) return false;
      const char after = *NextToken();
      if (after == ',') continue;
      if (after != ']') return false;
      break;
    }
    value = Value::Array(arena_.Copy(std::span<const Value>(first, values_)));
    values_ = first;
    return true;
  }

  // Whether a number or literal may end here. What may follow it is checked with the next token.
  bool EndsScalar(const char* p) const {
    switch (*p) {
      case ',':
      case '}':
      case ']':
      case ' ':
      case '\n':
      case '\r':
      case '\t':
      case ':':
      case '{':
      case '[':
        return true;
      default:
        return p == end_;
    }
  }

  bool TooDeep() {
    too_deep_ = true;
    return false;
  }

  bool String(char* token, Value& value) {
    std::string_view text;
    if (!Text(token, text)) return false;
    value = Value::String(text);
    return true;
  }

  bool Text(char* token, std::string_view& text) {
    // Between a string and the next token there is only white space: the scanner saw to it.
    char* const begin = token + 1;
    char* end = text_ + *next_ - 1;
    while (IsSpace(*end)) --end;
    if (end < begin || *end != '"') return false;
    if (next_backslash_ < begin) FindBackslash(begin);
    if (next_backslash_ < end) {
      end = Unescape(next_backslash_, end);
      if (end == nullptr) return false;
    }
    text = {begin, static_cast<std::size_t>(end - begin)};
    return true;
  }

  void FindBackslash(char* from) {
    void* const found = std::memchr(from, '\\', static_cast<std::size_t>(end_ - from));
    next_backslash_ = found == nullptr ? end_ : static_cast<char*>(found);
  }

  // Decodes the escapes in [from, end), moving the text together; returns the new end, or nullptr.
  static char* Unescape(char* from, char* end) {
    char* to = from;
    while (from < end) {
      if (*from != '\\') {
        *to++ = *from++;
        continue;
      }
      const char escape = from[1];
      from += 2;
      switch (escape) {
        case '"':
        case '\\':
        case '/':
          *to++ = escape;
          break;
        case 'b':
          *to++ = '\b';
          break;
        case 'f':
          *to++ = '\f';
          break;
        case 'n':
          *to++ = '\n';
          break;
        case 'r':
          *to++ = '\r';
          break;
        case 't':
          *to++ = '\t';
          break;
        case 'u':
          if (!UnescapeCodePoint(from, end, to)) return nullptr;
          break;
        default:
          return nullptr;
      }
    }
    return to;
  }

  // The code point whose four digits stand at `from`, perhaps the first half of a surrogate pair.
  static bool UnescapeCodePoint(char*& from, const char* end, char*& to) {
    std::uint32_t code = 0;
    if (!FourHexDigits(from, end, code)) return false;
    from += 4;
    if (code >= 0xD800 && code < 0xE000) {
      std::uint32_t low = 0;
      if (code >= 0xDC00 || end - from < 6 || from[0] != '\\' || from[1] != 'u' ||
          !FourHexDigits(from + 2, end, low) || low < 0xDC00 || low >= 0xE000) {
        return false;
      }
      from += 6;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    if (code < 0x80) {
      *to++ = static_cast<char>(code);
      return true;
    }
    if (code < 0x800) {
      *to++ = static_cast<char>(0xC0 | code >> 6);
    } else {
      if (code < 0x10000) {
        *to++ = static_cast<char>(0xE0 | code >> 12);
      } else {
        *to++ = static_cast<char>(0xF0 | code >> 18);
        *to++ = static_cast<char>(0x80 | (code >> 12 & 0x3F));
      }
      *to++ = static_cast<char>(0x80 | (code >> 6 & 0x3F));
    }
    *to++ = static_cast<char>(0x80 | (code & 0x3F));
    return true;
  }

  static bool FourHexDigits(const char* from, const char* end, std::uint32_t& code) {
    return end - from >= 4 && std::from_chars(from, from + 4, code, 16).ptr == from + 4;
  }

  bool Number(const char* token, Value& value) const {
    const char* p = token + (*token == '-');
    const char* const digits = p;
    std::uint64_t integer = 0;
    while (IsDigit(*p)) integer = integer * 10 + static_cast<std::uint64_t>(*p++ - '0');
    const std::ptrdiff_t count = p - digits;
    if (count == 0 || (*digits == '0' && count > 1)) return false;
    if (EndsScalar(p) && count <= 18) [[likely]] {
      const auto magnitude = static_cast<std::int64_t>(integer);
      value = Value::Int(*token == '-' ? -magnitude : magnitude);
      return true;
    }
    return LongOrFractional(token, p, value);
  }

  // `p` is behind the integral digits.
  bool LongOrFractional(const char* token, const char* p, Value& value) const {
    bool integral = true;
    if (*p == '.') {
      integral = false;
      if (!IsDigit(*++p)) return false;
      while (IsDigit(*p)) ++p;
    }
    if (*p == 'e' || *p == 'E') {
      integral = false;
      ++p;
      if (*p == '+' || *p == '-') ++p;
      if (!IsDigit(*p)) return false;
      while (IsDigit(*p)) ++p;
    }
    if (!EndsScalar(p)) return false;
    if (integral) {
      std::int64_t exact;
      if (std::from_chars(token, p, exact).ec == std::errc()) {
        value = Value::Int(exact);
        return true;
      }
    }
    // Too small is zero, too large an error, as in Go.
    const auto nearest = ParseFloat({token, static_cast<std::size_t>(p - token)});
    if (!nearest) return false;
    value = Value::Double(*nearest);
    return true;
  }

  char* const text_;
  char* const end_;
  const std::uint32_t* next_;
  const std::uint32_t* const index_end_;
  // The first backslash at or behind the string last read, or the end: tells without looking at a string that
  // it has no escapes.
  char* next_backslash_;
  // The stacks' ends.
  Value* values_;
  Member* members_;
  Arena& arena_;
  const std::size_t max_depth_;
  bool too_deep_ = false;
};

Error TooDeepError(std::string_view text, std::size_t offset, std::size_t max_depth) {
  return Error(ErrorCode::kInvalidInput,
               "arrays and objects are nested more than " + std::to_string(max_depth) + " deep")
      .At(PositionOf(text, offset));
}

}  // namespace

Result<Value> Parse(std::string_view text, Arena& arena, ParseLimits limits) {
  thread_local ThreadState state;
  constexpr std::size_t kMaxBytes = 0xFFFF'0000;  // lengths and offsets are 32 bits wide
  if (text.size() > kMaxBytes) return InvalidInput("JSON text of more than 4 GiB");
  if (text.empty()) return std::unexpected(SyntaxError(text));
  if (!state.PrepareScan(text.size())) return Fail(ErrorCode::kInternal, "no memory to parse JSON");

  char* const copy = arena.NewArray<char>(text.size() + kPadding).data();
  std::memcpy(copy, text.data(), text.size());
  std::memset(copy + text.size(), 0, kPadding);

  Value value;
  std::size_t deep_at = 0;
  bool ok = false, too_deep = false;
  if (state.scanner->stage1(reinterpret_cast<const std::uint8_t*>(copy), text.size(),
                            simdjson::stage1_mode::regular) == simdjson::SUCCESS) {
    state.PrepareStacks();
    TreeBuilder builder(copy, text.size(), state, arena, limits.max_depth);
    ok = builder.Document(value);
    too_deep = builder.too_deep();
    if (too_deep) deep_at = builder.offset();
  }
  state.GiveBack();
  if (ok) [[likely]]
    return value;
  if (too_deep) return std::unexpected(TooDeepError(text, deep_at, limits.max_depth));
  return std::unexpected(SyntaxError(text));
}

}  // namespace ephor::json
