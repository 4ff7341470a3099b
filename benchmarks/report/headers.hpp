/// What it costs to include all of the 0.2 API, beside all of 1.x.
#pragma once

#include "report/options.hpp"
#include "report/table.hpp"

namespace bench {

/// Empty unless the filter has "headers", and without a code base, whose first command says how to compile.
Table measure_headers(const Options& options);

}  // namespace bench
