#include "engine/element.h"

#include "base/number.h"

namespace ephor::engine {
namespace {

// The name of a variable of one level, such as "element0", in the arena.
std::string_view LevelName(std::string_view name, int nesting, Arena& arena) {
  std::string text(name);
  AppendInt(nesting, text);
  return arena.Copy(text);
}

}  // namespace

void SetElement(const json::Value& element, std::size_t index, int nesting, Context& context) {
  const auto position = json::Value::Int(static_cast<std::int64_t>(index));
  Arena& arena = context.arena();
  const json::Member variables[] = {
      {"element", element},
      {LevelName("element", nesting, arena), element},
      {"elementIndex", position},
      {LevelName("elementIndex", nesting, arena), position},
  };
  context.Set(variables);
}

}  // namespace ephor::engine
