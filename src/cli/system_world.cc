#include "cli/system_world.h"

#include <sys/random.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <utility>

#include "net/resolve.h"
#include "ports/clock.h"
#include "ports/http_service.h"
#include "ports/random.h"
#include "ports/resolver.h"
#include "registry/image_registry.h"

namespace ephor::cli {
namespace {

class SystemClock : public ports::Clock {
 public:
  Time Now() const override {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    std::tm local{};
    localtime_r(&now.tv_sec, &local);
    return {now.tv_sec, static_cast<std::int32_t>(now.tv_nsec), static_cast<std::int32_t>(local.tm_gmtoff),
            local.tm_zone == nullptr ? std::string() : std::string(local.tm_zone)};
  }
};

class SystemRandom : public ports::Random {
 public:
  std::uint64_t Next() override {
    std::uint64_t bits = 0;
    if (getrandom(&bits, sizeof bits, 0) == sizeof bits) return bits;
    // Only a kernel without the call comes here. Distinct values are what is left to give.
    return static_cast<std::uint64_t>(std::time(nullptr)) * 0x9E3779B97F4A7C15u + ++counter_;
  }

 private:
  std::atomic<std::uint64_t> counter_{0};
};

// As long as the system's own resolver tries by default, about.
constexpr std::chrono::seconds kResolvingTime(30);

class SystemResolver : public ports::Resolver {
 public:
  Result<std::vector<std::string>> Resolve(std::string_view host, Deadline deadline) override {
    EPHOR_ASSIGN(const auto found,
                 net::Resolve(std::string(host), Deadline::In(kResolvingTime).Sooner(deadline).when()));
    std::vector<std::string> addresses;
    for (const net::ResolvedAddress& address : found) addresses.push_back(address.text());
    return addresses;
  }
};

}  // namespace

struct SystemWorld::Parts {
  explicit Parts(net::HttpServiceOptions options) : http(net::MakeHttpService(std::move(options))) {}

  SystemClock clock;
  SystemRandom random;
  SystemResolver resolver;
  std::unique_ptr<ports::HttpService> http;
  std::unique_ptr<ports::Registry> registry;
};

SystemWorld::SystemWorld(net::HttpServiceOptions http) : parts_(std::make_unique<Parts>(std::move(http))) {}
SystemWorld::~SystemWorld() = default;

ports::Registry& SystemWorld::registry(bool keeps_tags) const {
  if (parts_->registry == nullptr) {
    parts_->registry = registry::MakeImageRegistry([keeps_tags]() -> Result<registry::ImageRegistryOptions> {
      registry::ImageRegistryOptions options;
      EPHOR_ASSIGN(options.client.keychain, registry::KeychainOfEnvironment());
      options.keeps_tags = keeps_tags;
      return options;
    });
  }
  return *parts_->registry;
}

ports::World SystemWorld::ports() const {
  ports::World world;
  world.clock = &parts_->clock;
  world.random = &parts_->random;
  world.resolver = &parts_->resolver;
  world.http = parts_->http.get();
  return world;
}

}  // namespace ephor::cli
