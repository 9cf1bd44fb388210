// Names of service accounts: parseServiceAccount.
#include "cel/eval/context.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"

namespace ephor::cel::lib::kyverno {
namespace {

// The fields carry the names of the reference's structure; both are empty for users that are no service
// accounts.
Value Parse(Call& call, std::span<const Value> args) {
  constexpr std::string_view kPrefix = "system:serviceaccount:";
  std::string_view user = args[0].text();
  std::string_view name, namespace_;
  if (user.starts_with(kPrefix)) {
    user.remove_prefix(kPrefix.size());
    const std::size_t colon = user.find(':');
    if (colon != std::string_view::npos) {
      namespace_ = user.substr(0, colon);
      name = user.substr(colon + 1);
    }
  }
  MapBuilder fields(call.arena(), 2);
  fields.Set(Value::String("Name"), Value::String(name));
  fields.Set(Value::String("Namespace"), Value::String(namespace_));
  return fields.Build();
}

constexpr FunctionRow kFunctions[] = {
    {"parseServiceAccount", "(string) -> user.ServiceAccount", Parse,
     "parseServiceAccount('system:serviceaccount:ns:sa').Name == 'sa'", kTraverse<0>},
    {"user.parseServiceAccount", "(string) -> user.ServiceAccount", Parse,
     "user.parseServiceAccount('system:serviceaccount:ns:sa').Namespace == 'ns'", kTraverse<0>},
};
constexpr FieldRow kFields[] = {{"Name", "string"}, {"Namespace", "string"}};
constexpr TypeRow kTypes[] = {{"user.ServiceAccount", nullptr, kFields}};

}  // namespace

const Library& Users() {
  static const Library library{"kyverno user", kFunctions, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib::kyverno
