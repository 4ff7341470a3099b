// What tests need, as in 0.2: nothing has changed.
#pragma once

#include <ferry/testing.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

namespace testing = ferry::testing;

}  // namespace ferry::v0_2
