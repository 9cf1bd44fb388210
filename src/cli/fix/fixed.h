// What a repair has made of a document.
#pragma once

#include <string>
#include <vector>

#include "json/value.h"

namespace ephor::cli {

struct Fixed {
  json::Value value;
  std::vector<std::string> messages;  // what was wrong, in the reference's words
};

}  // namespace ephor::cli
