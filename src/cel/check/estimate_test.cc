// Estimates are those of cel-go's checker with the estimates of Kubernetes' API server: every row but those
// of SizeHints was computed by them.
#include "cel/check/estimate.h"

#include <gtest/gtest.h>

#include "cel/lib/environments.h"
#include "cel/lib/libraries.h"
#include "cel/lib/manual.h"
#include "cel/plan/program.h"

namespace ephor::cel {
namespace {

constexpr std::uint64_t kUnbounded = Range::kUnbounded;

std::shared_ptr<const Env> TestEnv() {
  static const std::shared_ptr<const Env> env = [] {
    Env::Builder builder(lib::KubernetesEnv());
    builder.Add(lib::Bindings());
    for (const auto& [name, type] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
             {"object", "dyn"},
             {"s", "string"},
             {"t", "string"},
             {"by", "bytes"},
             {"n", "int"},
             {"b", "bool"},
             {"l", "list(int)"},
             {"ss", "list(string)"},
             {"ll", "list(list(string))"},
             {"m", "map(string, string)"},
             {"authorizer", "kubernetes.authorization.Authorizer"}}) {
      EXPECT_TRUE(builder.AddVariable(name, type));
    }
    return builder.Build();
  }();
  return env;
}

Range Estimated(std::string_view expression, const SizeHints& hints) {
  Arena arena;
  const Result<Checked> checked = ParseAndCheck(expression, *TestEnv(), arena);
  if (!checked) {
    ADD_FAILURE() << checked.error().message();
    return {};
  }
  return EstimateCost(*checked->expr, hints);
}

SizeHints Hints(std::initializer_list<std::string_view> texts) {
  SizeHints hints;
  for (const std::string_view text : texts) EXPECT_TRUE(hints.Add(text)) << text;
  return hints;
}

struct Row {
  std::string_view expression;
  Range unknown;  // where nothing is said of sizes
  Range hinted;   // with the hints below
};

constexpr Row kRows[] = {
    {"1", {0, 0}, {0, 0}},
    {"'abc' == 'abcd'", {1, 1}, {1, 1}},
    {"s == t", {3, kUnbounded}, {3, 4}},
    {"s != 'x'", {2, 2}, {2, 2}},
    {"1 + 2 * 3", {2, 2}, {2, 2}},
    {"n + 1 > 2", {3, 3}, {3, 3}},
    {"b && n > 1", {1, 3}, {1, 3}},
    {"b || s == t", {1, kUnbounded}, {1, 5}},
    {"b ? s : t", {2, 2}, {2, 2}},
    {"(b ? 'ab' : 'abcd') == s", {3, 3}, {3, 3}},
    {"[1, 2, 3]", {10, 10}, {10, 10}},
    {"[s, t, 'x'].all(x, x == 'y')", {22, 28}, {22, 28}},
    {"{'a': 1, 'bb': 2}", {30, 30}, {30, 30}},
    {"m['a']", {2, 2}, {2, 2}},
    {"m.a == 'b'", {3, 3}, {3, 3}},
    {"l[0] == 1", {3, 3}, {3, 3}},
    {"ss[0] == s", {4, kUnbounded}, {4, 5}},
    {"object.spec.replicas > 1", {2, 2}, {2, 2}},
    {"has(object.spec.replicas)", {1, 1}, {1, 1}},
    {"has(m.a) && m.a == 'x'", {1, 4}, {1, 4}},
    {"object.spec.?replicas.orValue(1) > 1", {4, 4}, {4, 4}},
    {"l.all(x, x > 1)", {2, kUnbounded}, {2, 52}},
    {"l.exists(x, x > 1)", {2, kUnbounded}, {2, 62}},
    {"l.exists_one(x, x > 1)", {3, kUnbounded}, {3, 43}},
    {"l.filter(x, x > 1)", {12, kUnbounded}, {12, 162}},
    {"l.map(x, x + 1)", {12, kUnbounded}, {12, 152}},
    {"l.map(x, x > 1, x + 1)", {12, kUnbounded}, {12, 172}},
    {"ss.all(x, x.startsWith(s))", {2, kUnbounded}, {2, 37}},
    {"ss.exists(x, ss.exists(y, x == y))", {2, kUnbounded}, {2, 257}},
    {"[1, 2, 3].map(x, [1, 2].map(y, x * y))", {210, 210}, {210, 210}},
    {"[['a'], ['b', 'cc']].all(x, x.exists(y, y == 'a'))", {37, 65}, {37, 65}},
    {"ll.all(x, x.all(y, y == s))", {2, kUnbounded}, {2, 89}},
    {"m.all(k, k == 'a')", {2, kUnbounded}, {2, 22}},
    {"m.all(k, v, k == v)", {2, kUnbounded}, {2, 26}},
    {"m.transformMap(k, v, v + k)", {32, kUnbounded}, {32, 60}},
    {"m.transformList(k, v, v)", {12, kUnbounded}, {12, 64}},
    {"l.transformList(i, v, v > 1, v + i)", {12, kUnbounded}, {12, 182}},
    {"[1, 2].exists(i, v, v == i)", {19, 25}, {19, 25}},
    {"s + t", {2, kUnbounded}, {2, kUnbounded}},
    {"s + 'abc' == t", {4, kUnbounded}, {4, 8}},
    {"(s + 'abc') + t", {4, kUnbounded}, {4, kUnbounded}},
    {"[1] + [2]", {21, 21}, {21, 21}},
    {"([1] + [2, 3]).map(x, x)", {71, 71}, {71, 71}},
    {"['a'] + ss", {12, 12}, {12, 12}},
    {"s.contains('abc')", {1, kUnbounded}, {1, 3}},
    {"s.matches('^[a-z]+$')", {3, kUnbounded}, {3, 7}},
    {"s.startsWith('abcdefghijk')", {3, 3}, {3, 3}},
    {"s.endsWith(t)", {2, kUnbounded}, {2, kUnbounded}},
    {"s in ss", {2, kUnbounded}, {2, 7}},
    {"s in ['a', 'b']", {13, 13}, {13, 13}},
    {"s in m", {3, 3}, {3, 3}},
    {"size(s) > 1", {3, 3}, {3, 3}},
    {"s.size() > ss.size()", {5, 5}, {5, 5}},
    {"string(by) == s", {3, kUnbounded}, {3, kUnbounded}},
    {"bytes(s) == by", {3, kUnbounded}, {3, 12}},
    {"s.find('[0-9]+')", {3, kUnbounded}, {3, 7}},
    {"s.findAll('[0-9]+', 2)", {3, kUnbounded}, {3, 7}},
    {"s.lowerAscii() == t", {3, kUnbounded}, {3, 6}},
    {"s.substring(1, 2) == t", {3, kUnbounded}, {3, 6}},
    {"s.replace('a', 'bbb')", {1, kUnbounded}, {1, 5}},
    {"'abcabc'.replace('a', 'bbb') == s", {4, 5}, {4, 5}},
    {"s.replace('', t).size()", {3, kUnbounded}, {3, 7}},
    {"s.split(',')", {1, kUnbounded}, {1, 5}},
    {"'a,b,c'.split(',').map(x, x)", {12, 77}, {12, 77}},
    {"s.split(',', 2)", {1, kUnbounded}, {1, 5}},
    {"ss.join(',')", {1, kUnbounded}, {1, 17}},
    {"['a', 'b'].join('-') == s", {13, kUnbounded}, {13, kUnbounded}},
    {"s.trim()", {1, kUnbounded}, {1, 3}},
    {"s.indexOf('x')", {1, kUnbounded}, {1, 3}},
    {"s.lastIndexOf('x', 2)", {1, kUnbounded}, {1, 3}},
    {"'%s-%d'.format([s, n])", {13, 13}, {13, 13}},
    {"l.sum() > 1", {2, kUnbounded}, {2, 12}},
    {"[1, 2, 3].max() == 3", {14, 14}, {14, 14}},
    {"ss.isSorted()", {1, kUnbounded}, {1, 21}},
    {"ss.indexOf('a')", {1, kUnbounded}, {1, 21}},
    {"url(s).getHost() == t", {4, kUnbounded}, {4, kUnbounded}},
    {"url('https://a.io') == url('https://a.io/b')", {5, 6}, {5, 6}},
    {"ip(s) == ip('10.0.0.1')", {3, kUnbounded}, {3, 5}},
    {"cidr(s).containsIP('10.0.0.1')", {3, kUnbounded}, {3, 8}},
    {"cidr('10.0.0.0/8').containsIP(ip(s))", {3, kUnbounded}, {3, 8}},
    {"cidr('10.0.0.0/8').containsCIDR(s)", {5, kUnbounded}, {5, 11}},
    {"cidr('10.0.0.0/8').ip() == ip('10.0.0.1')", {4, 4}, {4, 4}},
    {"ip.isCanonical(s)", {1, kUnbounded}, {1, 5}},
    {"quantity(s).isGreaterThan(quantity('1Gi'))", {3, kUnbounded}, {3, 5}},
    {"quantity('1') == quantity('2')", {3, 3}, {3, 3}},
    {"semver(s).compareTo(semver('1.2.3')) > 0", {4, kUnbounded}, {4, 6}},
    {"isSemver(s)", {1, kUnbounded}, {1, 3}},
    {"format.dns1123Label().validate(s).hasValue()", {3, kUnbounded}, {3, 67}},
    {"format.named('uuid').value().validate('abc').hasValue()", {35, 35}, {35, 35}},
    {"sets.contains(l, [1, 2])", {12, kUnbounded}, {12, 32}},
    {"sets.equivalent(ss, ['a'])", {12, kUnbounded}, {12, 22}},
    {"authorizer.group('').resource('pods').check('get').allowed()", {350004, 350004}, {350004, 350004}},
    {"authorizer.group('').resource('pods').fieldSelector(s).check('get').allowed()",
     {350015, kUnbounded},
     {350015, 350517}},
    {"authorizer.path('/healthz').check('get').reason() == s", {350005, kUnbounded}, {350005, 350006}},
    {"['b', 'a'].sort()", {30, 30}, {30, 30}},
    {"l.sortBy(x, -x)", {35, kUnbounded}, {35, 375}},
    {"l.distinct()", {12, kUnbounded}, {12, 212}},
    {"l.slice(1, 3)", {14, 14}, {14, 14}},
    {"lists.range(10).map(x, x)", {162, 162}, {162, 162}},
    {"[[1], [2]].flatten()", {43, 43}, {43, 43}},
    {"l.reverse().all(x, x > 0)", {13, kUnbounded}, {13, 73}},
    {"cel.bind(x, s + t, x == 'abc')", {14, kUnbounded}, {14, kUnbounded}},
    {"cel.bind(x, [1, 2, 3], x.all(y, y > n))", {31, 40}, {31, 40}},
    {"optional.of(n).optMap(x, x + 1).orValue(2)", {5, 20}, {5, 20}},
    {"m[?'a'].optMap(x, x + 'b').orValue('z')", {5, kUnbounded}, {5, kUnbounded}},
    {"optional.of(s).optFlatMap(x, optional.of(x + t))", {4, kUnbounded}, {4, kUnbounded}},
    {"dyn(s) == 'abc'", {3, 3}, {3, 3}},
    {"dyn([1, 2]).all(x, x == 1)", {18, 22}, {18, 22}},
    {"object.spec.containers.all(c, c.image.startsWith('a.io/'))", {2, kUnbounded}, {2, 52}},
    {"object.metadata.name.startsWith('a')", {2, 2}, {2, 2}},
    {"object.a + object.b", {2, kUnbounded}, {2, kUnbounded}},
    {"object.a < object.b", {3, kUnbounded}, {3, kUnbounded}},
    {"object.a in object.b", {2, kUnbounded}, {2, kUnbounded}},
    {"object[s]", {3, 3}, {3, 3}},
    {"object.list[0].name", {2, 2}, {2, 2}},
    {"type(n) == int", {4, kUnbounded}, {4, kUnbounded}},
    {"!b", {2, 2}, {2, 2}},
    {"0-n", {2, 2}, {2, 2}},
    {"duration('1h') < duration('2h')", {3, 3}, {3, 3}},
    {"timestamp('2024-01-01T00:00:00Z').getFullYear() == 2024", {3, 3}, {3, 3}},
    {"b ? [1] : [1, 2, 3]", {11, 11}, {11, 11}},
    {"(b ? [1] : [1, 2, 3]).all(x, x > 0)", {15, 27}, {15, 27}},
    {"[1, 2, 3].map(x, 'abc').all(y, y == s)", {67, 76}, {67, 76}},
    {"['ab', 'abcd'].filter(x, x != 'q').exists(y, y.contains('b'))", {36, 64}, {36, 64}},
    {"{'k': 'vvvv'}.all(k, k == s)", {34, 37}, {34, 37}},
    {"{'k': [1, 2]}['k'].all(x, x == 1)", {48, 52}, {48, 52}},
    {"[[1, 2], [3]][0].map(x, x)", {55, 68}, {55, 68}},
};

TEST(CelEstimate, IsThatOfTheReference) {
  const SizeHints none;
  const SizeHints hints = Hints({"s=20", "l=10", "ss=5", "ss[]=30", "m=4", "m[@]=9", "m[]=8", "ll=3",
                                 "ll[]=4", "ll[][]=7", "object.spec.containers=10"});
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.expression);
    EXPECT_EQ(Estimated(row.expression, none), row.unknown);
    EXPECT_EQ(Estimated(row.expression, hints), row.hinted);
  }
}

