// The strings extension: charAt, indexOf, split, format, ...
#include <algorithm>

#include "base/utf8.h"
#include "cel/check/type.h"
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/format_text.h"
#include "cel/lib/libraries.h"

namespace ephor::cel::lib {
namespace {

Value OutOfRange(Call& call, std::int64_t index) {
  return call.Fail("index out of range: " + std::to_string(index));
}

// The byte at which code point number `index` begins; the size for the one behind the last; npos beyond.
std::size_t ByteOf(std::string_view text, std::int64_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) at += DecodeUtf8(text, at).bytes;
  return index == 0 ? at : std::string_view::npos;
}

Value CharAt(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text();
  const std::int64_t index = args[1].as_int();
  const std::size_t at = index < 0 ? std::string_view::npos : ByteOf(text, index);
  if (at == std::string_view::npos) return OutOfRange(call, index);
  return Value::String(at == text.size() ? std::string_view() : text.substr(at, DecodeUtf8(text, at).bytes));
}

}  // namespace

Value IndexOf(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text(), part = args[1].text();
  const std::int64_t from = args.size() == 3 ? args[2].as_int() : 0;
  if (from < 0) return OutOfRange(call, from);
  const std::size_t at = ByteOf(text, from);
  if (at == std::string_view::npos) {
    return Value::Int(part.empty() ? static_cast<std::int64_t>(CountCodePoints(text)) : -1);
  }
  if (part.empty()) return Value::Int(from);
  // UTF-8 cannot be found out of step, so bytes may be searched.
  const std::size_t found = text.find(part, at);
  if (found == std::string_view::npos) return Value::Int(-1);
  return Value::Int(from + static_cast<std::int64_t>(CountCodePoints(text.substr(at, found - at))));
}

Value LastIndexOf(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text(), part = args[1].text();
  std::size_t last = std::string_view::npos;
  if (args.size() == 3) {
    const std::int64_t from = args[2].as_int();
    if (from < 0) return OutOfRange(call, from);
    last = ByteOf(text, from);
    const bool behind = last == std::string_view::npos;
    if (part.empty()) {
      return Value::Int(behind ? static_cast<std::int64_t>(CountCodePoints(text)) : from);
    }
    if (behind || last == text.size()) return Value::Int(-1);
  } else if (part.empty()) {
    return Value::Int(static_cast<std::int64_t>(CountCodePoints(text)));
  }
  const std::size_t found = text.rfind(part, last);
  if (found == std::string_view::npos) return Value::Int(-1);
  return Value::Int(static_cast<std::int64_t>(CountCodePoints(text.substr(0, found))));
}

