#include "cel/lib/model_context.h"

#include <limits>

#include "base/number.h"
#include "cel/eval/context.h"
#include "cel/lib/conversions.h"
#include "cel/lib/cost.h"
#include "cel/lib/kyverno/kyverno.h"
#include "json/parse.h"

namespace ephor::cel::lib {
namespace {

constexpr OpaqueType kContextType{"mcp.MCP"};
constexpr Value::OpaqueBox kContext{&kContextType, nullptr};

// A parameter under the name of the protocol and that of the reference's structure, which expressions use.
struct Parameter {
  std::string_view wire, name;
  bool text;
};
constexpr Parameter kInitialize[] = {{"protocolVersion", "ProtocolVersion", true},
                                     {"capabilities", "Capabilities", false},
                                     {"clientInfo", "ClientInfo", false}};
constexpr Parameter kPaginated[] = {{"cursor", "Cursor", true}};
constexpr Parameter kNamed[] = {{"name", "Name", true}, {"arguments", "Arguments", false}};
constexpr Parameter kRead[] = {{"uri", "URI", true}, {"arguments", "Arguments", false}};
constexpr Parameter kLevel[] = {{"level", "Level", true}};
constexpr Parameter kElicitation[] = {{"message", "Message", true},
                                      {"requestedSchema", "RequestedSchema", false}};

// Which field of the request has the parameters of a method.
struct Method {
  std::string_view method, field;
  std::span<const Parameter> parameters;
};
constexpr Method kMethods[] = {
    {"initialize", "Initialize", kInitialize},
    {"resources/list", "Paginated", kPaginated},
    {"resources/templates/list", "Paginated", kPaginated},
    {"tools/list", "Paginated", kPaginated},
    {"prompts/list", "Paginated", kPaginated},
    {"resources/read", "ResourceRead", kRead},
    {"tools/call", "ToolCall", kNamed},
    {"prompts/get", "PromptGet", kNamed},
    {"logging/setLevel", "SetLogLevel", kLevel},
    {"elicitation/create", "Elicitation", kElicitation},
};

Result<Value> ReadParameters(const json::Value& source, std::span<const Parameter> parameters, Arena& arena) {
  if (!source.is_object() && !source.is_null()) return InvalidInput("the parameters are no object");
  MapBuilder fields(arena, parameters.size());
  for (const Parameter& parameter : parameters) {
    const json::Value* given = source.is_object() ? source.Find(json::Key(parameter.wire)) : nullptr;
    const bool absent = given == nullptr || given->is_null();
    if (parameter.text && !absent && !given->is_string())
      return InvalidInput("the parameter " + std::string(parameter.wire) + " is no string");
    const Value none = parameter.text ? Value::String("") : Value::Null();
    fields.Set(Value::String(parameter.name),
               absent ? none : Value::Json(kyverno::WithDoubles(*given, arena)));
  }
  return fields.Build();
}

MapBuilder EmptyRequest(Arena& arena) {
  MapBuilder request(arena, 9);
  request.Set(Value::String("Method"), Value::String(""));
  request.Set(Value::String("ID"), Value::Null());
  for (const Method& method : kMethods) request.Set(Value::String(method.field), Value::Null());
  return request;
}

Value Parse(Call& call, std::span<const Value> args) {
  if (!args[1].in(SetOf(ValueKind::kString) | SetOf(ValueKind::kBytes))) {
    return call.Fail("unsupported type conversion from '" + std::string(TypeName(args[1])) + "' to string");
  }
  const Result<Value> request = ParseModelContext(args[1].text(), call.arena());
  return request ? *request : call.Fail(request.error());
}

// The arguments of a tool's call, else of a resource's reading, else of a prompt; null where there are none.
Value ArgumentOf(const Value& request, const Value& key) {
  for (const std::string_view field : {"ToolCall", "ResourceRead", "PromptGet"}) {
    Value parameters, arguments, found;
    if (!FindMember(request, Value::String(field), parameters) || !parameters.in(kMapKinds)) continue;
    if (!FindMember(parameters, Value::String("Arguments"), arguments) || !arguments.in(kMapKinds)) continue;
    return FindMember(arguments, key, found) ? found : Value::Null();
  }
  return Value::Null();
}

// Each conversion gives an error for a value that is none of its type. Numbers are doubles, as JSON is read.
Value ToText(Call& call, const Value& value) {
  return value.is_string() ? value : call.Fail("no string");
}
Value ToInt(Call& call, const Value& value) {
  if (value.is_string()) return conversion::StringToInt(call, std::span(&value, 1));
  if (!value.is_double()) return call.Fail("no number");
  // Go's conversion of what no integer holds gives the smallest one on the machines it runs on.
  constexpr double kEnd = 9223372036854775808.0;
  const double number = value.as_double();
  return Value::Int(number >= -kEnd && number < kEnd ? static_cast<std::int64_t>(number)
                                                     : std::numeric_limits<std::int64_t>::min());
}
Value ToDouble(Call& call, const Value& value) {
  if (value.is_string()) return conversion::StringToDouble(call, std::span(&value, 1));
  return value.is_double() ? value : call.Fail("no number");
}
Value ToBool(Call& call, const Value& value) {
  if (value.is_string()) return conversion::StringToBool(call, std::span(&value, 1));
  if (value.is_double()) return Value::Bool(value.as_double() != 0);
  return value.is_bool() ? value : call.Fail("no truth value");
}

// An argument, or the default where it is not there or of another type.
template <Value (*convert)(Call&, const Value&)>
Value Argument(Call& call, std::span<const Value> args) {
  const Value value = convert(call, ArgumentOf(args[0], args[1]));
  return value.is_error() ? args[2] : value;
}

// Items of another type are left out.
template <Value (*convert)(Call&, const Value&)>
Value ArgumentList(Call& call, std::span<const Value> args) {
  const Value list = ArgumentOf(args[0], args[1]);
  if (!list.in(kListKinds)) return args[2];
  const std::span<Value> items = call.arena().NewArray<Value>(list.size());
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < list.size(); ++i) {
    const Value item = convert(call, list.At(i));
    if (!item.is_error()) items[count++] = item;
  }
  return Value::List(items.first(count));
}

#define EPHOR_CALL                  \
  "mcp.Parse('{\"method\":\"tools/" \
  "call\",\"params\":{\"name\":\"t\",\"arguments\":{\"a\":[\"1\"],\"b\":\"1\"}}}')"
#define EPHOR_ARGUMENT(name, type, convert, value, other)                                       \
  {"Get" name "Argument", "mcp.MCPRequest.(string, " type ") -> " type, Argument<convert>,      \
   EPHOR_CALL ".Get" name "Argument('b', " other ") == " value},                                \
      {"Get" name "SliceArgument", "mcp.MCPRequest.(string, list(" type ")) -> list(" type ")", \
       ArgumentList<convert>, EPHOR_CALL ".Get" name "SliceArgument('a', []) == [" value "]"}

constexpr FunctionRow kFunctions[] = {
    {"Parse", "mcp.MCP.(dyn) -> mcp.MCPRequest", Parse, EPHOR_CALL ".ToolCall.Name == 't'", kTraverse<1>},
    EPHOR_ARGUMENT("String", "string", ToText, "'1'", "''"),
    EPHOR_ARGUMENT("Int", "int", ToInt, "1", "0"),
    EPHOR_ARGUMENT("Float", "double", ToDouble, "1.0", "0.0"),
    EPHOR_ARGUMENT("Bool", "bool", ToBool, "true", "false"),
};

#undef EPHOR_CALL
#undef EPHOR_ARGUMENT

constexpr FieldRow kRequest[] = {
    {"Method", "string"},  {"ID", "dyn"},           {"Paginated", "dyn"},
    {"ToolCall", "dyn"},   {"ResourceRead", "dyn"}, {"PromptGet", "dyn"},
    {"Initialize", "dyn"}, {"Elicitation", "dyn"},  {"SetLogLevel", "dyn"},
};
constexpr TypeRow kTypes[] = {{"mcp.MCP", &kContextType}, {kModelContextRequest, nullptr, kRequest}};

constexpr ConstantRow kConstants[] = {
    {"mcp", "mcp.MCP", Value::Opaque(&kContext)},
    {"mcp.InitializeMethod", "string", Value::String("initialize")},
    {"mcp.PingMethod", "string", Value::String("ping")},
    {"mcp.ResourcesListMethod", "string", Value::String("resources/list")},
    {"mcp.ResourcesTemplatesListMethod", "string", Value::String("resources/templates/list")},
    {"mcp.ResourcesReadMethod", "string", Value::String("resources/read")},
    {"mcp.PromptsListMethod", "string", Value::String("prompts/list")},
    {"mcp.PromptsGetMethod", "string", Value::String("prompts/get")},
    {"mcp.ToolsListMethod", "string", Value::String("tools/list")},
    {"mcp.ToolsCallMethod", "string", Value::String("tools/call")},
    {"mcp.SetLogLevelMethod", "string", Value::String("logging/setLevel")},
    {"mcp.ElicitationCreateMethod", "string", Value::String("elicitation/create")},
};

}  // namespace

