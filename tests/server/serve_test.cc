#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

#include "net/testing_client.h"
#include "source/temporary_folder.h"

namespace ephor {
namespace {

using net::PostText;
using net::TestAnswer;
using net::TestClient;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The program in a process of its own. What it writes is kept.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    arguments.insert(arguments.begin(), EPHOR_PROGRAM);
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    process_ = fork();
    if (process_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      dup2(ends[1], STDERR_FILENO);
      execv(words[0], words.data());
      _exit(127);
    }
    close(ends[1]);
    output_end_ = ends[0];
  }
  ~Program() {
    if (process_ > 0) {
      kill(process_, SIGKILL);
      waitpid(process_, nullptr, 0);
    }
    close(output_end_);
  }

  void Signal(int number) const { kill(process_, number); }

  // Reads on until the text has come. False where the program ended, or after ten seconds.
  bool WaitFor(std::string_view text) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (output_.find(text) == std::string::npos) {
      pollfd watched{output_end_, POLLIN, 0};
      if (std::chrono::steady_clock::now() > until || poll(&watched, 1, 10'000) != 1) return false;
      std::array<char, 4096> piece;
      const ssize_t size = read(output_end_, piece.data(), piece.size());
      if (size <= 0) return false;
      output_.append(piece.data(), static_cast<std::size_t>(size));
    }
    return true;
  }
  // The exit code, once all output has been read.
  int Wait() {
    WaitFor("\xff");  // never comes
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  const std::string& output() const { return output_; }
  // The number behind "name=" in the output.
  std::uint16_t Number(const std::string& name) const {
    const std::size_t at = output_.find(" " + name + "=");
    return at == std::string::npos
               ? 0
               : static_cast<std::uint16_t>(std::stoi(output_.substr(at + name.size() + 2)));
  }

 private:
  pid_t process_ = 0;
  int output_end_ = -1;
  std::string output_;
};

std::string Policy(std::string_view name, std::string_view forbidden_tag) {
  std::string text =
      "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: NAME\nspec:\n  rules:\n  - name: "
      "tags\n"
      "    match:\n      any:\n      - resources:\n          kinds: [Pod]\n    validate:\n"
      "      failureAction: Enforce\n      message: TAG is not allowed\n      pattern:\n        spec:\n"
      "          containers:\n          - image: '!*:TAG'\n";
  const auto replace = [&text](std::string_view what, std::string_view by) {
    for (std::size_t at; (at = text.find(what)) != std::string::npos;) text.replace(at, what.size(), by);
  };
  replace("NAME", name);
  replace("TAG", forbidden_tag);
  return text;
}

std::string Review(std::string_view tag) {
  return R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u-1","kind":{"group":"",)"
         R"("version":"v1","kind":"Pod"},"resource":{"group":"","version":"v1","resource":"pods"},"namespace":"team",)"
         R"("name":"web","operation":"CREATE","userInfo":{"username":"alice"},"object":{"apiVersion":"v1","kind":"Pod",)"
         R"("metadata":{"name":"web","namespace":"team"},"spec":{"containers":[{"name":"c","image":"nginx:)" +
         std::string(tag) + R"("}]}}}})";
}

constexpr std::string_view kAllowed = R"("allowed":true)";

class ServeTest : public ::testing::Test {
 protected:
  void SetUp() override { folder_.Write("policies/a.yaml", Policy("a", "latest")); }

