// The types that mutations construct: Object{spec: Object.spec{...}} and JSONPatch{op: "add", ...}.
#pragma once

#include <memory>

#include "cel/check/env.h"

namespace ephor::cel::lib {

// Knows "Object", every "Object.a.b" and "JSONPatch". Fields of objects have any name and type dyn.
std::shared_ptr<const TypeProvider> MutationTypes();

// A JSONPatch value's parts; the value is null where none was given. `patch` must be a JSONPatch.
struct PatchOperation {
  std::string_view op, path, from;
  const Value* value = nullptr;
};
const PatchOperation& PatchOperationOf(const Value& patch);
bool IsPatchOperation(const Value& value);

// Whether it is an Object, or one below it.
bool IsObject(const Value& value);

// Whether the names of the types in an Object value are those of their places: Object.spec below `spec`. The
// JSON of an Object is what ToJson gives. Fails with the reference's text:
//   unexpected type name "Object.metadata", expected "Object.spec.metadata", which matches field name path
//   from root Object type
Result<void> CheckTypeNames(const Value& object);

}  // namespace ephor::cel::lib
