#include "cel/lib/format_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/encoding.h"
#include "base/number.h"
#include "base/quote.h"
#include "base/utf8.h"
#include "cel/eval/time.h"

namespace ephor::cel::lib {
namespace {

// Digits behind the point beyond this are refused: a format must not make gigabytes of zeros.
constexpr int kMaxPrecision = 100;
constexpr int kDefaultPrecision = 6;

std::string InfinityText(double value, std::string_view infinity) {
  return (value < 0 ? "-" : "") + std::string(infinity);
}

std::string GroupThousands(const std::string& number) {
  const std::size_t first = number[0] == '-' ? 1 : 0;
  const std::size_t point = std::min(number.find('.'), number.size());
  std::string out = number.substr(0, first);
  for (std::size_t i = first; i < point; ++i) {
    if (i > first && (point - i) % 3 == 0) out += ',';
    out += number[i];
  }
  return out + number.substr(point);
}

std::string Scientific(double value, int precision) {
  char buffer[512];
  const int size = std::snprintf(buffer, sizeof buffer, "%.*e", precision, value);
  return std::string(buffer, static_cast<std::size_t>(size));
}

// "1.5e+03" as "1.5×10⁰³".
std::string Superscript(const std::string& number) {
  static constexpr std::string_view kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  const std::size_t e = number.find('e');
  std::string out = number.substr(0, e) + "×10";
  for (std::size_t i = e + 1; i < number.size(); ++i) {
    if (number[i] == '-') out += "⁻";
    if (number[i] >= '0' && number[i] <= '9') out += kDigits[number[i] - '0'];
  }
  return out;
}

std::string InBase(const Value& value, int base, bool upper) {
  char buffer[80];
  const auto result = value.is_int() ? std::to_chars(buffer, buffer + sizeof buffer, value.as_int(), base)
                                     : std::to_chars(buffer, buffer + sizeof buffer, value.as_uint(), base);
  std::string out(buffer, result.ptr);
  if (upper)
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' ? c - 32 : c; });
  return out;
}

class TextWriter {
 public:
  TextWriter(FormatStyle style, std::string& out, std::string& error)
      : classic_(style == FormatStyle::kClassic), out_(out), error_(error) {}

  bool Clause(const FormatClause& clause, const Value& value) {
    const std::string mismatch = clause.letter == 's'
                                     ? ""
                                     : ClauseMismatch(clause.letter, Allowed(clause, value),
                                                      classic_ ? FormatStyle::kClassic : FormatStyle::kPlain);
    if (!mismatch.empty()) return Fail(mismatch);
    switch (clause.letter) {
      case 's':
        return Text(value, 0);
      case 'd':
        Decimal(value);
        return true;
      case 'f':
        Fixed(Number(value), clause.precision);
        return true;
      case 'e':
        Exponent(Number(value), clause.precision);
        return true;
      case 'b':
        out_ += value.is_bool() ? value.as_bool() ? "1" : "0" : InBase(value, 2, false);
        return true;
      case 'o':
        out_ += InBase(value, 8, false);
        return true;
      default:
        Hex(value, clause.letter == 'X');
        return true;
    }
  }

  bool Text(const Value& value, int depth) {
    if (depth > 100) return Fail("value is nested too deeply");
    if (value.is_string() && !WalkBudget::SpendText(value.text().size())) return Fail("value is too large");
    switch (value.kind()) {
      case ValueKind::kNull:
        out_ += "null";
        return true;
      case ValueKind::kBool:
        out_ += value.as_bool() ? "true" : "false";
        return true;
      case ValueKind::kInt:
        AppendInt(value.as_int(), out_);
        return true;
      case ValueKind::kUint:
        out_ += std::to_string(value.as_uint());
        return true;
      case ValueKind::kDouble:
        out_ += classic_ ? GoFloat(value.as_double()) : PlainDouble(value.as_double());
        return true;
      case ValueKind::kString:
      case ValueKind::kType:
        out_ += value.text();
        return true;
      case ValueKind::kBytes:
        if (classic_ && !IsValidUtf8(value.text()))
          return Fail("invalid UTF-8 in bytes, cannot convert to string");
        out_ += value.text();
        return true;
      case ValueKind::kDuration:
        out_ += DurationText(value.nanoseconds());
        return true;
      case ValueKind::kTimestamp:
        out_ += TimestampText(
            classic_ ? value : Value::Timestamp(value.unix_seconds(), value.subsecond_nanoseconds()));
        return true;
      case ValueKind::kJsonArray:
      case ValueKind::kList:
        return List(value, depth);
      case ValueKind::kJsonObject:
      case ValueKind::kMap:
        return Map(value, depth);
      default:
        return Fail(ClauseMismatch('s', TypeName(value), FormatStyle::kPlain));
    }
  }

 private:
  bool Fail(const std::string& message) {
    error_ = message;
    return false;
  }

