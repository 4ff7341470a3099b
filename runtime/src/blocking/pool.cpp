#include "blocking/pool.hpp"

#include <deque>
#include <map>

#include <ferry/time/instant.hpp>

#include "driver/driver.hpp"
#include "runtime/config.hpp"
#include "runtime/context.hpp"
#include "runtime/thread.hpp"

namespace ferry::detail {
namespace {

thread_local const void* t_pool = nullptr;  // the state of the pool that this thread belongs to

}  // namespace

struct BlockingPool::State {
  explicit State(const RuntimeConfig& config) : config(config) {}

  const RuntimeConfig config;
  std::atomic<std::size_t> jobs{0};  // queued or running

  std::mutex mutex;
  std::condition_variable work;     // a job for the one that is called, or shutdown
  std::condition_variable stopped;  // a thread has ended
  std::deque<std::unique_ptr<BlockingJob>> queue;
  std::size_t threads = 0;
  std::size_t idle = 0;
  bool is_calling = false;  // a thread was notified or started and has not arrived yet
  bool is_shut_down = false;
  std::map<std::uint64_t, NativeThread> handles;  // of threads that run
  std::uint64_t next_thread = 0;
  NativeThread ended;  // joined by whoever ends or shuts down next

  void run_thread(Scheduler& scheduler, const std::shared_ptr<State>& self, std::uint64_t id);
  /// Calls a thread for what is queued, unless one is on its way. Throws std::system_error when the only one
  /// cannot be started.
  void call_thread(Scheduler& scheduler, const std::shared_ptr<State>& self);
};

BlockingPool::BlockingPool(const RuntimeConfig& config, Scheduler& scheduler)
    : state_(std::make_shared<State>(config)), scheduler_(scheduler), jobs_(state_->jobs) {}

BlockingPool::~BlockingPool() = default;

void BlockingPool::spawn(std::unique_ptr<BlockingJob> job) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (state.is_shut_down) {
    lock.unlock();
    job->cancel();
    return;
  }
  state.jobs.fetch_add(1, std::memory_order_acq_rel);
  state.queue.push_back(std::move(job));
  try {
    state.call_thread(scheduler_, state_);
  } catch (...) {
    job = std::move(state.queue.back());  // destroyed after the lock is released
    state.queue.pop_back();
    state.jobs.fetch_sub(1, std::memory_order_acq_rel);
    lock.unlock();
    throw;
  }
}

BlockingPool::Sizes BlockingPool::sizes() const noexcept {
  std::lock_guard lock(state_->mutex);
  return {state_->threads, state_->idle, state_->queue.size()};
}

void BlockingPool::State::call_thread(Scheduler& scheduler, const std::shared_ptr<State>& self) {
  if (is_calling || queue.empty() || is_shut_down) return;
  if (idle != 0) {
    is_calling = true;
    work.notify_one();
    return;
  }
  if (threads == config.max_blocking_threads) return;  // waits for a thread to become free
  const std::uint64_t id = next_thread++;
  try {
    handles.emplace(id, NativeThread(config, [self, id, keep = SchedulerRef(&scheduler)] {
                      self->run_thread(*keep, self, id);
                    }));
    is_calling = true;
    ++threads;
  } catch (const std::system_error&) {
    if (threads == 0) throw;  // with one thread, the job only waits longer
  }
}

void BlockingPool::State::run_thread(Scheduler& scheduler, const std::shared_ptr<State>& self,
                                     std::uint64_t id) {
  const ContextScope scope(&scheduler);
  t_pool = this;
  std::unique_lock lock(mutex);
  is_calling = false;
  while (!is_shut_down || !queue.empty()) {  // what is left then is mandatory
    if (!queue.empty()) {
      std::unique_ptr<BlockingJob> job = std::move(queue.front());
      queue.pop_front();
      call_thread(scheduler, self);  // the job may take long
      lock.unlock();
      job->run();
      job.reset();
      lock.lock();
      if (jobs.fetch_sub(1, std::memory_order_acq_rel) == 1 && !is_shut_down) {
        lock.unlock();
        // A paused clock stands still while jobs run; now it may go on.
        if (scheduler.driver().clock().is_paused()) scheduler.driver().unpark();
        lock.lock();
      }
      continue;
    }
    ++idle;
    const auto limit =
        (time::Instant(std::chrono::steady_clock::now()) + config.thread_keep_alive).into_std();
    const bool is_called = work.wait_until(lock, limit, [&] { return is_calling || is_shut_down; });
    --idle;
    is_calling = false;
    if (!is_called && queue.empty()) break;
  }
  --threads;
  NativeThread previous = std::move(ended);
  if (auto handle = handles.extract(id)) ended = std::move(handle.mapped());
  stopped.notify_all();
  lock.unlock();
  if (previous.is_joinable()) previous.join();
}

void BlockingPool::shut_down(std::optional<std::chrono::steady_clock::time_point> deadline) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (state.is_shut_down) return;
  state.is_shut_down = true;
  std::deque<std::unique_ptr<BlockingJob>> cancelled;
  std::deque<std::unique_ptr<BlockingJob>> kept;
  for (auto& job : state.queue) (job->is_mandatory() ? kept : cancelled).push_back(std::move(job));
  state.queue.swap(kept);
  state.jobs.fetch_sub(cancelled.size(), std::memory_order_acq_rel);
  state.work.notify_all();
  lock.unlock();
  for (auto& job : cancelled) job->cancel();
  lock.lock();
  const std::size_t own = t_pool == &state ? 1 : 0;
  const auto have_others_ended = [&] { return state.threads == own; };
  if (deadline)
    state.stopped.wait_until(lock, *deadline, have_others_ended);
  else
    state.stopped.wait(lock, have_others_ended);
  for (auto& [id, thread] : state.handles) thread.detach();
  state.handles.clear();
  NativeThread last = std::move(state.ended);
  lock.unlock();
  if (last.is_joinable()) last.join();
}

}  // namespace ferry::detail