TEST(CelEstimate, SizeHints) {
  struct {
    std::string_view expression;
    std::initializer_list<std::string_view> hints;
    Range cost;
  } const rows[] = {
      {"s == t", {"100"}, {3, 12}},
      {"s == t", {"100", "s=50"}, {3, 7}},
      {"s == t", {"s=50", "s=20"}, {3, 4}},
      {"s == t", {"s=0"}, {2, 2}},
      // An item of a dynamic value is a value, whether it turns out to be a list's or a map's.
      {"object.a.all(x, x.name.startsWith(x.b))", {"object.a=2", "object.a[].b=30"}, {2, 18}},
      {"object.a[0].all(x, true)", {"object.a[]=5"}, {3, 18}},
      // A hint of a path is not one of a longer path.
      {"object.a.b == s", {"object.a=1"}, {3, kUnbounded}},
      // A known size is not replaced by the one of all other values.
      {"'abcdefghijk' == s", {"10"}, {2, 2}},
      {"[1, 2, 3].all(x, x > 0)", {"1"}, {20, 26}},
      {"l.all(x, l.all(y, x == y))", {"18446744073709551615"}, {2, kUnbounded}},
      {"l.all(x, l.all(y, x == y))", {"18446744073709551614"}, {2, kUnbounded}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.expression);
    EXPECT_EQ(Estimated(row.expression, Hints(row.hints)), row.cost);
  }
  for (const std::string_view bad : {"", "=", "a=", "=1", "a=-1", "a=1.5", "a=x", "a", "a[0]=1", "a[=1",
                                     "a..b=1", "18446744073709551616"}) {
    SizeHints hints;
    EXPECT_FALSE(hints.Add(bad)) << bad;
  }
}

