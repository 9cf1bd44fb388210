// The flag syntax of the reference (GNU style, as Go's pflag reads it) on top of CLI11.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
class ParseError;
}  // namespace CLI

namespace ephor::cli {

// A flag that may be repeated. Every value is split as one CSV record: `-r a,b -r c` gives three. Flags of
// two names follow CLI11's syntax: "-r,--resource,--resources".
CLI::Option* AddListFlag(CLI::App& command, std::string_view names, std::vector<std::string>& values,
                         std::string_view help);

// A flag that may be repeated and whose values are taken as they are.
CLI::Option* AddArrayFlag(CLI::App& command, std::string_view names, std::vector<std::string>& values,
                          std::string_view help);

// `-n=value` as `-nvalue`, which is what CLI11 understands, and without `-v LEVEL`: the reference's logs are
// no part of what commands promise, but scripts ask for them. An expression in brackets (of cel and jp) gets
// a space at its end: CLI11 would make several arguments of it. The rest unchanged. Without the program's
// name.
std::vector<std::string> NormalizeArguments(std::span<const char* const> arguments);

// What the reference says of such a mistake: "unknown flag: --x", `unknown command "foo" for "ephor"`, ...
std::string DescribeParseError(const CLI::App& app, const CLI::ParseError& error);

}  // namespace ephor::cli
