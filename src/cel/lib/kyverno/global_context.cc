// Entries of the global context: globalContext.get.
#include "ports/global_context.h"

#include "cel/eval/context.h"
#include "cel/lib/kyverno/kyverno.h"

namespace ephor::cel::lib::kyverno {
namespace {

constexpr OpaqueType kContextType{"globalcontext.Context"};
constexpr Value::OpaqueBox kContext{&kContextType, nullptr};

// An entry that is not there is null, no error.
Value Get(Call& call, std::span<const Value> args) {
  if (call.context.world.global_context == nullptr) return Value::Null();
  const auto entry = call.context.world.global_context->Entry(
      args[1].text(), args.size() == 3 ? args[2].text() : std::string_view(), call.arena());
  if (!entry)
    return call.Fail("failed to get global reference: " + entry.error().message(), entry.error().code());
  return *entry ? Value::Json(**entry) : Value::Null();
}

#define EPHOR_GET(name, signature, rest) \
  Impure({name, "globalcontext.Context." signature " -> dyn", Get, "globalContext." name rest})

constexpr FunctionRow kFunctions[] = {
    EPHOR_GET("get", "(string)", "('teams').a.lead == 'ann'"),
    EPHOR_GET("Get", "(string)", "('teams').a.lead == 'ann'"),
    EPHOR_GET("get", "(string, string)", "('teams', 'leads') == ['ann']"),
    EPHOR_GET("Get", "(string, string)", "('teams', 'leads') == ['ann']"),
};

#undef EPHOR_GET

constexpr TypeRow kTypes[] = {{"globalcontext.Context", &kContextType}};
constexpr ConstantRow kConstants[] = {{"globalContext", "globalcontext.Context", Value::Opaque(&kContext)}};

}  // namespace

const Library& GlobalContexts() {
  static const Library library{"kyverno globalContext", kFunctions, {}, kTypes, kConstants};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
