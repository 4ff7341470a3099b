// run, as in 0.2: nothing has changed.
#pragma once

#include <ferry/run.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

using ferry::run;

}  // namespace ferry::v0_2
