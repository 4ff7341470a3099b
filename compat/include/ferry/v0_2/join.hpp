// join and try_join, as in 0.2: nothing has changed.
#pragma once

#include <ferry/join.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

using ferry::join;
using ferry::try_join;

}  // namespace ferry::v0_2
