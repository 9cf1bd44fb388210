#include "source/test_case.h"

#include <algorithm>

#include "source/fields.h"
#include "source/paths.h"
#include "source/text.h"
#include "yaml/load.h"

namespace ephor::source {
namespace {

void RemoveDuplicates(std::vector<std::string>& items) {
  std::vector<std::string> unique;
  for (std::string& item : items) {
    if (std::find(unique.begin(), unique.end(), item) == unique.end()) unique.push_back(std::move(item));
  }
  items = std::move(unique);
}

ExpectedResult ReadResult(Fields& fields) {
  ExpectedResult result;
  result.place = fields.position();
  result.policy = fields.String("policy");
  result.rule = fields.String("rule");
  result.kind = fields.String("kind");
  result.has_resources = fields.Has("resources");
  result.resources = fields.Strings("resources");
  fields.List("resourceSpecs", [&](Fields& item) {
    ResourceSpec spec;
    spec.group = item.String("group");
    spec.version = item.String("version");
    spec.kind = item.String("kind");
    spec.namespace_ = item.String("namespace");
    spec.subresource = item.String("subresource");
    spec.name = item.String("name");
    result.resource_specs.push_back(std::move(spec));
  });
  result.result = fields.String("result");
  result.operation = fields.String("operation");
  result.patched_resources = fields.String("patchedResources");
  result.generated_resource = fields.String("generatedResource");
  result.generated_resources = fields.Strings("generatedResources");
  result.clone_source_resource = fields.String("cloneSourceResource");
  result.fail_on_missing_resources = fields.Bool("failOnMissingResources");
  result.is_deleting_policy = fields.Bool("isDeletingPolicy");
  for (const std::string_view name :
       {"isValidatingAdmissionPolicy", "isMutatingAdmissionPolicy", "isValidatingPolicy",
        "isImageValidatingPolicy", "isGeneratingPolicy", "isMutatingPolicy"}) {
    fields.Bool(name);
  }
  return result;
}

void ReadTest(Fields& fields, TestCase& test) {
  test.api_version = fields.String("apiVersion");
  test.kind = fields.String("kind");
  test.name = fields.String("name");
  fields.Any("metadata");
  test.policies = fields.Strings("policies");
  test.resources = fields.Strings("resources");
  test.target_resources = fields.Strings("targetResources");
  test.param_resources = fields.Strings("paramResources");
  test.exceptions = fields.Strings("exceptions");
  test.variables = fields.String("variables");
  test.userinfo = fields.String("userinfo");
  test.context = fields.String("context");
  if (fields.Has("values")) {
    test.values.emplace();
    fields.Nested("values", [&](Fields& spec) { Values::ReadSpec(spec, *test.values); });
  } else {
    fields.Any("values");
  }
  const std::string_view json_payload = fields.String("jsonPayload");
  std::vector<std::string> payloads = fields.Strings("jsonPayloads");
  if (payloads.empty() && !json_payload.empty()) payloads.emplace_back(json_payload);
  for (const std::string& payload : payloads) {
    if (payload.find_first_not_of(" \t\r\n") != std::string::npos) {
      test.json_payloads.push_back(CleanPath(payload));
    }
  }
  test.http_payloads = fields.Strings("httpPayloads");
  test.envoy_payloads = fields.Strings("envoyPayloads");
  test.cluster_resources = fields.Strings("clusterResources");
  test.api_call_responses = fields.Any("apiCallResponses");
  test.global_context_entries = fields.Any("globalContextEntries");
  fields.List("results", [&](Fields& item) { test.results.push_back(ReadResult(item)); });
  RemoveDuplicates(test.policies);
  RemoveDuplicates(test.resources);
  RemoveDuplicates(test.json_payloads);
}

}  // namespace

TestFile LoadTestFile(const std::string& path) {
  const auto text = Text::OfFile(path);
  if (text) return LoadTestText(path, text->bytes());
  TestFile file;
  file.error = text.error();
  return file;
}

TestFile LoadTestText(const std::string& path, std::string_view text) {
  TestFile file;
  const auto arena = std::make_shared<Arena>(16 << 10);
  yaml::Positions positions;
  yaml::LoadAll(
      arena->Copy(text), *arena,
      [&](Result<yaml::Document> document) {
        if (!document) {
          file.error = std::move(document).error();
          return false;
        }
        if (document->root->is_null()) return true;
        TestCase test;
        test.path = path;
        test.arena = arena;
        FieldReport report(positions);
        Fields fields(*document->root, report, "");
        ReadTest(fields, test);
        fields.Finish();
        if (report.error) {
          file.error = std::move(report.error);
          return false;
        }
        file.tests.push_back(std::move(test));
        return true;
      },
      &positions);
  return file;
}

}  // namespace ephor::source
