#include "scheduler/current_thread.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "blocking/pool.hpp"
#include "driver/driver.hpp"
#include "runtime/context.hpp"
#include "scheduler/owned_tasks.hpp"
#include "scheduler/run_entry.hpp"
#include "scheduler/stall_monitor.hpp"
#include "support/thread_random.hpp"

namespace ferry::detail {

/// The run queue, which only the thread that runs it touches.
class CurrentThread::Core {
 public:
  explicit Core(Counter& size) noexcept : size_(size) {}

  void push(TaskHeader* task) noexcept {
    size_.add();
    task->queue_next = nullptr;
    (tail_ == nullptr ? head_ : tail_->queue_next) = task;
    tail_ = task;
  }
  TaskHeader* pop() noexcept {
    TaskHeader* task = head_;
    if (task == nullptr) return nullptr;
    size_.set(size_.get() - 1);
    head_ = task->queue_next;
    if (head_ == nullptr)
      tail_ = nullptr;
    else
      prefetch(head_);
    return task;
  }
  /// Any of the tasks, drawn by `random`. Walks the queue.
  TaskHeader* pop_any(Random& random) noexcept {
    const std::size_t size = size_.get();
    for (std::size_t skipped = size < 2 ? 0 : random.below(size); skipped > 0; --skipped) push(pop());
    return pop();
  }
  bool is_empty() const noexcept { return head_ == nullptr; }

  unsigned tick = 0;
  Random random;  // what thread_random() gives while the core runs, if it is seeded

 private:
  TaskHeader* head_ = nullptr;
  TaskHeader* tail_ = nullptr;
  Counter& size_;
};

/// Puts a seeded generator in the thread's place for a scope.
class RandomScope {
 public:
  explicit RandomScope(Random& own) noexcept : own_(own), is_seeded_(own.is_seeded()) {
    if (is_seeded_) std::swap(own_, thread_random());
  }
  RandomScope(const RandomScope&) = delete;
  RandomScope& operator=(const RandomScope&) = delete;
  ~RandomScope() {
    if (is_seeded_) std::swap(own_, thread_random());
  }

 private:
  Random& own_;  // holds the thread's generator meanwhile
  const bool is_seeded_;
};

/// Wakes the future of one block_on: sets its flag and unparks whoever polls it. Shared with its wakers.
class CurrentThread::RootWaker {
 public:
  explicit RootWaker(CurrentThread* scheduler) noexcept : scheduler_(scheduler) {}