  // In the classic style some texts count as numbers.
  std::string_view Allowed(const FormatClause& clause, const Value& value) const {
    const bool real = clause.letter == 'f' || clause.letter == 'e';
    if (classic_ && real && value.is_string() &&
        (value.text() == "NaN" || value.text() == "Infinity" || value.text() == "-Infinity")) {
      return "double";
    }
    return TypeName(value);
  }

  static double Number(const Value& value) {
    switch (value.kind()) {
      case ValueKind::kInt:
        return static_cast<double>(value.as_int());
      case ValueKind::kUint:
        return static_cast<double>(value.as_uint());
      case ValueKind::kDouble:
        return value.as_double();
      default:
        return value.text() == "NaN" ? std::nan("") : value.text()[0] == '-' ? -HUGE_VAL : HUGE_VAL;
    }
  }

  static std::string PlainDouble(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return InfinityText(value, "Infinity");
    return FixedFloat(value, -1);
  }

  void Decimal(const Value& value) {
    if (value.is_int()) {
      AppendInt(value.as_int(), out_);
    } else {
      out_ += value.is_uint() ? std::to_string(value.as_uint()) : PlainDouble(value.as_double());
    }
  }

  void Fixed(double value, int precision) {
    if (std::isnan(value)) {
      out_ += "NaN";
    } else if (std::isinf(value)) {
      out_ += InfinityText(value, classic_ ? "∞" : "Infinity");
    } else {
      out_ += classic_ ? GroupThousands(FixedFloat(value, precision)) : FixedFloat(value, precision);
    }
  }

  void Exponent(double value, int precision) {
    if (std::isnan(value)) {
      out_ += "NaN";
    } else if (std::isinf(value)) {
      out_ += InfinityText(value, classic_ ? "∞" : "Infinity");
    } else {
      out_ += classic_ ? Superscript(Scientific(value, precision)) : Scientific(value, precision);
    }
  }

  void Hex(const Value& value, bool upper) {
    if (value.is_int() || value.is_uint()) {
      out_ += InBase(value, 16, upper);
      return;
    }
    std::string hex = HexEncode(value.text());
    if (upper)
      std::transform(hex.begin(), hex.end(), hex.begin(), [](char c) { return c >= 'a' ? c - 32 : c; });
    out_ += hex;
  }

  bool List(const Value& list, int depth) {
    if (!WalkBudget::Spend(list.size())) return Fail("value is too large");
    out_ += '[';
    for (std::uint32_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ", ";
      if (!Element(list.At(i), depth + 1)) return false;
    }
    out_ += ']';
    return true;
  }

  bool Map(const Value& map, int depth) {
    if (!WalkBudget::Spend(map.size())) return Fail("value is too large");
    std::vector<std::pair<std::string, std::string>> entries;
    const bool fine = ForEachMember(map, [&](const Value& key, const Value& value) {
      constexpr KindSet kKeys = SetOf(ValueKind::kString) | SetOf(ValueKind::kBool) | SetOf(ValueKind::kInt) |
                                SetOf(ValueKind::kUint);
      if (classic_ && !key.in(kKeys)) {
        return Fail("no formatting function for map key of type " + std::string(TypeName(key)));
      }
      std::string texts[2];
      const Value* const parts[] = {&key, &value};
      for (int i = 0; i < 2; ++i) {
        std::swap(out_, texts[i]);
        const bool written = Element(*parts[i], depth + 1);
        std::swap(out_, texts[i]);
        if (!written) return false;
      }
      entries.emplace_back(std::move(texts[0]), std::move(texts[1]));
      return true;
    });
    if (!fine) return false;
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    out_ += '{';
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out_ += ", ";
      out_ += entries[i].first;
      out_ += classic_ ? ":" : ": ";
      out_ += entries[i].second;
    }
    out_ += '}';
    return true;
  }

  // In the classic style what stands in lists and maps is written as a literal of the language.
  bool Element(const Value& value, int depth) {
    if (!classic_) return Text(value, depth);
    switch (value.kind()) {
      case ValueKind::kString:
        out_ += GoQuote(value.text());
        return true;
      case ValueKind::kBytes:
        out_ += "b" + GoQuote(value.text());
        return true;
      case ValueKind::kTimestamp:
        out_ += "timestamp(" + GoQuote(TimestampText(value)) + ")";
        return true;
      case ValueKind::kDuration:
        out_ += "duration(" + GoQuote(DurationText(value.nanoseconds())) + ")";
        return true;
      case ValueKind::kDouble: {
        const double d = value.as_double();
        if (std::isnan(d)) {
          out_ += "\"NaN\"";
        } else if (std::isinf(d)) {
          out_ += d < 0 ? "\"-Inf\"" : "\"+Inf\"";
        } else {
          out_ += FixedFloat(d, kDefaultPrecision);
        }
        return true;
      }
      default:
        return Text(value, depth);
    }
  }

