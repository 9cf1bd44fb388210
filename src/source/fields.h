// Strict reading of the command line's own small kinds (Values, UserInfo, Test).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "yaml/load.h"

namespace ephor::source {

// Reads an object's members by name, in whatever case they are written, and remembers which were asked for.
// Nothing fails at once: the first thing that is wrong stays in the reader's report, and Finish, or a nested
// reader's, tells of it with its line. Not for hot paths.
//
//   FieldReport report(positions);
//   Fields fields(root, report, "");
//   test.name = fields.String("name");
//   fields.Finish();
//   if (report.error) return std::unexpected(*report.error);
struct FieldReport {
  explicit FieldReport(const yaml::Positions& where) : positions(&where) {}
  const yaml::Positions* positions;
  std::optional<Error> error;

  void Complain(std::string text, const json::Value* at);
};

class Fields {
 public:
  // Null counts as an object without members. Whatever is no object is complained about.
  Fields(const json::Value& object, FieldReport& report, std::string path);

  // Absent and null give "", false, an empty list or nullptr. Views into the document.
  std::string_view String(std::string_view name);
  bool Bool(std::string_view name);
  std::vector<std::string> Strings(std::string_view name);
  bool Has(std::string_view name) const;
  // An object with members of any kind.
  const json::Value* Object(std::string_view name);
  // Any value at all.
  const json::Value* Any(std::string_view name);
  // Calls `each` for every element of a list, or with the object itself.
  void List(std::string_view name, const std::function<void(Fields&)>& each);
  void Nested(std::string_view name, const std::function<void(Fields&)>& read);
  // Complains about members that nobody asked for.
  void Finish();

  const std::string& path() const { return path_; }
  // Where the object stands.
  SourcePosition position() const { return report_->positions->Of(object_); }
  void Complain(std::string_view name, std::string_view text);

 private:
  const json::Value* Take(std::string_view name);
  std::string PathOf(std::string_view name) const;
  void WrongType(std::string_view name, std::string_view wanted, const json::Value* found);

  const json::Value* object_;
  FieldReport* report_;
  std::string path_;
  std::vector<std::string_view> known_;
};

// "a string", "an object", ... for messages.
std::string_view NameOfKind(json::Kind kind);

}  // namespace ephor::source