  std::vector<std::string> Arguments(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{
        "serve",    "--policies",  folder_.Path("policies"), "--tls-dir",   folder_.Path("tls"),
        "--listen", "127.0.0.1:0", "--metrics-listen",       "127.0.0.1:0", "--threads",
        "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  void Start(std::vector<std::string> more = {}) {
    program_ = std::make_unique<Program>(Arguments(std::move(more)));
    ASSERT_TRUE(program_->WaitFor("serving")) << program_->output();
    ASSERT_TRUE(program_->WaitFor("\n"));
    port_ = program_->Number("port");
    ASSERT_NE(port_, 0) << program_->output();
    std::stringstream text;
    text << std::ifstream(folder_.Path("tls/ca.crt")).rdbuf();
    authority_ = text.str();
  }

  std::unique_ptr<TestClient> Connect(TestClient::Protocol protocol = TestClient::Protocol::kTls) const {
    return std::make_unique<TestClient>(port_, protocol, authority_);
  }
  TestAnswer Ask(const std::string& request) const {
    const auto client = Connect();
    EXPECT_TRUE(client->connected());
    client->Send(request);
    return client->Read();
  }
  TestAnswer AskPlain(const std::string& path) const {
    TestClient client(program_->Number("metrics_port"), TestClient::Protocol::kPlain);
    client.Send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return client.Read();
  }
  bool Allows(std::string_view tag) const {
    const TestAnswer answer = Ask(PostText("/validate/fail?timeout=10s", Review(tag)));
    EXPECT_EQ(answer.status, 200);
    return answer.body.find(kAllowed) != std::string::npos;
  }
  void ExpectGoodService() const {
    EXPECT_TRUE(Allows("1"));
    EXPECT_FALSE(Allows("latest"));
  }
  // Waits until the server judges so, for as long as a slow machine may need.
  bool Becomes(std::string_view tag, bool allowed) const {
    for (int i = 0; i < 100; ++i) {
      if (Allows(tag) == allowed) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return false;
  }

  source::TemporaryFolder folder_;
  std::unique_ptr<Program> program_;
  std::uint16_t port_ = 0;
  std::string authority_;
};

TEST_F(ServeTest, JudgesReviews) {
  Start();
  const TestAnswer denied = Ask(PostText("/validate/fail?timeout=10s", Review("latest")));
  EXPECT_EQ(denied.status, 200);
  EXPECT_EQ(denied.Header("Content-Type"), "application/json; charset=utf-8");
  EXPECT_THAT(denied.body,
              HasSubstr(R"(\n\nresource Pod/team/web was blocked due to the following policies \n\na:\n)"
                        R"(  tags: 'validation error: latest is not allowed. rule tags failed at path )"
                        R"(/spec/containers/0/image/'\n)"));
  EXPECT_EQ(Ask("GET /health/readiness HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  EXPECT_EQ(AskPlain("/health/liveness").status, 200);
  EXPECT_THAT(
      AskPlain("/metrics").body,
      HasSubstr("kyverno_admission_requests_total{otel_scope_name=\"kyverno\",resource_kind=\"Pod\","
                "resource_namespace=\"team\",resource_request_operation=\"create\",request_allowed=\"false\","
                "request_webhook=\"ValidatingWebhookConfiguration\"} 1\n"));
  EXPECT_EQ(AskPlain("/debug/pprof/profile").status, 404);
}

struct BadRequest {
  const char* name;
  std::string request;
  int status;
  std::string body;
};

TEST_F(ServeTest, BadRequestsAreAnsweredAndTheNextIsServed) {
  Start();
  const BadRequest cases[] = {
      {"wrong method", "GET /validate HTTP/1.1\r\nHost: a\r\n\r\n", 405, "Method Not Allowed\n"},
      {"unknown path", PostText("/", Review("1")), 404, "404 page not found\n"},
      {"empty body", PostText("/validate", ""), 400, "empty body\n"},
      {"wrong content type", "POST /validate HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}", 415,
       "invalid Content-Type\n"},
      {"no request",
       PostText("/validate", R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"})"), 400,
       "AdmissionReview request is nil\n"},
      {"100 MB", PostText("/validate", std::string(100 << 20, ' ')), 413,
       "the request's body is too large\n"},
      {"headers too large",
       "POST /validate HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", 431,
       "the request's headers are too large\n"},
      {"rubbish", "rubbish\r\n\r\n", 400, "malformed request line\n"},
  };
  for (const BadRequest& c : cases) {
    SCOPED_TRACE(c.name);
    const TestAnswer answer = Ask(c.request);
    EXPECT_EQ(answer.status, c.status);
    EXPECT_EQ(answer.body, c.body);
    ExpectGoodService();
  }
  for (const std::string& body : {std::string(200'000, '['), std::string("{\"request\":"), Review("\xff"),
                                  std::string("\0\0\0\0", 4), Review("1").substr(0, 300)}) {
    EXPECT_EQ(Ask(PostText("/validate", body)).status, 417);
    ExpectGoodService();
  }
}

TEST_F(ServeTest, BadClientsDoNotDisturbOthers) {
  Start({"--header-timeout", "200ms", "--body-timeout", "200ms"});
  const std::string request = PostText("/validate", Review("1"));
  {  // the end of TLS in the middle of a record
    const auto client = Connect();
    client->SendRaw(std::string_view("\x17\x03\x03\x40\x00 half", 10));
    client->EndOutput();
    EXPECT_TRUE(client->ClosedWithin(milliseconds(2000)));
  }
  ExpectGoodService();
  {  // a byte now and then
    const auto client = Connect();
    for (int i = 0; i < 5; ++i) {
      client->Send(request.substr(static_cast<std::size_t>(i), 1));
      std::this_thread::sleep_for(milliseconds(20));
    }
    EXPECT_EQ(client->Read().status, 408);
  }
  ExpectGoodService();
  {
    const auto client = Connect();
    client->Send(request.substr(0, request.size() - 1));
    EXPECT_EQ(client->Read().status, 408);
  }
  ExpectGoodService();
  {  // requests behind each other, then the end of the client's side
    const auto client = Connect();
    std::string many;
    for (int i = 0; i < 50; ++i) many += PostText("/validate", Review(i % 2 == 0 ? "1" : "latest"));
    client->Send(many);
    client->EndOutput();
    for (int i = 0; i < 50; ++i) {
      EXPECT_EQ(client->Read().body.find(kAllowed) != std::string::npos, i % 2 == 0);
    }
    EXPECT_TRUE(client->ClosedWithin(milliseconds(2000)));
  }
  ExpectGoodService();
  for (int i = 0; i < 50; ++i) {
    const auto client = Connect();
    client->Send(request.substr(0, static_cast<std::size_t>(i) * 13));
    client->Reset();
  }
  ExpectGoodService();
}

TEST_F(ServeTest, FollowsItsFiles) {
  Start({"--log-level", "debug"});
  EXPECT_FALSE(Allows("latest"));
  folder_.Write("policies/b.yaml", Policy("b", "edge"));
  EXPECT_TRUE(Becomes("edge", false));
  folder_.Write("policies/a.yaml", Policy("a", "nightly"));
  EXPECT_TRUE(Becomes("latest", true));
  EXPECT_FALSE(Allows("nightly"));
  folder_.Write("policies/a.yaml",
                "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: a}\nspec: {rules: x}\n");
  EXPECT_TRUE(program_->WaitFor("the last good version of a policy stays in force policy=a"));
  EXPECT_THAT(program_->output(), HasSubstr("policies/a.yaml line=4"));
  EXPECT_FALSE(Allows("nightly"));
  EXPECT_FALSE(Allows("edge"));
  unlink(folder_.Path("policies/b.yaml").c_str());
  EXPECT_TRUE(Becomes("edge", true));
}

TEST_F(ServeTest, DrainsOnTheSignalToEnd) {
  Start();
  const std::string request = PostText("/validate", Review("latest"));
  const auto busy = Connect();
  busy->Send(request.substr(0, 200));
  const auto idle = Connect();
  ExpectGoodService();
  program_->Signal(SIGTERM);
  ASSERT_TRUE(program_->WaitFor("draining"));
  EXPECT_TRUE(idle->ClosedWithin(milliseconds(2000)));
  busy->Send(request.substr(200));
  const TestAnswer answer = busy->Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.Header("Connection"), "close");
  EXPECT_EQ(program_->Wait(), 0);
  EXPECT_FALSE(Connect()->connected());
}

TEST_F(ServeTest, ARequestThatDoesNotEndIsCutOffAtTheDeadline) {
  Start({"--drain-timeout", "300ms"});
  const auto busy = Connect();
  busy->Send(PostText("/validate", Review("1")).substr(0, 200));
  std::this_thread::sleep_for(milliseconds(50));
  program_->Signal(SIGTERM);
  EXPECT_EQ(program_->Wait(), 1);
}

TEST_F(ServeTest, PrintsTheConfigurationThatRegistersIt) {
  Program printing(Arguments({"--print-webhooks", "--url", "https://localhost:1234"}));
  EXPECT_EQ(printing.Wait(), 0);
  const std::string& text = printing.output();
  EXPECT_THAT(
      text,
      StartsWith("apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"));
  EXPECT_THAT(text, HasSubstr("    url: https://localhost:1234/validate/fail\n"));
  EXPECT_THAT(text, HasSubstr("  name: validate.kyverno.svc-fail\n"));
  EXPECT_THAT(text, HasSubstr("    caBundle: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t"));
  // The authority it printed is the one that the server then has.
  std::stringstream before;
  before << std::ifstream(folder_.Path("tls/ca.crt")).rdbuf();
  Start();
  EXPECT_EQ(before.str(), authority_);
  ExpectGoodService();
}

TEST_F(ServeTest, WrongArgumentsEndItWithAReason) {
  struct Case {
    std::vector<std::string> arguments;
    std::string output;
  };
  const std::string policies = folder_.Path("policies");
  const Case cases[] = {
      {{"serve"}, "Error: "},
      {{"serve", "--policies", folder_.Path("none")}, "Error: "},
      {{"serve", "--policies", policies, "--tls-cert", "x"},
       "Error: a certificate needs its key and a key its certificate: give both or none\n"},
      {{"serve", "--policies", policies, "--listen", "nowhere"}, "Error: address 'nowhere' has no port\n"},
      {{"serve", "--policies", policies, "--log-level", "loud"},
       "Error: --log-level: 'loud' is not debug, info, warning or error\n"},
      {{"serve", "--policies", policies, "--idle-timeout", "0s"},
       "Error: --idle-timeout: must be more than 0\n"},
      {{"serve", "--policies", policies, "--url", "http://a"},
       "Error: 'http://a' is not of the form https://host:port\n"},
      {{"serve", "--policies", policies, "--service", "a"},
       "Error: 'a' is not of the form namespace/name or namespace/name:port\n"},
  };
  for (const Case& c : cases) {
    Program program(c.arguments);
    EXPECT_EQ(program.Wait(), 1);
    EXPECT_THAT(program.output(), HasSubstr(c.output));
  }
}

}  // namespace
}  // namespace ephor
