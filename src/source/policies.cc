#include "source/policies.h"

#include <utility>

#include "policy/decode.h"
#include "source/paths.h"
#include "source/reader_message.h"
#include "source/text.h"
#include "yaml/load.h"

namespace ephor::source {
namespace {

constexpr std::string_view kNotAvailable = " is not available in this version";

class Loader {
 public:
  Loader(LoadedPolicies& into, std::string name)
      : into_(into), text_(std::make_shared<policy::SourceText>()) {
    text_->name = std::move(name);
  }

  void Load(std::string_view bytes) {
    // The documents point into the arena, and the positions to their values: both live as long as any policy
    // does.
    std::vector<yaml::Document> documents;
    yaml::LoadAll(
        text_->arena.Copy(bytes), text_->arena,
        [&](Result<yaml::Document> document) {
          if (document) {
            documents.push_back(*document);
          } else {
            Complain(document.error(), 0);
          }
          return true;
        },
        &text_->positions);
    for (const yaml::Document& document : documents) {
      const json::Value& root = *document.root;
      if (root.StringAt("kind") == "List" && root.StringAt("apiVersion") == "v1") {
        const json::Value* items = root.Find("items");
        if (items == nullptr || !items->is_array()) continue;
        for (const json::Value& item : items->items()) Take(item, text_->positions.Of(&item).line);
      } else if (!root.is_null()) {
        Take(root, document.line);
      }
    }
  }

 private:
  void Take(const json::Value& root, std::uint32_t line) {
    const std::string_view api_version = root.StringAt("apiVersion"), kind = root.StringAt("kind");
    const policy::SourceDocument document{&root, line, text_};
    const policy::Kind kind_of = policy::KindOf(api_version, kind);
    if (kind_of == policy::Kind::kNone) {
      into_.others.push_back({text_->name, line, std::string(api_version).append("/").append(kind)});
      return;
    }
    into_.ForEachList([&]<class T>(Objects<T>& list) {
      if (policy::kKindOf<T> == kind_of) Keep(list, policy::Decode<T>(document), line);
    });
  }

  template <class T>
  void Keep(std::vector<T>& list, Result<T> decoded, std::uint32_t line) {
    if (decoded) {
      list.push_back(*std::move(decoded));
    } else {
      Complain(decoded.error(), line);
    }
  }

  void Complain(const Error& error, std::uint32_t line) {
    into_.problems.push_back({text_->name, error.position().line > 0 ? error.position().line : line,
                              WithoutLine(error.message())});
  }

  LoadedPolicies& into_;
  std::shared_ptr<policy::SourceText> text_;
};

void LoadPath(const std::string& path, std::FILE* in, LoadedPolicies& loaded) {
  if (path == "-") {
    const auto text = Text::OfStream(in);
    if (!text) {
      loaded.problems.push_back({"stdin", 0, text.error().message()});
      return;
    }
    Loader(loaded, "stdin").Load(text->bytes());
    return;
  }
  if (IsUrl(path)) {
    loaded.problems.push_back({path, 0, "loading policies from a URL" + std::string(kNotAvailable)});
    return;
  }
  const auto files = PolicyFiles(path);
  if (!files) {
    loaded.problems.push_back({path, 0, files.error().message()});
    return;
  }
  for (const std::string& file : *files) {
    const auto text = Text::OfFile(file);
    if (text) {
      Loader(loaded, file).Load(text->bytes());
    } else {
      loaded.problems.push_back({file, 0, text.error().message()});
    }
  }
}

template <class T>
void MoveAll(std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace

std::string PolicyProblem::Description() const {
  return file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + message;
}

void LoadedPolicies::Append(LoadedPolicies&& more) {
  std::apply([&](auto... lists) { (MoveAll(more.*lists, this->*lists), ...); }, Lists());
  MoveAll(more.problems, problems);
  MoveAll(more.others, others);
}

LoadedPolicies LoadPolicies(const std::vector<std::string>& paths, std::FILE* in) {
  LoadedPolicies loaded;
  for (const std::string& path : paths) LoadPath(path, in, loaded);
  return loaded;
}

LoadedPolicies LoadPolicyText(std::string name, std::string_view text) {
  LoadedPolicies loaded;
  Loader(loaded, std::move(name)).Load(text);
  return loaded;
}

Result<LoadedExceptions> LoadExceptions(const std::vector<std::string>& paths) {
  LoadedPolicies loaded;
  for (const std::string& path : paths) {
    const auto text = Text::OfFile(path);
    if (!text) return InvalidInput("unable to load exceptions (" + text.error().message() + ")");
    Loader(loaded, path).Load(text->bytes());
  }
  if (!loaded.problems.empty()) {
    return InvalidInput("unable to load exceptions (" + loaded.problems[0].Description() + ")");
  }
  LoadedExceptions exceptions{std::move(loaded.exceptions), std::move(loaded.cel_exceptions)};
  loaded.exceptions.clear();
  loaded.cel_exceptions.clear();
  std::string_view other;
  if (!loaded.others.empty()) other = loaded.others[0].message;
  loaded.ForEachList([&](const auto& list) {
    if (other.empty() && !list.empty()) other = list[0]->kind;
  });
  if (!other.empty()) {
    return InvalidInput("unable to load exceptions (policy exception type not supported " +
                        std::string(other) + ")");
  }
  return exceptions;
}

}  // namespace ephor::source
