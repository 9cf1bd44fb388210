// What `apply` prints of some resources, made on one thread and joined in order.
#pragma once

#include <string>
#include <vector>

#include "cli/apply_options.h"
#include "engine/response.h"
#include "report/policy_report.h"
#include "report/results.h"
#include "report/table.h"

namespace ephor::cli {

// How results are shown; the first that is asked for counts.
enum class ApplyOutput { kReport, kExceptions, kTable, kText };
ApplyOutput OutputOf(const ApplyOptions& options);

class ApplyPart {
 public:
  struct Style {
    ApplyOutput output = ApplyOutput::kText;
    report::Format format = report::Format::kYaml;
    bool colour = false;
    report::ResultOptions results;
    std::string exception_ttl;  // "" for none
  };

  explicit ApplyPart(const Style& style) : clustered_(style.format) {}

  // Takes a response that no longer needs to live afterwards.
  void Add(const engine::PolicyResponse& response, const Style& style);
  // One more resource has been judged.
  void CountResource() { ++resources_; }
  // A resource that cannot be read or judged, for standard error.
  void AddError(std::string_view message);

  void Append(ApplyPart&& other);

  std::size_t resources() const { return resources_; }
  bool has_errors() const { return !errors_.empty(); }
  const std::string& errors() const { return errors_; }
  const report::Summary& summary() const { return summary_; }
  report::Summary& summary() { return summary_; }

  // The results, without the summary line.
  void WriteResults(const Style& style, bool detailed, bool coloured_header, std::string& out);

 private:
  void AddText(const engine::PolicyResponse& response, const Style& style);
  void AddRows(const engine::PolicyResponse& response, const Style& style);
  void AddResults(const engine::PolicyResponse& response, const Style& style);

  std::size_t resources_ = 0;
  report::Summary summary_;
  std::string errors_;
  std::string text_;
  std::vector<report::TableRow> rows_;
  report::ResultList clustered_;
  std::string namespaced_;
};

}  // namespace ephor::cli
