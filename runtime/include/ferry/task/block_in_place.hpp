// block_in_place: blocking inside a task.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/detail/scheduler.hpp>

namespace ferry::detail {

/// Lets this thread block for a scope. Throws std::logic_error where that would stop other tasks.
class BlockInPlaceScope {
 public:
  BlockInPlaceScope();
  BlockInPlaceScope(const BlockInPlaceScope&) = delete;
  BlockInPlaceScope& operator=(const BlockInPlaceScope&) = delete;
  ~BlockInPlaceScope();

 private:
  bool was_async_ = false;
  std::optional<CoreHandOver> hand_over_;
};

}  // namespace ferry::detail

namespace ferry::task {

/// Calls `f`, which may block, on this thread; the other tasks of its worker go on on another thread.
///
/// `f` may also call `Handle::block_on`. Outside of a runtime, and on a thread of the blocking pool, this
/// only calls `f`. What the task itself runs beside, as in `join`, stands still meanwhile.
///
/// Throws: whatever `f` throws; std::logic_error on a thread of a current_thread runtime and inside a
/// LocalSet, whose tasks cannot move. Cancelling: not possible while `f` runs. Cost: waking a thread of the
/// blocking pool, or starting one. It counts as one of `max_blocking_threads`. Tokio: `task::block_in_place`.
template <std::invocable F>
std::invoke_result_t<F> block_in_place(F&& f) {
  const detail::BlockInPlaceScope scope;
  return std::forward<F>(f)();
}

}  // namespace ferry::task
