#include "cel/lib/network_address.h"

#include <algorithm>
#include <charconv>

#include "base/quote.h"

namespace ephor::cel::lib {
namespace {

class AddressParser {
 public:
  explicit AddressParser(std::string_view text) : text_(text) {}

  Result<IpAddress> Run() {
    for (char c : text_) {
      if (c == '.') return V4();
      if (c == ':') return V6();
      if (c == '%') return Fail("missing IPv6 address");
    }
    return Fail("unable to parse IP");
  }

 private:
  std::unexpected<Error> Fail(std::string_view why, std::string_view at = {}) const {
    std::string message = "ParseAddr(" + GoQuote(text_) + "): " + std::string(why);
    if (!at.empty()) message += " (at " + GoQuote(at) + ")";
    return InvalidInput(std::move(message));
  }

  Result<IpAddress> V4() {
    IpAddress address;
    address.v4 = true;
    EPHOR_TRY(V4Fields(text_, address.bytes.data() + 12));
    return address;
  }

  Result<void> V4Fields(std::string_view s, std::uint8_t* out) {
    int value = 0, digits = 0, field = 0;
    for (std::size_t i = 0; i < s.size(); ++i) {
      const char c = s[i];
      if (c >= '0' && c <= '9') {
        if (digits == 1 && value == 0) return Fail("IPv4 field has octet with leading zero");
        value = 10 * value + (c - '0');
        ++digits;
        if (value > 255) return Fail("IPv4 field has value >255");
      } else if (c == '.') {
        if (i == 0 || i == s.size() - 1 || s[i - 1] == '.') {
          return Fail("IPv4 field must have at least one digit", s.substr(i));
        }
        if (field == 3) return Fail("IPv4 address too long");
        out[field++] = static_cast<std::uint8_t>(value);
        value = digits = 0;
      } else {
        return Fail("unexpected character", s.substr(i));
      }
    }
    if (field < 3) return Fail("IPv4 address too short");
    out[3] = static_cast<std::uint8_t>(value);
    return {};
  }

  Result<IpAddress> V6() {
    IpAddress address;
    std::string_view s = text_;
    if (const std::size_t percent = s.find('%'); percent != std::string_view::npos) {
      if (percent + 1 == s.size()) return Fail("zone must be a non-empty string");
      address.has_zone = true;
      s = s.substr(0, percent);
    }
    int ellipsis = -1;
    int i = 0;
    if (s.starts_with("::")) {
      ellipsis = 0;
      s.remove_prefix(2);
      if (s.empty()) return address;
    }
    while (i < 16) {
      std::size_t off = 0;
      std::uint32_t group = 0;
      for (; off < s.size(); ++off) {
        const char c = s[off];
        if (c >= '0' && c <= '9') {
          group = (group << 4) + static_cast<std::uint32_t>(c - '0');
        } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
          group = (group << 4) + static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
        } else {
          break;
        }
        if (off > 3) return Fail("each group must have 4 or less digits", s);
      }
      if (off == 0) return Fail("each colon-separated field must have at least one digit", s);
      if (off < s.size() && s[off] == '.') {
        if (ellipsis < 0 && i != 12) {
          return Fail("embedded IPv4 address must replace the final 2 fields of the address", s);
        }
        if (i + 4 > 16)
          return Fail("too many hex fields to fit an embedded IPv4 at the end of the address", s);
        EPHOR_TRY(V4Fields(s, address.bytes.data() + i));
        s = {};
        i += 4;
        break;
      }
      address.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(group >> 8);
      address.bytes[static_cast<std::size_t>(i) + 1] = static_cast<std::uint8_t>(group);
      i += 2;
      s.remove_prefix(off);
      if (s.empty()) break;
      if (s[0] != ':') return Fail("unexpected character, want colon", s);
      if (s.size() == 1) return Fail("colon must be followed by more characters", s);
      s.remove_prefix(1);
      if (s[0] == ':') {
        if (ellipsis >= 0) return Fail("multiple :: in address", s);
        ellipsis = i;
        s.remove_prefix(1);
        if (s.empty()) break;
      }
    }
    if (!s.empty()) return Fail("trailing garbage after address", s);
    if (i < 16) {
      if (ellipsis < 0) return Fail("address string too short");
      auto* const bytes = address.bytes.data();
      std::copy_backward(bytes + ellipsis, bytes + i, bytes + 16);
      std::fill(bytes + ellipsis, bytes + ellipsis + (16 - i), std::uint8_t{0});
    } else if (ellipsis >= 0) {
      return Fail("the :: must expand to at least one field of zeros");
    }
    return address;
  }

