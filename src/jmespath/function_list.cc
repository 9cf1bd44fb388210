#include "jmespath/function_list.h"

#include <algorithm>

#include "jmespath/functions/function.h"

namespace ephor::jmespath {
namespace {

std::string Signature(const Function& function) {
  std::string text(function.name);
  text += '(';
  for (std::size_t i = 0; i < function.parameter_count; ++i) {
    if (i > 0) text += ", ";
    bool first = true;
    for (const Type type : function.parameters[i]) {
      if (type == Type::kNone) break;
      if (!first) text += '|';
      first = false;
      text += TypeName(type);
    }
  }
  text += ") ";
  text += TypeName(function.returns);
  return text;
}

}  // namespace

std::vector<FunctionDescription> DescribeFunctions() {
  std::vector<FunctionDescription> list;
  for (const Function& function : Functions()) {
    if (function.note.empty()) continue;  // a standard function
    list.push_back({std::string(function.name), Signature(function), std::string(function.note)});
  }
  std::sort(list.begin(), list.end(), [](const FunctionDescription& a, const FunctionDescription& b) {
    return a.signature < b.signature;
  });
  return list;
}

}  // namespace ephor::jmespath
