// Receiving: a receiver, and its future that refers to it, in something that can be moved.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <ferry/detail/future_slot.hpp>
#include <ferry/future.hpp>

namespace ferry::detail {

/// Owns an `R` and an `F` that it has given, both at a fixed address.
///
/// Cost: one allocation in all.
template <class R, class F>
class Receiving {
 public:
  explicit Receiving(R receiver) : state_(std::make_unique<State>(std::move(receiver))) {}

  R& receiver() const noexcept { return state_->receiver; }

  /// Polls the future that `start(receiver)` gives, until it is ready; then the next one.
  template <class Start>
  Poll<FutureOutput<F>> poll(Context& cx, Start&& start) {
    auto& [receiver, future] = *state_;
    if (!future) future.emplace(std::in_place, [&] { return start(receiver); });
    auto polled = future->future.poll(cx);
    if (polled.is_ready()) future.reset();
    return polled;
  }

 private:
  struct State {
    explicit State(R&& from) : receiver(std::move(from)) {}
    R receiver;
    std::optional<HeldFuture<F>> future;
  };
  std::unique_ptr<State> state_;
};

}  // namespace ferry::detail