  Waker make() noexcept {
    owners_.fetch_add(1, std::memory_order_relaxed);
    return Waker(&kVTable, this);
  }
  void release() noexcept {
    // acq_rel: every owner's last use happens before the destruction.
    if (owners_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  bool take_woken() noexcept {
    // The plain load spares the driving thread a read-modify-write in every turn.
    return is_woken_.load(std::memory_order_relaxed) && is_woken_.exchange(false, std::memory_order_acquire);
  }
  bool is_woken() const noexcept { return is_woken_.load(std::memory_order_seq_cst); }

  /// From now on a wake unparks the driver, which this thread parks in; until now it notified `core_free_`.
  void drive() noexcept { drives_.store(true, std::memory_order_seq_cst); }

 private:
  void wake() noexcept {
    // seq_cst: either the thread that is about to park sees the flag, or we see that it has parked.
    if (is_woken_.exchange(true, std::memory_order_seq_cst)) return;
    auto& scheduler = static_cast<CurrentThread&>(*scheduler_);
    if (drives_.load(std::memory_order_seq_cst)) {
      if (scheduler.is_parked_.load(std::memory_order_seq_cst)) scheduler.driver().unpark();
      return;
    }
    // Whoever waits for the core looks at the flag under this lock.
    std::lock_guard lock(scheduler.core_mutex_);
    scheduler.core_free_.notify_all();
  }

  static RootWaker* self(void* data) noexcept { return static_cast<RootWaker*>(data); }
  static const WakerVTable kVTable;

  std::atomic<std::size_t> owners_{1};
  std::atomic<bool> is_woken_{true};  // polled at once
  std::atomic<bool> drives_{false};
  const SchedulerRef scheduler_;
};

constinit const WakerVTable CurrentThread::RootWaker::kVTable = {
    .clone =
        [](void* data) {
          self(data)->owners_.fetch_add(1, std::memory_order_relaxed);
          return data;
        },
    .wake =
        [](void* data) {
          self(data)->wake();
          self(data)->release();
        },
    .wake_by_ref = [](void* data) { self(data)->wake(); },
    .drop = [](void* data) noexcept { self(data)->release(); },
};

/// Gives the core back whatever happens: a future may throw.
class CurrentThread::GiveBack {
 public:
  GiveBack(CurrentThread& scheduler, std::unique_ptr<Core>& core) noexcept
      : scheduler_(scheduler), core_(core) {}
  GiveBack(const GiveBack&) = delete;
  GiveBack& operator=(const GiveBack&) = delete;
  ~GiveBack() {
    std::lock_guard lock(scheduler_.core_mutex_);
    scheduler_.core_ = std::move(core_);
    scheduler_.is_helped_ = false;
    scheduler_.core_free_.notify_all();
  }

 private:
  CurrentThread& scheduler_;
  std::unique_ptr<Core>& core_;
};

CurrentThread::CurrentThread(const RuntimeConfig& config)
    : Scheduler(config),
      metrics_(worker_metrics(0)),
      event_interval_(config.event_interval),
      global_queue_interval_(config.global_queue_interval),
      shuffles_(config.shuffle_tasks),
      is_watched_(config.watches_polls()),
      core_(std::make_unique<Core>(queued_)) {
  if (config.rng_seed) core_->random = Random(*config.rng_seed);
}

void CurrentThread::schedule(TaskHeader* task, ThreadContext& context) noexcept {
  if (context.core_owner == this) {
    metrics_.local_schedules.add();
    static_cast<Core*>(context.core)->push(task);
    return;
  }
  shared_metrics().remote_schedules.add();
  const SchedulerRef keep(
      this);  // the task may run and be freed, and with it the runtime, as soon as it is queued
  if (inject_.push(task) && is_parked_.load(std::memory_order_seq_cst)) driver().unpark();
}

void CurrentThread::block_on(BlockOnFuture& future) {
  const AsyncScope async("Runtime::block_on");
  const ContextScope scope(this);
  RootWaker* root = new RootWaker(this);
  struct Release {
    RootWaker* root;
    ~Release() { root->release(); }
  } release{root};

  bool is_done = false;
  std::unique_lock lock(core_mutex_);
  const Waker waker = root->make();
  while (!is_done) {
    if (core_ != nullptr) {
      std::unique_ptr<Core> core = std::move(core_);
      lock.unlock();
      root->drive();
      const GiveBack give_back(*this, core);
      const CoreScope core_scope(this, core.get());
      const RandomScope random_scope(core->random);
      run(*core, future, *root);
      return;
    }
    if (root->take_woken()) {
      lock.unlock();
      Context cx(waker);
      is_done = future.poll(cx);
      lock.lock();
      continue;
    }
    core_free_.wait(lock, [&] { return core_ != nullptr || root->is_woken(); });
  }
}

bool CurrentThread::help_along() {
  const ThreadContext& context = thread_context();
  if (context.is_in_driver) return false;
  if (context.core_owner == this) {
    driver().poll();
    return run_asio_step();
  }
  // Nobody may be inside of block_on. What a LocalRuntime runs does not leave its thread all the same.
  if (config().is_local && !is_local_here()) return false;
  std::unique_ptr<Core> core;
  {
    std::lock_guard lock(core_mutex_);
    if (core_ == nullptr) return false;
    core = std::move(core_);
    is_helped_ = true;
  }
  const GiveBack give_back(*this, core);
  const ContextScope scope(this);
  const CoreScope core_scope(this, core.get());
  driver().poll();
  return run_asio_step();
}

void CurrentThread::run(Core& core, BlockOnFuture& future, RootWaker& root) {
  const Waker waker = root.make();
  PollWatch* const watch = stall_monitor() != nullptr ? &stall_monitor()->watch(0) : nullptr;
  const WatchScope watch_scope(watch);
  // However it is left.
  struct End {
    PollWatch* watch;
    ~End() {
      if (watch != nullptr) watch->end();
    }
  } const end{watch};
  ThreadContext& context = thread_context();
  metrics_.begin_batch();
  for (unsigned turn = 1;; ++turn) {
    if (root.take_woken()) {
      Context cx(waker);
      if (watch != nullptr) watch->begin(0, {});
      if (future.poll(cx)) return;
      if (watch != nullptr) watch->end();
    }
    for (unsigned i = 0; i < event_interval_; ++i) {
      if (panic_) [[unlikely]]
        throw_panic(core);
      TaskHeader* const task = next_task(core);
      if (task == nullptr) break;
      context.budget = Context::kBudget;
      if (run_entry(task, context, is_watched_, config(), metrics_)) {
        metrics_.local_schedules.add();
        core.push(task);
      }
    }
    if (!core.is_empty() || root.is_woken()) {
      if (turn % event_interval_ == 0) metrics_.end_batch();
      driver().poll();
    } else {
      park(core, root);
    }
  }
}

TaskHeader* CurrentThread::next_task(Core& core) noexcept {
  TaskHeader* task = nullptr;
  if (++core.tick == global_queue_interval_) [[unlikely]] {
    core.tick = 0;
    task = inject_.pop();
  }
  if (task == nullptr) task = shuffles_ ? take_any(core) : core.pop();
  return task != nullptr ? task : inject_.pop();
}

void CurrentThread::park(Core& core, RootWaker& root) {
  if (stall_monitor() != nullptr) stall_monitor()->watch(0).end();
  metrics_.end_batch();
  if (config().on_thread_park) config().on_thread_park();
  if (core.is_empty()) {  // else the hook has spawned something
    // seq_cst: either we see what was queued or woken, or whoever did it sees that we park.
    is_parked_.store(true, std::memory_order_seq_cst);
    if (inject_.is_empty() && !root.is_woken()) {
      if (shuffles_ && driver().waits_for_nothing(blocking_pool())) throw_stuck();
      metrics_.about_to_park();
      driver().park(blocking_pool());
      metrics_.unparked();
    } else {
      driver().poll();
    }
    is_parked_.store(false, std::memory_order_relaxed);
  }
  if (config().on_thread_unpark) config().on_thread_unpark();
}

// What others have woken takes part in the draw.
TaskHeader* CurrentThread::take_any(Core& core) noexcept {
  while (TaskHeader* task = inject_.pop()) core.push(task);
  return core.pop_any(thread_random());
}

void CurrentThread::throw_stuck() {
  is_parked_.store(false, std::memory_order_relaxed);
  throw std::logic_error(
      "block_on is stuck: no task can run, no timer is set, no blocking job runs and no socket is open; "
      "every task "
      "waits for another one");
}

void CurrentThread::task_threw(const TaskHeader& task) noexcept {
  if (config().unhandled_panic != runtime::UnhandledPanic::ShutdownRuntime || panic_) return;
  panic_ = panic_of(task);
}

void CurrentThread::throw_panic(Core& core) {
  drop_tasks(core);
  throw std::runtime_error("the runtime was shut down because an exception left a task (unhandled_panic): " +
                           panic_->to_string());
}

void CurrentThread::shut_down() noexcept {
  std::unique_ptr<Core> core;
  {
    std::unique_lock lock(core_mutex_);
    core_free_.wait(lock, [&] { return !is_helped_; });
    core = std::move(core_);
  }
  if (core == nullptr) {
    std::fputs("ferry: a current_thread runtime was destroyed while a thread is inside its block_on\n",
               stderr);
    std::abort();
  }
  const ContextScope scope(this);
  const CoreScope core_scope(this, core.get());
  drop_tasks(*core);
  inject_.close();
  driver().shut_down();
  drop_tasks(*core);
}

// Those that wait and those that are queued.
void CurrentThread::drop_tasks(Core& core) noexcept {
  owned().close_and_shut_down();
  for (;;) {
    TaskHeader* task = core.pop();
    if (task == nullptr) task = inject_.pop();
    if (task == nullptr) break;
    task->drop_entry();
  }
}

}  // namespace ferry::detail
