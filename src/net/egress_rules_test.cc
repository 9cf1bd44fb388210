#include "net/egress_rules.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace ephor::net {
namespace {

Result<void> CheckAddress(const EgressRules& rules, const char* text) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
    return rules.CheckAddress(reinterpret_cast<const sockaddr&>(v4), "host", 80);
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text, &v6.sin6_addr), 1) << text;
  return rules.CheckAddress(reinterpret_cast<const sockaddr&>(v6), "host", 80);
}

std::string OutcomeOf(const Result<void>& result) {
  return result ? "" : result.error().message();
}

TEST(EgressRulesTest, DefaultsByAddress) {
  constexpr struct {
    const char *address, *range;
  } kRows[] = {
      {"169.254.169.254", "169.254.169.254"},
      {"169.254.169.253", "169.254.169.253"},
      {"169.254.1.1", "169.254.0.0/16"},
      {"127.0.0.1", "127.0.0.0/8"},
      {"127.255.255.255", "127.0.0.0/8"},
      {"::1", "::1/128"},
      {"::", "::/128"},
      {"0.0.0.0", "0.0.0.0/8"},
      {"fe80::1", "fe80::/10"},
      {"febf::1", "fe80::/10"},
      // The same places by way of IPv6.
      {"::ffff:127.0.0.1", "127.0.0.0/8"},
      {"::ffff:169.254.169.254", "169.254.169.254"},
      {"64:ff9b::a9fe:a9fe", "169.254.169.254"},
      {"2002:7f00:1::", "127.0.0.0/8"},
      {"::127.0.0.1", "127.0.0.0/8"},
      {"128.0.0.1", nullptr},
      {"126.255.255.255", nullptr},
      {"10.0.0.1", nullptr},
      {"fec0::1", nullptr},
      {"2001:db8::1", nullptr},
      {"::ffff:10.0.0.1", nullptr},
  };
  const EgressRules rules = EgressRules::Default();
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.address);
    const std::string outcome = OutcomeOf(CheckAddress(rules, row.address));
    if (row.range == nullptr) {
      EXPECT_EQ(outcome, "");
    } else {
      EXPECT_EQ(outcome, "connection to host:80 blocked: resolved IP " + std::string(row.address) +
                             " falls in blocked range " + row.range);
    }
  }
}

TEST(EgressRulesTest, ByName) {
  const EgressRules rules = EgressRules::Default();
  for (const char* text : {"http://metadata.google.internal/x", "http://METADATA.Google.internal./"}) {
    EXPECT_EQ(OutcomeOf(rules.CheckUrl(*Url::Parse(text))).substr(0, 4), "URL ") << text;
  }
  EXPECT_EQ(OutcomeOf(rules.CheckUrl(*Url::Parse("http://metadata.google.internal.example.com/"))), "");
}

TEST(EgressRulesTest, AllowsByPrefix) {
  const std::string allowed[] = {" https://api.example.com/v1 ", "http://h:8080", "", "https://d.com/dir/"};
  const auto rules = EgressRules::Of({}, allowed);
  ASSERT_TRUE(rules) << rules.error().message();
  constexpr struct {
    const char* url;
    bool allowed;
  } kRows[] = {
      {"https://api.example.com/v1", true},
      {"https://API.example.com.:443/v1/x", true},
      {"https://api.example.com/v10", false},
      {"https://api.example.com/", false},
      {"http://api.example.com/v1", false},
      {"https://api.example.com:444/v1", false},
      {"https://api.example.com@evil/v1", false},
      {"https://api.example.com/v1/../x", false},
      {"http://h:8080/any", true},
      {"http://h/any", false},
      {"https://d.com/dir/x", true},
      {"https://d.com/dir", false},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.url);
    EXPECT_EQ(rules->CheckUrl(*Url::Parse(row.url)).has_value(), row.allowed);
  }
}

TEST(EgressRulesTest, RefusesBadEntries) {
  constexpr struct {
    const char *blocked, *allowed, *error;
  } kRows[] = {
      {"10.0.0.0/33", "", "invalid CIDR \"10.0.0.0/33\" in blocklist: invalid CIDR address: 10.0.0.0/33"},
      {"10.0.0.0/", "", "invalid CIDR \"10.0.0.0/\" in blocklist: invalid CIDR address: 10.0.0.0/"},
      {"host/8", "", "invalid CIDR \"host/8\" in blocklist: invalid CIDR address: host/8"},
      {"::1/129", "", "invalid CIDR \"::1/129\" in blocklist: invalid CIDR address: ::1/129"},
      {"10.0.0.0/-1", "", "invalid CIDR \"10.0.0.0/-1\" in blocklist: invalid CIDR address: 10.0.0.0/-1"},
      {"", "example.com",
       "allowlist entry \"example.com\" must include scheme and host (e.g. https://api.example.com)"},
  };
  for (const auto& row : kRows) {
    const std::string blocked[] = {row.blocked}, allowed[] = {row.allowed};
    const auto rules = EgressRules::Of(blocked, allowed);
    ASSERT_FALSE(rules);
    EXPECT_EQ(rules.error().message(), row.error);
  }
}

TEST(EgressRulesTest, NetworksByBits) {
  const std::string blocked[] = {"10.128.0.0/9", "2001:db8::/33", "0.0.0.0/0"};
  const auto two = EgressRules::Of(std::span(blocked, 2), {});
  EXPECT_TRUE(CheckAddress(*two, "10.127.255.255"));
  EXPECT_FALSE(CheckAddress(*two, "10.128.0.0"));
  EXPECT_FALSE(CheckAddress(*two, "2001:db8:7fff::"));
  EXPECT_TRUE(CheckAddress(*two, "2001:db8:8000::"));
  EXPECT_FALSE(CheckAddress(*EgressRules::Of(blocked, {}), "8.8.8.8"));
}

}  // namespace
}  // namespace ephor::net
