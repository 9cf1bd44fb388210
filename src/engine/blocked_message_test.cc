#include "engine/blocked_message.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

#include "engine/beginning.h"
#include "engine/compiled_policy.h"
#include "json/builder.h"
#include "json/write.h"
#include "policy/types.h"
#include "yaml/emit.h"

namespace ephor::engine {
namespace {

struct ShownRule {
  std::string name;
  std::string message;
  RuleStatus status = RuleStatus::kFail;
  std::size_t known = 0;  // of the message, when the policy was compiled
};

struct ShownPolicy {
  std::string name;
  std::vector<ShownRule> rules;
};

// Policies of these names and the responses that they might have given.
class Responses {
 public:
  explicit Responses(const std::vector<ShownPolicy>& shown) {
    for (const ShownPolicy& each : shown) {
      for (const ShownRule& rule : each.rules) beginnings_.emplace_back(rule.message.substr(0, rule.known));
    }
    const Beginning* beginning = beginnings_.data();
    for (const ShownPolicy& each : shown) {
      auto source = std::make_shared<policy::Policy>();
      source->metadata.name = each.name;
      const auto rules = source->arena.NewArray<policy::Rule>(each.rules.size());
      for (std::size_t i = 0; i < rules.size(); ++i) {
        new (&rules[i]) policy::Rule();
        rules[i].name = each.rules[i].name;
      }
      source->spec.rules = source->effective_rules = rules;
      policies_.push_back(std::make_unique<CompiledPolicy>(source));
      ArenaVector<RuleResponse> results(arena_, each.rules.size());
      for (std::size_t i = 0; i < rules.size(); ++i) {
        results.push_back({.name = policies_.back()->rules()[i].name,
                           .rule = &policies_.back()->rules()[i],
                           .status = each.rules[i].status,
                           .message = each.rules[i].message,
                           .beginning = beginning++});
      }
      responses_.push_back({.policy = policies_.back().get(), .rules = results.span()});
    }
  }

  std::string Message(std::string_view name = "web") {
    const std::string object_name(name);
    Request request;
    request.object.kind = "Pod";
    request.object.namespace_ = "shop";
    request.object.name = object_name;
    request.object.object = json::Value::Object({});
    std::string scratch = "left over";
    return std::string(BlockedMessage(responses_, request, scratch, arena_));
  }

