// AsioContext: an io_context that is run a little at a time, and can be emptied before it is destroyed.
#pragma once

#include <cstddef>

#include <boost/asio/io_context.hpp>

namespace ferry::detail {

class AsioContext : public boost::asio::io_context {
 public:
  /// Calls what is ready, but no more than some hundreds, so that tasks get their turn when ever more becomes
  /// ready; `must_wait`: at least one. Gives how many.
  std::size_t run_some(bool must_wait) {
    constexpr std::size_t kMost = 256;
    std::size_t count = must_wait ? run_one() : 0;
    while (count < kMost && poll_one() != 0) ++count;
    return count;
  }

  /// Destroys all handlers. Asio does it in the destructor, which never comes when one of them owns what
  /// keeps the context alive.
  using execution_context::shutdown;
};

}  // namespace ferry::detail
