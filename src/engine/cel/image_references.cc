#include "engine/cel/image_references.h"

#include "cel/lib/environments.h"
#include "engine/observe/observer.h"
#include "policy/field_error.h"

namespace ephor::engine {
namespace {

// Expressions of entries see the image alone.
std::shared_ptr<const cel::Env> Environment() {
  static const std::shared_ptr<const cel::Env> env = [] {
    cel::lib::KyvernoDialect dialect;
    dialect.two_variable_loops = dialect.fold_and_validate = dialect.authorizers = false;
    dialect.lenient_or_value = dialect.certificates = false;
    cel::Env::Builder builder(cel::lib::KyvernoEnv(dialect));
    builder.AddVariable("ref", &cel::types::kString);
    return builder.Build();
  }();
  return env;
}

}  // namespace

std::string GlobExpression(std::string_view glob) {
  std::string expression;
  int alternatives = 0;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    const char c = glob[i];
    const std::size_t end = c == '[' ? glob.find(']', i + 1) : std::string_view::npos;
    if (c == '*') {
      expression += "(?s:.*)";
    } else if (c == '?') {
      expression += "(?s:.)";
    } else if (end != std::string_view::npos && end > i + 1) {
      std::string_view set = glob.substr(i + 1, end - i - 1);
      const bool negated = set.starts_with('!');
      if (negated) set.remove_prefix(1);
      expression += negated ? "[^" : "[";
      for (const char member : set) {
        if (member == '\\' || member == '^' || member == '[') expression += '\\';
        expression += member;
      }
      expression += ']';
      i = end;
    } else if (c == '{') {
      expression += "(?:";
      ++alternatives;
    } else if (c == '}' && alternatives > 0) {
      expression += ')';
      --alternatives;
    } else if (c == ',' && alternatives > 0) {
      expression += '|';
    } else {
      if (c == '\\' && i + 1 < glob.size()) ++i;
      expression += QuoteRegex(glob.substr(i, 1));
    }
  }
  return expression;
}

bool ImageReferences::Compile(std::span<const policy::MatchImageReference> source, SpecCompiler& compiler) {
  for (std::size_t i = 0; i < source.size(); ++i) {
    const std::string path = "spec.matchImageReferences[" + std::to_string(i) + "]";
    if (!source[i].glob.empty()) {
      auto expression = Regex::Compile(GlobExpression(source[i].glob));
      if (!expression) {
        compiler.Complain(policy::InvalidField(path + ".glob", source[i].glob, expression.error().message()));
        return false;
      }
      entries_.push_back({source[i].glob, *std::move(expression)});
      continue;
    }
    auto program =
        compiler.Compile(path + ".expression", source[i].expression, Environment(), CelOutput::kBool);
    if (!program) return false;
    entries_.push_back({source[i].expression, *program->program()});
  }
  return true;
}

Result<bool> ImageReferences::Test(const Entry& entry, std::string_view image, const ports::World& world,
                                   Arena& arena) {
  if (const auto* expression = std::get_if<Regex>(&entry.test)) return expression->FullMatch(image);
  const auto& program = std::get<cel::Program>(entry.test);
  cel::Context context{.arena = arena, .world = world};
  const std::span<cel::Value> slots = arena.NewArray<cel::Value>(program.env()->slots());
  std::fill(slots.begin(), slots.end(), cel::Value::Null());
  slots[program.env()->FindVariable("ref")->slot] = cel::Value::String(image);
  EPHOR_ASSIGN(const cel::Value matches, program.Evaluate(slots, context));
  return matches.is_true();
}

Result<bool> ImageReferences::Match(std::string_view image, const ports::World& world, Arena& arena,
                                    Observer* observer) const {
  for (const Entry& entry : entries_) {
    Watched watched(observer, {.kind = StepKind::kCel, .text = entry.text});
    const auto matches = Test(entry, image, world, arena);
    watched.Conclude(!matches ? Verdict::kError : *matches ? Verdict::kTrue : Verdict::kFalse);
    if (!matches || *matches) return matches;
  }
  return entries_.empty();
}

}  // namespace ephor::engine
