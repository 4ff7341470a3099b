// Registration: 0.2's place of a descriptor in the reactor, which tells each event once.
#pragma once

#include <cerrno>
#include <optional>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/async_fd.hpp>
#include <ferry/io/interest.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/mio/ready.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/waker.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::io {
namespace detail {

/// What a poll of an AsyncFd has found, which is taken away: what is closed stays.
template <class Guard>
Poll<ferry::io::Result<mio::Ready>> take_ready(Poll<ferry::io::Result<Guard>> polled) {
  if (polled.is_pending()) return pending;
  if (!*polled) return ferry::io::Result<mio::Ready>(polled->error());
  const mio::Ready ready = (*polled)->ready();
  (*polled)->clear_ready();
  return ferry::io::Result<mio::Ready>(ready);
}

}  // namespace detail

/// Watches a descriptor that belongs to somebody else, who keeps it open as long as this is there. It must
/// not block. What it has become ready for is told once: by the next poll, or to who takes it. A hang-up is
/// told for ever.
///
/// What becomes ready in the program itself, mio's `SetReadiness`, has no descriptor: that is a sync::Notify.
///
/// Thread safety: one task at a time polls for reading, and one for writing, on any threads.
/// Tokio: 0.2's `io::Registration`.
class FERRY_REPLACE("IOR-02", manual,
                    "ferry::io::AsyncFd<int>: its guards tell what is ready until clear_ready") Registration {
 public:
  /// Watches the descriptor of `io`, an int or an object with `as_raw_fd()`.
  ///
  /// Errors: EPERM for a file, which is never waited for; EEXIST for one that is watched already.
  /// Throws: std::logic_error outside a runtime, or in one built without I/O.
  /// Tokio: 0.2's `Registration::new`.
  template <ferry::io::HasRawFd T>
  static ferry::io::Result<Registration> create(const T& io) {
    return create_with_ready(io, mio::Ready::all());
  }
  /// The same for some kinds of readiness; hang-ups are always told. Tokio: 0.2's
  /// `Registration::new_with_ready`.
  template <ferry::io::HasRawFd T>
  static ferry::io::Result<Registration> create_with_ready(const T& io, mio::Ready ready) {
    auto fd = ferry::io::AsyncFd<int>::create(raw_fd(io));
    if (!fd) return fd.error();
    return Registration(*std::move(fd), ready);
  }

  /// Watches no longer: whatever is asked then is an error, EBADF. Tokio: 0.2's `Registration::deregister`.
  template <ferry::io::HasRawFd T>
  ferry::io::Result<void> deregister(const T&) {
    if (!fd_) return not_watched();
    fd_.reset();
    return {};
  }

  /// What has come for reading since it was last told. Only the latest waker counts. Tokio: 0.2's
  /// `Registration::poll_read_ready`.
  Poll<ferry::io::Result<mio::Ready>> poll_read_ready(Context& cx) const {
    return poll_ready([&] { return fd_->poll_read_ready(cx); });
  }
  /// What has come for writing since it was last told. Only the latest waker counts. Tokio: 0.2's
  /// `Registration::poll_write_ready`.
  Poll<ferry::io::Result<mio::Ready>> poll_write_ready(Context& cx) const {
    return poll_ready([&] { return fd_->poll_write_ready(cx); });
  }
  /// The same without waiting: no task will be woken for it, and who waits goes on waiting. Tokio: 0.2's
  /// `Registration::take_read_ready`.
  ferry::io::Result<std::optional<mio::Ready>> take_read_ready() const {
    return take_ready(ferry::io::Interest::Readable);
  }
  /// Tokio: 0.2's `Registration::take_write_ready`.
  ferry::io::Result<std::optional<mio::Ready>> take_write_ready() const {
    return take_ready(ferry::io::Interest::Writable);
  }

 private:
  Registration(ferry::io::AsyncFd<int> fd, mio::Ready asked)
      : fd_(std::move(fd)), told_(asked | mio::Ready::hup()) {}

  template <class T>
  static int raw_fd(const T& io) noexcept {
    if constexpr (std::same_as<T, int>)
      return io;
    else
      return io.as_raw_fd();
  }
  static ferry::io::Error not_watched() noexcept { return {EBADF, boost::system::system_category()}; }

  template <class PollFd>
  Poll<ferry::io::Result<mio::Ready>> poll_ready(PollFd&& poll_fd) const {
    for (;;) {
      if (!fd_) return ferry::io::Result<mio::Ready>(not_watched());
      auto ready = detail::take_ready(poll_fd());
      if (ready.is_pending() || !*ready) return ready;
      const mio::Ready told = **ready & told_;
      if (!told.is_empty()) return ferry::io::Result<mio::Ready>(told);
    }
  }
  ferry::io::Result<std::optional<mio::Ready>> take_ready(ferry::io::Interest interest) const {
    if (!fd_) return not_watched();
    auto ready = fd_->ready(interest);  // has a place of its own among those that wait
    auto taken = poll_ready([&] {
      Context nobody(Waker::noop());
      return ready.poll(nobody);
    });
    if (taken.is_pending()) return std::optional<mio::Ready>();
    if (!*taken) return taken->error();
    return std::optional<mio::Ready>(**taken);
  }

  std::optional<ferry::io::AsyncFd<int>> fd_;
  mio::Ready told_;
};

}  // namespace ferry::v0_2::io

#pragma GCC diagnostic pop
