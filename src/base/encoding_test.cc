#include "base/encoding.h"

#include <gtest/gtest.h>

#include <random>

namespace ephor {
namespace {

TEST(Base64, KnownTexts) {
  struct Case {
    std::string_view bytes, text;
  };
  const Case cases[] = {
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xFB\xFF\xBE", "+/++"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Base64Encode(c.bytes), c.text);
    EXPECT_EQ(Base64Decode(c.text).value_or("error"), c.bytes);
  }
  EXPECT_EQ(Base64Decode("Z\ng\r\n=\n=\n").value_or("error"), "f");
  EXPECT_EQ(Base64Decode("\n\r").value_or("error"), "");
}

TEST(Base64, IllegalTexts) {
  struct Case {
    std::string_view text;
    int at;
  };
  const Case cases[] = {
      {"Z", 0}, {"Zg", 0}, {"Zm9vYg", 4},  {"Zg=", 3},  {"Zg=a", 2}, {"Zg==Zg==", 4}, {"Zm8=a", 4},
      {"=", 0}, {"Z=", 1}, {"Zg==\nx", 5}, {"a-b_", 1}, {"\xFF", 0}, {"Zm8 =", 3},    {"!", 0},
  };
  for (const Case& c : cases) {
    const Result<std::string> decoded = Base64Decode(c.text);
    ASSERT_FALSE(decoded.has_value()) << c.text;
    EXPECT_EQ(decoded.error().message(), "illegal base64 data at input byte " + std::to_string(c.at))
        << c.text;
  }
}

TEST(Base64, RoundTrip) {
  std::mt19937 random(1);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes(random() % 100, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_EQ(Base64Decode(Base64Encode(bytes)).value_or("error"), bytes);
  }
}

TEST(Hex, Encode) {
  EXPECT_EQ(HexEncode(std::string_view("\x00\x0F\xF0\xFF", 4)), "000ff0ff");
}

}  // namespace
}  // namespace ephor
