#include "cli/fix/fix_tests.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "json/builder.h"
#include "json/write.h"

namespace ephor::cli {
namespace {

using json::Value;

// The members of a row that a compressed row gathers.
constexpr std::string_view kGathered[] = {"generatedResources", "resourceSpecs", "resources"};

// The members by which rows are ordered before their resources are looked at.
constexpr std::string_view kOrder[] = {
    "policy", "rule", "result", "kind", "generatedResource", "cloneSourceResource"};

int CompareByOrder(const Value& a, const Value& b) {
  for (const std::string_view member : kOrder) {
    if (const int order = a.StringAt(member).compare(b.StringAt(member)); order != 0) return order;
  }
  return 0;
}

// The shorter list first.
int CompareLists(const Value& a, const Value& b, std::string_view member) {
  const Value* x = a.Find(member);
  const Value* y = b.Find(member);
  const std::size_t x_size = x == nullptr ? 0 : x->size(), y_size = y == nullptr ? 0 : y->size();
  if (x_size != y_size) return x_size < y_size ? -1 : 1;
  for (std::size_t i = 0; i < x_size; ++i) {
    const int order = x->items()[i].string_or("").compare(y->items()[i].string_or(""));
    if (order != 0) return order;
  }
  return 0;
}

class TestFix {
 public:
  explicit TestFix(Arena& arena) : arena_(arena) {}

  void Say(std::string message) { messages_.push_back(std::move(message)); }
  std::vector<std::string> TakeMessages() { return std::move(messages_); }

  Value Set(const Value& object, std::string_view key, Value value) {
    return json::WithMember(object, json::Key(key), value, arena_);
  }

  Value SetSchema(const Value& document, std::string_view kind) {
    Value fixed = document;
    if (document.StringAt("apiVersion").empty()) {
      Say("api version is not set, setting `cli.kyverno.io/v1alpha1`");
      fixed = Set(fixed, "apiVersion", Value::String("cli.kyverno.io/v1alpha1"));
    }
    if (document.StringAt("kind").empty()) {
      Say("kind is not set, setting `" + std::string(kind) + "`");
      fixed = Set(fixed, "kind", Value::String(arena_.Copy(kind)));
    }
    return fixed;
  }

  Value SetName(const Value& test, std::string_view name) {
    const Value* metadata = test.Find("metadata");
    json::ObjectBuilder none(arena_);
    const Value old = metadata != nullptr && metadata->is_object() ? *metadata : none.Build();
    return Set(test, "metadata", Set(old, "name", Value::String(arena_.Copy(name))));
  }

  Value WithRows(const Value& test, bool compress) {
    const Value* results = test.Find("results");
    if (results == nullptr || !results->is_array()) return test;
    std::vector<Value> rows;
    for (const Value& row : results->items()) rows.push_back(WithoutDuplicates(row));
    if (compress) {
      rows = Compress(rows);
      for (Value& row : rows) row = WithoutDuplicates(row);
    }
    Sort(rows);
    json::ArrayBuilder items(arena_, rows.size());
    for (const Value& row : rows) items.Add(row);
    return Set(test, "results", items.Build());
  }

  Value WithGlobalContext(const Value& test) {
    const Value* list = test.Find("globalContextEntries");
    if (list == nullptr || !list->is_array()) return test;
    std::vector<Value> entries(list->items().begin(), list->items().end());
    std::ranges::stable_sort(entries, {}, [](const Value& entry) { return entry.StringAt("name"); });
    json::ArrayBuilder items(arena_, entries.size());
    for (const Value& entry : entries) {
      const bool has_source =
          std::ranges::any_of(std::initializer_list<std::string_view>{"data", "resources", "resourceFiles"},
                              [&](std::string_view member) {
                                const Value* value = entry.Find(member);
                                return value != nullptr && !value->is_null();
                              });
      if (!has_source) {
        Say("globalContextEntries entry " + std::string(entry.StringAt("name")) + " has no data source");
      }
      items.Add(entry);
    }
    return Set(test, "globalContextEntries", items.Build());
  }

 private:
  Value WithoutDuplicates(const Value& row) {
    Value fixed = row;
    for (const auto& [member, what] :
         {std::pair{"resources", "resources"}, std::pair{"generatedResources", "generated resources"}}) {
      const Value* list = row.Find(member);
      if (list == nullptr || !list->is_array()) continue;
      json::ArrayBuilder unique(arena_);
      std::set<std::string_view> seen;
      for (const Value& item : list->items()) {
        if (seen.insert(item.string_or("")).second) unique.Add(item);
      }
      if (unique.size() == list->size()) continue;
      Say("test results contains duplicate " + std::string(what));
      fixed = Set(fixed, member, unique.Build());
    }
    return fixed;
  }

