// The entries that a test gives in place of the global context: its `globalContextEntries`.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "ports/global_context.h"
#include "ports/world.h"

namespace ephor::cli {

// Immutable; any thread may call it. The arena and the list's document must outlive it.
class RecordedGlobalContext final : public ports::GlobalContext {
 public:
  // Of the list as the test writes it, whose files are relative to the directory. Fails with the first entry
  // that makes no sense; a query that fails is the error of whoever asks for the entry.
  static Result<RecordedGlobalContext> Of(const json::Value& entries, const std::string& directory,
                                          const ports::World& world, Arena& arena);

  Result<std::optional<json::Value>> Entry(std::string_view name, std::string_view projection,
                                           Arena& arena) const override;

 private:
  std::map<std::string, Result<json::Value>, std::less<>> entries_;
};

}  // namespace ephor::cli
