#include <stdexcept>

#include <ferry/task/block_in_place.hpp>

#include "runtime/context.hpp"

namespace ferry::detail {

BlockInPlaceScope::BlockInPlaceScope() {
  ThreadContext& context = thread_context();
  if (!context.is_async) return;  // nobody waits for this thread
  if (context.is_in_local_set)
    throw std::logic_error(
        "task::block_in_place inside a LocalSet would stop its other tasks, which cannot move to another "
        "thread: use "
        "spawn_blocking");
  const Scheduler* const runtime = context.core_owner != nullptr ? context.core_owner : context.scheduler;
  if (runtime == nullptr || !runtime->is_multi_thread())
    throw std::logic_error(
        "task::block_in_place needs a multi_thread runtime, whose other workers go on: use spawn_blocking on "
        "a "
        "current_thread one");
  hand_over_.emplace(CoreHandOver::Driver::Leave);
  was_async_ = std::exchange(context.is_async, false);
}

BlockInPlaceScope::~BlockInPlaceScope() {
  if (was_async_) thread_context().is_async = true;
}

}  // namespace ferry::detail
