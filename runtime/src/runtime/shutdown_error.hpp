// What I/O gives when its runtime has been shut down.
#pragma once

#include <ferry/result.hpp>

namespace ferry::detail {

/// The error that `runtime::is_rt_shutdown_err` knows; it equals `errc::operation_canceled`.
io::Error shutdown_error() noexcept;

}  // namespace ferry::detail
