// A spawned task's memory: its header, then its future or its output.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/detail/allocate.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/task_header.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/task.hpp>

namespace ferry::detail {

/// What a plain task carries beside its future. Others have a member `name()`, which gives a TaskName, or
/// `completed()`, which is called last of all, or `threw(exception)`, or `kIsDestroyedEarly`.
class NoExtras {
 public:
  NoExtras() noexcept {}
};

/// Gives a task a name.
class NamedExtras {
 public:
  explicit NamedExtras(TaskName name) noexcept : name_(std::move(name)) {}
  const TaskName& name() const noexcept { return name_; }

 private:
  TaskName name_;
};

/// Whether another thread may have to destroy the future while the task is queued.
template <class Extras>
inline constexpr bool is_destroyed_early = requires { Extras::kIsDestroyedEarly; };

/// What the vtable says of a cell's extras.
template <class Cell, class Extras>
constexpr TaskVTable with_extras(TaskVTable vtable) noexcept {
  if constexpr (requires(const Extras& extras) { extras.name(); })
    vtable.name = [](const TaskHeader* task) noexcept -> const TaskName& {
      return static_cast<const Cell*>(task)->extras().name();
    };
  if constexpr (requires(Extras& extras) { extras.completed(); })
    vtable.completed = [](TaskHeader* task) noexcept { static_cast<Cell*>(task)->extras().completed(); };
  return vtable;
}

template <class F, class Extras = NoExtras>
class TaskCell final : public TaskHeader {
 public:
  using T = FutureOutput<F>;
  using Joined = Result<T, task::JoinError>;

  /// A task that is owned by its first run queue entry, the list of tasks and one JoinHandle.
  static TaskCell* make(F&& future, TaskScheduler& scheduler, std::source_location spawned_at,
                        Extras extras = Extras()) {
    return ::new (allocate_for<TaskCell>())
        TaskCell(std::move(future), scheduler, spawned_at, std::move(extras));
  }

  Extras& extras() noexcept { return extras_; }
  const Extras& extras() const noexcept { return extras_; }

 private:
  TaskCell(F&& future, TaskScheduler& scheduler, std::source_location spawned_at, Extras&& extras)
      : TaskHeader(&kVTable, &scheduler, spawned_at,
                   scheduler.takes_running_entries() && !is_destroyed_early<Extras>),
        extras_(std::move(extras)),
        future_(std::move(future)) {
    scheduler.admit(*this);
  }
  ~TaskCell() {
    if (stage == Stage::Future) std::destroy_at(&future_);
    if (stage == Stage::Output) std::destroy_at(&output_);
  }

  template <class... Args>
  void store(Args&&... args) noexcept {
    try {
      std::destroy_at(&future_);
      stage = Stage::Consumed;
    } catch (...) {  // a destructor that throws has ended the future all the same
      stage = Stage::Consumed;
    }
    std::construct_at(&output_, std::forward<Args>(args)...);
    stage = Stage::Output;
  }

  static TaskCell* self(TaskHeader* task) noexcept { return static_cast<TaskCell*>(task); }

  static bool poll_future(TaskHeader* task, Context& cx) noexcept {
    TaskCell* cell = self(task);
    try {
      if constexpr (requires { cell->future_.advance(cx); }) {
        if (!cell->future_.advance(cx)) return false;
        if constexpr (std::is_void_v<T>) {
          cell->future_.take();
          cell->store(boost::system::in_place_value);
        } else {
          cell->store(boost::system::in_place_value, cell->future_.take());
        }
      } else {
        auto polled = cell->future_.poll(cx);
        if (polled.is_pending()) return false;
        if constexpr (std::is_void_v<T>)
          cell->store(boost::system::in_place_value);
        else
          cell->store(boost::system::in_place_value, *std::move(polled));
      }
    } catch (...) {
      if constexpr (requires { cell->extras_.threw(std::current_exception()); })
        cell->extras_.threw(std::current_exception());
      else
        cell->scheduler->task_threw(*cell);
      cell->store(boost::system::in_place_error, panic_of(*task));
    }
    return true;
  }

  static void cancel(TaskHeader* task) noexcept {
    self(task)->store(boost::system::in_place_error, cancelled_of(*task));
  }

  static void drop_output(TaskHeader* task) noexcept {
    TaskCell* cell = self(task);
    if (std::exchange(cell->stage, Stage::Consumed) == Stage::Output) std::destroy_at(&cell->output_);
  }

  static void destroy(TaskHeader* task) noexcept {
    TaskScheduler* const scheduler = task->scheduler;
    TaskCell* cell = self(task);
    cell->~TaskCell();
    free_for<TaskCell>(cell);
    scheduler->release();
  }

  static void describe(const TaskHeader* task, WaitNotes& notes) {
    detail::describe_wait(static_cast<const TaskCell*>(task)->future_, notes);
  }
  static std::source_location resumes_at(const TaskHeader* task) noexcept {
    return static_cast<const TaskCell*>(task)->future_.resumes_at();
  }

  static const TaskVTable kVTable;

  [[no_unique_address]] Extras extras_;
  union {
    Driven<F> future_;
    Joined output_;
  };
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"  // a cell has no virtual base
template <class F, class Extras>
constexpr TaskVTable TaskCell<F, Extras>::kVTable = with_extras<TaskCell, Extras>(
    {.poll = &poll_future,
     .cancel = &cancel,
     .drop_output = &drop_output,
     .destroy = &destroy,
     .describe = &describe,
     .resumes_at = &resumes_at,
     .output_offset = offsetof(TaskCell, output_),
     .chain_offset = is_chain_first<Driven<F>> ? offsetof(TaskCell, future_) : 0});
#pragma GCC diagnostic pop

/// A new task in `scheduler`, enqueued.
template <Future F, class S, class Extras = NoExtras>
task::JoinHandle<FutureOutput<F>> spawn_on(S& scheduler, F&& future, std::source_location spawned_at,
                                           Extras extras = Extras()) {
  TaskHeader* task = TaskCell<std::remove_cvref_t<F>, Extras>::make(std::move(future), scheduler, spawned_at,
                                                                    std::move(extras));
  task::JoinHandle<FutureOutput<F>> handle(task);
  scheduler.start(task);
  return handle;
}

}  // namespace ferry::detail
