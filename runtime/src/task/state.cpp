#include <ferry/detail/task_state.hpp>

// What happens rarely: shutdown and dumps.

namespace ferry::detail {

bool TaskState::transition_to_shutdown() noexcept {
  for (;;) {
    const std::optional<bool> result = transition([](Bits now) -> std::pair<Bits, std::optional<bool>> {
      if ((now & kInspected) != 0) return {now, std::nullopt};
      const bool is_idle = (now & (kRunning | kComplete)) == 0;
      return {now | kCancelled | (is_idle ? kRunning : 0), is_idle};
    });
    if (result) return *result;
    wait_until_inspected();
  }
}

TaskState::OnInspect TaskState::transition_to_inspected() noexcept {
  for (;;) {
    const std::optional<OnInspect> result =
        transition([](Bits now) -> std::pair<Bits, std::optional<OnInspect>> {
          if ((now & kInspected) != 0) return {now, std::nullopt};
          if ((now & kComplete) != 0) return {now, OnInspect::Complete};
          if ((now & kRunning) != 0) return {now, OnInspect::Running};
          return {now | kRunning | kInspected,
                  (now & kNotified) != 0 ? OnInspect::Ready : OnInspect::Waiting};
        });
    if (result) return *result;
    wait_until_inspected();
  }
}

bool TaskState::transition_from_inspected(OnInspect was) noexcept {
  // The entry of a task that was ready is still there: whoever takes it up waits for this.
  const bool must_enqueue = transition([was](Bits now) -> std::pair<Bits, bool> {
    const bool is_woken = was == OnInspect::Waiting && (now & kNotified) != 0;
    return {(now & ~(kRunning | kInspected)) + (is_woken ? kRef : 0), is_woken};
  });
  bits_.notify_all();
  return must_enqueue;
}

void TaskState::wait_until_inspected() const noexcept {
  const Bits now = bits_.load(std::memory_order_acquire);
  if ((now & kInspected) != 0) bits_.wait(now, std::memory_order_acquire);
}

}  // namespace ferry::detail
