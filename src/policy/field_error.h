// Texts of errors about fields, as the Kubernetes API machinery words them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "json/value.h"

namespace ephor::policy {

//   PATH: Invalid value: "VALUE": DETAIL
std::string InvalidField(std::string_view path, std::string_view value, std::string_view detail);
// The same for a value that is no string: VALUE is its JSON.
std::string InvalidField(std::string_view path, const json::Value& value, std::string_view detail);
//   PATH: Forbidden: DETAIL
std::string ForbiddenField(std::string_view path, std::string_view detail);
//   PATH: Required value: DETAIL; without the detail where it is empty
std::string RequiredField(std::string_view path, std::string_view detail = {});

// One error as it is, several as "[a, b]"; each text once, in the order given.
std::string Aggregate(std::span<const std::string> errors);

}  // namespace ephor::policy
