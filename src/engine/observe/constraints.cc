#include "engine/observe/constraints.h"

namespace ephor::engine {
namespace {

using Criterion = MatchConstraints::Criterion;
using json::Value;

// As policies write it.
std::string_view NameOf(Criterion criterion) {
  switch (criterion) {
    case Criterion::kNone:
      return "";
    case Criterion::kOperations:
      return "operations";
    case Criterion::kScope:
      return "scope";
    case Criterion::kApiGroups:
      return "apiGroups";
    case Criterion::kApiVersions:
      return "apiVersions";
    case Criterion::kResources:
      return "resources";
    case Criterion::kResourceNames:
      return "resourceNames";
  }
  return "";
}

// What the request has where the rule wants something else.
Value Found(Criterion criterion, const Request& request) {
  switch (criterion) {
    case Criterion::kNone:
      return Value();
    case Criterion::kOperations:
      return Value::String(request.operation);
    case Criterion::kScope:
      return Value::String(request.namespace_.empty() ? "Cluster" : "Namespaced");
    case Criterion::kApiGroups:
      return Value::String(request.resource.group);
    case Criterion::kApiVersions:
      return Value::String(request.resource.version);
    case Criterion::kResources:
      return Value::String(request.resource.resource);
    case Criterion::kResourceNames:
      return Value::String(request.name.empty() ? request.object.generate_name : request.name);
  }
  return Value();
}

}  // namespace

void ConstraintsTeller::Tell(const Result<bool>& matches) const {
  observer_.Begin({.kind = StepKind::kMatch, .source = constraints_.source_->source});
  bool any = constraints_.rules_.empty();
  for (const Rule& rule : constraints_.rules_) any |= TellRule(rule);
  if (any) {
    for (const Rule& rule : constraints_.excludes_) TellRule(rule);
    TellSelectors();
  }
  if (matches) {
    observer_.End({*matches ? Verdict::kTrue : Verdict::kFalse, {}, {}});
  } else {
    observer_.End({Verdict::kError, matches.error().message(), {}});
  }
}

bool ConstraintsTeller::TellRule(const Rule& rule) const {
  const Criterion mismatch = rule.FirstMismatch(request_, operation_);
  const Value* source = rule.source->source;
  const Step step{.kind = StepKind::kFilter, .source = source};
  if (mismatch == Criterion::kNone) {
    observer_.Tell(step, {Verdict::kTrue, {}, {}});
    return true;
  }
  const std::string_view name = NameOf(mismatch);
  const Value* wanted = source == nullptr ? nullptr : source->Find(json::Key(name));
  const Detail details[] = {{"wanted", wanted == nullptr ? Value() : *wanted},
                            {"found", Found(mismatch, request_)},
                            {"subresource", Value::String(request_.subresource)}};
  const bool of_subresource = mismatch == Criterion::kResources && !request_.subresource.empty();
  observer_.Tell(step, {Verdict::kFalse, name, std::span(details, of_subresource ? 3 : 2)});
  return false;
}

void ConstraintsTeller::TellSelectors() const {
  const Value* source = constraints_.source_->source;
  if (source == nullptr) return;
  const Value* of_namespace = source->Find("namespaceSelector");
  if (of_namespace != nullptr && constraints_.LooksAtNamespace(request_)) {
    const bool is_valid = constraints_.namespace_selector_->valid();
    const bool is_known = request_.namespace_labels.is_object();
    // Of a namespace that is not known only the name is.
    TellSelector(*of_namespace, is_valid, is_valid && constraints_.MatchesNamespace(request_),
                 {"found", is_known ? request_.namespace_labels : Value::String(request_.namespace_)});
  }
  const Value* of_object = source->Find("objectSelector");
  if (of_object != nullptr && constraints_.object_selector_) {
    const bool is_valid = constraints_.object_selector_->valid();
    const Value& labels = request_.subject().labels;
    TellSelector(*of_object, is_valid, is_valid && constraints_.MatchesObject(request_),
                 {"found", labels.is_object() ? labels : Value::Object({})});
  }
}

void ConstraintsTeller::TellSelector(const Value& source, bool is_valid, bool selects,
                                     const Detail& found) const {
  const Step step{.kind = StepKind::kFilter, .source = &source};
  if (!is_valid) return observer_.Tell(step, {Verdict::kError, "the selector is not valid", {}});
  const Detail details[] = {{"wanted", source}, found};
  observer_.Tell(step, {selects ? Verdict::kTrue : Verdict::kFalse, {}, details});
}

}  // namespace ephor::engine
