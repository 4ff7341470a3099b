// PollEvented: 0.2's foreign descriptor, which remembers its readiness and reads and writes by itself.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/async_fd.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/io/registration.hpp>
#include <ferry/v0_2/mio/ready.hpp>
#include <ferry/v0_2/moved.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::io {

/// Has `read(std::span<std::byte>)`, which gives an io::Result<std::size_t>, and EAGAIN rather than wait.
/// Tokio: `std::io::Read`.
template <class E>
concept ReadsAtOnce = requires(E& io, std::span<std::byte> memory) {
  { io.read(memory) } -> std::same_as<ferry::io::Result<std::size_t>>;
};
/// Has `write(std::span<const std::byte>)` and `flush()`, which give an io::Result, and EAGAIN rather than
/// wait. Tokio: `std::io::Write`.
template <class E>
concept WritesAtOnce = requires(E& io, std::span<const std::byte> data) {
  { io.write(data) } -> std::same_as<ferry::io::Result<std::size_t>>;
  { io.flush() } -> std::same_as<ferry::io::Result<void>>;
};

/// Watches the descriptor of an object of another library, which must not block. What it has been ready for
/// is remembered until it is cleared. Where the object reads or writes, so does this: into memory with a
/// count as in 0.2 and into a `ReadBuf` as in 1.x.
///
/// Thread safety: one task at a time may read, and one may write, on any threads.
/// Tokio: 0.2's `io::PollEvented`.
template <ferry::io::HasRawFd E>
class FERRY_REPLACE(
    "IOR-01", manual,
    "ferry::io::AsyncFd, whose async_io calls the object's own functions until they need not wait")
    PollEvented {
 public:
  /// Watches the descriptor of `io`: an int, or an object with `as_raw_fd()`.
  ///
  /// Errors: EPERM for a file, which is never waited for; EEXIST for one that is watched already. `io` is
  /// destroyed then.
  /// Throws: std::logic_error outside a runtime, or in one built without I/O.
  /// Tokio: 0.2's `PollEvented::new`.
  static ferry::io::Result<PollEvented> create(E io) {
    return create_with_ready(std::move(io), mio::Ready::all());
  }
  /// The same for some kinds of readiness; hang-ups are always told. Tokio: 0.2's
  /// `PollEvented::new_with_ready`.
  static ferry::io::Result<PollEvented> create_with_ready(E io, mio::Ready ready) {
    auto fd = ferry::io::AsyncFd<E>::create(std::move(io));
    if (!fd) return fd.error();
    return PollEvented(*std::move(fd), ready);
  }

  const E& get_ref() const noexcept { return fd_.get_ref(); }
  E& get_mut() noexcept { return fd_.get_mut(); }
  /// Watches no longer and gives the object back. Tokio: 0.2's `PollEvented::into_inner`.
  ferry::io::Result<E> into_inner() && { return std::move(fd_).into_inner(); }

  /// Which of `mask` it has been ready for since that was cleared, or that it was hung up. Only the latest
  /// waker counts.
  ///
  /// Throws: std::logic_error when `mask` has `writable`.
  /// Tokio: 0.2's `PollEvented::poll_read_ready`.
  Poll<ferry::io::Result<mio::Ready>> poll_read_ready(Context& cx, mio::Ready mask) const {
    if (mask.is_writable()) throw std::logic_error("PollEvented::poll_read_ready: use poll_write_ready");
    return poll_ready(read_, mask, [&] { return fd_.poll_read_ready(cx); });
  }
  /// Forgets what of `ready` it has been ready for. The task of `cx` will be woken when it is so again.
  ///
  /// Throws: std::logic_error when `ready` has `writable`, or `hup`, which is for ever.
  /// Tokio: 0.2's `PollEvented::clear_read_ready`.
  ferry::io::Result<void> clear_read_ready(Context& cx, mio::Ready ready) const {
    if (ready.is_writable() || ready.is_hup())
      throw std::logic_error("PollEvented::clear_read_ready: neither writable nor hup can be cleared");
    read_.remove(ready);
    return wake_if_ready(cx, poll_read_ready(cx, ready));
  }

  /// Whether it has been ready for writing since that was cleared, or that it was hung up. Only the latest
  /// waker counts. Tokio: 0.2's `PollEvented::poll_write_ready`.
  Poll<ferry::io::Result<mio::Ready>> poll_write_ready(Context& cx) const {
    return poll_ready(write_, mio::Ready::writable(), [&] { return fd_.poll_write_ready(cx); });
  }
  /// Forgets that it has been ready for writing. The task of `cx` will be woken when it is so again. Tokio:
  /// 0.2's `PollEvented::clear_write_ready`.
  ferry::io::Result<void> clear_write_ready(Context& cx) const {
    write_.remove(mio::Ready::writable());
    return wake_if_ready(cx, poll_write_ready(cx));
  }

  /// Tokio: 0.2's `AsyncRead::poll_read`.
  Poll<ferry::io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> memory)
    requires ReadsAtOnce<E>
  {
    const auto ready = poll_read_ready(cx, mio::Ready::readable());
    if (ready.is_pending()) return pending;
    if (!*ready) return ferry::io::Result<std::size_t>(ready->error());
    auto size = get_mut().read(memory);
    if (!would_block(size)) return size;
    if (auto cleared = clear_read_ready(cx, mio::Ready::readable()); !cleared)
      return ferry::io::Result<std::size_t>(cleared.error());
    return pending;
  }
  /// Tokio: `AsyncRead::poll_read`.
  Poll<ferry::io::Result<void>> poll_read(Context& cx, ferry::io::ReadBuf& buf)
    requires ReadsAtOnce<E>
  {
    return ferry::io::read_with(buf, [&](std::span<std::byte> memory) { return poll_read(cx, memory); });
  }

  /// Tokio: `AsyncWrite::poll_write`.
  Poll<ferry::io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data)
    requires WritesAtOnce<E>
  {
    return write_with<std::size_t>(cx, [&] { return get_mut().write(data); });
  }
  /// Tokio: `AsyncWrite::poll_flush`.
  Poll<ferry::io::Result<void>> poll_flush(Context& cx)
    requires WritesAtOnce<E>
  {
    return write_with<void>(cx, [&] { return get_mut().flush(); });
  }
  /// Does nothing: the object knows how it ends. Tokio: 0.2's `AsyncWrite::poll_shutdown`.
  Poll<ferry::io::Result<void>> poll_shutdown(Context&)
    requires WritesAtOnce<E>
  {
    return ferry::io::Result<void>();
  }

 private:
  PollEvented(ferry::io::AsyncFd<E> fd, mio::Ready asked)
      : fd_(std::move(fd)), told_(asked | mio::Ready::hup()) {}

  template <class T>
  static bool would_block(const ferry::io::Result<T>& result) noexcept {
    return !result && result.error() == boost::system::errc::operation_would_block;
  }

  // `seen` is what has come and was not cleared.
  template <class PollFd>
  Poll<ferry::io::Result<mio::Ready>> poll_ready(mio::Ready& seen, mio::Ready mask, PollFd&& poll_fd) const {
    for (;;) {
      const mio::Ready ready = seen & told_ & (mask | mio::Ready::hup());
      if (!ready.is_empty()) return ferry::io::Result<mio::Ready>(ready);
      const auto come = detail::take_ready(poll_fd());
      if (come.is_pending() || !*come) return come;
      seen.insert(**come);
    }
  }
  static ferry::io::Result<void> wake_if_ready(Context& cx,
                                               const Poll<ferry::io::Result<mio::Ready>>& polled) {
    if (polled.is_pending()) return {};
    if (!*polled) return polled->error();
    cx.waker().wake_by_ref();
    return {};
  }

  template <class T, class Call>
  Poll<ferry::io::Result<T>> write_with(Context& cx, Call&& call) {
    const auto ready = poll_write_ready(cx);
    if (ready.is_pending()) return pending;
    if (!*ready) return ferry::io::Result<T>(ready->error());
    auto result = call();
    if (!would_block(result)) return result;
    if (auto cleared = clear_write_ready(cx); !cleared) return ferry::io::Result<T>(cleared.error());
    return pending;
  }

  ferry::io::AsyncFd<E> fd_;
  mio::Ready told_;  // what was asked for, and hang-ups
  mutable mio::Ready read_;
  mutable mio::Ready write_;
};

}  // namespace ferry::v0_2::io

#pragma GCC diagnostic pop
