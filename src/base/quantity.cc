#include "base/quantity.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "base/number.h"

namespace ephor {
namespace {

static_assert(std::is_trivially_copyable_v<Quantity>);

constexpr int kNanoScale = 9;
constexpr int kMaxDigits = 57;  // so that times 2^60 and aligned to nano it still fits 76 digits
constexpr std::int32_t kMaxExponent = 1'000'000;
constexpr std::int64_t kExponentClamp = 1
                                        << 30;  // far beyond the limit, and still an int32 with a scale added
constexpr std::int64_t kMaxInt64 = std::numeric_limits<std::int64_t>::max();

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

constexpr std::array<std::uint64_t, 20> kPowersOfTen = [] {
  std::array<std::uint64_t, 20> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

// value = value * 10^power; on overflow returns false and leaves the value changed.
bool ScaleUp(WideInteger& value, std::int64_t power) {
  if (value.is_zero()) return true;
  if (power > 77) return false;
  for (; power > 0; power -= 19) {
    if (!value.MultiplyAdd(kPowersOfTen[static_cast<std::size_t>(std::min<std::int64_t>(power, 19))])) {
      return false;
    }
  }
  return true;
}

// value = value / 10^power, truncated. True if nothing was lost.
bool ScaleDown(WideInteger& value, std::int64_t power) {
  bool exact = true;
  for (; power > 0 && !value.is_zero(); power -= 19) {
    exact &= value.DivideBy(kPowersOfTen[static_cast<std::size_t>(std::min<std::int64_t>(power, 19))]) == 0;
  }
  return exact;
}

enum class Problem : std::uint8_t { kNone, kFormat, kSuffix, kNumeric, kTooLong };

// The parts of a quantity's text: [sign] integer [. fraction] suffix. Any of them may be missing, all digits
// too: the reference reads "m" and "+" as 0.
struct Parts {
  bool negative = false;
  std::string_view integer;   // without leading zeros
  std::string_view fraction;  // with all its zeros
  bool zeros = false;         // there were leading zeros
  std::string_view suffix;
};

bool IsSuffixLetter(char c) {
  switch (c) {
    case 'e':
    case 'E':
    case 'i':
    case 'n':
    case 'u':
    case 'm':
    case 'k':
    case 'K':
    case 'M':
    case 'G':
    case 'T':
    case 'P':
      return true;
    default:
      return false;
  }
}

std::string_view TakeDigits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

bool Split(std::string_view text, Parts& parts) {
  if (text.empty()) return false;
  if (text[0] == '-' || text[0] == '+') {
    parts.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const std::size_t zeros = std::min(text.find_first_not_of('0'), text.size());
  parts.zeros = zeros > 0;
  text.remove_prefix(zeros);
  parts.integer = TakeDigits(text);
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    parts.fraction = TakeDigits(text);
  }
  parts.suffix = text;
  std::size_t end = 0;
  while (end < text.size() && IsSuffixLetter(text[end])) ++end;
  if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return end == text.size();
}

struct Suffix {
  Quantity::Format format = Quantity::Format::kDecimalSI;
  std::int32_t exponent = 0;  // of 2 for kBinarySI, else of 10
};

constexpr std::string_view kDecimalSuffixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
constexpr std::string_view kBinarySuffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
constexpr int kSmallestDecimalExponent = -9;

Problem Interpret(std::string_view text, Suffix& suffix) {
  if (text.empty()) return Problem::kNone;
  if (text.size() == 1) {
    for (std::size_t i = 0; i < std::size(kDecimalSuffixes); ++i) {
      if (text != kDecimalSuffixes[i]) continue;
      suffix.exponent = kSmallestDecimalExponent + 3 * static_cast<std::int32_t>(i);
      return Problem::kNone;
    }
    return Problem::kSuffix;
  }
  if (text.size() == 2 && text[1] == 'i') {
    for (std::size_t i = 1; i < std::size(kBinarySuffixes); ++i) {
      if (text != kBinarySuffixes[i]) continue;
      suffix = {Quantity::Format::kBinarySI, 10 * static_cast<std::int32_t>(i)};
      return Problem::kNone;
    }
    return Problem::kSuffix;
  }
  if (text[0] != 'e' && text[0] != 'E') return Problem::kSuffix;
  const std::optional<std::int64_t> exponent = ParseInt(text.substr(1));
  if (!exponent) return Problem::kSuffix;
  suffix = {Quantity::Format::kDecimalExponent,
            static_cast<std::int32_t>(std::clamp(*exponent, -kExponentClamp, kExponentClamp))};
  return Problem::kNone;
}

// Whether the number is 10^(kMaxExponent + 1) or more.
bool IsOutOfRange(const Parts& parts, const Suffix& suffix) {
  auto magnitude = static_cast<std::int64_t>(parts.integer.size());
  if (parts.integer.empty()) {
    const std::size_t zeros = parts.fraction.find_first_not_of('0');
    if (zeros == std::string_view::npos) return false;
    magnitude = -static_cast<std::int64_t>(zeros);
  }
  return suffix.format != Quantity::Format::kBinarySI && magnitude + suffix.exponent > kMaxExponent + 1;
}

// The decimal digits of an integer, in a buffer on the stack.
class Digits {
 public:
  explicit Digits(WideInteger value) {
    do {
      chars_[--begin_] = static_cast<char>('0' + value.DivideBy(10));
    } while (!value.is_zero());
  }
  std::string_view text() const { return {chars_.data() + begin_, chars_.size() - begin_}; }

 private:
  std::array<char, 78> chars_;
  std::size_t begin_ = chars_.size();
};

void AppendExponent(std::int64_t exponent, std::string& out) {
  if (exponent == 0) return;
  out += 'e';
  AppendInt(exponent, out);
}

double PowerOfTen(std::int64_t exponent) {
  if (exponent < -400) return 0;
  if (exponent > 400) return std::numeric_limits<double>::infinity();
  // Parsing gives the nearest double, which std::pow does not promise.
  std::array<char, 8> text{'1', 'e'};
  const auto written = std::to_chars(text.data() + 2, text.data() + text.size(), exponent);
  return ParseFloat({text.data(), static_cast<std::size_t>(written.ptr - text.data())})
      .value_or(exponent < 0 ? 0 : std::numeric_limits<double>::infinity());
}

// Brings two numbers to one scale, exactly if both then fit 256 bits; else the finer one loses low digits.
std::int32_t Align(WideInteger& a, std::int32_t a_scale, WideInteger& b, std::int32_t b_scale) {
  if (a.is_zero()) return b_scale;
  if (b.is_zero()) return a_scale;
  const bool a_is_coarser = a_scale < b_scale;
  WideInteger& coarse = a_is_coarser ? a : b;
  WideInteger& fine = a_is_coarser ? b : a;
  std::int64_t gap = std::abs(std::int64_t{a_scale} - b_scale);
  std::int64_t scale = std::min(a_scale, b_scale);
  while (gap > 0 && coarse.MultiplyAdd(10)) {
    --gap;
    ++scale;
  }
  ScaleDown(fine, gap);
  return static_cast<std::int32_t>(scale);
}

std::unexpected<Error> ZeroDivisor() {
  return InvalidInput("division of a quantity by zero");
}

}  // namespace

// How a quantity comes from its text: the reference's two ways, whose difference shows in scales (and so in
// quotients) and in the text that is kept.
struct QuantityReader {
  using Format = Quantity::Format;