  std::string_view text_;
};

void AppendV4(const std::uint8_t* bytes, std::string& out) {
  for (int i = 0; i < 4; ++i) {
    if (i > 0) out += '.';
    out += std::to_string(bytes[i]);
  }
}

}  // namespace

Result<IpAddress> IpAddress::Parse(std::string_view text) {
  return AddressParser(text).Run();
}

bool IpAddress::IsMapped() const {
  return !v4 && bytes[10] == 0xff && bytes[11] == 0xff &&
         std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; });
}

IpAddress IpAddress::Unmapped() const {
  IpAddress address = *this;
  address.v4 = true;
  std::fill(address.bytes.begin(), address.bytes.begin() + 12, std::uint8_t{0});
  return address;
}

bool IpAddress::IsUnspecified() const {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b == 0; });
}
bool IpAddress::IsLoopback() const {
  if (v4) return bytes[12] == 127;
  return bytes[15] == 1 &&
         std::all_of(bytes.begin(), bytes.begin() + 15, [](std::uint8_t b) { return b == 0; });
}
bool IpAddress::IsMulticast() const {
  return v4 ? (bytes[12] & 0xf0) == 0xe0 : bytes[0] == 0xff;
}
bool IpAddress::IsLinkLocalMulticast() const {
  if (v4) return bytes[12] == 224 && bytes[13] == 0 && bytes[14] == 0;
  return bytes[0] == 0xff && (bytes[1] & 0x0f) == 2;
}
bool IpAddress::IsLinkLocalUnicast() const {
  if (v4) return bytes[12] == 169 && bytes[13] == 254;
  return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}
bool IpAddress::IsGlobalUnicast() const {
  // Private addresses count as global, as in Go's net package.
  if (v4 && std::all_of(bytes.begin() + 12, bytes.end(), [](std::uint8_t b) { return b == 255; }))
    return false;
  return !IsUnspecified() && !IsLoopback() && !IsMulticast() && !IsLinkLocalUnicast();
}

std::string IpAddress::ToString() const {
  std::string out;
  if (v4) {
    AppendV4(bytes.data() + 12, out);
    return out;
  }
  if (IsMapped()) {
    out = "::ffff:";
    AppendV4(bytes.data() + 12, out);
    return out;
  }
  // The longest run of at least two zero groups is written as "::" (RFC 5952).
  const auto group = [this](std::size_t i) { return bytes[2 * i] << 8 | bytes[2 * i + 1]; };
  std::size_t zero_begin = 8, zero_end = 8;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t j = i;
    while (j < 8 && group(j) == 0) ++j;
    if (j - i >= 2 && j - i > zero_end - zero_begin) {
      zero_begin = i;
      zero_end = j;
    }
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == zero_begin) {
      out += "::";
      i = zero_end;
      if (i >= 8) break;
    } else if (i > 0) {
      out += ':';
    }
    char hex[8];
    const auto result = std::to_chars(hex, hex + sizeof hex, group(i), 16);
    out.append(hex, result.ptr);
  }
  return out;
}

Result<IpNetwork> IpNetwork::Parse(std::string_view text) {
  const auto fail = [text](std::string_view why) {
    return InvalidInput("netip.ParsePrefix(" + GoQuote(text) + "): " + std::string(why));
  };
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return fail("no '/'");
  Result<IpAddress> address = IpAddress::Parse(text.substr(0, slash));
  if (!address) return fail(address.error().message());
  if (address->has_zone) return fail("IPv6 zones cannot be present in a prefix");
  const std::string_view bits = text.substr(slash + 1);
  const bool digits = !bits.empty() && bits.size() <= 3 &&
                      std::all_of(bits.begin(), bits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || (bits.size() > 1 && bits[0] == '0')) return fail("bad bits after slash: " + GoQuote(bits));
  int prefix = 0;
  std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
  if (prefix > (address->v4 ? 32 : 128)) return fail("prefix length out of range");
  return IpNetwork{*address, prefix};
}

IpNetwork IpNetwork::Masked() const {
  IpNetwork masked = *this;
  const std::size_t first = address.v4 ? 96 : 0;
  for (std::size_t bit = first + static_cast<std::size_t>(prefix); bit < 128; ++bit) {
    masked.address.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80 >> (bit % 8)));
  }
  return masked;
}

bool IpNetwork::Contains(const IpAddress& other) const {
  if (other.v4 != address.v4) return false;
  return IpNetwork{other, prefix}.Masked().address == Masked().address;
}

bool IpNetwork::Contains(const IpNetwork& other) const {
  return other.address.v4 == address.v4 && other.prefix >= prefix && Contains(other.address);
}

std::string IpNetwork::ToString() const {
  return address.ToString() + "/" + std::to_string(prefix);
}

}  // namespace ephor::cel::lib
