#include "net/curl_library.h"

#include <dlfcn.h>

namespace ephor::net {
namespace {

Result<const CurlLibrary*> LoadOnce() {
  void* const library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Fail(ErrorCode::kUnavailable, std::string("libcurl: ") + dlerror());
  static CurlLibrary curl;
  const char* missing = nullptr;
  const auto find = [&](const char* name, auto& function) {
    function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(dlsym(library, name));
    if (function == nullptr) missing = name;
  };
  decltype(&::curl_global_init) global_init = nullptr;
  find("curl_global_init", global_init);
  find("curl_easy_init", curl.easy_init);
  find("curl_easy_cleanup", curl.easy_cleanup);
  find("curl_easy_reset", curl.easy_reset);
  find("curl_easy_setopt", curl.easy_setopt);
  find("curl_easy_perform", curl.easy_perform);
  find("curl_easy_getinfo", curl.easy_getinfo);
  find("curl_easy_strerror", curl.easy_strerror);
  find("curl_slist_append", curl.slist_append);
  find("curl_slist_free_all", curl.slist_free_all);
  find("curl_url", curl.url);
  find("curl_url_cleanup", curl.url_cleanup);
  find("curl_url_set", curl.url_set);
  find("curl_url_get", curl.url_get);
  find("curl_url_strerror", curl.url_strerror);
  if (missing != nullptr) return Fail(ErrorCode::kUnavailable, std::string("libcurl has no ") + missing);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    return Fail(ErrorCode::kUnavailable, "libcurl cannot be initialized");
  }
  return &curl;
}

}  // namespace

Result<const CurlLibrary*> CurlLibrary::Load() {
  static const Result<const CurlLibrary*> loaded = LoadOnce();
  return loaded;
}

}  // namespace ephor::net
