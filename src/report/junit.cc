#include <map>
#include <vector>

#include "report/findings.h"
#include "report/xml.h"

namespace ephor::report {
namespace {

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;

  void Count(const Finding& finding) {
    ++tests;
    failures += finding.status == "fail" || finding.status == "warn";
    errors += finding.status == "error";
    skipped += finding.status == "skip";
  }
  std::string Attributes() const {
    return " tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) +
           "\" errors=\"" + std::to_string(errors) + "\" skipped=\"" + std::to_string(skipped) + "\"";
  }
};

// "pods.yaml:12:5"
std::string Described(const Place& place) {
  std::string text = place.file;
  if (place.position.line > 0) text += ":" + std::to_string(place.position.line);
  if (place.position.column > 0) text += ":" + std::to_string(place.position.column);
  return text;
}

void WriteCase(const Finding& finding, std::string& out) {
  out += "    <testcase classname=\"" + EscapeXml(finding.rule.empty() ? finding.policy : finding.rule) +
         "\" name=\"" + EscapeXml(finding.resource) + "\"";
  if (!finding.manifest.file.empty()) out += " file=\"" + EscapeXml(finding.manifest.file) + "\"";
  if (finding.manifest.position.line > 0) {
    out += " line=\"" + std::to_string(finding.manifest.position.line) + "\"";
  }
  if (finding.status == "pass") {
    out += "/>\n";
    return;
  }
  out += ">\n";
  if (finding.status == "skip") {
    out += "      <skipped message=\"" + EscapeXml(finding.message) + "\"/>\n";
  } else {
    const std::string_view element = finding.status == "error" ? "error" : "failure";
    out += "      <" + std::string(element) + " type=\"" + EscapeXml(finding.status) + "\" message=\"" +
           EscapeXml(finding.message) + "\">\n";
    if (!finding.manifest.file.empty()) out += EscapeXml(Described(finding.manifest)) + ": the resource\n";
    if (!finding.rule_place.file.empty()) out += EscapeXml(Described(finding.rule_place)) + ": the rule\n";
    out += "      </" + std::string(element) + ">\n";
  }
  out += "    </testcase>\n";
}

}  // namespace

void WriteJunit(std::span<const Finding> findings, const Sink& sink) {
  struct Suite {
    std::string_view policy;
    Counts counts;
    std::string cases;
  };
  std::vector<Suite> suites;
  std::map<std::string_view, std::size_t> index;
  Counts all;
  for (const Finding& finding : findings) {
    const auto [at, is_new] = index.try_emplace(finding.policy, suites.size());
    if (is_new) suites.push_back({finding.policy, {}, {}});
    Suite& suite = suites[at->second];
    suite.counts.Count(finding);
    all.Count(finding);
    WriteCase(finding, suite.cases);
  }
  sink("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ephor\"" + all.Attributes() + ">\n");
  for (const Suite& suite : suites) {
    sink("  <testsuite name=\"" + EscapeXml(suite.policy) + "\"" + suite.counts.Attributes() + ">\n");
    sink(suite.cases);
    sink("  </testsuite>\n");
  }
  sink("</testsuites>\n");
}

}  // namespace ephor::report