  const bool classic_;
  std::string& out_;
  std::string& error_;
};

}  // namespace

std::string ClauseMismatch(char letter, std::string_view type, FormatStyle style) {
  const bool classic = style == FormatStyle::kClassic;
  const auto is = [type](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), type) != names.end();
  };
  const bool integer = is({"int", "uint"});
  std::string_view rule;
  switch (letter) {
    case 's':
      if (is({"list", "map", "int", "uint", "double", "bool", "string", "google.protobuf.Timestamp", "bytes",
              "google.protobuf.Duration", "type", "null_type"})) {
        return "";
      }
      rule =
          "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, "
          "durations, and "
          "timestamps";
      break;
    case 'd':
      if (integer || (!classic && type == "double")) return "";
      rule = classic ? "decimal clause can only be used on integers"
                     : "decimal clause can only be used on ints, uints, and doubles";
      break;
    case 'f':
      if (type == "double" || (!classic && integer)) return "";
      rule = classic ? "fixed-point clause can only be used on doubles"
                     : "fixed-point clause can only be used on ints, uints, and doubles";
      break;
    case 'e':
      if (type == "double" || (!classic && integer)) return "";
      rule = classic ? "scientific clause can only be used on doubles"
                     : "scientific clause can only be used on ints, uints, and doubles";
      break;
    case 'b':
      if (integer || type == "bool") return "";
      rule = classic ? "only integers and bools can be formatted as binary"
                     : "only ints, uints, and bools can be formatted as binary";
      break;
    case 'o':
      if (integer) return "";
      rule = classic ? "octal clause can only be used on integers"
                     : "octal clause can only be used on ints and uints";
      break;
    default:
      if (integer || type == "string" || type == "bytes") return "";
      rule = classic ? "only integers, byte buffers, and strings can be formatted as hex"
                     : "only ints, uints, bytes, and strings can be formatted as hex";
  }
  return std::string(rule) + ", was given " + std::string(type);
}

bool ParseFormat(std::string_view format, std::size_t arguments,
                 const std::function<void(std::string_view)>& literal,
                 const std::function<bool(const FormatClause&, std::size_t)>& clause, std::string& error) {
  const auto fail = [&error](std::string message) {
    error = std::move(message);
    return false;
  };
  std::size_t used = 0;
  for (std::size_t at = 0; at < format.size();) {
    const std::size_t percent = std::min(format.find('%', at), format.size());
    if (percent > at) literal(format.substr(at, percent - at));
    at = percent;
    if (at == format.size()) break;
    if (at + 1 < format.size() && format[at + 1] == '%') {
      literal("%");
      at += 2;
      continue;
    }
    if (used >= arguments) return fail("index " + std::to_string(used) + " out of range");
    if (++at == format.size()) return fail("unexpected end of string");
    FormatClause parsed;
    if (format[at] == '.') {
      const std::string_view wrong = "could not parse formatting clause: error while parsing precision: ";
      parsed.has_precision = true;
      parsed.precision = 0;
      const std::size_t begin = ++at;
      while (at < format.size() && format[at] >= '0' && format[at] <= '9') {
        parsed.precision = std::min(10 * parsed.precision + (format[at] - '0'), 1'000'000);
        ++at;
      }
      if (at == format.size()) return fail(std::string(wrong) + "could not find end of precision specifier");
      if (at == begin) {
        return fail(
            std::string(wrong) +
            "error while converting precision to integer: strconv.Atoi: parsing \"\": invalid syntax");
      }
      if (parsed.precision > kMaxPrecision) {
        return fail(std::string(wrong) + "precision " + std::string(format.substr(begin, at - begin)) +
                    " exceeds maximum allowed precision " + std::to_string(kMaxPrecision));
      }
    }
    const CodePoint letter = DecodeUtf8(format, at);
    if (letter.value >= 0x80 ||
        std::string_view("sdfebxXo").find(static_cast<char>(letter.value)) == std::string_view::npos) {
      return fail("could not parse formatting clause: unrecognized formatting clause \"" +
                  std::string(format.substr(at, letter.bytes)) + "\"");
    }
    parsed.letter = format[at++];
    if (!clause(parsed, used++)) {
      error = "error during formatting: " + error;
      return false;
    }
  }
  return true;
}

bool FormatText(std::string_view format, const Value& arguments, FormatStyle style, std::string& out,
                std::string& error) {
  TextWriter writer(style, out, error);
  return ParseFormat(
      format, arguments.size(), [&](std::string_view text) { out += text; },
      [&](const FormatClause& clause, std::size_t i) {
        return writer.Clause(clause, arguments.At(static_cast<std::uint32_t>(i)));
      },
      error);
}

std::string FormatPlain(const Value& value) {
  std::string out, error;
  TextWriter(FormatStyle::kPlain, out, error).Text(value, 0);
  return out;
}

}  // namespace ephor::cel::lib
