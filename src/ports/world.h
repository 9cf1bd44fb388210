// What evaluation may ask of the world, gathered. Null where there is no such thing, which the asking
// function or context entry reports as its own error.
#pragma once

#include "base/deadline.h"

namespace ephor::ports {

class Authorizer;
class Clock;
class Cluster;
class CustomTypes;
class Generator;
class GlobalContext;
class HttpService;
class Random;
class Registry;
class Resolver;

struct World {
  const Clock* clock = nullptr;
  Random* random = nullptr;
  Resolver* resolver = nullptr;
  const Cluster* cluster = nullptr;
  const CustomTypes* custom_types = nullptr;
  HttpService* http = nullptr;
  Registry* registry = nullptr;
  Generator* generator = nullptr;
  const GlobalContext* global_context = nullptr;
  const Authorizer* authorizer = nullptr;
  // Of the request that is evaluated; what computes long looks at it, what waits is given it.
  Deadline deadline;
};

}  // namespace ephor::ports
