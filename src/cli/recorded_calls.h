// The answers that a test gives in place of services and the API server: its `apiCallResponses`.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "json/value.h"
#include "ports/http_service.h"

namespace ephor::cli {

// Immutable once it has been filled; any thread may call it.
class RecordedCalls final : public ports::HttpService {
 public:
  // Of the list as the test writes it; fails with the first entry that makes no sense.
  static Result<RecordedCalls> Of(const json::Value& entries);

  bool HasRecordings() const override { return !answers_.empty(); }
  bool IsRecorded(std::string_view method, std::string_view url) const override {
    return Find(method, url) != nullptr;
  }
  // What is not recorded is asked of the service behind, where there is one.
  void set_behind(ports::HttpService* behind) { behind_ = behind; }
  Result<ports::HttpResponse> Send(const ports::HttpRequest& request) override;

 private:
  // An entry for the method wins over one for all.
  const ports::HttpResponse* Find(std::string_view method, std::string_view url) const;

  std::map<std::string, ports::HttpResponse, std::less<>> answers_;  // by "METHOD:URL" or URL
  ports::HttpService* behind_ = nullptr;
};

}  // namespace ephor::cli
