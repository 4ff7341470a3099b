// Readiness and ReadyFor: waiting until a socket may be read from or written to.
#pragma once

#include <ferry/detail/io_source.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/interest.hpp>
#include <ferry/io/ready.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// Completes when a socket may be read from or written to. Must not outlive the socket.
///
/// Cancelling: safe.
class [[nodiscard]] Readiness {
 public:
  using Output = io::Result<void>;

  Readiness(const detail::IoSource& source, io::Interest interest) noexcept : ready_(source, interest) {}
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;

  Poll<Output> poll(Context& cx);
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(ready_, notes); }

 private:
  detail::IoSource::Ready ready_;
};

/// Completes with what of that which was asked for a socket is ready for. Must not outlive the socket.
///
/// Cancelling: safe.
class [[nodiscard]] ReadyFor {
 public:
  using Output = io::Result<io::Ready>;

  ReadyFor(const detail::IoSource& source, io::Interest interest) noexcept : ready_(source, interest) {}
  ReadyFor(const ReadyFor&) = delete;
  ReadyFor& operator=(const ReadyFor&) = delete;

  Poll<Output> poll(Context& cx);
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { detail::describe_wait(ready_, notes); }

 private:
  detail::IoSource::Ready ready_;
};

}  // namespace ferry::net