const Library& ModelContext() {
  static const Library library{"mcp", kFunctions, {}, kTypes, kConstants};
  return library;
}

Result<Value> ParseModelContext(std::string_view body, Arena& arena) {
  EPHOR_ASSIGN(const json::Value source, json::Parse(body, arena));
  if (!source.is_object()) return InvalidInput("the request is no JSON object");
  const json::Value* method = source.Find("method");
  if (method != nullptr && !method->is_null() && !method->is_string())
    return InvalidInput("the method is no string");
  MapBuilder request = EmptyRequest(arena);
  const std::string_view name = source.StringAt("method");
  request.Set(Value::String("Method"), Value::String(name));
  if (const json::Value* id = source.Find("id"))
    request.Set(Value::String("ID"), Value::Json(kyverno::WithDoubles(*id, arena)));
  for (const Method& known : kMethods) {
    if (known.method != name) continue;
    const json::Value* parameters = source.Find("params");
    EPHOR_ASSIGN(const Value read, ReadParameters(parameters != nullptr ? *parameters : json::Value(),
                                                  known.parameters, arena));
    request.Set(Value::String(known.field), read);
  }
  return request.Build();
}

Value ModelContextOf(std::string_view body, Arena& arena) {
  if (const Result<Value> request = ParseModelContext(body, arena)) return *request;
  MapBuilder request = EmptyRequest(arena);
  const Result<json::Value> source = json::Parse(body, arena);
  if (source && source->is_object())
    request.Set(Value::String("Method"), Value::String(source->StringAt("method")));
  return request.Build();
}

}  // namespace ephor::cel::lib