  std::vector<Value> Compress(const std::vector<Value>& rows) {
    std::vector<Value> compressed;
    std::map<std::string, std::size_t> groups;  // by all that is not gathered
    for (const Value& row : rows) {
      Value base = row;
      for (const std::string_view member : kGathered) {
        base = json::WithoutMember(base, json::Key(member), arena_);
      }
      const auto [group, first] = groups.try_emplace(json::ToString(base), compressed.size());
      if (first) {
        compressed.push_back(row);
        continue;
      }
      Value& gathered = compressed[group->second];
      for (const std::string_view member : kGathered) {
        if (const Value* more = row.Find(member); more != nullptr && more->is_array()) {
          json::ArrayBuilder all(arena_);
          if (const Value* list = gathered.Find(member)) {
            for (const Value& item : list->items()) all.Add(item);
          }
          for (const Value& item : more->items()) all.Add(item);
          gathered = Set(gathered, member, all.Build());
        }
      }
    }
    return compressed;
  }

  Value WithSorted(const Value& row, std::string_view member) {
    const Value* list = row.Find(member);
    if (list == nullptr || !list->is_array()) return row;
    std::vector<Value> items(list->items().begin(), list->items().end());
    std::ranges::stable_sort(items, {}, [](const Value& item) { return item.string_or(""); });
    json::ArrayBuilder sorted(arena_, items.size());
    for (const Value& item : items) sorted.Add(item);
    return Set(row, member, sorted.Build());
  }

  // The lists of a row are sorted only where they have to be compared with another row's.
  void SortAlike(std::span<Value> alike, std::string_view member) {
    if (alike.size() < 2) return;
    for (Value& row : alike) row = WithSorted(row, member);
    std::ranges::stable_sort(alike,
                             [&](const Value& a, const Value& b) { return CompareLists(a, b, member) < 0; });
  }

  template <class Compare, class Visit>
  static void ForEachRun(std::span<Value> rows, Compare compare, Visit visit) {
    for (std::size_t begin = 0; begin < rows.size();) {
      std::size_t end = begin + 1;
      while (end < rows.size() && compare(rows[begin], rows[end]) == 0) ++end;
      visit(rows.subspan(begin, end - begin));
      begin = end;
    }
  }

  void Sort(std::vector<Value>& rows) {
    std::ranges::stable_sort(rows, [](const Value& a, const Value& b) { return CompareByOrder(a, b) < 0; });
    ForEachRun(rows, CompareByOrder, [&](std::span<Value> alike) {
      SortAlike(alike, "resources");
      ForEachRun(
          alike, [](const Value& a, const Value& b) { return CompareLists(a, b, "resources"); },
          [&](std::span<Value> same) { SortAlike(same, "generatedResources"); });
    });
  }

  Arena& arena_;
  std::vector<std::string> messages_;
};

bool IsEmptyList(const Value& test, std::string_view member) {
  const Value* list = test.Find(member);
  return list == nullptr || list->size() == 0;
}

}  // namespace

Fixed FixTest(const Value& test, std::string_view file_name, bool compress, Arena& arena) {
  TestFix fix(arena);
  Value fixed = test;
  const std::string_view old_name = test.StringAt("name");
  if (old_name.empty() && test.StringAt("metadata", "name").empty()) {
    fix.Say("name is not set");
    fixed = fix.SetName(fixed, file_name);
  }
  fixed = fix.SetSchema(fixed, "Test");
  if (!old_name.empty()) {
    fix.Say("name is deprecated, moving it into `metadata.name`");
    fixed = json::WithoutMember(fix.SetName(fixed, old_name), "name", arena);
  }
  if (IsEmptyList(test, "policies")) fix.Say("test has no policies");
  if (IsEmptyList(test, "resources")) fix.Say("test has no resources");
  fixed = fix.WithGlobalContext(fix.WithRows(fixed, compress));
  return {fixed, fix.TakeMessages()};
}

Fixed FixSchema(const Value& document, std::string_view kind, Arena& arena) {
  TestFix fix(arena);
  const Value fixed = fix.SetSchema(document, kind);
  return {fixed, fix.TakeMessages()};
}

}  // namespace ephor::cli
