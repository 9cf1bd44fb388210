// The names of policies in a webhook's path.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

namespace ephor::engine {

// Whether "a/b/c" holds a name. Looks through the text.
bool HoldsName(std::string_view names, std::string_view name);

// The same of a long list, prepared. Immutable.
class PathNames {
 public:
  explicit PathNames(std::string_view names);
  PathNames(const PathNames&) = delete;
  PathNames& operator=(const PathNames&) = delete;

  std::string_view text() const { return text_; }
  bool Has(std::string_view name) const { return names_.contains(name); }

 private:
  std::string text_;
  std::unordered_set<std::string_view> names_;
};

// Prepares the long lists that a thread meets: an API server sends the same few again and again, and with a
// thousand names looking through them would cost more than the policies. Not thread-safe.
class PathNamesCache {
 public:
  // Null for a short list. Valid until the next call. Allocates where the list is not among the last eight.
  const PathNames* Of(std::string_view names);

 private:
  static constexpr std::size_t kShort = 512;  // bytes

  std::array<std::unique_ptr<const PathNames>, 8> lists_;
  std::size_t next_ = 0;  // to be replaced
};

}  // namespace ephor::engine
