// The context entry `apiCall`.
#pragma once

#include <optional>
#include <string>

#include "engine/context.h"
#include "engine/template.h"
#include "policy/types.h"
#include "ports/http_service.h"

namespace ephor::engine {

// What the API server or another service answers to a request, and a query over it. Unset where there is no
// cluster to ask, unless the answer is recorded.
class ApiCallEntry final : public Loader {
 public:
  // `source` is the entry as it is written. A Policy, whose namespace `policy_namespace` is, may only read
  // below that namespace; "" for a ClusterPolicy.
  ApiCallEntry(const policy::ContextEntry& entry, std::string_view policy_namespace);

  Result<std::optional<json::Value>> Load(Context& context) const override;
  bool merges() const override { return true; }
  std::string_view refusal() const override {
    return source_.jmes_path.empty() ? "failed to add resource data to context entry "
                                     : "failed to add APICall results for context entry ";
  }

 private:
  // What a recording of services and the API server answers, where there is one that knows the call.
  Result<std::optional<json::Value>> Recorded(Context& context) const;
  Result<json::Value> Fetch(Context& context) const;
  Result<json::Value> AskCluster(const json::Value& call, std::string_view method, Context& context) const;
  Result<ports::HttpResponse> AskService(const json::Value& call, std::string_view method,
                                         Context& context) const;
  Result<void> CheckNamespace(std::string_view path) const;
  Result<json::Value> Transformed(const json::Value& answer, Context& context) const;

  const policy::ContextApiCall& source_;
  Template call_;  // the entry's apiCall as a document
  Template path_;
  std::string policy_namespace_;
};

}  // namespace ephor::engine
