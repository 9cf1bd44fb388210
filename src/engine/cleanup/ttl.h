// The label cleanup.kyverno.io/ttl: objects that say themselves when they are to be deleted.
#pragma once

#include <optional>
#include <string_view>

#include "base/duration.h"
#include "base/result.h"
#include "base/time.h"
#include "json/value.h"

namespace ephor::engine {

inline constexpr std::string_view kTtlLabel = "cleanup.kyverno.io/ttl";

struct TtlDeletion {
  Time due;                      // the object is deleted once this has passed
  std::string_view propagation;  // "Foreground", "Background", "Orphan", or ""
};

// What the label of an object asks for: nothing where there is no label, where the object is already being
// deleted, and where a duration is asked of an object that does not say when it was created. Fails on a
// value that is neither a duration nor a time, with Go's text for the latter.
Result<std::optional<TtlDeletion>> TtlDeletionOf(const json::Value& object);

// The warning about a label's value that cannot be read, or nothing: for the admission of an object.
std::optional<std::string> TtlWarning(const json::Value& object);

// A duration as k8s.io/kube-openapi reads it: Go's, else the sum of all pieces "NUMBER UNIT" in the text,
// with units from ns to weeks in short and long forms, letters of any case; other pieces are passed over
// where one is known. Saturates.
std::optional<Duration> ParseLooseDuration(std::string_view text);

}  // namespace ephor::engine
