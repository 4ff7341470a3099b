// InFlight: futures that one task drives at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ferry/detail/branch_context.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/detail/wake_queue.hpp>
#include <ferry/future.hpp>

namespace ferry::detail {

/// Drives any number of futures, and polls only those that were woken.
///
/// Cancelling: destroys the futures.
/// Cost: memory for the largest number of them at a time; none is allocated for a future that takes the place
/// of one that has completed.
template <class F>
class InFlight {
 public:
  /// What a future gave, and the tag that it has been added with.
  using Output = std::pair<std::uint64_t, VoidToMonostate<FutureOutput<F>>>;

  std::size_t size() const noexcept { return size_; }

  /// Adds a future, which the next poll starts.
  void push(F&& future, std::uint64_t tag) {
    if (free_ == places_.size()) {
      queue_.add();
      places_.emplace_back(queue_.waker(free_), free_ + 1);
    }
    Place& place = places_[free_];
    place.future.emplace(std::move(future));
    queue_.push(free_);
    free_ = std::exchange(place.next_free, 0);
    place.tag = tag;
    ++size_;
  }

  /// The output of the first one that is ready. Pending also when there are none. A future that throws is
  /// gone.
  Poll<Output> poll(Context& cx) {
    // Each of them once: one that wakes itself all the time must not keep the task from ending its poll.
    std::size_t turns = size_;
    while (!must_yield(cx)) {
      const std::optional<std::size_t> number = queue_.poll_pop(cx);
      if (!number) break;
      Place& place = places_[*number];
      if (!place.future) continue;  // woken after it has completed
      if (turns-- == 0) {
        queue_.push(*number);
        cx.yield_now();
        break;
      }
      auto polled = poll(place, *number, cx);
      if (polled.is_pending()) continue;
      remove(place, *number);
      spend_budget(cx);
      if constexpr (std::is_void_v<FutureOutput<F>>)
        return Poll<Output>::ready(place.tag, std::monostate());
      else
        return Poll<Output>::ready(place.tag, *std::move(polled));
    }
    return ferry::pending;
  }

 private:
  struct Place {
    Place(Waker waker, std::size_t next_free) : waker(std::move(waker)), next_free(next_free) {}

    Waker waker;
    std::optional<F> future;
    std::uint64_t tag = 0;
    std::size_t next_free;  // while there is no future
  };

  Poll<FutureOutput<F>> poll(Place& place, std::size_t number, Context& cx) {
    BranchContext branch(place.waker, cx);
    try {
      return place.future->poll(branch);
    } catch (...) {
      remove(place, number);
      throw;
    }
  }
  void remove(Place& place, std::size_t number) noexcept {
    place.future.reset();
    place.next_free = std::exchange(free_, number);
    --size_;
  }

  WakeQueue queue_;
  std::vector<Place> places_;
  std::size_t free_ = 0;  // the first place without a future; the next one to be made if all have one
  std::size_t size_ = 0;
};

}  // namespace ferry::detail
