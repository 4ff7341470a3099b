// select, with select_biased, as in 0.2: nothing has changed.
#pragma once

#include <ferry/select.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

using ferry::select;
using ferry::select_biased;
using ferry::SelectResult;

}  // namespace ferry::v0_2
