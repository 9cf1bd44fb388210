#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cel/plan/noted_program.h"
#include "engine/observe/cel.h"

namespace ephor::engine {
namespace {

using Role = cel::NoteSite::Role;
using Shape = cel::NoteSite::Shape;

// A part that was computed, with those that were computed for it.
struct Part {
  std::uint32_t site;
  const cel::Value* value;
  std::vector<Part> parts;
};

class PartsTeller {
 public:
  PartsTeller(std::span<const cel::NoteSite> sites, Arena& arena, Observer& observer)
      : sites_(sites), arena_(arena), observer_(observer) {}

  void Tell(const cel::Notes& notes) const {
    const std::vector<Part> parts = Nested(notes);
    // What the whole expression comes to is told by its own step.
    const bool is_whole = parts.size() == 1 && parts[0].site == 0 && sites_[0].last + 1 == sites_.size();
    if (is_whole) return TellWithin(parts[0]);
    for (const Part& part : parts) TellPart(part);
  }

 private:
  // A part takes those before it that lie within it. What was computed for a part that failed stays, and is
  // taken by the one around.
  std::vector<Part> Nested(const cel::Notes& notes) const {
    std::vector<Part> open;
    for (const cel::Note& note : notes.all()) {
      std::size_t first = open.size();
      while (first > 0 && open[first - 1].site > note.site && open[first - 1].site <= sites_[note.site].last)
        --first;
      Part part{note.site, &note.value, {}};
      part.parts.assign(std::make_move_iterator(open.begin() + static_cast<std::ptrdiff_t>(first)),
                        std::make_move_iterator(open.end()));
      open.resize(first);
      open.push_back(std::move(part));
    }
    return open;
  }

  // A variable that is read as it is has a step of its own, or has had one.
  static bool IsVariable(const Part& part, std::string_view text) {
    constexpr std::string_view kVariables = "variables.";
    return part.parts.empty() && text.starts_with(kVariables) &&
           text.find_first_of(".[", kVariables.size()) == std::string_view::npos;
  }

  void TellPart(const Part& part) const {
    const cel::NoteSite& site = sites_[part.site];
    const bool is_operand = site.role == Role::kOperand;
    if (!is_operand && IsVariable(part, site.text)) return;
    ObservedCel step(&observer_,
                     {.kind = is_operand ? StepKind::kOperand : StepKind::kPart, .text = site.text});
    TellWithin(part);
    step.Tell(*part.value, arena_);
  }

  void TellWithin(const Part& part) const {
    switch (sites_[part.site].shape) {
      case Shape::kAnd:
      case Shape::kOr:
      case Shape::kConditional:
        return TellOperands(part);
      case Shape::kLoop:
        return TellLoop(part);
      case Shape::kOther:
        for (const Part& inner : part.parts) TellPart(inner);
    }
  }

  // All of them, in the order of the text.
  void TellOperands(const Part& part) const {
    auto inner = part.parts.begin();
    const std::uint32_t last = sites_[part.site].last;
    for (std::uint32_t site = part.site + 1; site <= last; site = sites_[site].last + 1) {
      bool is_told = false;
      for (; inner != part.parts.end() && inner->site <= sites_[site].last; ++inner) {
        TellPart(*inner);
        is_told = true;
      }
      if (!is_told && sites_[site].role == Role::kOperand) {
        observer_.Tell({.kind = StepKind::kOperand, .text = sites_[site].text},
                       {Verdict::kNotReached, {}, {}});
      }
    }
  }

  void TellLoop(const Part& part) const {
    std::size_t i = 0;
    for (; i < part.parts.size() && sites_[part.parts[i].site].role != Role::kRound; ++i)
      TellPart(part.parts[i]);
    // A round ends where its first site, or one before it, comes again.
    for (std::size_t round = 0; i < part.parts.size(); ++round) {
      std::size_t end = i + 1;
      while (end < part.parts.size() && part.parts[end].site > part.parts[end - 1].site) ++end;
      TellRound(round, std::span(part.parts).subspan(i, end - i));
      i = end;
    }
  }

  // The loop's text has the body's; what it comes to is the round's.
  void TellRound(std::size_t number, std::span<const Part> parts) const {
    const std::string name = std::to_string(number);
    ObservedCel step(&observer_, {.kind = StepKind::kRound, .name = name});
    for (const Part& part : parts.first(parts.size() - 1)) TellPart(part);
    TellWithin(parts.back());
    step.Tell(*parts.back().value, arena_);
  }

  std::span<const cel::NoteSite> sites_;
  Arena& arena_;
  Observer& observer_;
};

}  // namespace

Result<cel::Value> EvaluateTold(const cel::Program& program, std::span<const cel::Value> slots,
                                cel::Context& context, Observer& observer) {
  const auto noted = cel::NotedProgram::Of(program);
  if (!noted) return program.Evaluate(slots, context);
  cel::Notes notes;
  auto value = noted->Evaluate(slots, context, notes);
  PartsTeller(noted->sites(), context.arena, observer).Tell(notes);
  return value;
}

}  // namespace ephor::engine
