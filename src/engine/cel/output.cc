#include "engine/cel/output.h"

namespace ephor::engine {
namespace {

using cel::Type;
using cel::TypeKind;

bool IsStruct(const Type& type, std::string_view name) {
  return (type.is(TypeKind::kStruct) || type.is(TypeKind::kOpaque)) && type.name() == name;
}

}  // namespace

bool Gives(const Type& type, CelOutput output) {
  switch (output) {
    case CelOutput::kAny:
      return true;
    case CelOutput::kBool:
      return type.is(TypeKind::kBool);
    case CelOutput::kString:
      return type.is(TypeKind::kString);
    case CelOutput::kStringOrNull:
      return type.is(TypeKind::kString) || type.is(TypeKind::kNull);
    case CelOutput::kList:  // of strings, as far as is known; or what may turn out to be one
      return type.is(TypeKind::kDyn) || (type.is(TypeKind::kList) && (type.param(0).is(TypeKind::kString) ||
                                                                      type.param(0).is(TypeKind::kDyn)));
    case CelOutput::kMap:
      return type.is(TypeKind::kMap) && type.param(0).is(TypeKind::kString) &&
             type.param(1).is(TypeKind::kDyn);
    case CelOutput::kObject:
      return IsStruct(type, "Object");
    case CelOutput::kPatches:
      return type.is(TypeKind::kList) && IsStruct(type.param(0), "JSONPatch");
  }
  return false;
}

std::string ExpectedOutput(CelOutput output) {
  const std::string text = "output is expected to be ";
  switch (output) {
    case CelOutput::kAny:
      break;
    case CelOutput::kBool:
      return text + "of type bool";
    case CelOutput::kString:
      return text + "of type string";
    case CelOutput::kStringOrNull:
      return text + "either of type string or null_type";
    case CelOutput::kList:
    case CelOutput::kPatches:
      return text + "of type list";
    case CelOutput::kMap:
      return "output type must be a map";
    case CelOutput::kObject:
      return text + "of type Object";
  }
  return text + "of another type";
}

std::string MustEvaluateTo(CelOutput output, const Type& type) {
  std::string text = "must evaluate to ";
  switch (output) {
    case CelOutput::kBool:
      text += "bool";
      break;
    case CelOutput::kStringOrNull:
      text += "one of [string null_type]";
      break;
    case CelOutput::kObject:
      text += "Object";
      break;
    case CelOutput::kPatches:
      text += "list(JSONPatch)";
      break;
    default:
      text += "string";
  }
  return text + " but got " + type.DeclaredText();
}

}  // namespace ephor::engine