 private:
  Arena arena_;
  std::vector<Beginning> beginnings_;
  std::vector<std::unique_ptr<CompiledPolicy>> policies_;
  std::vector<PolicyResponse> responses_;
};

// The same by a tree, the emitter and a second pass.
std::string ByTheEmitter(const std::vector<ShownPolicy>& shown) {
  Arena arena;
  json::ObjectBuilder policies(arena);
  for (const ShownPolicy& each : shown) {
    json::ObjectBuilder rules(arena);
    for (const ShownRule& rule : each.rules) {
      if (rule.status == RuleStatus::kPass || rule.status == RuleStatus::kSkip) continue;
      rules.Set(json::Key(rule.name), json::Value::String(rule.message));
    }
    if (!rules.empty()) policies.Set(json::Key(each.name), rules.Build());
  }
  std::string text = "\n\nresource Pod/shop/web was blocked due to the following policies \n\n";
  yaml::Emit(policies.Build(), text, {.fold = false});
  std::string escaped;
  json::WriteString(text, escaped);
  return escaped.substr(1, escaped.size() - 2);
}

struct MessageCase {
  const char* name;
  std::vector<ShownPolicy> shown;
  std::string_view text;  // after the first line
};

class BlockedMessageTest : public ::testing::TestWithParam<MessageCase> {};
TEST_P(BlockedMessageTest, IsYamlWithinJson) {
  const MessageCase& c = GetParam();
  EXPECT_EQ(
      Responses(c.shown).Message(),
      R"(\n\nresource Pod/shop/web was blocked due to the following policies \n\n)" + std::string(c.text));
  EXPECT_EQ(Responses(c.shown).Message(), ByTheEmitter(c.shown));
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BlockedMessageTest,
    ::testing::ValuesIn<MessageCase>({
        {"Plain", {{"p", {{"r", "denied"}}}}, R"(p:\n  r: denied\n)"},
        {"Quoted", {{"p", {{"r", "error: it's \"so\""}}}}, R"(p:\n  r: 'error: it''s \"so\"'\n)"},
        {"PlainWithQuotes", {{"p", {{"r", R"(a "b" \ it's)"}}}}, R"(p:\n  r: a \"b\" \\ it's\n)"},
        {"KnownBeginning",
         {{"p", {{"r", "error: it's \"so\" at /a'b/", RuleStatus::kFail, 20}}}},
         R"(p:\n  r: 'error: it''s \"so\" at /a''b/'\n)"},
        {"KnownBeginningOfLines",
         {{"p", {{"r", "error: at a\nb", RuleStatus::kFail, 9}}}},
         R"(p:\n  r: |-\n    error: at a\n    b\n)"},
        {"Lines", {{"p", {{"r", "error: a\nb"}}}}, R"(p:\n  r: |-\n    error: a\n    b\n)"},
        {"NotAscii", {{"p", {{"r", "error: \u00e9"}}}}, "p:\\n  r: 'error: \u00e9'\\n"},
        {"Control", {{"p", {{"r", "error: \x01"}}}}, R"(p:\n  r: \"error: \\x01\"\n)"},
        {"InvalidUtf8", {{"p", {{"r", "error: \xff"}}}}, "p:\\n  r: 'error: \ufffd'\\n"},
        {"LooksLikeANumber", {{"1", {{"2", "3"}}}}, R"(\"1\":\n  \"2\": \"3\"\n)"},
        {"Empty", {{"p", {{"", ""}}}}, R"(p:\n  \"\": \"\"\n)"},
        {"MergeKey", {{"p", {{"<<", "a"}}}}, R"(p:\n  \"<<\": a\n)"},
        {"OrderIsNatural",
         {{"p10", {{"b", "x"}, {"a", "y"}}}, {"p9", {{"r", "z"}}}},
         R"(p9:\n  r: z\np10:\n  a: \"y\"\n  b: x\n)"},
        {"LastOfAName", {{"p", {{"a", "1st"}}}, {"p", {{"b", "2nd"}, {"b", "3rd"}}}}, R"(p:\n  b: 3rd\n)"},
        {"OnlyWhatBlocks",
         {{"p",
           {{"a", "x", RuleStatus::kPass}, {"b", "v", RuleStatus::kError}, {"c", "w", RuleStatus::kSkip}}},
          {"q", {{"a", "x", RuleStatus::kPass}}}},
         R"(p:\n  b: v\n)"},
        {"Nothing", {}, R"({}\n)"},
    }),
    [](const auto& row) { return std::string(row.param.name); });

TEST(BlockedMessage, NamesAreEscaped) {
  EXPECT_EQ(Responses({{"p", {{"r", "denied"}}}}).Message("a\"b"),
            R"(\n\nresource Pod/shop/a\"b was blocked due to the following policies \n\np:\n  r: denied\n)");
}

TEST(BlockedMessage, AgreesWithTheEmitterOnRandomTexts) {
  const std::vector<std::string> pieces = {"a",
                                           "rule",
                                           " ",
                                           ": ",
                                           " #",
                                           "'",
                                           "\"",
                                           "\\",
                                           "\n",
                                           "1",
                                           "0x",
                                           "-",
                                           "\t",
                                           ":",
                                           "#",
                                           "[",
                                           "?",
                                           "\u00e9",
                                           "\xff",
                                           "\u2028",
                                           "\r",
                                           "true",
                                           "yes",
                                           "~",
                                           ".",
                                           "<<",
                                           "%",
                                           "1:2",
                                           "---",
                                           "\x7f",
                                           "validation error: ",
                                           "0123456789abcdef"};
  std::mt19937 random(7);
  const auto text = [&](std::size_t most) {
    std::string out;
    for (std::size_t n = random() % (most + 1); n > 0; --n) out += pieces[random() % pieces.size()];
    return out;
  };
  for (int round = 0; round < 20000; ++round) {
    std::vector<ShownPolicy> shown(random() % 4);
    for (ShownPolicy& policy : shown) {
      policy.name = random() % 4 > 0 ? "p" + std::to_string(random() % 20) : text(3);
      policy.rules.resize(random() % 4);
      for (ShownRule& rule : policy.rules) {
        rule = {random() % 4 > 0 ? "rule" : text(40), text(8)};
        rule.known = random() % (rule.message.size() + 1);
      }
    }
    ASSERT_EQ(Responses(shown).Message(), ByTheEmitter(shown)) << round;
  }
}

}  // namespace
}  // namespace ephor::engine