namespace {

template <char first, char last>
Value ChangeCase(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text();
  const auto changes = [](char c) { return c >= first && c <= last; };
  if (std::none_of(text.begin(), text.end(), changes)) return args[0];
  std::span<char> copy = call.arena().NewArray<char>(text.size());
  std::transform(text.begin(), text.end(), copy.begin(),
                 [&](char c) { return changes(c) ? static_cast<char>(c ^ 0x20) : c; });
  return Value::String({copy.data(), copy.size()});
}

Value TooLong(const Call& call) {
  return call.Fail("text is too long");
}

Value Replace(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text(), old = args[1].text(), fresh = args[2].text();
  std::int64_t left = args.size() == 4 ? args[3].as_int() : -1;
  if (left == 0) return args[0];
  std::string out;
  std::size_t at = 0;
  if (old.empty()) {
    // Between all code points, and at both ends.
    for (; left != 0; --left) {
      if (!WalkBudget::SpendText(fresh.size())) return TooLong(call);
      out += fresh;
      if (at == text.size()) break;
      const std::size_t bytes = DecodeUtf8(text, at).bytes;
      out += text.substr(at, bytes);
      at += bytes;
    }
  } else {
    for (; left != 0; --left) {
      const std::size_t found = text.find(old, at);
      if (found == std::string_view::npos) break;
      if (!WalkBudget::SpendText(fresh.size())) return TooLong(call);
      out += text.substr(at, found - at);
      out += fresh;
      at = found + old.size();
    }
    if (at == 0) return args[0];
  }
  out += text.substr(std::min(at, text.size()));
  return call.String(out);
}

Value Split(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text(), separator = args[1].text();
  const std::int64_t most = args.size() == 3 ? args[2].as_int() : -1;
  ArenaVector<Value> parts(call.arena());
  if (most == 0) return Value::List({});
  const auto full = [&] { return most > 0 && static_cast<std::int64_t>(parts.size()) + 1 >= most; };
  std::size_t at = 0;
  if (separator.empty()) {
    while (at < text.size() && !full()) {
      const std::size_t bytes = DecodeUtf8(text, at).bytes;
      parts.push_back(Value::String(text.substr(at, bytes)));
      at += bytes;
    }
    if (at < text.size()) parts.push_back(Value::String(text.substr(at)));
    return Value::List(parts.span());
  }
  while (!full()) {
    const std::size_t found = text.find(separator, at);
    if (found == std::string_view::npos) break;
    parts.push_back(Value::String(text.substr(at, found - at)));
    at = found + separator.size();
  }
  parts.push_back(Value::String(text.substr(at)));
  return Value::List(parts.span());
}

Value Substring(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text();
  const std::int64_t begin = args[1].as_int();
  if (args.size() == 3 && begin > args[2].as_int()) {
    return call.Fail("invalid substring range. start: " + std::to_string(begin) +
                     ", end: " + std::to_string(args[2].as_int()));
  }
  const std::size_t from = begin < 0 ? std::string_view::npos : ByteOf(text, begin);
  if (from == std::string_view::npos) return OutOfRange(call, begin);
  if (args.size() == 2) return Value::String(text.substr(from));
  const std::size_t length = ByteOf(text.substr(from), args[2].as_int() - begin);
  if (length == std::string_view::npos) return OutOfRange(call, args[2].as_int());
  return Value::String(text.substr(from, length));
}

// White space by Unicode, as Go's strings.TrimSpace takes it.
bool IsSpace(char32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

Value Trim(Call&, std::span<const Value> args) {
  const std::string_view text = args[0].text();
  std::size_t begin = text.size(), end = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = DecodeUtf8(text, at);
    if (!IsSpace(c.value)) {
      begin = std::min(begin, at);
      end = at + c.bytes;
    }
    at += c.bytes;
  }
  return Value::String(begin < end ? text.substr(begin, end - begin) : std::string_view());
}

Value Join(Call& call, std::span<const Value> args) {
  const std::string_view separator = args.size() == 2 ? args[1].text() : std::string_view();
  std::string out;
  for (std::uint32_t i = 0; i < args[0].size(); ++i) {
    const Value item = args[0].At(i);
    if (!item.is_string()) return call.Fail("join: invalid input: " + FormatPlain(item));
    if (!WalkBudget::SpendText(separator.size() + item.text().size())) return TooLong(call);
    if (i > 0) out += separator;
    out += item.text();
  }
  return call.String(out);
}

Value Reverse(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text();
  std::span<char> out = call.arena().NewArray<char>(text.size());
  std::size_t end = text.size();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = DecodeUtf8(text, at).bytes;
    end -= bytes;
    std::copy_n(text.data() + at, bytes, out.data() + end);
    at += bytes;
  }
  return Value::String({out.data(), out.size()});
}

Value Quote(Call& call, std::span<const Value> args) {
  const std::string_view text = args[0].text();
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = DecodeUtf8(text, at);
    at += c.bytes;
    switch (c.value) {
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\v':
        out += "\\v";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '"':
        out += "\\\"";
        break;
      default:
        AppendUtf8(c.value, out);
    }
  }
  return call.String(out + '"');
}

// Where a static type does not fit %s, the node that has it: lists and maps written out are looked into.
const Expr* NotFormattable(const Expr& expr, FormatStyle style) {
  if (expr.type->is(TypeKind::kDyn)) return nullptr;
  if (!ClauseMismatch('s', expr.type->name(), style).empty()) return &expr;
  if (expr.kind != ExprKind::kList && expr.kind != ExprKind::kMap) return nullptr;
  for (const Entry& entry : expr.entries) {
    if (entry.key != nullptr) {
      if (const Expr* bad = NotFormattable(*entry.key, style)) return bad;
    }
    if (const Expr* bad = NotFormattable(*entry.value, style)) return bad;
  }
  return nullptr;
}

