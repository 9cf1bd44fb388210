// What every command is given, and how it ends.
#pragma once

#include <cstdio>
#include <string_view>

#include "base/result.h"

namespace ephor::cli {

// The process as a command sees it. Commands write through these streams only, so that tests can read what
// they print. Not thread-safe; lives as long as the process.
struct Context {
  std::FILE* in = stdin;
  std::FILE* out = stdout;
  std::FILE* err = stderr;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  bool colour = false;  // standard output is a terminal, NO_COLOR is unset and TERM is not "dumb"
  int exit_code = 0;

  // Asks the system about the standard streams.
  static Context OfProcess();

  void Print(std::string_view text) const { std::fwrite(text.data(), 1, text.size(), out); }

  // Takes a command's outcome: its exit code, or an error, which is printed and means 1.
  void Finish(const Result<int>& outcome);
};

}  // namespace ephor::cli
