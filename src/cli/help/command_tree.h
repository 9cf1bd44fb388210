// The commands and their flags as plain data, for what is generated from them: manuals and completion.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace ephor::cli {

struct FlagEntry {
  std::vector<std::string> short_names;  // without dashes
  std::vector<std::string> long_names;
  std::string type;  // of its value as the reference names types: "string", "strings", "int"; "" without one
  std::string description;
  std::string default_value;  // as it is to be shown, or ""
};

struct CommandEntry {
  std::string path;  // "ephor jp query"
  std::string name;
  std::string description;
  std::string examples;
  std::string argument;            // "[POLICY]...", or ""
  std::vector<std::string> words;  // what the argument may be, where that is known
  std::vector<FlagEntry> flags;
  std::vector<CommandEntry> commands;  // by name
};

CommandEntry DescribeCommand(const CLI::App& app);

// Calls visit(command) for a command and all below it, those above first.
template <class Visit>
void ForEachCommand(const CommandEntry& command, Visit visit) {
  visit(command);
  for (const CommandEntry& below : command.commands) ForEachCommand(below, visit);
}

}  // namespace ephor::cli
