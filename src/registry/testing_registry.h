// A registry in memory for tests, with the authentication and the faults that a test wants.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/hash.h"
#include "net/testing_site.h"

namespace ephor::registry {

class TestRegistry {
 public:
  enum class Auth { kNone, kBasic, kBearer };

  explicit TestRegistry(Auth auth = Auth::kNone)
      : auth_(auth),
        site_([this](const net::Request& request, net::Response& response) { Handle(request, response); }) {}

  std::string host() const { return site_.host(); }
  net::TestSite& site() { return site_; }

  // Puts a document under a path below "/v2/", and by its digest. Gives the digest.
  std::string Put(const std::string& path, std::string bytes, std::string media_type = "") {
    const std::lock_guard lock(mutex_);
    const std::string digest = "sha256:" + Sha256Hex(bytes);
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    documents_[folder + digest] = documents_[path] = {std::move(bytes), std::move(media_type)};
    return digest;
  }
  // Puts an image "a:TAG" of one layer, and gives its digest.
  std::string PutImage(const std::string& tag, const std::string& config) {
    const std::string digest = Put("app/blobs/config", config);
    return Put("app/manifests/" + tag,
               R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)"
               R"({"mediaType":"application/vnd.oci.image.config.v1+json","digest":")" +
                   digest + "\",\"size\":" + std::to_string(config.size()) + "},\"layers\":[]}",
               "application/vnd.oci.image.manifest.v1+json");
  }
  // The next requests for documents get these statuses first.
  void FailNext(std::vector<int> statuses) {
    const std::lock_guard lock(mutex_);
    failures_ = std::move(statuses);
  }
  void set_realm(std::string realm) { realm_ = std::move(realm); }

 private:
  struct Document {
    std::string bytes, media_type;
  };

  bool IsAuthorized(const net::Request& request, net::Response& response) {
    const std::string_view given = request.Find("authorization");
    if (auth_ == Auth::kNone) return true;
    const std::string realm = realm_.empty() ? site_.Url("/token") : realm_;
    if (auth_ == Auth::kBasic) {
      if (given == "Basic " + Base64Encode("user:secret")) return true;
      response.AddHeader("www-authenticate", "Basic realm=\"test\"");
    } else {
      const bool to_documents = request.path != "/v2/";
      if (given == "Bearer good" && to_documents) return true;
      response.AddHeader("www-authenticate", "Bearer realm=\"" + realm + "\",service=\"test\"" +
                                                 (to_documents ? ",scope=\"repository:app:pull\"" : ""));
    }
    response.status = 401;
    response.body = R"({"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]})";
    return false;
  }

  void Handle(const net::Request& request, net::Response& response) {
    const std::lock_guard lock(mutex_);
    if (request.path == "/token") {
      const bool known = request.Find("authorization") == "Basic " + Base64Encode("user:secret");
      response.body = known ? R"({"token":"good"})" : R"({"token":"anonymous"})";
      return;
    }
    if (!IsAuthorized(request, response) || request.path == "/v2/") return;
    if (!failures_.empty()) {
      response.status = failures_.front();
      failures_.erase(failures_.begin());
      return;
    }
    const auto found = documents_.find(std::string(request.path.substr(4)));
    if (found == documents_.end()) {
      response.status = 404;
      response.body =
          R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"x"}}]})";
      return;
    }
    response.content_type = found->second.media_type;
    response.body = found->second.bytes;
  }

  const Auth auth_;
  std::string realm_;
  std::mutex mutex_;
  std::map<std::string, Document> documents_;
  std::vector<int> failures_;
  net::TestSite site_;  // last: its threads end first
};

}  // namespace ephor::registry
