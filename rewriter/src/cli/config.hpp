// What .ferry.yaml says, put beside the command line.
#pragma once

#include <CLI/App.hpp>
#include <llvm/Support/raw_ostream.h>

#include "cli/options.hpp"

namespace ferry::rewriter {

/// Reads the .ferry.yaml that is in effect and gives the options of `command` what it says, where the command
/// line says nothing; --exclude, --extra-arg and --rule of both hold. False when there is a mistake: it has
/// been printed.
bool apply_config(CLI::App& command, RunOptions& options);

/// `--print-config`: what is in effect, as a .ferry.yaml whose comments say where each line comes from.
void print_config(llvm::raw_ostream& out, const CLI::App& command, const RunOptions& options);

}  // namespace ferry::rewriter
