// Policy reports (openreports.io/v1alpha1) as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/sink.h"

namespace ephor::report {

// The object that a result is about.
struct Subject {
  std::string_view api_version, kind, namespace_, name, uid, resource_version;
};

// One entry of a report's `results`. Views must outlive the call they are given to.
struct Result {
  std::string_view source;  // "kyverno", ...
  std::string policy;       // name, or namespace/name
  std::string_view rule;
  std::string_view category;
  std::string_view severity;  // critical, high, medium, low, info or ""
  std::string_view result;    // pass, fail, warn, error, skip
  bool scored = true;
  std::string_view message;
  std::vector<std::pair<std::string, std::string>> properties;  // sorted by key, keys unique
  Subject subject;
  std::int64_t seconds = 0;  // since the epoch
};

struct Summary {
  std::size_t pass = 0, fail = 0, warn = 0, error = 0, skip = 0;

  void Count(std::string_view result);
  Summary& operator+=(const Summary& other);
};

enum class Format { kYaml, kJson };

// The results of one report as text, gathered bit by bit; those of parts made on other threads can be
// appended without being copied.
class ResultList {
 public:
  explicit ResultList(Format format) : format_(format) {}

  void Add(const Result& result);
  void Append(ResultList&& other);
  bool empty() const { return texts_.empty(); }

  // Writes the report's text and a newline, as the reference prints it: of kind ClusterReport where the
  // namespace is empty, otherwise of kind PolicyReport.
  void Write(std::string_view name, std::string_view report_namespace, const Sink& sink) const;

 private:
  std::string JsonHead(std::string_view name, std::string_view report_namespace) const;
  std::string YamlTail() const;

  Format format_;
  Summary summary_;
  std::vector<std::string> texts_;  // none of them empty; between two of JSON belongs a comma
};

}  // namespace ephor::report
