// A world without surprises for the tests of this library.
#pragma once

#include "ports/clock.h"
#include "ports/random.h"
#include "ports/resolver.h"
#include "ports/world.h"

namespace ephor::jmespath {

class FixedWorld {
 public:
  ports::World ports() { return {.clock = &clock_, .random = &random_, .resolver = &resolver_}; }

 private:
  // 2023-11-14T22:13:20Z, told in a zone two hours east.
  struct Clock : ports::Clock {
    Time Now() const override { return {1'700'000'000, 5, 7200, ""}; }
  };
  // A linear congruential generator: the same numbers in every run.
  struct Random : ports::Random {
    std::uint64_t Next() override {
      state = state * 6364136223846793005u + 1442695040888963407u;
      return state >> 16;
    }
    std::uint64_t state = 1;
  };
  struct Resolver : ports::Resolver {
    Result<std::vector<std::string>> Resolve(std::string_view host, Deadline) override {
      if (host == "inside.example.org") return std::vector<std::string>{"8.8.8.8", "10.0.0.7"};
      if (host == "outside.example.org") return std::vector<std::string>{"8.8.8.8", "2001:db8::1"};
      return Fail(ErrorCode::kUnavailable, "lookup " + std::string(host) + ": no such host");
    }
  };

  Clock clock_;
  Random random_;
  Resolver resolver_;
};

}  // namespace ephor::jmespath
