/// `ferry check` over a code base, beside the compiler.
#pragma once

#include "report/options.hpp"
#include "report/table.hpp"

namespace bench {

/// Empty unless the filter has "rewriter", and without the rewriter or a code base.
Table measure_rewriter(const Options& options);

}  // namespace bench