// A format that is a literal is held against the static types of arguments that are a literal list.
template <FormatStyle style>
void CheckFormat(const Expr& call, std::vector<Issue>& issues) {
  if (call.operand == nullptr || call.operand->kind != ExprKind::kLiteral || call.args.size() != 1 ||
      call.operand->literal.kind != LiteralKind::kString || call.args[0]->kind != ExprKind::kList) {
    return;
  }
  const std::span<const Entry> arguments = call.args[0]->entries;
  std::string error;
  std::size_t used = 0;
  const Expr* place = &call;
  const bool fine = ParseFormat(
      call.operand->literal.text, arguments.size(), [](std::string_view) {},
      [&](const FormatClause& clause, std::size_t i) {
        used = i + 1;
        const Expr& argument = *arguments[i].value;
        const Expr* bad = &argument;
        if (clause.letter == 's') {
          bad = NotFormattable(argument, style);
        } else {
          // In the classic style some texts count as numbers.
          const bool text = style == FormatStyle::kClassic &&
                            (clause.letter == 'f' || clause.letter == 'e') &&
                            argument.type->is(TypeKind::kString);
          const bool fits = text || argument.type->is(TypeKind::kDyn) ||
                            ClauseMismatch(clause.letter, argument.type->name(), style).empty();
          if (fits) bad = nullptr;
        }
        if (bad == nullptr) return true;
        place = bad;
        error = ClauseMismatch(clause.letter, bad->type->name(), style);
        return false;
      },
      error);
  if (!fine) {
    issues.push_back({place->offset, error});
  } else if (used < arguments.size()) {
    issues.push_back({call.offset, "too many arguments supplied to string.format (expected " +
                                       std::to_string(used) + ", got " + std::to_string(arguments.size()) +
                                       ")"});
  }
}

template <FormatStyle style>
Value Format(Call& call, std::span<const Value> args) {
  std::string out, error;
  if (!FormatText(args[0].text(), args[1], style, out, error)) return call.Fail(error);
  return call.String(out);
}

std::uint64_t ReplaceCost(std::span<const Value> args, const Value&) {
  return TraversalCost(2 * CostSize(args[0]));
}
// What replaces the shortest text as often as it can be there makes the longest result, and the reverse.
CallEstimate EstimateReplace(std::span<const Foreseen> args) {
  const Range size = args[0].size(), old = args[1].size(), with = args[2].size();
  Range times = Range::Exactly(0), kept = Range::Exactly(0);
  if (old.min == 0) {
    times.max = BoundedSum(size.max, 1);
    kept.max = size.max;
  } else if (with.max <= old.min) {
    kept.max = size.max;
  } else {
    times.max = BoundedScale(size.max, 1 / static_cast<double>(old.min));
  }
  if (old.max == 0) {
    times.min = BoundedSum(size.min, 1);
    kept.min = size.min;
  } else if (old.max <= with.min) {
    kept.min = size.min;
  } else {
    times.min = BoundedScale(size.min, 1 / static_cast<double>(old.max));
  }
  return {size * (2 * kTraversal), times * with + kept};
}
constexpr Cost kReplaceCost{ReplaceCost, "2a / 10", EstimateReplace};
// Into characters, or into as many parts as a literal says.
CallEstimate EstimateSplit(std::span<const Foreseen> args) {
  std::uint64_t parts = args[0].size().max;
  if (args.size() == 3 && args[2].expr->kind == ExprKind::kLiteral) {
    parts = static_cast<std::uint64_t>(args[2].expr->literal.integer);
  }
  return {args[0].size() * (2 * kTraversal), Range{0, parts}};
}
constexpr Cost kSplitCost{ReplaceCost, "2a / 10", EstimateSplit};
std::uint64_t JoinCost(std::span<const Value>, const Value& result) {
  return TraversalCost(2 * CostSize(result));
}
CallEstimate EstimateJoin(std::span<const Foreseen> args) {
  const Range count = args[0].size();
  Range size = count * args[0].items;
  if (args.size() == 2) {
    size = size + args[1].size() * Range{count.min - (count.min != 0), count.max - (count.max != 0)};
  }
  return {size * kTraversal, size};
}
constexpr Cost kJoinCost{JoinCost, "2r / 10", EstimateJoin};
CallEstimate EstimateQuote(std::span<const Foreseen> args) {
  const Range size = args[0].size();
  return {size * kTraversal, size * Range{1, 2} + Range::Exactly(2)};
}
constexpr Cost kQuoteCost{kTraverse<0>.function, kTraverse<0>.text, EstimateQuote};

