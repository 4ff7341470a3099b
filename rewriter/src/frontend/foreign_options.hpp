// Options of other compilers, which a database written for g++ is full of.
#pragma once

#include "model/finding.hpp"
#include "model/job.hpp"

namespace ferry::rewriter {

/// Whether an error of Clang's driver is only about an option that it does not know or support: the
/// compilation goes on without it.
bool is_foreign_option(unsigned diagnostic);

/// Takes such options out of the commands, before any is compiled. Answers a note for each.
Problems leave_out_foreign_options(Jobs& jobs);

}  // namespace ferry::rewriter
