// What policies written in CEL find of a cluster and of registries when the command line runs without them.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "json/value.h"
#include "ports/world.h"
#include "source/context_file.h"

namespace ephor::cli {

// The contents of a context file, or nothing at all. Outlives the worlds that use it; safe from any thread.
class CelContext {
 public:
  // "" for no file. The targets, which must outlive it, are found like the file's resources.
  static Result<std::unique_ptr<CelContext>> Load(const std::string& path,
                                                  std::span<const json::Value> targets = {});

  // The world with its cluster and its registry replaced.
  ports::World In(ports::World world);

 private:
  explicit CelContext(source::ContextFile file);

  source::ContextFile file_;
  source::ContextCluster cluster_;
  source::ContextRegistry registry_;
};

}  // namespace ephor::cli
