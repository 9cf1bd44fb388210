#include "cel/lib/environments.h"

#include "cel/lib/libraries.h"

namespace ephor::cel::lib {

std::shared_ptr<const Env> ConformanceEnv() {
  static const std::shared_ptr<const Env> env = [] {
    Env::Builder builder;
    builder.options().strict_maps = true;
    builder.options().strict_presence = true;
    for (const Library* library : {&Standard(), &MixedComparison(), &Optionals(), &Bindings(), &Blocks(),
                                   &TwoVariableLoops(), &Strings(), &NewerStrings(), &Math(), &Lists(),
                                   &Sets(), &Encoders(), &SpecifiedNetwork(), &Specification()}) {
      builder.Add(*library);
    }
    return builder.Build();
  }();
  return env;
}

}  // namespace ephor::cel::lib
