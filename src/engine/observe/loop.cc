#include "engine/observe/loop.h"

#include <string>

namespace ephor::engine {

void ObservedElement::Begin(std::size_t index, const json::Value& element) const {
  observer_->Begin({.kind = StepKind::kElement, .name = std::to_string(index), .subject = &element});
}

}  // namespace ephor::engine
