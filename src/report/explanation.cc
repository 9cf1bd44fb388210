#include "report/explanation.h"

#include <algorithm>

#include "base/utf8.h"
#include "json/write.h"
#include "report/colour.h"

namespace ephor::report {
namespace {

using engine::StepKind;
using engine::TraceNode;
using engine::Verdict;

// Control characters are shown as '?': an object must not write escape sequences to a terminal. A line break
// becomes a space.
std::string Printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c == '\n' || c == '\t') {
      c = ' ';
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      c = '?';
    }
  }
  return out;
}

// Not longer than the width, and not cut within a character.
std::string Shortened(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  std::size_t end = width;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

// With one space for each run of spaces: expressions are written over several lines.
std::string OneLine(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  }
  return out;
}

// What an expression is called: its path in the spec or in a rule's `cel`, without what all end with.
std::string_view CalledExpression(std::string_view path) {
  for (const std::string_view begin : {"cel.", "spec."}) {
    const std::size_t found = path.find(begin);
    if (found == std::string_view::npos) continue;
    path.remove_prefix(found + begin.size());
    break;
  }
  for (const std::string_view end : {".expression", ".valueExpression"}) {
    if (path.ends_with(end)) path.remove_suffix(end.size());
  }
  return path;
}

// What a part of a rule is called: the end of its path.
std::string_view LastStep(std::string_view path) {
  if (path.ends_with("deny.conditions")) return "deny.conditions";
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

class Printer {
 public:
  Printer(const ExplanationStyle& style, std::string& out) : style_(style), out_(out) {}

  void Print(const TraceNode& root) {
    if (root.policy != nullptr) file_ = root.policy->file;
    AppendNode(root, "", "");
  }

 private:
  void AppendNode(const TraceNode& node, const std::string& first, const std::string& rest,
                  bool is_brief = false) {
    out_ += first + Label(node) + Places(node) + "\n";
    const std::string below = node.children.empty() || is_brief ? "   " : "│  ";
    for (const std::string& line : MoreLines(node)) out_ += rest + below + line + "\n";
    if (is_brief) return;
    std::vector<const TraceNode*> shown;
    const Rounds rounds = IsMadeText(node) ? Rounds{SIZE_MAX, SIZE_MAX} : RoundsOf(node);
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const TraceNode& child = node.children[i];
      const bool is_round = child.kind == StepKind::kRound;
      if (is_round ? i >= rounds.first && i < rounds.end : !IsPart(child) || !IsMadeText(node))
        shown.push_back(&child);
    }
    const std::size_t more = rounds.end < node.children.size() ? node.children.size() - rounds.end : 0;
    for (std::size_t i = 0; i < shown.size(); ++i) {
      const bool last = i + 1 == shown.size() && more == 0;
      AppendNode(*shown[i], rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "),
                 HasNoSay(node, *shown[i]));
    }
    if (more > 0) out_ += rest + "└─ … " + std::to_string(more) + " more\n";
  }

  // ---- what of an expression's parts is shown: those that decide ----

  // The rounds of a loop that are shown, by their places among the steps.
  struct Rounds {
    std::size_t first = 0, end = SIZE_MAX;
  };

  static bool IsPart(const TraceNode& node) {
    return node.kind == StepKind::kPart || node.kind == StepKind::kOperand;
  }

  // Where the last round is unlike the others, it has ended the loop; else they are alike, and some show it.
  static Rounds RoundsOf(const TraceNode& node) {
    constexpr std::size_t kAlike = 3;
    const auto& parts = node.children;
    std::size_t first = 0;
    while (first < parts.size() && parts[first].kind != StepKind::kRound) ++first;
    if (first + 1 >= parts.size()) return {};
    const bool decides = parts.back().verdict != Verdict::kNone && node.verdict == parts.back().verdict &&
                         parts[first].verdict != parts.back().verdict;
    if (decides) return {parts.size() - 1, SIZE_MAX};
    return {first, parts.size() - first > kAlike + 1 ? first + kAlike : SIZE_MAX};
  }

  // A message is seen as it is, and what no policy has written needs no reason: their parts decide nothing.
  static bool IsMadeText(const TraceNode& node) {
    return node.kind == StepKind::kCel && node.verdict == Verdict::kNone &&
           (node.policy == nullptr || node.policy->path.ends_with("messageExpression"));
  }

  // An operand that came out the other way than the whole did not decide it.
  static bool HasNoSay(const TraceNode& node, const TraceNode& child) {
    const auto is_bool = [](Verdict verdict) {
      return verdict == Verdict::kTrue || verdict == Verdict::kFalse;
    };
    return child.kind == StepKind::kOperand && is_bool(node.verdict) && is_bool(child.verdict) &&
           node.verdict != child.verdict;
  }

  // ---- the parts of a line ----

  std::string Value(const json::Value& value) const {
    return Shortened(Printable(json::ToString(value)), style_.width);
  }

  std::string Strong(std::string_view text) const {
    return Bold(Printable(text), Colour::kCyan, style_.colour);
  }

  std::string Word(std::string_view word, Verdict verdict) const {
    switch (verdict) {
      case Verdict::kNone:
      case Verdict::kNotReached:
        return std::string(word);
      case Verdict::kTrue:
      case Verdict::kPass:
        return Bold(word, Colour::kGreen, style_.colour);
      case Verdict::kFail:
      case Verdict::kError:
        return Bold(word, Colour::kRed, style_.colour);
      case Verdict::kFalse:
      case Verdict::kWarning:
      case Verdict::kSkip:
        return Bold(word, Colour::kYellow, style_.colour);
    }
    return std::string(word);
  }

  // ": pass", or in words of its own for what is true or false; then why.
  std::string Result(const TraceNode& node, std::string_view if_true, std::string_view if_false) const {
    std::string text;
    std::string_view word = ToString(node.verdict);
    if (node.verdict == Verdict::kTrue) word = if_true;
    if (node.verdict == Verdict::kFalse) word = if_false;
    if (!word.empty()) text += ": " + Word(word, node.verdict);
    return text;
  }

  std::string Why(const TraceNode& node) const {
    return node.message.empty() ? std::string()
                                : " — " + Shortened(Printable(node.message), 4 * style_.width);
  }

  static const json::Value* Detail(const TraceNode& node, std::string_view name) {
    const auto found = std::ranges::find(node.details, name, &engine::TraceDetail::name);
    return found == node.details.end() ? nullptr : &found->value;
  }

  std::string Held(const TraceNode& node) const {
    const json::Value* const wanted = Detail(node, "wanted");
    const json::Value* const found = Detail(node, "found");
    std::string text;
    if (wanted != nullptr) text += "  wanted " + Value(*wanted);
    if (found != nullptr) text += std::string(wanted == nullptr ? "  " : ", ") + "found " + Value(*found);
    if (const json::Value* const part = Detail(node, "subresource")) text += " subresource " + Value(*part);
    return text;
  }

  // " = value", or the error.
  std::string Yields(const TraceNode& node) const {
    if (node.verdict == Verdict::kError) return ": " + Word("error", Verdict::kError) + Why(node);
    const json::Value* const value = Detail(node, "value");
    return value == nullptr ? Why(node) : " = " + Value(*value);
  }

  std::string PartYields(const TraceNode& node) const {
    return node.verdict == Verdict::kTrue || node.verdict == Verdict::kFalse ||
                   node.verdict == Verdict::kNotReached
               ? Result(node, "true", "false")
               : Yields(node);
  }

  // What a part of the policy is called there: "preconditions", "all[0]".
  static std::string Called(const TraceNode& node, std::string_view otherwise) {
    const std::string_view path = node.policy == nullptr ? std::string_view() : LastStep(node.policy->path);
    return std::string(path.empty() ? otherwise : path);
  }

  // An expression on one line; the rest of it, where it has more, follows below.
  std::string Expression(const TraceNode& node) const {
    return Shortened(OneLine(node.text), 2 * style_.width);
  }

  // The expression behind what it comes to.
  std::string Behind(const TraceNode& node) const {
    const std::string text = Shortened(OneLine(node.text), style_.width);
    return text.empty() ? text : "  " + Faint(text);
  }

  std::string Faint(const std::string& text) const {
    return style_.colour ? "\x1b[2m" + text + "\x1b[0m" : text;
  }

  std::string ExpressionLabel(const TraceNode& node) const {
    if (node.policy == nullptr) return Expression(node) + Yields(node);
    std::string label(CalledExpression(node.policy->path));
    if (!node.name.empty()) label += " " + Strong(node.name);
    const bool is_decision = node.verdict != Verdict::kNone;
    label += is_decision ? Result(node, "true", "false") : Yields(node);
    return label + (node.verdict == Verdict::kError ? Why(node) : std::string()) + Behind(node);
  }

  std::string Label(const TraceNode& node) const {
    switch (node.kind) {
      case StepKind::kPolicy: {
        const json::Value* const phase = Detail(node, "phase");
        std::string label = "policy " + Strong(node.name);
        if (phase != nullptr) label += " (" + std::string(phase->string_or("")) + ")";
        if (const json::Value* const kind = Detail(node, "kind")) {
          label += " (" + std::string(kind->string_or(""));
          if (const json::Value* const form = Detail(node, "autogen"))
            label += ", autogen: " + std::string(form->string_or(""));
          label += ")";
        }
        return label + Result(node, "", "") + Why(node);
      }
      case StepKind::kRule:
        return "rule " + Strong(node.name) + Result(node, "", "") +
               (node.verdict == Verdict::kNone ? Why(node) : std::string());
      case StepKind::kMatch:
        return Called(node, "match") + Result(node, "yes", "no") + Why(node);
      case StepKind::kExclude:
        return "exclude" + Result(node, "yes", "no") + Why(node);
      case StepKind::kFilter:
        return Called(node, "filter") + Result(node, "yes", "no") + Why(node) + Held(node);
      case StepKind::kBinding: {
        const json::Value* const params = Detail(node, "params");
        return "binding " + Strong(node.name) + Result(node, "in force", "not in force") +
               (params == nullptr ? std::string() : "  params " + Value(*params));
      }
      case StepKind::kException:
        return "exception " + Strong(node.name) + Result(node, "applies", "does not apply");
      case StepKind::kConditions:
        return Called(node, "conditions") + Result(node, "hold", "do not hold") + Why(node);
      case StepKind::kCondition:
        return ConditionLabel(node);
      case StepKind::kQuery:
        return "{{ " + Expression(node) + " }}" + Yields(node);
      case StepKind::kVariable:
        return "variable " + Strong(node.name) + Source(node) + Yields(node) + Behind(node);
      case StepKind::kPattern:
        return Called(node, "pattern") + Result(node, "", "") + Why(node);
      case StepKind::kPatternNode:
        return NodeName(node.name) + Result(node, "", "") + Held(node) + Why(node);
      case StepKind::kForEach:
        return "foreach " + Expression(node);
      case StepKind::kElement:
        return "element [" + node.name + "]" + Result(node, "", "") +
               (node.verdict == Verdict::kPass ? std::string() : Why(node));
      case StepKind::kTarget:
        return "target " + Strong(node.name) + Result(node, "", "") + Why(node);
      case StepKind::kPodSecurity:
        return "podSecurity " + node.name + " " + node.text + Result(node, "", "");
      case StepKind::kControl:
        return node.name + Result(node, "", "") + Why(node);
      case StepKind::kCel:
        return ExpressionLabel(node);
      case StepKind::kPart:
      case StepKind::kOperand:
        return Shortened(OneLine(node.text), style_.width) + PartYields(node);
      case StepKind::kRound:
        return "[" + node.name + "]" + PartYields(node);
      case StepKind::kPatch:
        return "patch" + Result(node, "", "") + Why(node);
      case StepKind::kImage:
        return "image " + Strong(node.name) + Result(node, "matches", "does not match") + Why(node);
      case StepKind::kGenerated:
        return "makes " + Strong(node.name) + Yields(node);
      case StepKind::kOldObject:
        return "the old object, as if it were new" + Result(node, "", "");
    }
    return {};
  }

  // What a variable was loaded from: " (configMap)".
  static std::string Source(const TraceNode& node) {
    const json::Value* const source = Detail(node, "source");
    if (source == nullptr || source->size() == 0) return {};
    return " (" + Printable(source->string_or("")) + ")";
  }

  // A key as it is written, or the place of an element.
  static std::string NodeName(std::string_view name) {
    const bool is_place = name.find_first_not_of("0123456789") == std::string_view::npos;
    return is_place ? "[" + std::string(name) + "]" : Printable(name);
  }

  std::string ConditionLabel(const TraceNode& node) const {
    std::string label = Called(node, "condition") + Result(node, "true", "false");
    const json::Value* const key = Detail(node, "key");
    const json::Value* const value = Detail(node, "value");
    const json::Value* const op = Detail(node, "operator");
    if (key != nullptr && value != nullptr && op != nullptr) {
      label += "  " + Value(*key) + " " + std::string(op->string_or("")) + " " + Value(*value);
    }
    return label + Why(node);
  }

  std::string Places(const TraceNode& node) const {
    std::string places;
    if (node.policy != nullptr && node.policy->position.line != 0) {
      // What stands elsewhere, such as an exception, says where.
      places += " " + (node.policy->file == file_ ? "policy" : Printable(node.policy->file)) + ":" +
                std::to_string(node.policy->position.line);
    }
    if (node.resource != nullptr && node.resource->position.line != 0) {
      places += " resource:" + std::to_string(node.resource->position.line);
    } else if (node.kind == StepKind::kPatternNode && !node.resource_path.empty() &&
               node.verdict != Verdict::kPass) {
      places += " resource " + Printable(node.resource_path);
    }
    if (places.empty()) return places;
    return Faint(" " + places);
  }

  // What does not fit a line with the rest: a rule's message, a patch's operations.
  std::vector<std::string> MoreLines(const TraceNode& node) const {
    std::vector<std::string> lines;
    if (node.kind == StepKind::kRule && node.verdict != Verdict::kNone && !node.message.empty()) {
      lines.push_back(Shortened(Printable(node.message), 8 * style_.width));
    }
    const json::Value* const patch = node.kind == StepKind::kPatch ? Detail(node, "patch") : nullptr;
    if (patch == nullptr) return lines;
    for (const json::Value& operation : patch->items()) {
      std::string line(operation.StringAt("op"));
      line += ' ' + Printable(operation.StringAt("path"));
      if (const json::Value* value = operation.Find("value")) line += " " + Value(*value);
      lines.push_back(std::move(line));
    }
    if (lines.empty()) lines.emplace_back("changes nothing");
    return lines;
  }

  const ExplanationStyle& style_;
  std::string& out_;
  std::string_view file_;  // of the policy
};

}  // namespace

void AppendExplainedResource(std::string_view name, std::string_view file, std::uint32_t line,
                             const ExplanationStyle& style, std::string& out) {
  if (line == 0) {
    out += "payload " + Bold(Printable(file), Colour::kCyan, style.colour) + "\n";
    return;
  }
  out += "resource " + Bold(Printable(name), Colour::kCyan, style.colour) + "  " + Printable(file) + ":" +
         std::to_string(line) + "\n";
}

void AppendExplanation(const TraceNode& root, const ExplanationStyle& style, std::string& out) {
  Printer(style, out).Print(root);
}

}  // namespace ephor::report
