#include "engine/observe/matching.h"

#include <string>

#include "json/builder.h"

namespace ephor::engine {
namespace {

using Criterion = ResourceFilter::Criterion;
using Reading = ResourceFilter::Reading;
using json::Value;

// As policies write it.
std::string_view NameOf(Criterion criterion) {
  switch (criterion) {
    case Criterion::kNone:
      return "";
    case Criterion::kAnything:
      return "an empty filter matches nothing";
    case Criterion::kOperations:
      return "operations";
    case Criterion::kKinds:
      return "kinds";
    case Criterion::kName:
      return "name";
    case Criterion::kNames:
      return "names";
    case Criterion::kNamespaces:
      return "namespaces";
    case Criterion::kAnnotations:
      return "annotations";
    case Criterion::kSelector:
      return "selector";
    case Criterion::kNamespaceSelector:
      return "namespaceSelector";
    case Criterion::kUser:
      return "subjects, roles, clusterRoles";
  }
  return "";
}

Value TextArray(std::span<const std::string_view> texts, Arena& arena) {
  json::ArrayBuilder items(arena, texts.size());
  for (const std::string_view text : texts) items.Add(Value::String(text));
  return items.Build();
}

Value KindOf(const Request& request, Arena& arena) {
  std::string text(request.kind.group);
  if (!text.empty()) text += '/';
  text.append(request.kind.version).append("/").append(request.kind.kind);
  if (!request.subresource.empty()) text.append("/").append(request.subresource);
  return Value::String(arena.Copy(text));
}

// What the request has where the filter wants something else.
Value Found(Criterion criterion, const Request& request, const Resource& subject, const Requester& requester,
            Arena& arena) {
  switch (criterion) {
    case Criterion::kNone:
    case Criterion::kAnything:
      return Value();
    case Criterion::kOperations:
      return Value::String(request.operation);
    case Criterion::kKinds:
      return KindOf(request, arena);
    case Criterion::kName:
    case Criterion::kNames:
      return Value::String(subject.name_or_generate_name());
    case Criterion::kNamespaces:
      return Value::String(subject.kind == "Namespace" ? subject.name : subject.namespace_);
    case Criterion::kAnnotations:
      return subject.annotations;
    case Criterion::kSelector:
      return subject.labels;
    case Criterion::kNamespaceSelector:
      return request.namespace_labels;
    case Criterion::kUser: {
      json::ObjectBuilder user(arena);
      user.Set("username", Value::String(requester.username));
      user.Set("groups", TextArray(requester.groups, arena));
      user.Set("roles", TextArray(requester.roles, arena));
      user.Set("clusterRoles", TextArray(requester.cluster_roles, arena));
      return user.Build();
    }
  }
  return Value();
}

// What the filter wants, as it is written.
Value Wanted(Criterion criterion, const Value& source, Arena& arena) {
  if (criterion == Criterion::kUser) {
    json::ObjectBuilder user(arena);
    for (const std::string_view key : {"subjects", "roles", "clusterRoles"}) {
      if (const Value* value = source.Find(json::Key(key))) user.Set(json::Key(key), *value);
    }
    return user.Build();
  }
  const Value* wanted = source.Find("resources", json::Key(NameOf(criterion)));
  return wanted == nullptr ? Value() : *wanted;
}

// Of a rule, in one reading, about one object.
class Teller {
 public:
  Teller(const Request& request, const Resource& subject, Reading reading, Arena& arena, Observer& observer)
      : request_(request), subject_(subject), reading_(reading), arena_(arena), observer_(observer) {}

  void TellFilters(const FilterSet& filters) const {
    for (const ResourceFilter& filter : filters.filters()) TellFilter(filter);
  }

 private:
  void TellFilter(const ResourceFilter& filter) const {
    const Criterion mismatch = filter.FirstMismatch(request_, subject_, request_.requester, reading_);
    const Step step{.kind = StepKind::kFilter, .source = filter.source()};
    if (mismatch == Criterion::kNone) return observer_.Tell(step, {Verdict::kTrue, {}, {}});
    if (mismatch == Criterion::kAnything || filter.source() == nullptr) {
      return observer_.Tell(step, {Verdict::kFalse, NameOf(mismatch), {}});
    }
    const Detail details[] = {{"wanted", Wanted(mismatch, *filter.source(), arena_)},
                              {"found", Found(mismatch, request_, subject_, request_.requester, arena_)}};
    observer_.Tell(step, {Verdict::kFalse, NameOf(mismatch), details});
  }

  const Request& request_;
  const Resource& subject_;
  Reading reading_;
  Arena& arena_;
  Observer& observer_;
};

Verdict VerdictOf(bool holds) {
  return holds ? Verdict::kTrue : Verdict::kFalse;
}

}  // namespace

void TellMatch(const Match& match, const Request& request, Arena& arena, Observer& observer) {
  const Resource& subject = request.subject();
  observer.Begin({.kind = StepKind::kMatch, .source = match.match().source()});
  if (!subject.present()) return observer.End({Verdict::kFalse, "there is no object", {}});
  const bool matches = match.match().MatchesAsMatch(request, subject, request.requester);
  Teller(request, subject, Reading::kMatch, arena, observer).TellFilters(match.match());
  observer.End({VerdictOf(matches), {}, {}});
  if (!matches || match.exclude().source() == nullptr) return;

  observer.Begin({.kind = StepKind::kExclude, .source = match.exclude().source()});
  Teller(request, subject, Reading::kExclude, arena, observer).TellFilters(match.exclude());
  observer.End({VerdictOf(match.exclude().MatchesAsExclude(request, subject, request.requester)), {}, {}});
}

void TellExceptionMatch(const CompiledException& exception, const Request& request, Arena& arena,
                        Observer& observer) {
  const FilterSet& filters = exception.match();
  observer.Begin({.kind = StepKind::kMatch, .source = filters.source()});
  Teller(request, request.subject(), Reading::kException, arena, observer).TellFilters(filters);
  observer.End({VerdictOf(filters.MatchesAsException(request, request.subject())), {}, {}});
}

}  // namespace ephor::engine
