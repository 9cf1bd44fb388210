// The webhook configurations by which an API server sends its reviews here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/policy_store.h"
#include "server/serving_certificate.h"

namespace ephor::server {

// How the API server reaches this server.
class WebhookClient {
 public:
  // "https://host:port", without a path.
  static Result<WebhookClient> OfUrl(std::string_view url);
  // "namespace/name" or "namespace/name:port"; 443 by default.
  static Result<WebhookClient> OfService(std::string_view service);

  // Those that a certificate must have.
  std::vector<std::string> host_names() const;

  const std::string& url() const { return url_; }  // "" where it is a Service
  const std::string& service_namespace() const { return service_namespace_; }
  const std::string& service_name() const { return service_name_; }
  int service_port() const { return service_port_; }

 private:
  std::string url_;
  std::string service_namespace_, service_name_;
  int service_port_ = 443;
};

struct Registration {
  std::string yaml;
  std::vector<std::string> warnings;
};

// ValidatingWebhookConfiguration `kyverno-resource-validating-webhook-cfg` for the policies of the paths and,
// where some mutate, MutatingWebhookConfiguration `kyverno-resource-mutating-webhook-cfg` as a second
// document, with the reference's names and rules: one webhook for the policies that fail closed, one for
// those that do not, and one for each policy with match conditions of its own; then those of the policies
// written in CEL (cel_webhooks.h). What the server does not evaluate is not asked for. The certificate is
// made and kept where the options say so, which is what makes the printed authority the server's.
Result<Registration> RegistrationOf(const PolicyPaths& paths, const CertificateOptions& certificate,
                                    const WebhookClient& client, int timeout_seconds);

}  // namespace ephor::server
