#include <source_location>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <ferry/asio/executor.hpp>
#include <ferry/detail/task_cell.hpp>

#include "driver/driver.hpp"
#include "runtime/context.hpp"

namespace ferry::detail {
namespace {

// The task that a step is owed. It runs whichever comes first, if it finds one: a thread that waits may have
// been faster.
class StepTask {
 public:
  using Output = void;

  explicit StepTask(Scheduler& scheduler) noexcept : steps_(&scheduler.asio_steps()) {}
  StepTask(StepTask&& other) noexcept : steps_(std::exchange(other.steps_, nullptr)) {}
  StepTask& operator=(StepTask&&) = delete;
  ~StepTask() {
    if (AsioStep* const step = take()) step->drop();  // the runtime has been shut down
  }

  Poll<void> poll(Context&) {
    if (AsioStep* const step = take()) step->run();
    return Poll<void>::ready();
  }

 private:
  AsioStep* take() noexcept {
    AsioSteps* const steps = std::exchange(steps_, nullptr);
    return steps != nullptr ? steps->pop() : nullptr;
  }

  AsioSteps* steps_;  // of the task's runtime
};

}  // namespace

void spawn_step(Scheduler& scheduler, AsioStep* step) {
  [[maybe_unused]] const bool is_pushed = scheduler.asio_steps().push(step);
  FERRY_ASSERT(is_pushed, "a runtime's steps are never closed");
  TaskHeader* const cell =
      TaskCell<StepTask>::make(StepTask(scheduler), scheduler, std::source_location::current());
  const task::JoinHandle<void> join(cell);
  scheduler.start_for_step(cell);
}

}  // namespace ferry::detail

namespace ferry::asio {

Executor::Executor(const runtime::Handle& handle) : scheduler_(handle.scheduler()) {
  detail::require_io(*scheduler_, "Handle::executor");
  scheduler_->driver().reactor().context();  // from now on it is run
}

boost::asio::execution_context& Executor::query(boost::asio::execution::context_t) const noexcept {
  return scheduler_->driver().reactor().context();
}

// Not in the driver, where all of the runtime's I/O waits for whoever runs there.
bool Executor::is_running_here() const noexcept {
  const detail::ThreadContext& context = detail::thread_context();
  return context.core_owner == scheduler_.get() && context.scheduler == scheduler_.get() &&
         !context.is_in_driver;
}

}  // namespace ferry::asio

namespace ferry::runtime {

asio::Executor Handle::executor() const { return asio::Executor(*this); }

}  // namespace ferry::runtime
