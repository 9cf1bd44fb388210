// Two texts, one a line. Whatever they are, parsing ends, and what was accepted prints a text that means the
// same; sums and orders agree with each other.
#include "base/quantity.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ephor::Quantity;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t line = input.find('\n');
  Quantity a, b;
  if (!Quantity::TryParse(input.substr(0, line), a)) return 0;
  Quantity again;
  if (!Quantity::TryParse(a.ToString(), again) || again != a) std::abort();
  if (a.IsInteger() && a.sign() != 0 && a.ToIntRoundedUp() == 0) std::abort();
  a.ToDouble();
  if (line == std::string_view::npos || !Quantity::TryParse(input.substr(line + 1), b)) return 0;

  if ((a < b) != (b > a) || (a == b) != (b == a)) std::abort();
  if (a.Add(b) != b.Add(a) || a.Multiply(b) != b.Multiply(a)) std::abort();
  if (a.Subtract(a).sign() != 0) std::abort();
  if (a.Divide(b).has_value() && b.sign() == 0) std::abort();
  if (const auto rest = a.Modulo(b); rest && rest->sign() * a.sign() < 0) std::abort();
  return 0;
}
