#include "cli/diff_run.h"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "cli/context.h"
#include "cli/judge.h"
#include "cli/parallel.h"
#include "cli/progress.h"
#include "cli/workspace.h"
#include "json/parse.h"
#include "report/change_text.h"
#include "source/text.h"

namespace ephor::cli {
namespace {

using json::Value;

Result<void> CheckArguments(const DiffOptions& options) {
  if (options.given.resources.empty() == options.reviews.empty()) {
    return InvalidInput("either resources (--resource) or reviews (--reviews) are required");
  }
  if (options.output != "text" && options.output != "json") {
    return InvalidInput("invalid output \"" + options.output + "\", expected text or json");
  }
  if (!options.given.values_file.empty() && !options.given.set.empty()) {
    return InvalidInput("pass the values either using set flag or values_file flag");
  }
  return {};
}

Result<std::unique_ptr<Workspace>> LoadSide(const DiffOptions& options, const std::string& policies,
                                            std::shared_ptr<const GivenResources> resources,
                                            const Context& context) {
  ApplyOptions given = options.given;
  given.policies = {policies};
  return Workspace::Load(given, std::move(resources), context);
}

// What is judged: a resource, or an AdmissionReview.
class Corpus {
 public:
  static Result<Corpus> Of(const DiffOptions& options, const source::ResourceInput& resources) {
    Corpus corpus;
    corpus.resources_ = resources.documents();
    for (const std::string& path : options.reviews) {
      EPHOR_ASSIGN(source::Text text, source::Text::OfFile(path));
      corpus.AddLines(path,
                      corpus.texts_.emplace_back(std::make_unique<source::Text>(std::move(text)))->bytes());
    }
    return corpus;
  }

  std::size_t size() const { return resources_.size() + lines_.size(); }

  // Calls visit(object or review, its name and place, whether it is a review) for what stands at a position.
  template <class Visit>
  Result<void> ForEach(std::size_t position, Arena& arena, Visit visit) const {
    if (position < resources_.size()) {
      const source::ResourceDocument& document = resources_[position];
      EPHOR_ASSIGN(const auto objects, source::DecodeResources(document, arena));
      for (const Value& object : objects) {
        EPHOR_TRY(visit(object, {NameOf(object), *document.file, document.document.line}, false));
      }
      return {};
    }
    const Line& line = lines_[position - resources_.size()];
    const auto review = json::Parse(line.text, arena);
    if (!review) {
      return InvalidInput(std::string(line.file) + ":" + std::to_string(line.number) + ": " +
                          review.error().message());
    }
    const Value* object = review->Find("request", "object");
    if (object == nullptr || !object->is_object()) object = review->Find("request", "oldObject");
    return visit(*review, {object == nullptr ? std::string() : NameOf(*object), line.file, line.number},
                 true);
  }

 private:
  struct Line {
    std::string_view file;
    std::string_view text;
    std::uint32_t number;
  };

  static std::string NameOf(const Value& object) {
    std::string name(object.StringAt("metadata", "namespace"));
    if (!name.empty()) name += '/';
    return name.append(object.StringAt("kind")).append("/").append(object.StringAt("metadata", "name"));
  }

  void AddLines(std::string_view file, std::string_view text) {
    std::uint32_t number = 0;
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      ++number;
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) lines_.push_back({file, line, number});
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  std::span<const source::ResourceDocument> resources_;
  std::vector<std::unique_ptr<source::Text>> texts_;
  std::vector<Line> lines_;
};

// What a chunk of the corpus comes to.
struct Part {
  std::string text;
  std::string errors;
  report::ChangeSummary summary;
};

// Takes the parts as they are done and gives them on in the order of the corpus; holds only those that others
// are still waited for.
class InOrder {
 public:
  explicit InOrder(std::function<void(Part)> sink) : sink_(std::move(sink)) {}

  void Add(std::size_t chunk, Part part) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(chunk, std::move(part));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;
         first = waiting_.begin()) {
      sink_(std::move(first->second));
      waiting_.erase(first);
      ++next_;
    }
  }

 private:
  std::mutex mutex_;
  std::function<void(Part)> sink_;
  std::map<std::size_t, Part> waiting_;
  std::size_t next_ = 0;
};

class Comparison {
 public:
  Comparison(const Workspace& before, const Workspace& after, const DiffOptions& options, bool colour)
      : before_(before.session), after_(after.session), options_(options), colour_(colour) {}