  static Problem Read(std::string_view text, Quantity& quantity) {
    Parts parts;
    if (!Split(text, parts)) return Problem::kFormat;
    Suffix suffix;
    if (const Problem problem = Interpret(parts.suffix, suffix); problem != Problem::kNone) return problem;
    if (IsOutOfRange(parts, suffix)) return Problem::kTooLong;
    quantity.format_ = suffix.format;
    quantity.negative_ = parts.negative;
    if (ReadSmall(text, parts, suffix, quantity)) return Problem::kNone;
    return ReadExactly(parts, suffix, quantity);
  }

 private:
  // Up to 18 digits, no rounding: an int64 and a scale.
  static bool ReadSmall(std::string_view text, const Parts& parts, const Suffix& suffix, Quantity& quantity) {
    const std::size_t integer_size = std::max<std::size_t>(parts.integer.size(), 1);  // none counts as "0"
    const std::size_t size = integer_size + parts.fraction.size();
    if (size > 18) return false;
    std::int32_t scale = 0;
    if (suffix.format == Format::kBinarySI) {
      const std::int32_t room = 15 - static_cast<std::int32_t>(integer_size) - suffix.exponent * 3 / 10 - 1;
      if (!parts.fraction.empty() || room < 0) return false;
    } else {
      scale = static_cast<std::int32_t>(parts.fraction.size()) - suffix.exponent;
      if (scale > kNanoScale) return false;
    }
    std::uint64_t value = 0;
    for (const char c : parts.integer) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    for (const char c : parts.fraction) value = value * 10 + static_cast<std::uint64_t>(c - '0');
    quantity.scale_ = scale;
    bool keep = false;
    if (suffix.format == Format::kBinarySI) {
      quantity.mantissa_ = value << suffix.exponent;
      keep = (value & 7) != 0;
    } else {
      quantity.mantissa_ = value;
      const bool leading_zero = parts.integer.empty();
      keep = scale % 3 == 0 && !leading_zero && !EndsInThreeZeros(parts);
    }
    if (keep && text.size() <= Quantity::kMaxKeptText) {
      quantity.text_size_ = static_cast<std::uint8_t>(text.size());
      std::memcpy(quantity.text_, text.data(), text.size());
    }
    return true;
  }

