#include <cstdio>
#include <cstdlib>

#include <ferry/task/local_set.hpp>

namespace ferry::task {

LocalSet::~LocalSet() {
  if (!local_->is_on_thread()) {
    std::fputs("ferry: a LocalSet was destroyed on another thread than the one that made it and its tasks\n",
               stderr);
    std::abort();
  }
  const detail::LocalScope scope(*local_, true);
  local_->shut_down();
}

Poll<void> LocalSet::poll(Context& cx) {
  local_->require_thread("LocalSet::poll");
  local_->register_waker(cx.waker());
  const detail::LocalScope scope(*local_, true);
  if (local_->tick()) {
    cx.waker().wake_by_ref();
    return pending;
  }
  if (local_->has_tasks()) return pending;
  return Poll<void>::ready();
}

}  // namespace ferry::task
