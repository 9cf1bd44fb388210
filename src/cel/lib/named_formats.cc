// Kubernetes' format library: named formats and what is wrong with a text that is none.
#include <functional>
#include <vector>

#include "base/encoding.h"
#include "base/regex.h"
#include "cel/eval/context.h"
#include "cel/eval/time.h"
#include "cel/lib/cost.h"
#include "cel/lib/libraries.h"
#include "cel/lib/request_uri.h"

namespace ephor::cel::lib {
namespace {

using Messages = std::vector<std::string>;

// A text of a set of characters whose ends are of a smaller set, as a state machine would match it.
bool IsWord(std::string_view text, bool (*end)(char), bool (*middle)(char)) {
  if (text.empty() || !end(text.front()) || !end(text.back())) return false;
  for (char c : text) {
    if (!end(c) && !middle(c)) return false;
  }
  return true;
}
bool IsLowerAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool IsAlnum(char c) {
  return IsLowerAlnum(c) || (c >= 'A' && c <= 'Z');
}
bool IsDash(char c) {
  return c == '-';
}
bool IsNameMark(char c) {
  return c == '-' || c == '_' || c == '.';
}

bool IsLabel(std::string_view text) {
  return IsWord(text, IsLowerAlnum, IsDash);
}
bool IsSubdomain(std::string_view text) {
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!IsLabel(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

std::string TooLong(std::size_t most) {
  return "must be no more than " + std::to_string(most) + " characters";
}

// The texts of k8s.io/apimachinery's validation.
constexpr std::string_view kLabelMessage =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
    "and end with "
    "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kSubdomainMessage =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must "
    "start and "
    "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
constexpr std::string_view kDns1035Message =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
    "character, "
    "and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is "
    "'[a-z]([-a-z0-9]*[a-z0-9])?')";
constexpr std::string_view kQualifiedNameMessage =
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
constexpr std::string_view kLabelValueMessage =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must "
    "start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for "
    "validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

Messages Dns1123Label(std::string_view text) {
  Messages messages;
  if (text.size() > 63) messages.push_back(TooLong(63));
  if (!IsLabel(text)) messages.emplace_back(IsSubdomain(text) ? "must not contain dots" : kLabelMessage);
  return messages;
}

Messages Dns1123Subdomain(std::string_view text) {
  Messages messages;
  if (text.size() > 253) messages.push_back(TooLong(253));
  if (!IsSubdomain(text)) messages.emplace_back(kSubdomainMessage);
  return messages;
}

Messages Dns1035Label(std::string_view text) {
  Messages messages;
  if (text.size() > 63) messages.push_back(TooLong(63));
  if (!IsLabel(text) || !(text[0] >= 'a' && text[0] <= 'z')) messages.emplace_back(kDns1035Message);
  return messages;
}

// Of a prefix of generated names the dash at the end does not count.
template <Messages (*format)(std::string_view)>
Messages PrefixOf(std::string_view text) {
  if (text.size() <= 1 || !text.ends_with('-')) return format(text);
  return format(std::string(text.substr(0, text.size() - 2)) + "a");
}

Messages QualifiedName(std::string_view text) {
  Messages messages;
  const std::size_t slash = text.find('/');
  std::string_view name = text;
  if (slash != std::string_view::npos) {
    const std::string_view prefix = text.substr(0, slash);
    name = text.substr(slash + 1);
    if (name.find('/') != std::string_view::npos) {
      messages.push_back("a qualified name " + std::string(kQualifiedNameMessage) +
                         " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      return messages;
    }
    if (prefix.empty()) {
      messages.emplace_back("prefix part must be non-empty");
    } else {
      for (const std::string& message : Dns1123Subdomain(prefix))
        messages.push_back("prefix part " + message);
    }
  }
  if (name.empty()) {
    messages.emplace_back("name part must be non-empty");
  } else if (name.size() > 63) {
    messages.push_back("name part " + TooLong(63));
  }
  if (!IsWord(name, IsAlnum, IsNameMark))
    messages.push_back("name part " + std::string(kQualifiedNameMessage));
  return messages;
}

Messages LabelValue(std::string_view text) {
  Messages messages;
  if (text.size() > 63) messages.push_back(TooLong(63));
  if (!text.empty() && !IsWord(text, IsAlnum, IsNameMark)) messages.emplace_back(kLabelValueMessage);
  return messages;
}

Messages Uri(std::string_view text) {
  const Result<Url> url = ParseRequestUri(text);
  return url ? Messages() : Messages{url.error().message()};
}

Messages Uuid(std::string_view text) {
  static const Regex* const pattern =
      new Regex(*Regex::Compile("^(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$"));
  return pattern->Search(text) ? Messages() : Messages{"does not match the UUID format"};
}

Messages Byte(std::string_view text) {
  return !text.empty() && text.size() % 4 == 0 && Base64Decode(text) ? Messages()
                                                                     : Messages{"invalid base64"};
}

Messages Date(std::string_view text) {
  Value timestamp;
  const bool valid = text.size() == 10 && ParseTimestamp(std::string(text) + "T00:00:00Z", timestamp);
  return valid ? Messages() : Messages{"invalid date"};
}

Messages DateTime(std::string_view text) {
  // Lower-case marks are as good, and 24 hours are refused by the timestamp's own rules.
  std::string upper(text);
  for (char& c : upper) c = c == 't' ? 'T' : c == 'z' ? 'Z' : c;
  Value timestamp;
  return ParseTimestamp(upper, timestamp) ? Messages() : Messages{"invalid datetime"};
}

struct NamedFormat {
  std::string_view name;
  Messages (*validate)(std::string_view);
  std::uint64_t expression_size;  // of the regular expression whose cost it has
};
constexpr NamedFormat kFormats[] = {
    {"dns1123Label", Dns1123Label, 30},
    {"dns1123Subdomain", Dns1123Subdomain, 60},
    {"dns1035Label", Dns1035Label, 30},
    {"qualifiedName", QualifiedName, 60},
    {"dns1123LabelPrefix", PrefixOf<Dns1123Label>, 30},
    {"dns1123SubdomainPrefix", PrefixOf<Dns1123Subdomain>, 60},
    {"dns1035LabelPrefix", PrefixOf<Dns1035Label>, 30},
    {"labelValue", LabelValue, 40},
    {"uri", Uri, 1000},
    {"uuid", Uuid, 90},
    {"byte", Byte, 90},
    {"date", Date, 140},
    {"datetime", DateTime, 140},
};

constexpr OpaqueType kFormatType{"kubernetes.NamedFormat"};

const NamedFormat* Find(std::string_view name) {
  for (const NamedFormat& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

Value Named(Call& call, std::span<const Value> args) {
  const NamedFormat* format = Find(args[0].text());
  if (format == nullptr) return Value::Optional(nullptr);
  return call.Some(Value::Opaque(&kFormatType, format, call.arena()));
}

Value ByFunction(Call& call, std::span<const Value>) {
  const NamedFormat* format = Find(call.function.substr(std::string_view("format.").size()));
  return Value::Opaque(&kFormatType, format, call.arena());
}

Value Validate(Call& call, std::span<const Value> args) {
  const Messages messages = args[0].opaque<NamedFormat>().validate(args[1].text());
  if (messages.empty()) return Value::Optional(nullptr);
  std::span<Value> items = call.arena().NewArray<Value>(messages.size());
  for (std::size_t i = 0; i < items.size(); ++i) items[i] = call.String(messages[i]);
  return call.Some(Value::List(items));
}

std::uint64_t ValidateCost(std::span<const Value> args, const Value&) {
  return TraversalCost(CostSize(args[1]) + 1) * ((args[0].opaque<NamedFormat>().expression_size + 3) / 4);
}
// Of the longest expression of a name: which format it will be is not known.
CallEstimate EstimateValidate(std::span<const Foreseen> args) {
  return {args[1].size() * kTraversal * (128 * kExpression), {}};
}
constexpr Cost kValidateCost{ValidateCost, "(b + 1) / 10 * size of the expression / 4", EstimateValidate};

#define EPHOR_FORMAT(name, fitting)                            \
  {"format." name, "() -> kubernetes.NamedFormat", ByFunction, \
   "!format." name "().validate('" fitting "').hasValue()"}

constexpr FunctionRow kFunctions[] = {
    {"format.named", "(string) -> optional(kubernetes.NamedFormat)", Named,
     "format.named('dns1123Label').value().validate('a-b') == optional.none()"},
    {"validate", "kubernetes.NamedFormat.(string) -> optional(list(string))", Validate,
     "format.uuid().validate('x').value() == ['does not match the UUID format']", kValidateCost},
    EPHOR_FORMAT("dns1123Label", "a-b"),
    EPHOR_FORMAT("dns1123Subdomain", "a.b"),
    EPHOR_FORMAT("dns1035Label", "a-b"),
    EPHOR_FORMAT("qualifiedName", "a.io/b"),
    EPHOR_FORMAT("dns1123LabelPrefix", "a-"),
    EPHOR_FORMAT("dns1123SubdomainPrefix", "a.b-"),
    EPHOR_FORMAT("dns1035LabelPrefix", "a-"),
    EPHOR_FORMAT("labelValue", "a_b"),
    EPHOR_FORMAT("uri", "https://a.io/b"),
    EPHOR_FORMAT("uuid", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    EPHOR_FORMAT("byte", "aGk="),
    EPHOR_FORMAT("date", "2024-05-06"),
    EPHOR_FORMAT("datetime", "2024-05-06T07:08:09Z"),
};

#undef EPHOR_FORMAT

constexpr TypeRow kTypes[] = {{"kubernetes.NamedFormat", &kFormatType}};

}  // namespace

const Library& NamedFormats() {
  static const Library library{"kubernetes format", kFunctions, {}, kTypes};
  return library;
}

}  // namespace ephor::cel::lib
