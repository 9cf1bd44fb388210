// URLs by the rules of Go's net/url, with its error texts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace ephor::cel::lib {

struct Url {
  std::string scheme;  // lower case
  std::string opaque;  // what follows the scheme where no slash does
  std::string user;    // as written, with its '@'; "" where there is none
  std::string host;    // with port; IPv6 in brackets
  std::string path;    // unescaped
  std::string escaped_path;
  std::string raw_query;
  std::string fragment;  // with its '#'

  std::string hostname() const;  // without brackets and port
  std::string port() const;
  // Pairs in the order of the text, unescaped; malformed ones are left out.
  std::vector<std::pair<std::string, std::string>> Query() const;
  std::string ToString() const;
};

// An absolute URL or an absolute path, as url.ParseRequestURI demands, then read as url.Parse does, with its
// fragment. Errors: parse "x": invalid URI for request
Result<Url> ParseRequestUri(std::string_view text);

}  // namespace ephor::cel::lib
