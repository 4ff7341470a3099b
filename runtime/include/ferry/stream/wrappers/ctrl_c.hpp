// CtrlCStream: the SIGINTs.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/signal/signal.hpp>
#include <ferry/stream/wrappers/signal.hpp>

namespace ferry::stream::wrappers {

/// The SIGINTs from its creation on, none of which is lost between two polls, as one may be between two
/// `ctrl_c()`; those that come together count as one. Ends when the runtime has been shut down.
/// Tokio: `tokio_stream::wrappers::CtrlCStream`.
class CtrlCStream {
 public:
  using Item = SignalStream::Item;

  /// Starts to hear SIGINT, which no longer ends the process.
  ///
  /// Errors: as signal::signal. Throws: std::logic_error outside a runtime, or in one built without I/O.
  static io::Result<CtrlCStream> create() {
    io::Result<signal::Signal> interrupt = signal::signal(signal::SignalKind::interrupt());
    if (!interrupt) return interrupt.error();
    return CtrlCStream(*std::move(interrupt));
  }

  Poll<std::optional<Item>> poll_next(Context& cx) { return interrupts_.poll_next(cx); }

 private:
  explicit CtrlCStream(signal::Signal interrupt) noexcept : interrupts_(std::move(interrupt)) {}

  SignalStream interrupts_;
};

}  // namespace ferry::stream::wrappers
