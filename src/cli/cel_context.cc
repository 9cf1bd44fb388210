#include "cli/cel_context.h"

namespace ephor::cli {

CelContext::CelContext(source::ContextFile file)
    : file_(std::move(file)), cluster_(file_.resources), registry_(file_.images) {}

Result<std::unique_ptr<CelContext>> CelContext::Load(const std::string& path,
                                                     std::span<const json::Value> targets) {
  source::ContextFile file;
  if (!path.empty()) {
    EPHOR_ASSIGN(file, source::LoadContextFile(path));
  }
  file.resources.insert(file.resources.end(), targets.begin(), targets.end());
  return std::unique_ptr<CelContext>(new CelContext(std::move(file)));
}

ports::World CelContext::In(ports::World world) {
  world.cluster = &cluster_;
  world.registry = &registry_;
  return world;
}

}  // namespace ephor::cli