  static bool EndsInThreeZeros(const Parts& parts) {
    int zeros = 0;
    for (const std::string_view digits : {parts.fraction, parts.integer}) {
      for (std::size_t i = digits.size(); i-- > 0;) {
        if (digits[i] != '0') return zeros >= 3;
        ++zeros;
      }
    }
    return zeros >= 3;
  }

  static Problem ReadExactly(const Parts& parts, const Suffix& suffix, Quantity& quantity) {
    if (parts.integer.empty() && parts.fraction.empty() && !parts.zeros) return Problem::kNumeric;
    const bool binary = suffix.format == Format::kBinarySI;
    // Digits after the ninth decimal only count as "something is there".
    const std::int64_t kept_decimals =
        binary ? static_cast<std::int64_t>(parts.fraction.size())
               : std::clamp<std::int64_t>(kNanoScale + std::int64_t{suffix.exponent},
                                          -static_cast<std::int64_t>(parts.integer.size()),
                                          static_cast<std::int64_t>(parts.fraction.size()));
    WideInteger mantissa;
    int digits = 0;          // significant ones in the mantissa
    std::int64_t zeros = 0;  // read, but not yet in the mantissa: those at the end only move the scale
    bool rest = false;
    std::int64_t left = static_cast<std::int64_t>(parts.integer.size()) + kept_decimals;
    for (const std::string_view run : {parts.integer, parts.fraction}) {
      for (const char c : run) {
        if (left-- <= 0) {
          rest = rest || c != '0';
        } else if (c != '0') {
          digits += static_cast<int>(std::min<std::int64_t>(digits > 0 ? zeros + 1 : 1, kMaxDigits + 1));
          if (digits > kMaxDigits) return Problem::kTooLong;
          ScaleUp(mantissa, zeros);
          mantissa.MultiplyAdd(10, static_cast<std::uint64_t>(c - '0'));
          zeros = 0;
        } else {
          ++zeros;
        }
      }
    }
    if (mantissa.is_zero()) zeros = 0;
    if (rest) {
      if (digits + zeros > kMaxDigits) return Problem::kTooLong;
      ScaleUp(mantissa, zeros);
      mantissa.MultiplyAdd(1, 1);
      zeros = 0;
    }
    std::int64_t scale = (binary ? kept_decimals : kept_decimals - suffix.exponent) - zeros;
    // Below the resolution as a whole: one of the smallest unit.
    if (!binary && digits == 0 && rest) scale = kNanoScale;
    if (binary) {
      mantissa.MultiplyAdd(std::uint64_t{1} << suffix.exponent);
      if (scale > kNanoScale) {
        if (!ScaleDown(mantissa, scale - kNanoScale)) mantissa.MultiplyAdd(1, 1);
        scale = kNanoScale;
      }
      // Both are compared at nano; what does not fit there is larger than the cap.
      WideInteger one = 1, most = static_cast<std::uint64_t>(kMaxInt64), amount = mantissa;
      ScaleUp(one, kNanoScale);
      ScaleUp(most, kNanoScale);
      if (!ScaleUp(amount, kNanoScale - scale) || amount > most) {
        mantissa = static_cast<std::uint64_t>(kMaxInt64);
        scale = 0;
      } else if (!amount.is_zero() && amount < one) {
        quantity.format_ = Format::kDecimalSI;
      }
    }
    quantity.mantissa_ = mantissa;
    quantity.scale_ = static_cast<std::int32_t>(scale);
    // The reference brings it to nano; so do we where that fits.
    if (WideInteger scaled = mantissa; scale < kNanoScale && !CappedAt(quantity) &&
                                       digits + kNanoScale - scale < 77 &&
                                       ScaleUp(scaled, kNanoScale - scale)) {
      quantity.mantissa_ = scaled;
      quantity.scale_ = kNanoScale;
    }
    return Problem::kNone;
  }

