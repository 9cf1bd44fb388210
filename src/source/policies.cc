#include "source/policies.h"

#include <utility>

#include "policy/decode.h"
#include "registry/credentials.h"
#include "source/paths.h"
#include "source/policy_image.h"
#include "source/reader_message.h"
#include "source/remote_text.h"
#include "source/text.h"
#include "yaml/load.h"

namespace ephor::source {
namespace {

constexpr std::string_view kImageScheme = "oci://";

class Loader {
 public:
  Loader(LoadedPolicies& into, std::string name)
      : into_(into), text_(std::make_shared<policy::SourceText>()) {
    text_->name = std::move(name);
    into_.texts.push_back(text_);
  }

  void Load(std::string_view bytes) {
    // The documents point into the bytes and the arena, and the positions to their values: all live as long
    // as any policy does.
    text_->bytes = bytes;
    std::vector<yaml::Document> documents;
    yaml::LoadAll(text_->bytes, text_->arena,
                  [&](Result<yaml::Document> document) {
                    if (document) {
                      documents.push_back(*document);
                    } else {
                      Complain(document.error(), 0);
                    }
                    return true;
                  },
                  &text_->positions, {.view_text = true});
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

// Where a text with no place on disk comes from, and what it says.
using NamedText = std::pair<std::string, std::string>;

Result<std::vector<NamedText>> TextsOfImage(const std::string& path) {
  EPHOR_ASSIGN(const ImageName image, ImageName::Parse(std::string_view(path).substr(kImageScheme.size())));
  registry::ClientOptions options;
  EPHOR_ASSIGN(options.keychain, registry::KeychainOfEnvironment());
  registry::Client client(std::move(options));
  EPHOR_ASSIGN(std::vector<std::string> policies, PullPolicies(client, image));
  std::vector<NamedText> texts;
  for (std::string& policy : policies) texts.emplace_back(path, std::move(policy));
  return texts;
}

Result<std::vector<NamedText>> TextsOfRepository(const std::string& path, const RemoteOptions& remote) {
  auto address = GitAddress::Parse(path, remote.git_branch);
  if (!address) return InvalidInput("failed to parse URL (" + address.error().message() + ")");
  auto files = FetchGitFiles(*address, remote.git_login);
  if (!files) {
    return Fail(files.error().code(), "failed to clone repository (" + address->repository + ", branch " +
                                          address->branch + ": " + files.error().message() + ")");
  }
  std::vector<NamedText> texts;
  for (GitFile& file : *files) {
    const bool is_hidden = file.path.starts_with('.') || file.path.find("/.") != std::string::npos;
    if (is_hidden || !IsYamlPath(file.path)) continue;
    texts.emplace_back(address->repository + "/" + file.path, std::move(file.content));
  }
  return texts;
}

Result<std::vector<NamedText>> TextsOf(const std::string& path, const RemoteOptions& remote) {
  if (path.starts_with(kImageScheme)) return TextsOfImage(path);
  const bool names_file = IsYamlPath(path) || path.ends_with(".json");
  if (!names_file || !remote.git_branch.empty()) return TextsOfRepository(path, remote);
  EPHOR_ASSIGN(std::string text, FetchText(path));
  return std::vector<NamedText>{{path, std::move(text)}};
}

void LoadPath(const std::string& path, std::FILE* in, const RemoteOptions& remote, LoadedPolicies& loaded) {
  if (path == "-") {
    const auto text = Text::OfStream(in);
    if (!text) {
      loaded.problems.push_back({"stdin", 0, text.error().message()});
      return;
    }
    Loader(loaded, "stdin").Load(text->bytes());
    return;
  }
  if (IsUrl(path) || path.starts_with(kImageScheme)) {
    const auto texts = TextsOf(path, remote);
    if (!texts) {
      loaded.problems.push_back({path, 0, texts.error().message()});
      return;
    }
    LoadedPolicies found;
    for (const auto& [name, text] : *texts) Loader(found, name).Load(text);
    // Of what is fetched, nothing at all is hardly what was meant: a wrong address, or a page for people.
    bool is_empty = found.problems.empty();
    found.ForEachList([&](const auto& list) { is_empty = is_empty && list.empty(); });
    if (is_empty) found.problems.push_back({path, 0, "there is no policy"});
    loaded.Append(std::move(found));
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
  MoveAll(more.texts, texts);
}

void LoadedPolicies::ForgetPositions() {
  for (const auto& text : texts) text->positions = yaml::Positions();
}

LoadedPolicies LoadPolicies(const std::vector<std::string>& paths, std::FILE* in,
                            const RemoteOptions& remote) {
  LoadedPolicies loaded;
  for (const std::string& path : paths) LoadPath(path, in, remote, loaded);
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
