// Results, as in 0.2: nothing has changed.
#pragma once

#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

using ferry::Result;

namespace io {

using ferry::io::Error;
using ferry::io::Result;

}  // namespace io
}  // namespace ferry::v0_2
