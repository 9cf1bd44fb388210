// The flags of `ephor load`.
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <memory>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/load_options.h"
#include "cli/load_run.h"

namespace ephor::cli {
namespace {

constexpr std::string_view kExamples =
    "Examples:\n"
    "  # 250 reviews from 25 users, made from the Pods of a file\n"
    "  ephor load https://127.0.0.1:9443/validate/fail --reviews pods.yaml --vus 25 --iterations 250\n\n"
    "  # 2000 a second for a minute, whatever the server does\n"
    "  ephor load https://127.0.0.1:9443/validate/fail --reviews review.json \\\n"
    "    --executor constant-arrival-rate --rate 2000 --duration 1m --check 'status == 200' \\\n"
    "    --threshold 'http_req_duration:p(99)<20' --threshold 'checks:rate>0.999' --html report.html\n\n"
    "Exit codes: 0, 1 for a mistake, 99 for a threshold that was crossed, 130 for a run that was "
    "interrupted.\n";

void DeclareRequests(CLI::App& command, LoadOptions& options) {
  command.add_option("target", options.target, "address of the webhook, with its path")->type_name("URL");
  command
      .add_option("--scenario", options.scenarios,
                  "YAML file with any of these settings; may be repeated, later ones win, flags win over all")
      ->type_name("FILE");
  command
      .add_option("--reviews", options.reviews,
                  "AdmissionReviews, or objects whose creation is to be reviewed; may be repeated")
      ->type_name("FILE");
  command
      .add_option(
          "--create", options.create,
          "the target is an API server: objects to create, each under a name of its own, and to delete "
          "at the end; may be repeated")
      ->type_name("FILE");
  command
      .add_option("--check", options.checks,
                  "what an answer must be: 'status == 200', 'body contains TEXT'; may be repeated")
      ->type_name("CHECK");
  command.add_option("--header", options.headers, "further header, 'name: value'; may be repeated")
      ->type_name("HEADER");
}

void DeclarePlan(CLI::App& command, LoadOptions& options) {
  command
      .add_option("--executor", options.executor,
                  "shared-iterations (default), constant-vus, ramping-vus, constant-arrival-rate or "
                  "ramping-arrival-rate")
      ->type_name("NAME");
  command.add_option("-u,--vus", options.users, "virtual users")->type_name("NUMBER");
  command.add_option("--max-vus", options.max_users, "how many a rate may make of them (500)")
      ->type_name("NUMBER");
  command.add_option("-i,--iterations", options.iterations, "requests, shared among all users")
      ->type_name("NUMBER");
  command.add_option("-d,--duration", options.duration, "how long new requests begin")->type_name("DURATION");
  command.add_option("--rate", options.rate, "requests a second")->type_name("NUMBER");
  command.add_option("--stages", options.stages, "durations with targets: 10s:50,1m:50,10s:0")
      ->type_name("STAGES");
  command.add_option("--timeout", options.timeout, "for a request (60s)")->type_name("DURATION");
  command.add_option("--graceful-stop", options.graceful_stop, "for requests under way at the end (30s)")
      ->type_name("DURATION");
}

void DeclareConnections(CLI::App& command, LoadOptions& options) {
  command.add_flag("--http2", options.http2, "HTTP/2, with one request at a time on each connection");
  command.add_flag("--no-connection-reuse", options.no_reuse, "a new connection for every request");
  command.add_flag("--tls-resume", options.resume, "resume TLS sessions on new connections");
  command
      .add_option("--tls-max", options.tls_max, "the newest version of TLS to offer: 1.2 or 1.3 (default)")
      ->type_name("VERSION")
      ->check(CLI::IsMember({"1.2", "1.3"}));
  command.add_option("--ca", options.authority, "PEM file by which the server's certificate is checked")
      ->type_name("FILE");
  command.add_flag("--insecure", options.insecure,
                   "do not check the server's certificate (on loopback without --ca it is not checked)");
  command.add_option("--cert", options.certificate, "the client's certificate, PEM")->type_name("FILE");
  command.add_option("--key", options.key, "its private key, PEM")->type_name("FILE");
  command.add_option("--token-file", options.token_file, "file with a bearer token")->type_name("FILE");
  command.add_flag("--allow-remote", options.allow_remote, "allow a target beyond this machine");
}

void DeclareOutput(CLI::App& command, LoadOptions& options) {
  command
      .add_option(
          "--threshold", options.thresholds,
          "what must hold, else the exit code is 99: 'http_req_duration:p(95)<50', 'checks:rate>0.99'; "
          "may be repeated")
      ->type_name("THRESHOLD");
  command.add_flag("--abort-on-fail", options.abort_on_fail, "end the run when a threshold is crossed");
  command.add_option("--json", options.json, "file for all figures")->type_name("FILE");
  command.add_option("--html", options.html, "file for a page with plots")->type_name("FILE");
  command.add_flag("-q,--quiet", options.quiet, "no progress");
}

}  // namespace

void AddLoadCommand(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("load", "Puts load on an admission webhook or an API server and measures it.");
  command->footer(std::string(kExamples));
  const auto options = std::make_shared<LoadOptions>();
  DeclareRequests(*command, *options);
  DeclarePlan(*command, *options);
  DeclareConnections(*command, *options);
  DeclareOutput(*command, *options);
  command->callback([options, &context] { context.Finish(Load(*options, context)); });
}

}  // namespace ephor::cli
