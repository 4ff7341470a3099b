// Signal: 0.2's, which is a stream.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/signal/signal.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::signal {

using ferry::signal::SignalKind;

/// Hears one kind of signal, also as a stream of its occurrences, which ends when the runtime has been shut
/// down. Those between two polls count as one.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `signal::unix::Signal`.
class Signal : public ferry::signal::Signal {
 public:
  using Item = std::monostate;

  /// For `signal` and `compat::into_legacy`.
  explicit Signal(ferry::signal::Signal signal) noexcept : ferry::signal::Signal(std::move(signal)) {}

  /// The next occurrence: a future of `std::optional<Item>`.
  ///
  /// Cancelling: safe; no signal is lost.
  /// Tokio: 0.2's `StreamExt::next` on `Signal`.
  FERRY_NATIVE("SIG-05", safe, "ferry::signal::Signal::recv, or a ferry::stream::wrappers::SignalStream")
  [[nodiscard]] auto next() noexcept { return ferry::stream::next(*this); }

  /// As a stream.
  Poll<std::optional<Item>> poll_next(Context& cx) {
    const Poll<ferry::io::Result<void>> heard = poll_recv(cx);
    if (heard.is_pending()) return pending;
    return *heard ? std::optional(Item()) : std::nullopt;
  }
};

/// Starts to hear `kind`.
///
/// Errors, throws: as ferry::signal::signal.
/// Tokio: `signal::unix::signal`.
inline ferry::io::Result<Signal> signal(SignalKind kind) {
  ferry::io::Result<ferry::signal::Signal> heard = ferry::signal::signal(kind);
  if (!heard) return heard.error();
  return Signal(*std::move(heard));
}

}  // namespace ferry::v0_2::signal
