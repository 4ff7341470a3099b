// at_once: calls on sockets that do not wait, made as 0.2 made them.
#pragma once

#include <cerrno>
#include <cstddef>
#include <type_traits>

#include <ferry/io/error.hpp>
#include <ferry/io/interest.hpp>
#include <ferry/net/socket.hpp>
#include <ferry/result.hpp>

namespace ferry::v0_2::net {

/// Repeats a system call that a signal interrupted; its result, or errno.
template <class Call>
ferry::io::Result<std::size_t> sized(Call call) {
  for (;;) {
    const auto size = call();
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) return ferry::io::last_os_error();
  }
}

/// Makes `call` (`io::Result<T>()`) also when the socket is not known to be ready. Where it is, `try_io` sees
/// to it that what is no longer so is waited for again.
template <class Call>
std::invoke_result_t<Call&> at_once(const ferry::net::Socket& socket, ferry::io::Interest interest,
                                    Call call) {
  auto tried = socket.try_io(interest, call);
  if (tried || tried.error() != boost::system::errc::operation_would_block) return tried;
  return call();
}

}  // namespace ferry::v0_2::net
