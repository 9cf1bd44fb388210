#include "engine/beginning.h"

#include "engine/printable.h"
#include "yaml/quotes.h"

namespace ephor::engine {

Beginning::Beginning(std::string text) : text_(std::move(text)) {
  // Whatever follows, quotes once needed for what stands in the middle stay needed.
  if (text_.empty() || yaml::QuotesOf(text_ + "x") != yaml::Quotes::kSingle) return;
  if (AppendPrintable("'", text_, "'", quoted_)) quoted_.pop_back();
}

}  // namespace ephor::engine
