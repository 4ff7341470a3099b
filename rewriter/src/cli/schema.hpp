// The JSON schema of .ferry.yaml, for editors.
#pragma once

#include <llvm/Support/raw_ostream.h>

namespace ferry::rewriter {

/// Prints what docs/ferry.schema.json holds.
void print_schema(llvm::raw_ostream& out);

}  // namespace ferry::rewriter
