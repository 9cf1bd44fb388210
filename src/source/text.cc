#include "source/text.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "source/system_error.h"

namespace ephor::source {
namespace {

// Mapping costs more than reading below a few pages.
constexpr std::size_t kMapFromBytes = 256 << 10;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

bool ReadAll(int fd, std::size_t expected, std::string& out) {
  out.resize(expected + 1);  // one more, so that the end of the file is seen without growing
  std::size_t size = 0;
  while (true) {
    const ssize_t got = read(fd, out.data() + size, out.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size == out.size()) out.resize(2 * out.size());
  }
  out.resize(size);
  return true;
}

}  // namespace

Result<Text> Text::OfFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return SystemError("open", path, errno);
  struct stat status;
  if (fstat(file.get(), &status) != 0) return SystemError("stat", path, errno);
  if (S_ISDIR(status.st_mode)) return SystemError("read", path, EISDIR);
  Text text;
  const std::size_t size = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
  if (size >= kMapFromBytes) {
    void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
    if (mapped != MAP_FAILED) {
      text.mapped_ = static_cast<const char*>(mapped);
      text.size_ = size;
      return text;
    }
  }
  if (!ReadAll(file.get(), size, text.owned_)) return SystemError("read", path, errno);
  return text;
}

Text Text::OfBytes(std::string bytes) {
  Text text;
  text.owned_ = std::move(bytes);
  return text;
}

Result<Text> Text::OfStream(std::FILE* stream) {
  Text text;
  if (!ReadAll(fileno(stream), 64 << 10, text.owned_)) return SystemError("read", "/dev/stdin", errno);
  return text;
}

Text::Text(Text&& other) noexcept
    : mapped_(std::exchange(other.mapped_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      owned_(std::move(other.owned_)) {}

Text& Text::operator=(Text&& other) noexcept {
  std::swap(mapped_, other.mapped_);
  std::swap(size_, other.size_);
  std::swap(owned_, other.owned_);
  return *this;
}

Text::~Text() {
  if (mapped_ != nullptr) munmap(const_cast<char*>(mapped_), size_);
}

}  // namespace ephor::source
