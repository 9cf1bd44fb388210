// What `apply` prints of some resources, made on one thread and joined in order.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/apply_options.h"
#include "engine/response.h"
#include "report/findings.h"
#include "report/policy_report.h"
#include "report/results.h"
#include "report/table.h"
#include "source/field_locator.h"
#include "source/resources.h"

namespace ephor::cli {

// How results are shown; the first that is asked for counts.
enum class ApplyOutput { kReport, kExceptions, kTable, kText, kSarif, kJunit };
ApplyOutput OutputOf(const ApplyOptions& options);

// Where mutated and generated objects go.
enum class ObjectOutput { kPrint, kFile, kFolder };

class ApplyPart {
 public:
  struct Style {
    ObjectOutput objects = ObjectOutput::kPrint;
    bool only_objects = false;  // print the objects without naming the policy
    ApplyOutput output = ApplyOutput::kText;
    report::Format format = report::Format::kYaml;
    bool colour = false;
    report::TableOptions table;
    report::ResultOptions results;
    std::string exception_ttl;  // "" for none
    // Where the resource stands, for the formats that tell; null where it stands in no file.
    const source::ResourceDocument* document = nullptr;
    std::size_t item = 0;
  };

  explicit ApplyPart(const Style& style) : clustered_(style.format) {}

  // Takes a response that no longer needs to live afterwards.
  void Add(const engine::PolicyResponse& response, const Style& style);
  // Takes the object that a policy that mutates has made of a resource, changed or not.
  void AddMutated(const engine::PolicyResponse& response, const json::Value& resource, const Style& style);
  // Takes the objects that a policy makes of a resource.
  void AddGenerated(const engine::PolicyResponse& response, const json::Value& resource, const Style& style);
  // One more resource has been judged.
  void CountResource() { ++resources_; }
  // A resource that cannot be read or judged, for standard error.
  void AddError(std::string_view message);

  void Append(ApplyPart&& other);

  std::size_t resources() const { return resources_; }
  bool has_errors() const { return !errors_.empty(); }
  const std::string& errors() const { return errors_; }
  // Why rules ended in an error whose reason the results do not show, for standard error.
  const std::string& rule_errors() const { return rule_errors_; }
  const report::Summary& summary() const { return summary_; }
  report::Summary& summary() { return summary_; }

  // Writes the objects: to the sink, or appended to the file or the files of a folder.
  Result<void> WriteObjects(const std::string& path, const report::Sink& sink) const;
  // Writes the results, without the summary line.
  void WriteResults(const Style& style, const report::Sink& sink);

 private:
  // Takes an object for the sink, or for a file, which in a folder has the given name.
  void AddObject(const engine::PolicyResponse& response, const json::Value& resource,
                 const json::Value& object, std::string file_name, const Style& style);
  void AddRuleErrors(const engine::PolicyResponse& response);
  // What is said of mutate and generate rules that were skipped or went wrong.
  void AddNotes(const engine::PolicyResponse& response);
  void AddText(const engine::PolicyResponse& response, const Style& style);
  void AddRows(const engine::PolicyResponse& response, const Style& style);
  void AddResults(const engine::PolicyResponse& response, const Style& style);

  std::size_t resources_ = 0;
  report::Summary summary_;
  std::string errors_, rule_errors_;
  // Objects for the sink, and for the files of a folder or one file, whose name is then "".
  std::vector<std::string> printed_objects_;
  struct FileText {
    std::string name;
    std::string text;
  };
  std::vector<FileText> file_objects_;
  std::vector<std::string> texts_;
  std::vector<report::TableRow> rows_;
  report::ResultList clustered_;
  std::vector<std::string> namespaced_;
  std::vector<report::Finding> findings_;
  source::FieldLocator locator_;
};

}  // namespace ephor::cli
