// Where the fields of resources stand in the files they were read from.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "source/resources.h"

namespace ephor::source {

// Reads a document again, with its positions, when it is first asked about it, and remembers only the last
// one: for questions about one document after the other. Not thread-safe.
class FieldLocator {
 public:
  FieldLocator();
  ~FieldLocator();
  FieldLocator(FieldLocator&&) noexcept;
  FieldLocator& operator=(FieldLocator&&) noexcept;

  // The field at a path, "/spec/containers/0/image/" or "spec.containers[0].image", of the document's object,
  // or of an item of a List. Where there is no such field, the nearest part around it; for "" the object.
  // Lines count from the beginning of the file.
  SourcePosition Locate(const ResourceDocument& document, std::size_t item, std::string_view path);

 private:
  struct Loaded;
  std::unique_ptr<Loaded> loaded_;
};

}  // namespace ephor::source
