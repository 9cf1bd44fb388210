// YAML text to json::Value, as the Kubernetes YAML reader understands it.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::yaml {

struct LoadLimits {
  std::size_t max_depth = 512;
  // Nodes after aliases are expanded, for a document of N bytes: at most base + factor * N. A "billion
  // laughs" document passes it at once, no real one comes near.
  std::size_t max_nodes_base = 100'000;
  std::size_t max_nodes_per_byte = 4;
  // Whether a key that stands twice in a mapping is an error; otherwise its last value counts. JSON texts are
  // not checked. Values that a merge key "<<" brings may always be overridden.
  bool unique_keys = true;
  // Whether y, yes, on and their opposites are booleans, as in YAML 1.1; otherwise they are texts.
  bool word_booleans = true;
  // The text outlives the values: strings that stand in it as they are may be views of it, which spares their
  // copies.
  bool view_text = false;
};

// Where each value of a document stands in its text, by the address at which the value is stored (the root's
// is Document::root, others are those that Find, items() and members() give). While a text is being read one
// thread may ask; once LoadAll has returned, any number.
class Positions {
 public:
  // Line and column of the value, {0, 0} where it is not known.
  SourcePosition Of(const json::Value* value) const;
  void Set(const json::Value* value, SourcePosition position);
  // Makes Of a mere look-up.
  void Sort() const;

 private:
  struct Entry {
    const json::Value* value;
    SourcePosition position;
  };
  static bool Before(const Entry& a, const Entry& b);

  mutable std::vector<Entry> entries_;  // sorted when asked, or at the end of reading
  mutable bool sorted_ = true;
};

struct Document {
  const json::Value* root = nullptr;  // in the arena
  std::size_t index = 0;              // among the text's documents, empty ones included
  std::uint32_t line = 1;             // where it begins
};

// Calls `each` for every document of a stream, in order; an empty document gives a null root. A document that
// cannot be read is passed as an error with its position (lines count from the start of the whole text), and
// reading goes on after the next line "---". Documents are split at such lines before parsing, so an error in
// one never hides another. `each` returns false to stop. JSON is read as the subset of YAML that it is.
//
// Scalars follow sigs.k8s.io/yaml: YAML 1.1 as go-yaml v2 reads it (yes/no/on/off are booleans, 0x and 0o and
// 0-octal integers, .inf, ~), keys of other types become their text, timestamps stay strings, duplicate keys
// are an error.
void LoadAll(std::string_view text, Arena& arena, const std::function<bool(Result<Document>)>& each,
             Positions* positions = nullptr, LoadLimits limits = {});

// The one document of a text, empty ones aside; more than one is an error, none is null.
Result<json::Value> Load(std::string_view text, Arena& arena, LoadLimits limits = {});

}  // namespace ephor::yaml
