// Regular expressions as arguments: compiled with the program where they are constant, else per call.
#pragma once

#include <optional>

#include "base/regex.h"
#include "cel/check/library.h"
#include "cel/eval/context.h"

namespace ephor::cel::lib {

// A row's `prepare` for a function whose argument number `arg` is a regular expression.
template <int arg>
Result<std::shared_ptr<const void>> PrepareRegex(std::span<const Value* const> constants) {
  if (constants[arg] == nullptr) return nullptr;
  EPHOR_ASSIGN(Regex regex, Regex::Compile(constants[arg]->text()));
  return std::make_shared<const Regex>(std::move(regex));
}

// The call's expression: the prepared one, or `text` compiled now into `storage`. Null where it is none;
// `error` then says why.
inline const Regex* RegexOf(const Call& call, std::string_view text, std::optional<Regex>& storage,
                            std::string& error) {
  if (call.prepared != nullptr) return static_cast<const Regex*>(call.prepared);
  Result<Regex> compiled = Regex::Compile(text);
  if (!compiled) {
    error = compiled.error().message();
    return nullptr;
  }
  storage.emplace(*std::move(compiled));
  return &*storage;
}

}  // namespace ephor::cel::lib
