// Expressions that want too much: an error or the end of the budget, soon and with little memory.
#include <gtest/gtest.h>

#include <chrono>

#include "cel/testing.h"
#include "ports/random.h"

namespace ephor::cel {
namespace {

std::string Repeat(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

class FixedRandom : public ports::Random {
 public:
  std::uint64_t Next() override { return 12345; }
};

// The result as JSON, or what is wrong.
std::string Outcome(const std::string& expression) {
  const auto env = lib::ValidatingPolicyEnv();
  const Result<Program> program = Program::Compile(expression, env);
  if (!program) return program.error().message();
  Arena arena;
  FixedRandom random;
  ports::World world;
  world.random = &random;
  Context context{arena, world};
  std::vector<Value> slots(env->slots());
  const Result<Value> value = program->Evaluate(slots, context);
  if (!value) return value.error().message();
  const Result<json::Value> plain = ToJson(*value, arena);
  return plain ? json::ToString(*plain) : plain.error().message();
}

struct Row {
  const char* name;
  std::string expression;
  std::string_view outcome;  // the beginning of it
};

constexpr std::string_view kTooDeep = "ERROR: <input>:-1:0: expression recursion limit exceeded: 250";
constexpr std::string_view kTooLong = "ERROR: <input>:-1:0: expression code point size exceeds limit";
constexpr std::string_view kTooCostly = "operation cancelled: actual cost limit exceeded";
constexpr std::string_view kOverflow = "integer overflow";
constexpr std::string_view kUnsignedOverflow = "unsigned integer overflow";
constexpr std::string_view kTimeOverflow = "timestamp overflow";
// A text of 10,000 bytes.
const std::string kText = "cel.bind(a, lists.range(1000).map(x, 'aaaaaaaaaa').join(), ";

void Check(std::span<const Row> rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto start = std::chrono::steady_clock::now();
    const std::string outcome = Outcome(row.expression);
    EXPECT_EQ(outcome.substr(0, row.outcome.size()), row.outcome);
    // Tens of milliseconds; this much only under a sanitizer on a busy machine.
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  }
}

TEST(CelBadInput, LongAndDeep) {
  const Row rows[] = {
      {"AtTheLimit", "1" + Repeat("+1", 49'999), ""},
      {"HundredKilobytesOfSums", "1" + Repeat("+1", 50'000), kTooLong},
      {"HundredKilobytesOfText", "'" + Repeat("a", 100'000) + "' == ''", kTooLong},
      {"Parentheses", Repeat("(", 1000) + "1" + Repeat(")", 1000), kTooDeep},
      {"Comprehensions", Repeat("[1].all(x, ", 1000) + "true" + Repeat(")", 1000), kTooDeep},
      {"Lists", Repeat("[", 1000) + Repeat("]", 1000), kTooDeep},
      {"Maps", Repeat("{1: ", 1000) + "1" + Repeat("}", 1000), kTooDeep},
      {"Conditions", Repeat("true ? 1 : ", 1000) + "1", kTooDeep},
      {"Fields", "object" + Repeat(".a", 1000), kTooDeep},
      {"Calls", "'a'" + Repeat(".trim()", 1000), kTooDeep},
      {"Negations", Repeat("!", 1000) + "true", "true"},
      {"NotClosed", Repeat("(", 50'000), kTooDeep},
  };
  Check(rows);
}

TEST(CelBadInput, TextsThatGrow) {
  std::string doubled = "cel.bind(a0, 'xxxxxxxxxxxxxxxxxxxx', ";
  for (int i = 0; i < 40; ++i) {
    const std::string name = "a" + std::to_string(i);
    doubled += "cel.bind(a" + std::to_string(i + 1) + ", " + name + " + " + name + ", ";
  }
  const Row rows[] = {
      {"Doubled", doubled + "size(a40)" + Repeat(")", 41), kTooCostly},
      {"LoopsOfLoops", "lists.range(100000).map(x, lists.range(100000).map(y, y)).size()", kTooCostly},
      {"ReplacedByItself", kText + "a.replace('a', a).replace('a', a).size())", kTooCostly},
      {"RegexReplacedByItself", kText + "regex.replace(a, 'a', a).size())", kTooCostly},
      {"Joined", kText + "lists.range(10000).map(x, a).join().size())", kTooCostly},
      {"Unpacked", "gzip.decompress(gzip.compress(lists.range(100000).map(x, 'aaaaaaaaaa').join())).size()",
       kTooCostly},
      {"Random", "random('((a{1000}){1000}){1000}').size()", "evaluation budget exceeded"},
      {"RandomAgainAndAgain", "lists.range(1000).map(x, random('(a{100}){100}')).size()", kTooCostly},
      {"YamlAliases",
       "yaml.parse('a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c "
       "[*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e "
       "[*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: "
       "[*e,*e,*e,*e,*e,*e,*e,*e,*e]').size()",
       "error converting YAML to JSON: yaml: document contains excessive aliasing"},
      {"DeepJson", "json.unmarshal(lists.range(2000).map(x, '[').join())", "arrays and objects"},
      {"Precision", "'%.101f'.format([1.0])",
       "ERROR: <input>:1:16: could not parse formatting clause: error while parsing precision: precision 101 "
       "exceeds maximum allowed precision 100"},
      {"LargestRange", "lists.range(1000001)", "lists.range: size 1000001 exceeds maximum allowed (1000000)"},
  };
  Check(rows);
}

TEST(CelBadInput, RegularExpressions) {
  const std::string invalid = "ERROR: <input>:1:13: invalid matches argument";
  const Row rows[] = {
      {"Nested", "'" + Repeat("a", 5000) + "'.matches('(a+)+$')", "true"},
      {"NestedAndNoMatch", "'" + Repeat("a", 5000) + "b'.matches('^(a*)*$')", "false"},
      {"Alternatives", "'" + Repeat("a", 5000) + "'.matches('^(a|a|aa)+b')", "false"},
      {"RepeatedRepeats", "'a'.matches('((a{0,100}){0,100}){0,100}')", ""},
      {"TooManyRepeats", "'a'.matches('a{1001}')", ""},
  };
  Check(rows);
  EXPECT_NE(Outcome(rows[3].expression).find("invalid matches argument"), std::string::npos);
  EXPECT_NE(Outcome(rows[4].expression).find("invalid matches argument"), std::string::npos);
}

TEST(CelBadInput, EdgesOfNumbers) {
  const Row rows[] = {
      {"Add", "9223372036854775807 + 1", kOverflow},
      {"AddNegative", "-9223372036854775808 + -1", kOverflow},
      {"Subtract", "-9223372036854775808 - 1", kOverflow},
      {"Multiply", "9223372036854775807 * 2", kOverflow},
      {"MultiplyLeast", "-9223372036854775808 * -1", kOverflow},
      {"Negate", "-(-9223372036854775808)", kOverflow},
      {"Divide", "-9223372036854775808 / -1", kOverflow},
      {"Remainder", "-9223372036854775808 % -1", kOverflow},
      {"DivideByZero", "1 / 0", "division by zero"},
      {"RemainderOfZero", "1 % 0", "modulus by zero"},
      {"Sum", "[9223372036854775807, 1].sum()", kOverflow},
      {"Absolute", "math.abs(-9223372036854775808)", kOverflow},
      {"Shift", "math.bitShiftLeft(1, 64)", "0"},
      {"ShiftBack", "math.bitShiftLeft(1, -1)", "math.bitShiftLeft() negative offset: -1"},
      {"UnsignedAdd", "18446744073709551615u + 1u", kUnsignedOverflow},
      {"UnsignedSubtract", "0u - 1u", kUnsignedOverflow},
      {"UnsignedMultiply", "18446744073709551615u * 2u", kUnsignedOverflow},
      {"IntOfDouble", "int(9223372036854775807.0)", kOverflow},
      {"IntOfNaN", "int(0.0 / 0.0)", kOverflow},
      {"IntOfUint", "int(9223372036854775808u)", kOverflow},
      {"LargestIntOfUint", "int(9223372036854775807u)", "9223372036854775807"},
      {"UintOfInt", "uint(-1)", kUnsignedOverflow},
      {"UintOfDouble", "uint(18446744073709551616.0)", kUnsignedOverflow},
      {"Literal", "9223372036854775808", "ERROR: <input>:1:1: invalid int literal"},
      {"UnsignedLiteral", "18446744073709551616u", "ERROR: <input>:1:1: invalid uint literal"},
      {"Durations", "duration('9223372036s') + duration('1s')", kOverflow},
      {"AfterTheEndOfTime", "timestamp('9999-12-31T23:59:59Z') + duration('1s')", kTimeOverflow},
      {"BeforeItsBeginning", "timestamp('0001-01-01T00:00:00Z') - duration('1s')", kTimeOverflow},
      {"AllOfTime", "timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')", kOverflow},
      {"Index", "[1][9223372036854775807]", "index out of bounds: 9223372036854775807"},
      {"Substring", "'abc'.substring(9223372036854775807)", "index out of range: 9223372036854775807"},
      {"Slice", "[1].slice(0, 9223372036854775807)",
       "cannot slice(0, 9223372036854775807), list is length 1"},
      {"Semver", "semver('99999999999999999999.0.0')",
       "strconv.ParseUint: parsing \"99999999999999999999\": value out of range"},
      {"Quantity", "quantity('1e999999999')", "quantity has more than 57 significant digits"},
  };
  Check(rows);
}

TEST(CelBadInput, BytesThatAreNoText) {
  const Row rows[] = {
      {"InAText", "'\xff\xfe' == 'a'", "false"},
      {"AsAName", "\xc3", "ERROR: <input>:1:1: Syntax error: token recognition error at: '\xc3'"},
      {"Surrogate", "'\\ud800'", "ERROR: <input>:1:1: invalid unicode code point"},
      {"OfBytes", "string(b'\\xff')", "invalid UTF-8 in bytes, cannot convert to string"},
      {"Nothing", "", "ERROR: <input>:1:1: Syntax error: mismatched input '<EOF>'"},
      {"Zero", std::string("'a\0b'.size()", 12), "3"},
  };
  Check(rows);
}

}  // namespace
}  // namespace ephor::cel
