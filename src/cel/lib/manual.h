// What the manual says of functions, from the tables that declare them.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cel/check/env.h"

namespace ephor::cel::lib {

// An environment by the name that commands and the manual have for it.
struct NamedEnv {
  std::string_view name;
  std::string_view of;  // what is written in it
  std::shared_ptr<const Env> (*env)();
};
std::span<const NamedEnv> NamedEnvs();
// Null where there is none of the name.
std::shared_ptr<const Env> FindEnv(std::string_view name);

// The functions that expressions can call by name as a table in Markdown, by name: form, cost and an example
// that is true.
std::string FunctionTable(const Env& env);

// The page of the functions and macros of all environments, which says what each has.
std::string FunctionManual();

}  // namespace ephor::cel::lib
