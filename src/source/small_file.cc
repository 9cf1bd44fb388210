#include "source/small_file.h"

#include <optional>

#include "source/text.h"

namespace ephor::source {

Result<SmallFile> LoadSmallFile(const std::string& path, Arena& arena) {
  const auto text = Text::OfFile(path);
  if (!text) return InvalidInput("unable to read yaml (" + text.error().message() + ")");
  return LoadSmallText(text->bytes(), arena);
}

Result<SmallFile> LoadSmallText(std::string_view text, Arena& arena) {
  SmallFile file{arena.New<json::Value>(), std::make_shared<yaml::Positions>()};
  std::optional<Error> error;
  yaml::LoadAll(
      arena.Copy(text), arena,
      [&](Result<yaml::Document> document) {
        if (!document) {
          error = std::move(document).error();
        } else {
          file.root = document->root;
        }
        return !error && file.root->is_null();
      },
      file.positions.get());
  if (error) return InvalidInput("failed to decode yaml (" + error->message() + ")");
  return file;
}

Result<void> OutcomeOf(const FieldReport& report) {
  if (report.error) return InvalidInput("failed to decode yaml (" + report.error->message() + ")");
  return {};
}

}  // namespace ephor::source
