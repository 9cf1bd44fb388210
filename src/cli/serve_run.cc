#include "cli/serve_run.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "base/duration.h"
#include "cli/http_options.h"
#include "cli/processors.h"
#include "cli/system_world.h"
#include "server/admission_server.h"
#include "server/log.h"
#include "server/webhook_registration.h"

namespace ephor::cli {
namespace {

// How often a certificate of our own making is looked at for its end.
constexpr std::chrono::hours kCertificateCheck(12);

Result<void> SetTimeout(const std::string& text, const char* flag, std::chrono::milliseconds& timeout) {
  if (text.empty()) return {};
  const auto parsed = Duration::Parse(text);
  if (!parsed) return InvalidInput(std::string(flag) + ": " + parsed.error().message());
  if (parsed->nanoseconds <= 0) return InvalidInput(std::string(flag) + ": must be more than 0");
  timeout = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::nanoseconds(parsed->nanoseconds));
  return {};
}

Result<net::ServerLimits> LimitsOf(const ServeOptions& options) {
  net::ServerLimits limits;
  if (options.max_body_bytes > 0) limits.max_body_bytes = options.max_body_bytes;
  if (options.max_head_bytes > 0) limits.max_head_bytes = options.max_head_bytes;
  if (options.max_connections > 0) limits.max_connections = options.max_connections;
  EPHOR_TRY(SetTimeout(options.head_timeout, "--header-timeout", limits.head_timeout));
  EPHOR_TRY(SetTimeout(options.body_timeout, "--body-timeout", limits.body_timeout));
  EPHOR_TRY(SetTimeout(options.idle_timeout, "--idle-timeout", limits.idle_timeout));
  return limits;
}

std::string HostOf(std::string_view address) {
  std::string_view host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return std::string(host);
}

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

// The names under which the server may be reached, each once.
std::vector<std::string> NamesOf(const ServeOptions& options, const server::WebhookClient& client) {
  std::vector<std::string> names = options.tls_names;
  const auto add = [&names](const std::string& name) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const std::string& name : client.host_names()) add(name);
  const std::string host = HostOf(options.listen);
  if (host != "0.0.0.0" && host != "::") add(host);
  for (const char* name : {"localhost", "127.0.0.1", "::1"}) add(name);
  add(HostName());
  return names;
}

Result<server::WebhookClient> ClientOf(const ServeOptions& options) {
  if (!options.service.empty()) return server::WebhookClient::OfService(options.service);
  if (!options.url.empty()) return server::WebhookClient::OfUrl(options.url);
  const std::size_t colon = options.listen.rfind(':');
  if (colon == std::string::npos) return InvalidInput("address '" + options.listen + "' has no port");
  std::string host = HostOf(options.listen);
  if (host.empty()) host = HostName();
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return server::WebhookClient::OfUrl("https://" + host + options.listen.substr(colon));
}

Result<server::AdmissionServerOptions> ServerOptionsOf(const ServeOptions& options,
                                                       const server::WebhookClient& client) {
  server::AdmissionServerOptions made;
  made.paths = {.policies = options.policies,
                .exceptions = options.exceptions,
                .resources = options.resources,
                .configuration = options.configuration};
  made.certificate = {.certificate_file = options.tls_certificate,
                      .key_file = options.tls_key,
                      .authority_file = options.tls_authority,
                      .directory = options.tls_directory,
                      .names = NamesOf(options, client)};
  EPHOR_ASSIGN(made.limits, LimitsOf(options));
  made.listen = options.listen;
  made.metrics_listen = options.metrics_listen;
  if (options.profile) made.profile_listen = "127.0.0.1:" + std::to_string(options.profile_port);
  made.threads = options.threads > 0 ? options.threads : ProcessorsToUse();
  return made;
}

Result<net::HttpServiceOptions> ServiceOptionsOf(const ServeOptions& options) {
  EPHOR_ASSIGN(net::HttpServiceOptions made, HttpOptionsOf(options.http_blocklist, options.http_allowlist));
  EPHOR_TRY(SetTimeout(options.call_timeout, "--api-call-timeout", made.timeout));
  made.max_response_bytes = options.max_call_response_bytes;
  const char* const token = std::getenv("KYVERNO_SCOPED_TOKEN_PATH");
  made.token_file = token != nullptr ? token : "/var/run/secrets/kyverno/apicall/token";
  return made;
}

sigset_t SignalsToWaitFor() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

// Returns when the server is to end.
void ServeUntilSignal(server::AdmissionServer& server, const sigset_t& signals) {
  const timespec patience{.tv_sec = std::chrono::seconds(kCertificateCheck).count(), .tv_nsec = 0};
  while (true) {
    const int signal = sigtimedwait(&signals, nullptr, &patience);
    if (signal == SIGTERM || signal == SIGINT) return;
    if (signal == SIGHUP || errno == EAGAIN) server.Reload();
  }
}

}  // namespace

Result<int> Serve(const ServeOptions& options, const Context& context) {
  const auto level = server::LogLevelOf(options.log_level);
  if (!level)
    return InvalidInput("--log-level: '" + options.log_level + "' is not debug, info, warning or error");
  const auto format = server::LogFormatOf(options.log_format);
  if (!format) return InvalidInput("--log-format: '" + options.log_format + "' is not text or json");
  std::chrono::milliseconds drain_timeout{};
  EPHOR_TRY(SetTimeout(options.drain_timeout, "--drain-timeout", drain_timeout));
  EPHOR_ASSIGN(const server::WebhookClient client, ClientOf(options));
  EPHOR_ASSIGN(server::AdmissionServerOptions server_options, ServerOptionsOf(options, client));
  if (options.print_webhooks) {
    EPHOR_ASSIGN(const server::Registration registration,
                 server::RegistrationOf(server_options.paths, server_options.certificate, client,
                                        options.webhook_timeout));
    for (const std::string& warning : registration.warnings)
      std::fprintf(context.err, "Warning: %s\n", warning.c_str());
    context.Print(registration.yaml);
    return 0;
  }

  server::Log log(*level, *format);
  EPHOR_ASSIGN(net::HttpServiceOptions service_options, ServiceOptionsOf(options));
  const SystemWorld system(std::move(service_options));
  ports::World world = system.ports();
  world.registry = &system.registry(/*keeps_tags=*/false);
  // Blocked before any thread starts, so that all of them leave these signals to this one.
  const sigset_t signals = SignalsToWaitFor();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  EPHOR_ASSIGN(const auto server, server::AdmissionServer::Start(std::move(server_options), world, log));
  ServeUntilSignal(*server, signals);
  return server->Drain(drain_timeout) ? 0 : 1;
}

}  // namespace ephor::cli
