// Reading and writing descriptors that do not block.
#pragma once

#include <cerrno>
#include <cstddef>
#include <span>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>

namespace ferry::detail {

/// Repeats a system call that a signal interrupted; its result, or errno.
template <class Call>
io::Result<std::size_t> retry(Call&& call) noexcept {
  for (;;) {
    const auto result = call();
    if (result >= 0) [[likely]]
      return static_cast<std::size_t>(result);
    if (errno != EINTR) return io::last_os_error();
  }
}

/// Tries `call` (a system call that gives a size) when there is what `who`, a direction or a waiter, waits
/// for. A size less than `wanted` says that the socket has no more for now, so that the next call waits for
/// an event instead of asking the system in vain. Events come when something changes; one that came meanwhile
/// is not forgotten, because clearing names the event that was seen.
template <class Who, class Call>
Poll<io::Result<std::size_t>> poll_transfer(const IoSource& source, Who&& who, Context& cx,
                                            std::size_t wanted, Call&& call) {
  for (;;) {
    const Poll<io::Result<ReadyEvent>> event = source.poll_ready(who, cx);
    if (event.is_pending()) return pending;
    if (!*event) return io::Result<std::size_t>(event->error());
    const io::Result<std::size_t> size = retry(call);
    if (size) {
      if (*size != 0 && *size < wanted) source.clear_ready((*event)->ready, **event);
      return size;
    }
    if (!is_would_block(size.error())) return size;
    if (!source.clear_ready((*event)->ready, **event)) return size;
  }
}

/// The same without waiting: EAGAIN when it would have to.
template <class Call>
io::Result<std::size_t> try_transfer(const IoSource& source, Direction direction, std::size_t wanted,
                                     Call&& call) {
  const io::Result<ReadyEvent> seen = source.ready_now(interest_in(direction));
  if (!seen) return seen.error();
  if (seen->ready.is_empty()) return io::Error(EAGAIN, boost::system::system_category());
  const io::Result<std::size_t> size = retry(call);
  const bool is_exhausted = size ? *size != 0 && *size < wanted : ferry::detail::is_would_block(size.error());
  if (is_exhausted) source.clear_ready(direction, *seen);
  return size;
}

/// `poll_transfer` into a buffer. `read` makes the system call from the memory to be filled.
template <class Who, class Read>
Poll<io::Result<void>> poll_fill(const IoSource& source, Who&& who, Context& cx, io::ReadBuf& buf,
                                 Read&& read) {
  const std::span<std::byte> memory = buf.unfilled_mut();
  const Poll<io::Result<std::size_t>> polled = poll_transfer(source, who, cx, memory.size(), read(memory));
  if (polled.is_pending()) return pending;
  if (!*polled) return io::Result<void>(polled->error());
  buf.assume_init(**polled);
  buf.advance(**polled);
  return io::Result<void>();
}

/// Readiness without what was seen.
inline Poll<io::Result<void>> discard_event(const Poll<io::Result<ReadyEvent>>& ready) {
  if (ready.is_pending()) return pending;
  if (!*ready) return io::Result<void>(ready->error());
  return io::Result<void>();
}

}  // namespace ferry::detail
