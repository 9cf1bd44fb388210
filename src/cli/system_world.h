// The machine's clock, randomness, names and network, as evaluation asks for them.
#pragma once

#include <memory>

#include "net/http_service.h"
#include "ports/world.h"

namespace ephor::cli {

// Lives at least as long as what uses its ports. Safe from any thread; costs nothing until it is asked.
class SystemWorld {
 public:
  explicit SystemWorld(net::HttpServiceOptions http = {});
  ~SystemWorld();

  ports::World ports() const;
  // Image registries, with the credentials of the machine, for commands that may ask them. Tags are resolved
  // once where the command ends soon.
  ports::Registry& registry(bool keeps_tags) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ephor::cli
