#include "engine/observe/cel.h"

namespace ephor::engine {
namespace {

Verdict VerdictOf(const json::Value& value) {
  if (!value.is_bool()) return Verdict::kNone;
  return value.as_bool() ? Verdict::kTrue : Verdict::kFalse;
}

}  // namespace

void ObservedCel::Note(const Result<cel::Value>& result, Arena& arena) {
  if (!result) {
    verdict_ = Verdict::kError;
    message_ = arena.Copy(result.error().message());
    return;
  }
  const cel::Value& value = *result;
  if (value.is_error()) {
    verdict_ = Verdict::kError;
    message_ = value.error().message;
    return;
  }
  const auto as_json = cel::ToJson(value, arena);
  if (!as_json) {
    message_ = cel::TypeName(value);
    return;
  }
  has_value_ = true;
  value_ = *as_json;
  verdict_ = VerdictOf(value_);
}

void ObservedCel::End() const {
  const Detail value{"value", value_};
  observer_->End({verdict_, message_, std::span(&value, has_value_ ? 1 : 0)});
}

}  // namespace ephor::engine
