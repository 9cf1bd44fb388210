#include "jmespath/go_text.h"

#include <cmath>

#include "base/number.h"
#include "base/quote.h"

namespace ephor::jmespath {

using json::Kind;
using json::Member;
using json::Value;

void AppendGoText(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::kNull:
      out += "<nil>";
      break;
    case Kind::kBool:
      out += value.as_bool() ? "true" : "false";
      break;
    case Kind::kInt:
    case Kind::kDouble:
      out += GoFloat(value.as_double());
      break;
    case Kind::kString:
      out += value.as_string();
      break;
    case Kind::kArray: {
      out += '[';
      bool first = true;
      for (const Value& item : value.items()) {
        if (!first) out += ' ';
        first = false;
        AppendGoText(item, out);
      }
      out += ']';
      break;
    }
    case Kind::kObject: {
      out += "map[";
      bool first = true;
      for (const Member& member : value.members()) {
        if (!first) out += ' ';
        first = false;
        out += member.key();
        out += ':';
        AppendGoText(member.value, out);
      }
      out += ']';
      break;
    }
  }
}

void AppendGoSyntax(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Kind::kNull:
      out += "interface {}(nil)";
      break;
    case Kind::kString:
      out += GoQuote(value.as_string());
      break;
    case Kind::kArray: {
      out += "[]interface {}{";
      bool first = true;
      for (const Value& item : value.items()) {
        if (!first) out += ", ";
        first = false;
        AppendGoSyntax(item, out);
      }
      out += '}';
      break;
    }
    case Kind::kObject: {
      out += "map[string]interface {}{";
      bool first = true;
      for (const Member& member : value.members()) {
        if (!first) out += ", ";
        first = false;
        out += GoQuote(member.key());
        out += ':';
        AppendGoSyntax(member.value, out);
      }
      out += '}';
      break;
    }
    default:
      AppendGoText(value, out);
  }
}

namespace {

// The first number of a tree that JSON cannot write, or null.
const Value* FindNonFinite(const Value& value) {
  switch (value.kind()) {
    case Kind::kDouble:
      return std::isfinite(value.as_double()) ? nullptr : &value;
    case Kind::kArray:
      for (const Value& item : value.items()) {
        if (const Value* found = FindNonFinite(item)) return found;
      }
      return nullptr;
    case Kind::kObject:
      for (const Member& member : value.members()) {
        if (const Value* found = FindNonFinite(member.value)) return found;
      }
      return nullptr;
    default:
      return nullptr;
  }
}

}  // namespace

Result<void> AppendGoJson(const Value& value, const json::WriteOptions& options, std::string& out) {
  if (const Value* found = FindNonFinite(value)) {
    const double number = found->as_double();
    const char* text = std::isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
    return Fail(ErrorCode::kEvaluation, std::string("json: unsupported value: ") + text);
  }
  json::Write(value, out, options);
  return {};
}

}  // namespace ephor::jmespath
