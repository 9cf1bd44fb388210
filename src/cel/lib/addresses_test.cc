// IP addresses, networks and URLs as texts.
#include <gtest/gtest.h>

#include "cel/lib/network_address.h"
#include "cel/lib/request_uri.h"

namespace ephor::cel::lib {
namespace {

TEST(CelAddresses, ReadAndPrint) {
  struct Row {
    std::string_view text, result;
  } rows[] = {
      {"10.0.0.1", "10.0.0.1"},
      {"2001:DB8::1", "2001:db8::1"},
      {"0:0:0:0:0:0:0:1", "::1"},
      {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
      {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
      {"::ffff:1.2.3.4", "::ffff:1.2.3.4"},
      {"::", "::"},
      {"1::", "1::"},
      {"", "ParseAddr(\"\"): unable to parse IP"},
      {"1.2.3", "ParseAddr(\"1.2.3\"): IPv4 address too short"},
      {"1.2.3.4.5", "ParseAddr(\"1.2.3.4.5\"): IPv4 address too long"},
      {"1.2.3.04", "ParseAddr(\"1.2.3.04\"): IPv4 field has octet with leading zero"},
      {"1..2.3", "ParseAddr(\"1..2.3\"): IPv4 field must have at least one digit (at \".2.3\")"},
      {"1.2.3.x", "ParseAddr(\"1.2.3.x\"): unexpected character (at \"x\")"},
      {"::1::", "ParseAddr(\"::1::\"): multiple :: in address (at \":\")"},
      {"12345::", "ParseAddr(\"12345::\"): each group must have 4 or less digits (at \"12345::\")"},
      {"1:2:3:4:5:6:7", "ParseAddr(\"1:2:3:4:5:6:7\"): address string too short"},
      {"1:2:3:4:5:6:7:8:9", "ParseAddr(\"1:2:3:4:5:6:7:8:9\"): trailing garbage after address (at \"9\")"},
      {"fe80::1%", "ParseAddr(\"fe80::1%\"): zone must be a non-empty string"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const Result<IpAddress> address = IpAddress::Parse(row.text);
    EXPECT_EQ(address ? address->ToString() : address.error().message(), row.result);
  }
}

TEST(CelAddresses, Networks) {
  struct Row {
    std::string_view text, result;
  } rows[] = {
      {"10.1.2.3/8", "10.0.0.0/8"},
      {"2001:db8::1/33", "2001:db8::/33"},
      {"1.2.3.4/32", "1.2.3.4/32"},
      {"1.2.3.4/0", "0.0.0.0/0"},
      {"1.2.3.4", "netip.ParsePrefix(\"1.2.3.4\"): no '/'"},
      {"1.2.3.4/33", "netip.ParsePrefix(\"1.2.3.4/33\"): prefix length out of range"},
      {"1.2.3.4/08", "netip.ParsePrefix(\"1.2.3.4/08\"): bad bits after slash: \"08\""},
      {"1.2.3.4/", "netip.ParsePrefix(\"1.2.3.4/\"): bad bits after slash: \"\""},
      {"fe80::1%a/64", "netip.ParsePrefix(\"fe80::1%a/64\"): IPv6 zones cannot be present in a prefix"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const Result<IpNetwork> network = IpNetwork::Parse(row.text);
    EXPECT_EQ(network ? network->Masked().ToString() : network.error().message(), row.result);
  }
}

TEST(CelAddresses, Urls) {
  struct Row {
    std::string_view text, result;
  } rows[] = {
      {"https://user:pw@Host:8443/a%20b?q=1#f", "https://user:pw@Host:8443/a%20b?q=1#f"},
      {"HTTP://[::1]:80/", "http://[::1]:80/"},
      {"/a/b", "/a/b"},
      {"mailto:a@b", "mailto:a@b"},
      {"", "parse \"\": empty url"},
      {"a/b", "parse \"a/b\": invalid URI for request"},
      {":x", "parse \":x\": missing protocol scheme"},
      {"http://h:x/", "parse \"http://h:x/\": invalid port \":x\" after host"},
      {"http://[::1/", "parse \"http://[::1/\": missing ']' in host"},
      {"http://a b/", "parse \"http://a b/\": invalid character \" \" in host name"},
      {"/%zz", "parse \"/%zz\": invalid URL escape \"%zz\""},
      {"/%", "parse \"/%\": invalid URL escape \"%\""},
      {"/a\tb", "parse \"/a\\tb\": net/url: invalid control character in URL"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const Result<Url> url = ParseRequestUri(row.text);
    EXPECT_EQ(url ? url->ToString() : url.error().message(), row.result);
  }
}

}  // namespace
}  // namespace ephor::cel::lib
