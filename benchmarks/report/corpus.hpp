/// `ferry check` over large code bases, beside the compiler and clang-tidy over the same files.
#pragma once

#include <vector>

#include "report/options.hpp"
#include "report/table.hpp"

namespace bench {

/// CPU time, time on the clock and memory. Empty unless the filter has "corpus", and without the rewriter or
/// a corpus.
std::vector<Table> measure_corpora(const Options& options);

}  // namespace bench
