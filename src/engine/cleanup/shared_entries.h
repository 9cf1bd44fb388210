// The context entries of a policy that looks at many objects in one run.
#pragma once

#include <memory>
#include <vector>

#include "engine/context.h"
#include "engine/entries.h"

namespace ephor::engine {

// Loads an entry once for all contexts that it is added to, whether that succeeds or not, when the first
// query mentions it. Entries that may depend on the object, because they name `target`, `images`, `request`
// or such an entry, are loaded for each object. From any thread: the others wait for one that loads.
class SharedEntries {
 public:
  // The entries must outlive it, and it the contexts.
  explicit SharedEntries(const Entries& entries);
  SharedEntries(SharedEntries&&) noexcept;
  ~SharedEntries();

  void AddTo(Context& context) const {
    for (const Loader* loader : loaders_) context.Add(*loader);
  }

 private:
  class Once;
  std::vector<std::unique_ptr<const Once>> shared_;
  std::vector<const Loader*> loaders_;  // in the order of the entries
};

}  // namespace ephor::engine
