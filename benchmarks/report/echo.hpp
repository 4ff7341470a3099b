/// The TCP echo server of every peer under the same loads.
#pragma once

#include <vector>

#include "report/options.hpp"
#include "report/table.hpp"

namespace bench {

std::vector<Table> measure_echo(const Options& options);

}  // namespace bench