  static bool CappedAt(const Quantity& quantity) {
    return quantity.format_ == Format::kBinarySI && quantity.scale_ == 0 &&
           quantity.mantissa_ == static_cast<std::uint64_t>(kMaxInt64);
  }
};

Result<Quantity> Quantity::Parse(std::string_view text) {
  Quantity quantity;
  switch (QuantityReader::Read(text, quantity)) {
    case Problem::kNone:
      return quantity;
    case Problem::kFormat:
      break;
    case Problem::kSuffix:
      return InvalidInput("unable to parse quantity's suffix");
    case Problem::kNumeric:
      return InvalidInput("unable to parse numeric part of quantity");
    case Problem::kTooLong:
      return InvalidInput("quantity has more than 57 significant digits or is beyond 1e1000000");
  }
  return InvalidInput(
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

bool Quantity::TryParse(std::string_view text, Quantity& quantity) {
  Quantity parsed;
  if (QuantityReader::Read(text, parsed) != Problem::kNone) return false;
  quantity = parsed;
  return true;
}

Quantity Quantity::FromInt(std::int64_t value, Format format) {
  Quantity quantity;
  const auto bits = static_cast<std::uint64_t>(value);
  quantity.negative_ = value < 0;
  quantity.mantissa_ = value < 0 ? -bits : bits;
  quantity.format_ = format;
  return quantity;
}

double Quantity::ToDouble() const {
  if (sign() == 0) return 0;
  double value = mantissa_.ToDouble();
  if (scale_ != 0) value *= PowerOfTen(-std::int64_t{scale_});
  return negative_ ? -value : value;
}

bool Quantity::IsInteger() const {
  WideInteger rest = mantissa_;
  return ScaleDown(rest, scale_);
}

std::int64_t Quantity::ToIntRoundedUp() const {
  WideInteger value = mantissa_;
  bool fits = true;
  if (scale_ < 0) {
    fits = ScaleUp(value, -std::int64_t{scale_});
  } else if (!ScaleDown(value, scale_)) {
    value.MultiplyAdd(1, 1);
  }
  if (!fits || value > WideInteger(static_cast<std::uint64_t>(kMaxInt64))) {
    return negative_ ? std::numeric_limits<std::int64_t>::min() : kMaxInt64;
  }
  const auto magnitude = static_cast<std::int64_t>(value.low());
  return negative_ ? -magnitude : magnitude;
}

std::strong_ordering Quantity::operator<=>(const Quantity& other) const {
  const int sign_here = sign(), sign_there = other.sign();
  if (sign_here != sign_there || sign_here == 0) return sign_here <=> sign_there;
  const auto signed_order = [&](std::strong_ordering order) { return sign_here > 0 ? order : 0 <=> order; };
  if (scale_ == other.scale_) return signed_order(mantissa_ <=> other.mantissa_);
  // One is scaled to the other. What does not fit 256 bits is larger than what does.
  WideInteger a = mantissa_, b = other.mantissa_;
  const std::int64_t gap = std::int64_t{scale_} - other.scale_;
  if (gap < 0 && !ScaleUp(a, -gap)) return signed_order(std::strong_ordering::greater);
  if (gap > 0 && !ScaleUp(b, gap)) return signed_order(std::strong_ordering::less);
  return signed_order(a <=> b);
}

Quantity Quantity::Negated() const {
  Quantity result = *this;
  result.negative_ = !negative_;
  return result;
}

Quantity Quantity::Add(const Quantity& other) const {
  Quantity sum;
  sum.format_ = sign() == 0 ? other.format_ : format_;
  WideInteger a = mantissa_, b = other.mantissa_;
  sum.scale_ = Align(a, scale_, b, other.scale_);
  if (negative_ != other.negative_) {
    const bool a_is_larger = a >= b;
    sum.negative_ = a_is_larger ? negative_ : other.negative_;
    sum.mantissa_ = a_is_larger ? WideInteger::Subtract(a, b) : WideInteger::Subtract(b, a);
    return sum;
  }
  sum.negative_ = negative_;
  if (!WideInteger::Add(a, b, sum.mantissa_)) {
    ScaleDown(a, 1);
    ScaleDown(b, 1);
    WideInteger::Add(a, b, sum.mantissa_);
    --sum.scale_;
  }
  return sum;
}

Quantity Quantity::Subtract(const Quantity& other) const {
  return Add(other.Negated());
}

Quantity Quantity::Multiply(const Quantity& factor) const {
  Quantity product;
  product.format_ = format_;
  product.negative_ = negative_ != factor.negative_;
  WideInteger a = mantissa_, b = factor.mantissa_;
  std::int64_t scale = std::int64_t{scale_} + factor.scale_;
  while (!WideInteger::Multiply(a, b, product.mantissa_)) {
    ScaleDown(a > b ? a : b, 1);
    --scale;
  }
  product.scale_ = static_cast<std::int32_t>(std::clamp<std::int64_t>(
      scale, std::numeric_limits<std::int32_t>::min() / 2, std::numeric_limits<std::int32_t>::max() / 2));
  return product;
}

Result<Quantity> Quantity::Divide(const Quantity& divisor) const {
  if (divisor.sign() == 0) return ZeroDivisor();
  Quantity quotient;
  quotient.format_ = format_;
  quotient.scale_ = std::max(scale_, divisor.scale_);
  quotient.negative_ = negative_ != divisor.negative_;
  WideInteger dividend = mantissa_, by = divisor.mantissa_, remainder;
  const std::int64_t power = std::int64_t{quotient.scale_} + divisor.scale_ - scale_;
  const bool fits = power >= 0 ? ScaleUp(dividend, power) : ScaleUp(by, -power);
  if (!fits && power >= 0) return InvalidInput("quotient of quantities is out of range");
  if (fits) quotient.mantissa_ = WideInteger::Divide(dividend, by, remainder);
  return quotient;
}

Result<Quantity> Quantity::Modulo(const Quantity& divisor) const {
  if (divisor.sign() == 0) return ZeroDivisor();
  if (!IsInteger() || !divisor.IsInteger()) return InvalidInput("remainder of a fractional quantity");
  WideInteger a = mantissa_, b = divisor.mantissa_;
  Quantity remainder;
  remainder.format_ = format_;
  remainder.negative_ = negative_;
  remainder.scale_ = Align(a, scale_, b, divisor.scale_);
  if (b.is_zero()) return InvalidInput("remainder of quantities is out of range");
  WideInteger::Divide(a, b, remainder.mantissa_);
  return remainder;
}

std::string Quantity::ToString() const {
  if (text_size_ > 0) return std::string(text_, text_size_);
  if (sign() == 0) return "0";
  std::string out;
  if (negative_) out += '-';
  const Quantity limit = FromInt(negative_ ? -1024 : 1024);
  const bool below_limit = negative_ ? *this > limit : *this < limit;
  WideInteger integer = mantissa_;
  if (format_ == Format::kBinarySI && !below_limit && IsInteger() &&
      (scale_ >= 0 ? ScaleDown(integer, scale_) : ScaleUp(integer, -std::int64_t{scale_}))) {
    std::size_t suffix = 0;
    for (WideInteger next = integer; suffix + 1 < std::size(kBinarySuffixes) && next.DivideBy(1024) == 0;
         ++suffix) {
      integer = next;
    }
    out += Digits(integer).text();
    out += kBinarySuffixes[suffix];
    return out;
  }
  WideInteger mantissa = mantissa_;
  std::int64_t exponent = -std::int64_t{scale_};
  for (WideInteger next = mantissa; next.DivideBy(10) == 0; mantissa = next) ++exponent;
  out += Digits(mantissa).text();
  for (; exponent % 3 != 0; --exponent) out += '0';
  const std::int64_t suffix = (exponent - kSmallestDecimalExponent) / 3;
  if (format_ == Format::kDecimalExponent || exponent < kSmallestDecimalExponent ||
      suffix >= static_cast<std::int64_t>(std::size(kDecimalSuffixes))) {
    AppendExponent(exponent, out);
  } else {
    out += kDecimalSuffixes[suffix];
  }
  return out;
}

}  // namespace ephor
