// Time zones by name, from the system's time zone database (RFC 8536).
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "cel/eval/time.h"

namespace ephor::cel {
namespace {

struct Zone {
  std::vector<std::int64_t> transitions;  // seconds since 1970, ascending
  std::vector<std::int32_t> offsets;      // from each transition on
  std::int32_t first_offset = 0;          // before the first
};

std::int64_t BigEndian(const std::string& data, std::size_t at, int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i)
    value = value << 8 | static_cast<unsigned char>(data[at + static_cast<std::size_t>(i)]);
  if (bytes == 4) return static_cast<std::int32_t>(value);
  return static_cast<std::int64_t>(value);
}

// Names are paths below the database's folder: nothing else may be reached.
bool IsZoneName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name[0] == '/') return false;
  for (char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-' || c == '+' || c == '/';
    if (!plain) return false;
  }
  return true;
}

std::string ReadZoneFile(const std::string& name) {
  std::string data;
  std::FILE* file = std::fopen(("/usr/share/zoneinfo/" + name).c_str(), "rb");
  if (file == nullptr) return data;
  char buffer[4096];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file)) {
    data.append(buffer, count);
    if (data.size() > (1 << 20)) break;
  }
  std::fclose(file);
  return data;
}

struct Header {
  std::size_t utc_marks, standard_marks, leaps, times, types, chars;
};
constexpr std::size_t kHeaderBytes = 44;

bool ReadHeader(const std::string& data, std::size_t at, Header& header) {
  if (at + kHeaderBytes > data.size() || data.compare(at, 4, "TZif") != 0) return false;
  std::size_t* const fields[] = {&header.utc_marks, &header.standard_marks, &header.leaps,
                                 &header.times,     &header.types,          &header.chars};
  for (std::size_t i = 0; i < 6; ++i) {
    const std::int64_t count = BigEndian(data, at + 20 + 4 * i, 4);
    if (count < 0 || count > 100'000) return false;
    *fields[i] = static_cast<std::size_t>(count);
  }
  return true;
}

std::size_t BodyBytes(const Header& h, std::size_t time_bytes) {
  return h.times * (time_bytes + 1) + h.types * 6 + h.chars + h.leaps * (time_bytes + 4) + h.standard_marks +
         h.utc_marks;
}

std::unique_ptr<const Zone> ParseZone(const std::string& data) {
  Header header;
  if (!ReadHeader(data, 0, header)) return nullptr;
  std::size_t at = kHeaderBytes;
  std::size_t time_bytes = 4;
  if (data[4] >= '2') {  // a second body with 64-bit times follows the first
    at += BodyBytes(header, 4);
    if (!ReadHeader(data, at, header)) return nullptr;
    at += kHeaderBytes;
    time_bytes = 8;
  }
  if (at + BodyBytes(header, time_bytes) > data.size() || header.types == 0) return nullptr;
  const std::size_t indices = at + header.times * time_bytes;
  const std::size_t types = indices + header.times;
  const auto offset_of = [&](std::size_t type) {
    return static_cast<std::int32_t>(BigEndian(data, types + 6 * std::min(type, header.types - 1), 4));
  };
  auto zone = std::make_unique<Zone>();
  zone->first_offset = offset_of(0);
  for (std::size_t i = 0; i < header.times; ++i) {
    zone->transitions.push_back(BigEndian(data, at + i * time_bytes, static_cast<int>(time_bytes)));
    zone->offsets.push_back(offset_of(static_cast<unsigned char>(data[indices + i])));
  }
  return zone;
}

// Kept for the life of the process: there are some hundred names, and the files do not change below us.
const Zone* FindZone(const std::string& name) {
  static std::mutex mutex;
  static auto* const zones = new std::map<std::string, std::unique_ptr<const Zone>>;
  const std::lock_guard lock(mutex);
  auto found = zones->find(name);
  if (found == zones->end()) {
    std::unique_ptr<const Zone> zone = ParseZone(ReadZoneFile(name));
    if (zone == nullptr) return nullptr;  // not kept: unknown names are without number
    found = zones->emplace(name, std::move(zone)).first;
  }
  return found->second.get();
}

// "+02:00", "-23:59", "02:00".
bool ParseOffset(std::string_view text, std::int64_t& offset) {
  const bool negative = text.starts_with("-");
  if (negative || text.starts_with("+")) text.remove_prefix(1);
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto number = [](std::string_view digits, std::int64_t most, std::int64_t& value) {
    if (digits.empty() || digits.size() > 2) return false;
    value = 0;
    for (char c : digits) {
      if (c < '0' || c > '9') return false;
      value = 10 * value + (c - '0');
    }
    return value <= most;
  };
  std::int64_t hours, minutes;
  if (!number(text.substr(0, colon), 23, hours) || !number(text.substr(colon + 1), 59, minutes)) return false;
  offset = (negative ? -1 : 1) * (hours * 3600 + minutes * 60);
  return true;
}

}  // namespace

bool ZoneOffset(std::string_view zone, std::int64_t unix_seconds, std::int64_t& offset_seconds) {
  offset_seconds = 0;
  if (zone.empty() || zone == "UTC") return true;
  if (ParseOffset(zone, offset_seconds)) return true;
  if (!IsZoneName(zone)) return false;
  const Zone* data = FindZone(std::string(zone));
  if (data == nullptr) return false;
  const auto later = std::upper_bound(data->transitions.begin(), data->transitions.end(), unix_seconds);
  offset_seconds = later == data->transitions.begin()
                       ? data->first_offset
                       : data->offsets[static_cast<std::size_t>(later - data->transitions.begin()) - 1];
  return true;
}

}  // namespace ephor::cel