constexpr FunctionRow kFunctions[] = {
    {"charAt", "string.(int) -> string", CharAt, "'hello'.charAt(4) == 'o'", kTraverse<0>},
    {"indexOf", "string.(string) -> int", IndexOf, "'hello mellow'.indexOf('ello') == 1", kTextScan},
    {"indexOf", "string.(string, int) -> int", IndexOf, "'hello mellow'.indexOf('ello', 2) == 7", kTextScan},
    {"lastIndexOf", "string.(string) -> int", LastIndexOf, "'hello mellow'.lastIndexOf('ello') == 7",
     kTextScan},
    {"lastIndexOf", "string.(string, int) -> int", LastIndexOf, "'hello mellow'.lastIndexOf('ello', 6) == 1",
     kTextScan},
    {"lowerAscii", "string.() -> string", ChangeCase<'A', 'Z'>, "'TacoCat'.lowerAscii() == 'tacocat'",
     kTransform},
    {"upperAscii", "string.() -> string", ChangeCase<'a', 'z'>, "'TacoCat'.upperAscii() == 'TACOCAT'",
     kTransform},
    {"replace", "string.(string, string) -> string", Replace, "'hello'.replace('l', 'w') == 'hewwo'",
     kReplaceCost},
    {"replace", "string.(string, string, int) -> string", Replace, "'hello'.replace('l', 'w', 1) == 'hewlo'",
     kReplaceCost},
    {"split", "string.(string) -> list(string)", Split, "'a,b,c'.split(',') == ['a', 'b', 'c']", kSplitCost},
    {"split", "string.(string, int) -> list(string)", Split, "'a,b,c'.split(',', 2) == ['a', 'b,c']",
     kSplitCost},
    {"substring", "string.(int) -> string", Substring, "'tacocat'.substring(4) == 'cat'", kTransform},
    {"substring", "string.(int, int) -> string", Substring, "'tacocat'.substring(0, 4) == 'taco'",
     kTransform},
    {"trim", "string.() -> string", Trim, "'  x '.trim() == 'x'", kTransform},
    {"join", "list(string).() -> string", Join, "['a', 'b'].join() == 'ab'", kJoinCost},
    {"join", "list(string).(string) -> string", Join, "['a', 'b'].join('-') == 'a-b'", kJoinCost},
    {"strings.quote", "(string) -> string", Quote, "strings.quote('a\"b') == '\"a\\\\\"b\"'", kQuoteCost},
};

constexpr FunctionRow kClassicFormat[] = {
    {"format", "string.(list(dyn)) -> string", Format<FormatStyle::kClassic>,
     "'%s has %d'.format(['x', 5]) == 'x has 5'", kTraverse<0>, nullptr, kPlain,
     CheckFormat<FormatStyle::kClassic>},
};

constexpr FunctionRow kNewer[] = {
    {"format", "string.(list(dyn)) -> string", Format<FormatStyle::kPlain>,
     "'%s has %d'.format(['x', 5]) == 'x has 5'", kTraverse<0>, nullptr, kPlain,
     CheckFormat<FormatStyle::kPlain>},
    {"reverse", "string.() -> string", Reverse, "'gums'.reverse() == 'smug'", kTransform},
};

}  // namespace

const Library& Strings() {
  static const Library library{"strings", kFunctions};
  return library;
}

const Library& ClassicFormat() {
  static const Library library{"strings", kClassicFormat};
  return library;
}

const Library& NewerStrings() {
  static const Library library{"strings", kNewer};
  return library;
}

}  // namespace ephor::cel::lib
