// Scripts that complete commands, flags and files in shells.
#pragma once

#include <string>

#include "cli/help/command_tree.h"

namespace ephor::cli {

// The scripts know all commands and flags when they are made; they do not run the program.
std::string BashCompletion(const CommandEntry& program);
std::string ZshCompletion(const CommandEntry& program);
std::string FishCompletion(const CommandEntry& program);

}  // namespace ephor::cli
