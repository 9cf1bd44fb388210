// A git repository served over HTTP for tests, by the system's own git behind the test site.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "net/testing_site.h"
#include "source/temporary_folder.h"

namespace ephor::source {

class GitServer {
 public:
  static bool IsInstalled() { return std::system("git --version >/dev/null 2>&1") == 0; }

  // Serves "/team/policies" with the files that are committed; to "user" with "secret" alone where asked to.
  explicit GitServer(bool wants_login = false)
      : wants_login_(wants_login),
        site_([this](const net::Request& request, net::Response& response) { Handle(request, response); }) {
    Git("init -q -b main .");
  }

  // Writes a file into the work tree.
  void Write(const std::string& name, std::string_view text) { work_.Write(name, text); }
  // Runs git in the work tree; false where it fails.
  bool Git(const std::string& arguments) {
    const std::string command = "git -C " + work_.path() +
                                " -c user.name=test -c user.email=test@example.com " + arguments +
                                " >/dev/null 2>&1";
    return std::system(command.c_str()) == 0;
  }
  void Commit() {
    Git("add -A");
    Git("commit -q -m change");
  }
  const std::string& path() const { return work_.path(); }
  std::string Url(std::string_view rest = "") const {
    return site_.Url("/team/policies" + std::string(rest));
  }

 private:
  std::string Run(const std::string& arguments, std::string_view input) {
    const std::string file = scratch_.Write("input", input);
    const std::string command =
        "git upload-pack --stateless-rpc " + arguments + " " + work_.path() + " < " + file;
    std::FILE* const stream = popen(command.c_str(), "r");
    std::string output;
    char buffer[4096];
    while (const std::size_t size = fread(buffer, 1, sizeof buffer, stream)) output.append(buffer, size);
    pclose(stream);
    return output;
  }

  void Handle(const net::Request& request, net::Response& response) {
    if (wants_login_ && request.Find("authorization") != "Basic " + Base64Encode("user:secret")) {
      response.status = 401;
      response.AddHeader("www-authenticate", "Basic realm=\"test\"");
      return;
    }
    if (request.path == "/team/policies/info/refs" && request.query == "service=git-upload-pack") {
      response.content_type = "application/x-git-upload-pack-advertisement";
      response.body = "001e# service=git-upload-pack\n0000" + Run("--advertise-refs", "");
    } else if (request.path == "/team/policies/git-upload-pack") {
      response.content_type = "application/x-git-upload-pack-result";
      response.body = Run("", request.body);
    } else {
      response.status = 404;
    }
  }

  const bool wants_login_;
  TemporaryFolder work_, scratch_;
  net::TestSite site_;  // last: its threads end first
};

}  // namespace ephor::source
