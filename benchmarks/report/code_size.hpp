/// How large a program of the 0.2 API is beside the one that it migrates to.
#pragma once

#include "report/options.hpp"
#include "report/table.hpp"

namespace bench {

/// Empty unless the filter has "code_size", and without Options::twins.
Table measure_code_size(const Options& options);

}  // namespace bench
