// prelude: the io traits by name, and io itself, for `using namespace ferry::v0_2::prelude`.
#pragma once

#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2 {

/// Tokio: 0.2's `prelude`. There is none in 1.x: what it had is in `ferry::io`.
namespace FERRY_MOVED("FEAT-10", unsafe, "ferry::io") prelude {}
namespace prelude {

namespace io = v0_2::io;
using v0_2::io::AsyncBufRead;
using v0_2::io::AsyncRead;
using v0_2::io::AsyncWrite;

}  // namespace prelude

}  // namespace ferry::v0_2
