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
    report::TableOptions table;
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

  // Writes the results, without the summary line.
  void WriteResults(const Style& style, const report::Sink& sink);

 private:
  void AddText(const engine::PolicyResponse& response, const Style& style);
  void AddRows(const engine::PolicyResponse& response, const Style& style);
  void AddResults(const engine::PolicyResponse& response, const Style& style);

  std::size_t resources_ = 0;
  report::Summary summary_;
  std::string errors_;
  std::vector<std::string> texts_;
  std::vector<report::TableRow> rows_;
  report::ResultList clustered_;
  std::vector<std::string> namespaced_;
};

}  // namespace ephor::cli
