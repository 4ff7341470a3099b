// Writing to pipes without SIGPIPE.
#pragma once

#include <span>
#include <sys/types.h>
#include <sys/uio.h>

namespace ferry::net::detail {

/// writev(2), but where nobody reads any more it gives EPIPE without raising SIGPIPE, whatever the process
/// does with that signal.
ssize_t quiet_writev(int fd, std::span<const iovec> pieces) noexcept;

/// The same for systems whose calls cannot be told not to raise it: two calls more.
ssize_t masked_writev(int fd, std::span<const iovec> pieces) noexcept;

}  // namespace ferry::net::detail
