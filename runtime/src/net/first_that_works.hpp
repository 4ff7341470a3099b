// Trying the addresses of a name one after the other.
#pragma once

#include <type_traits>

#include <ferry/future.hpp>
#include <ferry/io/error.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/net/lookup.hpp>
#include <ferry/result.hpp>

namespace ferry::net::detail {

/// Polls a lookup, and then gives the first success of `attempt`, or the error of its last call; InvalidInput
/// when there is no address. `attempt` (`io::Result<T>(const SocketAddr&)`) does not wait.
template <class Attempt>
auto first_that_works(LookupHost& lookup, Context& cx, Attempt&& attempt)
    -> Poll<std::invoke_result_t<Attempt&, const SocketAddr&>> {
  using Output = std::invoke_result_t<Attempt&, const SocketAddr&>;
  const Poll<LookupHost::Output> found = lookup.poll(cx);
  if (found.is_pending()) return pending;
  if (!*found) return Output(found->error());
  Output result = io::Error(io::ErrorKind::InvalidInput);
  for (const SocketAddr& addr : **found) {
    result = attempt(addr);
    if (result) break;
  }
  return result;
}

}  // namespace ferry::net::detail
