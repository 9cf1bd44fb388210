// Objects to create on an API server, each under a name of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "load/request.h"

namespace ephor::load {

// An object whose name ends in a number: "web" becomes "web-RUN-0", "web-RUN-1", ... Immutable.
class Creation {
 public:
  // Those of a text with YAML or JSON documents, in order. The run's name keeps two runs apart. Fails with
  // the line of a document that is no object, or that has no name.
  static Result<std::vector<Creation>> Of(std::string_view text, const Url& url, std::string_view run);

  // POST of the object with this number, rendered. Headers and checks of the request stay.
  void Fill(std::uint64_t number, const Url& url, bool keep_alive, Request& request) const;
  // DELETE of the same.
  void FillDeletion(std::uint64_t number, const Url& url, Request& request) const;

 private:
  std::string path_;            // of the collection
  std::string name_;            // up to the number
  std::string before_, after_;  // the object's JSON around its name
};

}  // namespace ephor::load
