// Objects to be judged: files of YAML or JSON, taken apart one document at a time.
#pragma once

#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"
#include "source/documents.h"
#include "source/text.h"
#include "yaml/load.h"

namespace ephor::source {

struct ResourceDocument {
  const std::string* file;  // its name, owned by the input
  DocumentText document;
};

// The documents of a list of paths, not yet parsed, so that an input of any size costs little more than its
// own bytes: who needs an object decodes it into an arena of its own. Owns the texts; movable. Const methods
// are safe from any thread.
class ResourceInput {
 public:
  struct Unreadable {
    std::string path;
    Error error;
  };

  ResourceInput() = default;

  // Adds a file's or a stream's documents after those that are there. A file may be an http(s) address. A
  // document of a stream is named "stdin".
  Result<void> AddFile(const std::string& path);
  Result<void> AddStream(std::FILE* stream);
  // Adds the files of paths (paths.h: ResourceFiles). A file that cannot be read is noted and left out; the
  // first path must exist.
  Result<std::vector<Unreadable>> AddPaths(const std::vector<std::string>& paths);

  std::span<const ResourceDocument> documents() const { return documents_; }

 private:
  struct File {
    std::string name;
    Text text;
  };
  void Add(std::string name, Text text);

  std::vector<std::unique_ptr<File>> files_;
  std::vector<ResourceDocument> documents_;
};

// The objects of one document, in the arena, as the reference's loader makes them: those of a v1 List one by
// one, an empty namespace as "default" unless the kind is known to be cluster-scoped, null under the names of
// well-known maps (labels, annotations, ...) as an empty map, integers beyond 2^53 as the nearest double.
// Errors say file and line.
Result<std::span<const json::Value>> DecodeResources(const ResourceDocument& document, Arena& arena);

// The same with the document as it was read and where its values stand; slower. The objects share parts with
// those of the document: its root, or the items of a List.
struct LocatedResources {
  std::span<const json::Value> objects;
  std::span<const json::Value> originals;  // one for each
  yaml::Positions positions;               // lines count from the document's own
};
Result<LocatedResources> LocateResources(const ResourceDocument& document, Arena& arena);

// The defaults of the above, for one object.
json::Value WithLoadDefaults(const json::Value& object, Arena& arena);

}  // namespace ephor::source