TEST(CelEstimate, WhatCostsIsEstimated) {
  for (const lib::NamedEnv& known : lib::NamedEnvs()) {
    known.env()->EachFunction([&](const FunctionDecl& function) {
      for (const OverloadDecl* overload : function.overloads) {
        if (overload->row == nullptr) continue;
        EXPECT_EQ(overload->row->cost.function != nullptr && overload->row->cost.estimate == nullptr, false)
            << overload->row->name << " " << overload->row->signature;
      }
    });
  }
}

// Nested, each loop multiplies: the cost is bounded, and so is the time that the estimate takes.
TEST(CelEstimate, DeepExpressions) {
  std::string loops = "1 == 1", chain = "object", sum = "s";
  for (int i = 0; i < 40; ++i) loops = "[1, 2, 3, 4].all(x" + std::to_string(i) + ", " + loops + ")";
  for (int i = 0; i < 200; ++i) chain += ".a";
  for (int i = 0; i < 100; ++i) sum += " + s";
  EXPECT_EQ(Estimated(loops, {}).max, kUnbounded);
  EXPECT_EQ(Estimated(chain, {}), Range::Exactly(1));
  EXPECT_EQ(Estimated(sum, {}), (Range{101, kUnbounded}));
}

}  // namespace
}  // namespace ephor::cel
