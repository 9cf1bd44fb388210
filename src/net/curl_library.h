// libcurl, loaded when it is first needed.
#pragma once

#include <curl/curl.h>

#include "base/result.h"

namespace ephor::net {

// Linked in the ordinary way, libcurl brings some thirty libraries that the loader would map for every
// command, which costs more than judging a folder of policies. So its functions are looked up when a request
// is sent.
struct CurlLibrary {
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_easy_reset) easy_reset;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_perform) easy_perform;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
  decltype(&::curl_url) url;
  decltype(&::curl_url_cleanup) url_cleanup;
  decltype(&::curl_url_set) url_set;
  decltype(&::curl_url_get) url_get;
  decltype(&::curl_url_strerror) url_strerror;

  // The same object on every call, from any thread; it stays for the life of the process. kUnavailable where
  // the library is not installed or lacks a function.
  static Result<const CurlLibrary*> Load();
};

}  // namespace ephor::net
