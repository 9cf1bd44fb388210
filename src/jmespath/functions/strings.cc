#include <algorithm>
#include <string>

#include "base/utf8.h"
#include "jmespath/functions/families.h"

namespace ephor::jmespath::functions {
namespace {

// A number as Go converts a float64 to int, with what does not fit saturated instead of undefined.
std::int64_t ToInt(double number) {
  if (!(number >= -0x1p62)) return -(std::int64_t{1} << 62);
  return number >= 0x1p62 ? std::int64_t{1} << 62 : static_cast<std::int64_t>(number);
}

// Replaces the first `limit` occurrences, all where it is negative. An empty text occurs before every code
// point and at the end.
Result<Value> ReplaceUpTo(Invocation& in, std::int64_t limit) {
  const std::string_view text = in.text(0), old = in.text(1), replacement = in.text(2);
  if (!in.Charge(text.size())) return in.OutOfBudget();
  std::string out;
  std::size_t at = 0;
  for (std::int64_t done = 0; limit < 0 || done < limit; ++done) {
    std::size_t found = at;
    if (old.empty()) {
      if (done > 0) found += at < text.size() ? DecodeUtf8(text, at).bytes : text.size() + 1;
      if (found > text.size()) break;
    } else {
      found = text.find(old, at);
      if (found == std::string_view::npos) break;
    }
    if (!in.Charge(1 + replacement.size())) return in.OutOfBudget();
    out.append(text, at, found - at);
    out += replacement;
    at = found + old.size();
  }
  if (out.empty() && at == 0) return in[0];
  out.append(text, at);
  return in.Text(out);
}

bool HasCodePoint(std::string_view set, char32_t value) {
  for (std::size_t at = 0; at < set.size();) {
    const CodePoint rune = DecodeUtf8(set, at);
    if (rune.value == value) return true;
    at += rune.bytes;
  }
  return false;
}

// Where the last code point before `end` begins.
std::size_t LastCodePoint(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t start = end - 1;
  while (start > begin && end - start < 4 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80)
    --start;
  return DecodeUtf8(text, start).bytes == end - start ? start : end - 1;
}

}  // namespace

Result<Value> Compare(Invocation& in) {
  const int order = in.text(0).compare(in.text(1));
  return Value::Int(order < 0 ? -1 : order > 0);
}

Result<Value> EqualFold(Invocation& in) {
  if (!in.Charge(in.text(0).size() + in.text(1).size())) return in.OutOfBudget();
  return Value::Bool(ephor::EqualFold(in.text(0), in.text(1)));
}

Result<Value> Replace(Invocation& in) {
  return ReplaceUpTo(in, ToInt(in[3].as_double()));
}

Result<Value> ReplaceAll(Invocation& in) {
  return ReplaceUpTo(in, -1);
}

Result<Value> ToUpper(Invocation& in) {
  return in.Text(ephor::ToUpper(in.text(0)));
}

Result<Value> ToLower(Invocation& in) {
  return in.Text(ephor::ToLower(in.text(0)));
}

Result<Value> Trim(Invocation& in) {
  const std::string_view text = in.text(0), set = in.text(1);
  std::size_t begin = 0, end = text.size();
  while (begin < end) {
    const CodePoint rune = DecodeUtf8(text, begin);
    if (!in.Charge(1 + set.size())) return in.OutOfBudget();
    if (!HasCodePoint(set, rune.value)) break;
    begin += rune.bytes;
  }
  while (begin < end) {
    const std::size_t start = LastCodePoint(text, begin, end);
    if (!in.Charge(1 + set.size())) return in.OutOfBudget();
    if (!HasCodePoint(set, DecodeUtf8(text, start).value)) break;
    end = start;
  }
  return Value::String(text.substr(begin, end - begin));
}

Result<Value> TrimPrefix(Invocation& in) {
  std::string_view text = in.text(0);
  if (text.starts_with(in.text(1))) text.remove_prefix(in.text(1).size());
  return Value::String(text);
}

Result<Value> Split(Invocation& in) {
  const std::string_view text = in.text(0), separator = in.text(1);
  if (!in.Charge(1 + 2 * text.size())) return in.OutOfBudget();
  ArenaVector<Value> parts(in.arena());
  if (separator.empty()) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t bytes = DecodeUtf8(text, at).bytes;
      parts.push_back(Value::String(text.substr(at, bytes)));
      at += bytes;
    }
    return Value::Array(parts.span());
  }
  std::size_t at = 0;
  for (std::size_t found; (found = text.find(separator, at)) != std::string_view::npos;
       at = found + separator.size()) {
    parts.push_back(Value::String(text.substr(at, found - at)));
  }
  parts.push_back(Value::String(text.substr(at)));
  return Value::Array(parts.span());
}

Result<Value> Truncate(Invocation& in) {
  const std::string_view text = in.text(0);
  const std::int64_t length = ToInt(in[1].as_double());
  std::size_t at = 0;
  for (std::int64_t i = 0; i < length && at < text.size(); ++i) at += DecodeUtf8(text, at).bytes;
  if (!in.Charge(at)) return in.OutOfBudget();
  return Value::String(text.substr(0, at));
}

Result<Value> StartsWith(Invocation& in) {
  return Value::Bool(in.text(0).starts_with(in.text(1)));
}

Result<Value> EndsWith(Invocation& in) {
  return Value::Bool(in.text(0).ends_with(in.text(1)));
}

Result<Value> Join(Invocation& in) {
  const std::string_view separator = in.text(0);
  const std::span<const Value> parts = in[1].items();
  std::size_t size = parts.empty() ? 0 : separator.size() * (parts.size() - 1);
  for (const Value& part : parts) size += part.size();
  if (!in.Charge(size)) return in.OutOfBudget();
  const std::span<char> out = in.arena().NewArray<char>(size);
  char* next = out.data();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) next = std::copy(separator.begin(), separator.end(), next);
    next = std::copy(parts[i].as_string().begin(), parts[i].as_string().end(), next);
  }
  return Value::String({out.data(), size});
}

Result<Value> ToBoolean(Invocation& in) {
  const std::string lower = ephor::ToLower(in.text(0));
  if (lower == "true") return Value::Bool(true);
  if (lower == "false") return Value::Bool(false);
  std::string message = "lowercase argument must be 'true' or 'false' (provided: '";
  message += in.text(0);
  message += "')";
  return in.Fail(message);
}

// Go's filepath.Join of one element: lexical cleaning, but nothing stays nothing.
Result<Value> PathCanonicalize(Invocation& in) {
  const std::string_view path = in.text(0);
  if (path.empty()) return in[0];
  const bool rooted = path[0] == '/';
  std::string out = rooted ? "/" : "";
  std::size_t fixed = out.size();  // what a ".." cannot take away
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (out.size() > fixed) {
        const std::size_t slash = out.rfind('/');
        out.resize(slash == std::string::npos || slash < fixed ? fixed : slash);
        continue;
      }
      if (rooted) continue;
    }
    if (!out.empty() && out.back() != '/') out += '/';
    out += part;
    if (part == "..") fixed = out.size();
  }
  return in.Text(out.empty() ? "." : out);
}

}  // namespace ephor::jmespath::functions
