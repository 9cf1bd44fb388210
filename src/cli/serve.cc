// The flags of `ephor serve`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/flags.h"
#include "cli/serve_options.h"
#include "cli/serve_run.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kExamples =
    "Examples:\n"
    "  # Serve the policies of a folder with a certificate made at start, and follow changes\n"
    "  ephor serve --policies policies/\n\n"
    "  # Keep the certificate, and print what registers the server in a cluster\n"
    "  ephor serve --policies policies/ --tls-dir tls/ --url https://10.0.0.5:9443 --print-webhooks | "
    "kubectl "
    "apply -f -\n"
    "  ephor serve --policies policies/ --tls-dir tls/ --url https://10.0.0.5:9443\n\n"
    "  # With metrics, and profiles on 127.0.0.1:6060\n"
    "  ephor serve --policies policies/ --metrics-listen :8000 --profile\n";

void DeclareInputs(CLI::App& command, ServeOptions& options) {
  command.add_option("--policies", options.policies, "file or folder of policies; may be repeated")
      ->type_name("PATH")
      ->required();
  command
      .add_option("--exceptions", options.exceptions, "file or folder of policy exceptions; may be repeated")
      ->type_name("PATH");
  command
      .add_option("--resources", options.resources,
                  "file or folder of namespaces, role bindings and other objects that a cluster would have")
      ->type_name("PATH");
  command
      .add_option("--config", options.configuration,
                  "file of the ConfigMap `kyverno`; without it the Helm chart's defaults hold")
      ->type_name("FILE");
}

void DeclareListeners(CLI::App& command, ServeOptions& options) {
  command.add_option("--listen", options.listen, "address of the webhook (:9443)")->type_name("ADDRESS");
  command
      .add_option("--metrics-listen", options.metrics_listen, "address of plain HTTP for /metrics and health")
      ->type_name("ADDRESS");
  command.add_flag("--profile", options.profile,
                   "serve /debug/pprof/profile and /debug/pprof/heap on loopback");
  command.add_option("--profile-port", options.profile_port, "port of the profiles (6060)")
      ->type_name("PORT");
  command
      .add_option("--threads", options.threads, "I/O threads, by default one a core that the process may use")
      ->type_name("NUMBER");
}

void DeclareTls(CLI::App& command, ServeOptions& options) {
  command.add_option("--tls-cert", options.tls_certificate, "certificate chain, PEM")->type_name("FILE");
  command.add_option("--tls-key", options.tls_key, "its private key, PEM")->type_name("FILE");
  command
      .add_option("--tls-ca", options.tls_authority,
                  "certificate of its authority, PEM, for --print-webhooks")
      ->type_name("FILE");
  command
      .add_option("--tls-dir", options.tls_directory,
                  "folder that keeps the authority and certificate made where none are given")
      ->type_name("FOLDER");
  command
      .add_option("--tls-name", options.tls_names, "further name or address for a certificate that is made")
      ->type_name("NAME");
}

void DeclareRegistration(CLI::App& command, ServeOptions& options) {
  command.add_flag("--print-webhooks", options.print_webhooks,
                   "print the webhook configurations that register the server in a cluster, and end");
  command.add_option("--url", options.url, "how the API server reaches this one (by --listen)")
      ->type_name("URL");
  command.add_option("--service", options.service, "or: the Service before it")
      ->type_name("NAMESPACE/NAME[:PORT]");
  command.add_option("--webhook-timeout", options.webhook_timeout, "seconds that the API server waits (10)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 30));
}

void DeclareLimits(CLI::App& command, ServeOptions& options) {
  command.add_option("--max-body-bytes", options.max_body_bytes, "largest request body (10485760)")
      ->type_name("BYTES");
  command
      .add_option("--max-header-bytes", options.max_head_bytes, "largest request line with headers (16384)")
      ->type_name("BYTES");
  command.add_option("--max-connections", options.max_connections, "connections at a time (10000)")
      ->type_name("NUMBER");
  command.add_option("--header-timeout", options.head_timeout, "for a request's headers (10s)")
      ->type_name("DURATION");
  command.add_option("--body-timeout", options.body_timeout, "for a request's body (30s)")
      ->type_name("DURATION");
  command.add_option("--idle-timeout", options.idle_timeout, "for a connection without a request (5m)")
      ->type_name("DURATION");
  command.add_option("--drain-timeout", options.drain_timeout, "for requests under way at the end (30s)")
      ->type_name("DURATION");
  command.add_option("--log-level", options.log_level, "debug, info (default), warning or error")
      ->type_name("LEVEL");
  command.add_option("--log-format", options.log_format, "text (default) or json")->type_name("FORMAT");
}

void DeclareCalls(CLI::App& command, ServeOptions& options) {
  AddListFlag(command, "--http-blocklist", options.http_blocklist,
              "networks, addresses and hosts that policies may not call, instead of the default")
      ->type_name("LIST");
  AddListFlag(command, "--http-allowlist", options.http_allowlist,
              "beginnings of the only URLs that policies may call")
      ->type_name("LIST");
  command.add_option("--api-call-timeout", options.call_timeout, "for a call of a service (30s)")
      ->type_name("DURATION");
  command
      .add_option("--max-api-call-response-length", options.max_call_response_bytes,
                  "largest response of a service, 0 for any (10000000)")
      ->type_name("BYTES");
}

}  // namespace

void AddServeCommand(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("serve", "Serves policies as an admission webhook, without a cluster.");
  command->footer(std::string(kExamples));
  const auto options = std::make_shared<ServeOptions>();
  DeclareInputs(*command, *options);
  DeclareListeners(*command, *options);
  DeclareTls(*command, *options);
  DeclareRegistration(*command, *options);
  DeclareLimits(*command, *options);
  DeclareCalls(*command, *options);
  command->callback([options, &context] { context.Finish(Serve(*options, context)); });
}

}  // namespace ephor::cli
