#include "cli/commands.hpp"
#include "cli/options.hpp"

using namespace ferry::rewriter;

int main(int argc, char** argv) {
  ExitStatus status = ExitStatus::Done;
  if (const auto options = parse_command_line(argc, argv, status)) {
    if (options->command == "check") status = run_check(options->run);
    if (options->command == "lsp") status = run_lsp(*options);
    if (options->command == "merge") status = run_merge(*options);
    if (options->command == "fix") status = run_fix(options->run);
    if (options->command == "why") status = run_why(*options);
    if (options->command == "status") status = run_status(options->run);
    if (options->command == "undo") status = run_undo(options->undo);
    if (options->command == "rules") status = run_rules(options->run, options->pages);
    if (options->command == "test") status = run_test(options->run);
    if (options->command == "explain") status = run_explain(options->run, options->rule);
    if (options->command == "init") status = run_init(*options);
  }
  return static_cast<int>(status);
}
