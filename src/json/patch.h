// JSON patches (RFC 6902).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "json/value.h"

namespace ephor::json {

enum class PatchOp : std::uint8_t { kAdd, kRemove, kReplace, kMove, kCopy, kTest };

struct Operation {
  PatchOp op;
  std::string_view path;
  std::string_view from;  // of move and copy
  Value value;            // of add, replace and test; null where a test has none
};

// What the reference's library (evanphx/json-patch) lets its caller choose.
struct PatchOptions {
  // add makes the parents that are missing: an array where the next token is a number or "-", else an object.
  // A new array is filled with nulls up to the index.
  bool ensure_path_exists_on_add = false;
  // remove of what is not there does nothing.
  bool allow_missing_path_on_remove = false;
  // -1 is the last item; for add, behind it.
  bool support_negative_indices = true;
};

// The operation of a name: "add", "remove", "replace", "move", "copy", "test".
std::optional<PatchOp> PatchOpOf(std::string_view name);

// Reads the patch's array of objects. Paths and values are views of it. Errors (kInvalidInput) are in the
// words of the reference's library.
Result<std::span<const Operation>> DecodePatch(const Value& patch, Arena& arena);

// The document with all operations done in order, or the first one's error (kEvaluation), again in the
// library's words; then nothing has changed. A path may also leave out what is before its first "/", and
// empty tokens inside it stand for nothing, as there. Beyond it there are limits, each an error: 10,000
// operations, 10,000 nulls to fill an array, a result 512 deep, a million values made by copying.
//
// The result shares what did not change with the document and the operations, which must outlive it. Each
// array or object that a patch touches is copied once.
Result<Value> ApplyPatch(const Value& document, std::span<const Operation> patch, Arena& arena,
                         const PatchOptions& options = {});

// Whether ApplyPatch failed because a `test` did not hold.
bool IsFailedTest(const Error& error);

// The patch that makes one value of the other, as the reference makes it: of objects first the members added
// or changed, then those removed, each in order of their keys; of arrays first what is removed at the end,
// from the last on, then what is added there, then the changes within the common length, by position. Numbers
// compare by value.
std::span<const Operation> Diff(const Value& from, const Value& to, Arena& arena);

// Appends the patch's JSON text: [{"op":"add","path":"/a","value":1},...].
void WritePatch(std::span<const Operation> patch, std::string& out, bool escape_html = false);
// The same as a value.
Value EncodePatch(std::span<const Operation> patch, Arena& arena);

}  // namespace ephor::json