  // The changes of one object, appended to the part.
  Result<void> Compare(const Value& object, const report::ChangedObject& place, bool is_review, Arena& arena,
                       Part& part) const {
    EPHOR_ASSIGN(const auto before, Decide(before_, object, is_review, arena));
    EPHOR_ASSIGN(const auto after, Decide(after_, object, is_review, arena));
    const std::vector<report::Change> changes = report::ChangesBetween(before, after);
    part.summary.CountObject(changes);
    if (changes.empty() || options_.summary) return {};
    if (options_.output == "json") {
      report::AppendChangesJson(place, changes, part.text);
      part.text += ",\n";
    } else {
      report::AppendChanges(place, changes, colour_, part.text);
    }
    return {};
  }

 private:
  static Result<std::span<const report::Decision>> Decide(const Session& session, const Value& object,
                                                          bool is_review, Arena& arena) {
    const Value* reviewed = is_review ? object.Find("request", "object") : &object;
    const Value subject = reviewed == nullptr ? Value() : *reviewed;
    EPHOR_ASSIGN(const Judged judged,
                 is_review ? JudgeReview(session, object, arena) : Judge(session, object, "", arena));
    const source::NamespaceEntry* labels = session.values.LabelsOf(subject.StringAt("metadata", "namespace"));
    const Value namespace_labels = labels != nullptr && labels->labels != nullptr ? *labels->labels : Value();
    return report::DecisionsOf(judged.responses, judged.mutated, subject, namespace_labels, arena);
  }

  const Session& before_;
  const Session& after_;
  const DiffOptions& options_;
  bool colour_;
};

Result<int> Run(const DiffOptions& options, const Context& context) {
  EPHOR_TRY(CheckArguments(options));
  EPHOR_ASSIGN(const auto resources, GivenResources::Load(options.given, context));
  EPHOR_ASSIGN(const std::unique_ptr<Workspace> before,
               LoadSide(options, options.old_policies, resources, context));
  EPHOR_ASSIGN(const std::unique_ptr<Workspace> after,
               LoadSide(options, options.new_policies, resources, context));
  EPHOR_ASSIGN(const Corpus corpus, Corpus::Of(options, resources->input));
  const Comparison comparison(*before, *after, options, context.colour && !options.remove_color);

  const bool is_json = options.output == "json";
  std::string errors = before->Complaints() + after->Complaints();
  report::ChangeSummary summary;
  if (is_json) context.Print("{\"resources\":[\n");
  bool printed = false;
  InOrder in_order([&](Part part) {
    summary.Add(part.summary);
    errors += part.errors;
    std::string_view text = part.text;
    if (is_json && !text.empty()) {
      text.remove_suffix(2);  // the comma before what may not come
      if (printed) context.Print(",\n");
    }
    printed |= !text.empty();
    context.Print(text);
  });
  Progress progress(context.err, context.err_is_terminal, corpus.size());
  ForEachChunk(
      corpus.size(),
      [&](std::size_t begin, std::size_t end, std::size_t chunk) {
        thread_local Arena arena;
        Part part;
        for (std::size_t i = begin; i < end; ++i) {
          arena.Reset();
          const auto compared = corpus.ForEach(
              i, arena, [&](const Value& object, const report::ChangedObject& place, bool is_review) {
                return comparison.Compare(object, place, is_review, arena, part);
              });
          if (!compared) part.errors += "Error: " + compared.error().message() + "\n";
        }
        in_order.Add(chunk, std::move(part));
      },
      [&](std::size_t done) { progress.Show(done); });

  std::string tail;
  if (is_json) {
    tail += printed ? "\n],\"summary\":" : "],\"summary\":";
    report::AppendSummaryJson(summary, tail);
    tail += "}\n";
  } else {
    if (printed) tail += "\n";
    report::AppendSummary(summary, tail);
  }
  context.Print(tail);
  std::fflush(context.out);
  std::fputs(errors.c_str(), context.err);
  if (!errors.empty()) return 2;
  return summary.empty() ? 0 : 1;
}

}  // namespace

int RunDiff(const DiffOptions& options, const Context& context) {
  const auto code = Run(options, context);
  if (code) return *code;
  std::fputs(("Error: " + code.error().message() + "\n").c_str(), context.err);
  return 2;
}

}  // namespace ephor::cli
