#include "cli/command_line.h"
#include "cli/context.h"

int main(int argc, char** argv) {
  ephor::cli::Context context = ephor::cli::Context::OfProcess();
  return ephor::cli::RunCommandLine({argv + (argc > 0 ? 1 : 0), argv + argc}, context);
}
