// future: poll_fn's place in 0.2.
#pragma once

#include <ferry/future.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

/// Tokio: 0.2's hidden `future`. What it had is in `ferry` itself.
namespace FERRY_MOVED("FEAT-11", safe, "ferry") future {}
namespace future {

using ferry::poll_fn;

}  // namespace future

}  // namespace ferry::v0_2
