#include <ferry/asio/co_spawn.hpp>

#include "runtime/context.hpp"

namespace ferry::detail {

// Whoever cancels may then wait for the end. On a thread that runs this runtime an abort would stay in the
// queue behind it.
void AsioTaskCancellation::operator()(boost::asio::cancellation_type) const noexcept {
  if (thread_context().core_owner == task_->scheduler) {
    task_->state.retain();
    task_->shutdown();
  } else {
    task_->abort();
  }
}

}  // namespace ferry::detail
