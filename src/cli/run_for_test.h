// Running commands in tests, and reading what they print.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cli/context.h"

namespace ephor::cli {

// A context whose streams are memory. Reading gives what has been written so far.
class CapturedContext {
 public:
  explicit CapturedContext(std::string_view input = {}) {
    context_.in = std::tmpfile();
    if (!input.empty()) std::fwrite(input.data(), 1, input.size(), context_.in);
    std::rewind(context_.in);
    context_.out = open_memstream(&out_, &out_size_);
    context_.err = open_memstream(&err_, &err_size_);
  }
  CapturedContext(const CapturedContext&) = delete;
  CapturedContext& operator=(const CapturedContext&) = delete;
  ~CapturedContext() {
    for (std::FILE* stream : {context_.in, context_.out, context_.err}) std::fclose(stream);
    std::free(out_);
    std::free(err_);
  }

  Context& context() { return context_; }
  std::string out() {
    std::fflush(context_.out);
    return {out_, out_size_};
  }
  std::string err() {
    std::fflush(context_.err);
    return {err_, err_size_};
  }

 private:
  Context context_;
  char* out_ = nullptr;
  char* err_ = nullptr;
  std::size_t out_size_ = 0, err_size_ = 0;
};

// A ClusterPolicy that wants a label "team" of Pods.
inline constexpr std::string_view kNeedTeam =
    "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata:\n  name: need-team\n"
    "  annotations: {pod-policies.kyverno.io/autogen-controllers: none}\nspec:\n  rules:\n  - name: "
    "check-team\n"
    "    match: {any: [{resources: {kinds: [Pod]}}]}\n"
    "    validate: {message: a team is needed, pattern: {metadata: {labels: {team: '?*'}}}}\n";

// Two Pods: good in the default namespace, bad in prod.
inline constexpr std::string_view kPods =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: good, labels: {team: a}}\n---\n"
    "apiVersion: v1\nkind: Pod\nmetadata: {name: bad, namespace: prod}\n";

}  // namespace ephor::cli
