// pin, as in 0.2: nothing has changed.
#pragma once

#include <ferry/pin.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

using ferry::Pin;
using ferry::pin;

}  // namespace ferry::v0_2
