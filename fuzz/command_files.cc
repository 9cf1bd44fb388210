// A text as each of the files that the command line reads: values, tests, resources, contexts. Whatever it
// holds, reading ends; an error has a text; values make variables with unique names.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "source/context_file.h"
#include "source/documents.h"
#include "source/request_variables.h"
#include "source/resources.h"
#include "source/test_case.h"
#include "source/values.h"

namespace {

void Expect(bool holds) {
  if (!holds) std::abort();
}

void TryValues(std::string_view text) {
  const auto values = ephor::source::Values::OfText(text);
  if (!values) {
    Expect(!values.error().message().empty());
    return;
  }
  ephor::Arena arena;
  ephor::json::Value root = ephor::json::Value::Object({});
  const auto variables = values->Variables("p", "r");
  for (std::size_t i = 0; i < variables.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) Expect(variables[i].first != variables[j].first);
    if (const auto set = ephor::source::WithVariable(root, variables[i].first, variables[i].second, arena)) {
      root = *set;
    }
  }
}

void TryResources(std::string_view text) {
  const std::string name = "f";
  ephor::Arena arena;
  for (const ephor::source::DocumentText& document : ephor::source::SplitDocuments(text)) {
    Expect(document.line >= 1 && document.text.size() <= text.size());
    const auto objects = ephor::source::DecodeResources({&name, document}, arena);
    if (!objects) {
      Expect(objects.error().message().starts_with("f:"));
      continue;
    }
    for (const ephor::json::Value& object : *objects) Expect(!object.StringAt("kind").empty());
  }
}

void TryContext(std::string_view text) {
  const auto file = ephor::source::LoadContextText(text);
  if (!file) {
    Expect(!file.error().message().empty());
    return;
  }
  const ephor::source::ContextCluster cluster(file->resources);
  ephor::source::ContextRegistry registry(file->images);
  ephor::Arena arena;
  for (const ephor::source::ContextImage& image : file->images) {
    Expect(registry.ImageData(image.name, {}, arena).has_value());
  }
  [[maybe_unused]] const auto list = cluster.List("v1", "configmaps", "", {}, arena);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  TryValues(text);
  TryResources(text);
  TryContext(text);
  const ephor::source::TestFile test = ephor::source::LoadTestText("f", text);
  Expect(!test.error || !test.error->message().empty());
  return 0;
}
