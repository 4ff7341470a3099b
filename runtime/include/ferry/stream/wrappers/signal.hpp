// SignalStream: the occurrences of a signal.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/signal/signal.hpp>

namespace ferry::stream::wrappers {

/// The occurrences of a signal; those between two polls count as one. Ends when the runtime has been shut
/// down.
/// Tokio: `tokio_stream::wrappers::SignalStream`.
class SignalStream {
 public:
  using Item = std::monostate;

  explicit SignalStream(signal::Signal signal) noexcept : signal_(std::move(signal)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) {
    const Poll<io::Result<void>> heard = signal_.poll_recv(cx);
    if (heard.is_pending()) return ferry::pending;
    return *heard ? std::optional(Item()) : std::nullopt;
  }

  signal::Signal into_inner() && { return std::move(signal_); }
  const signal::Signal& as_ref() const noexcept { return signal_; }

 private:
  signal::Signal signal_;
};

}  // namespace ferry::stream::wrappers
