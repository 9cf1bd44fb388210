// Whatever the bytes, loading ends; each document that could be read and is printed can be read again and is
// then the same; and asking for positions changes nothing.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "json/write.h"
#include "yaml/emit.h"
#include "yaml/load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ephor;
  Arena arena;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Printing writes out what aliases share, so there must not be much of it.
  const yaml::LoadLimits limits{.max_depth = 64, .max_nodes_base = 1000};
  yaml::LoadAll(
      text, arena,
      [&](Result<yaml::Document> document) {
        if (!document) {
          if (document.error().message().empty()) std::abort();
          return true;
        }
        const std::string printed = yaml::ToString(*document->root);
        const auto again = yaml::Load(printed, arena);
        if (!again || !json::Equal(*again, *document->root)) std::abort();
        if (yaml::ToString(*again) != printed) std::abort();
        return true;
      },
      nullptr, limits);
  yaml::Positions positions;
  yaml::LoadAll(
      text, arena,
      [&](const Result<yaml::Document>& document) {
        if (document && !document->root->is_null() && document->line == 0) std::abort();
        return true;
      },
      &positions, limits);
  return 0;
}
