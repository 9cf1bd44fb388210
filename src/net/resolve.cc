#include "net/resolve.h"

#include <netdb.h>

#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace ephor::net {
namespace {

using Addresses = std::vector<ResolvedAddress>;

Result<Addresses> Ask(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* list = nullptr;
  if (const int failed = getaddrinfo(host.c_str(), nullptr, &hints, &list); failed != 0) {
    return Fail(ErrorCode::kUnavailable,
                "lookup " + host + ": " + (failed == EAI_NONAME ? "no such host" : gai_strerror(failed)));
  }
  Addresses addresses;
  for (const addrinfo* item = list; item != nullptr; item = item->ai_next) {
    if (item->ai_addrlen > sizeof(sockaddr_storage)) continue;
    std::memcpy(&addresses.emplace_back().storage, item->ai_addr, item->ai_addrlen);
  }
  freeaddrinfo(list);
  return addresses;
}

// What the asking thread and the one that waits share; whichever ends last frees it.
struct Question {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<Result<Addresses>> answer;
};

}  // namespace

std::string ResolvedAddress::text() const {
  char text[NI_MAXHOST] = {};
  const socklen_t size = storage.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  getnameinfo(&address(), size, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  return text;
}

Result<Addresses> Resolve(const std::string& host, std::chrono::steady_clock::time_point deadline) {
  if (auto numeric = Ask(host, AI_NUMERICHOST)) return numeric;
  const auto question = std::make_shared<Question>();
  try {
    std::thread([question, host] {
      auto answer = Ask(host, 0);
      const std::lock_guard lock(question->mutex);
      question->answer = std::move(answer);
      question->answered.notify_one();
    }).detach();
  } catch (const std::system_error& error) {
    return Fail(ErrorCode::kUnavailable, "lookup " + host + ": " + error.what());
  }
  std::unique_lock lock(question->mutex);
  if (!question->answered.wait_until(lock, deadline, [&] { return question->answer.has_value(); })) {
    return Fail(ErrorCode::kUnavailable, "lookup " + host + ": no answer in time");
  }
  return *std::move(question->answer);
}

}  // namespace ephor::net
