// A job of the blocking pool that is joined like a task.
#pragma once

#include <memory>
#include <optional>
#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/detail/scheduler.hpp>
#include <ferry/detail/task_cell.hpp>
#include <ferry/detail/task_header.hpp>
#include <ferry/task/join_handle.hpp>

namespace ferry::detail {

/// A function as a task: its one poll calls it, on a thread of the pool. Owned by the pool's job and a
/// JoinHandle.
template <class F, class Extras = NoExtras>
class BlockingCell final : public TaskHeader {
 public:
  using T = std::invoke_result_t<F&>;
  using Joined = Result<T, task::JoinError>;

  class Job final : public BlockingJob {
   public:
    explicit Job(TaskHeader* task) noexcept : task_(task) {}
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;
    ~Job() override {
      if (task_ != nullptr) task_->release();  // there was no thread for it
    }
    void run() noexcept override { std::exchange(task_, nullptr)->run_once(); }
    void cancel() noexcept override {
      task_->abort();
      run();
    }

   private:
    TaskHeader* task_;
  };

  template <class G>
  static BlockingCell* make(G&& f, Scheduler& scheduler, Extras extras = Extras()) {
    return new BlockingCell(std::forward<G>(f), scheduler, std::move(extras));
  }

  Extras& extras() noexcept { return extras_; }
  const Extras& extras() const noexcept { return extras_; }

 private:
  template <class G>
  BlockingCell(G&& f, Scheduler& scheduler, Extras&& extras)
      : TaskHeader(&kVTable, &scheduler, std::source_location(), false),
        extras_(std::move(extras)),
        f_(std::in_place, std::forward<G>(f)) {
    scheduler.admit(*this);
    // A task in no list: the third reference of a new task is not needed.
    static_cast<void>(state.release());
  }

  ~BlockingCell() {
    if (stage == Stage::Output) std::destroy_at(&output_);
  }

  template <class... Args>
  void store(Args&&... args) {
    std::construct_at(&output_, std::forward<Args>(args)...);
    stage = Stage::Output;
  }

  static BlockingCell* self(TaskHeader* task) noexcept { return static_cast<BlockingCell*>(task); }

  static bool poll(TaskHeader* task, Context&) noexcept {
    BlockingCell* cell = self(task);
    try {
      if constexpr (std::is_void_v<T>) {
        (*cell->f_)();
        cell->store(boost::system::in_place_value);
      } else {
        cell->store(boost::system::in_place_value, (*cell->f_)());
      }
    } catch (...) {
      cell->store(boost::system::in_place_error, panic_of(*task));
    }
    cell->f_.reset();
    return true;
  }
  static void cancel(TaskHeader* task) noexcept {
    self(task)->f_.reset();
    self(task)->store(boost::system::in_place_error, cancelled_of(*task));
  }
  static void drop_output(TaskHeader* task) noexcept {
    if (std::exchange(task->stage, Stage::Consumed) == Stage::Output) std::destroy_at(&self(task)->output_);
  }
  static void destroy(TaskHeader* task) noexcept {
    TaskScheduler* const scheduler = task->scheduler;
    delete self(task);
    scheduler->release();
  }

  static const TaskVTable kVTable;

  [[no_unique_address]] Extras extras_;
  std::optional<F> f_;
  union {
    Joined output_;
  };
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"  // a cell has no virtual base
template <class F, class Extras>
constexpr TaskVTable BlockingCell<F, Extras>::kVTable =
    with_extras<BlockingCell, Extras>({.poll = &poll,
                                       .cancel = &cancel,
                                       .drop_output = &drop_output,
                                       .destroy = &destroy,
                                       .describe = nullptr,  // is in no list
                                       .resumes_at = nullptr,
                                       .output_offset = offsetof(BlockingCell, output_),
                                       .chain_offset = 0});
#pragma GCC diagnostic pop

template <class F, class Extras = NoExtras>
task::JoinHandle<std::invoke_result_t<std::decay_t<F>&>> spawn_blocking_on(Scheduler& scheduler, F&& f,
                                                                           Extras extras = Extras()) {
  using Cell = BlockingCell<std::decay_t<F>, Extras>;
  Cell* cell = Cell::make(std::forward<F>(f), scheduler, std::move(extras));
  task::JoinHandle<typename Cell::T> handle(cell);
  scheduler.spawn_blocking(std::make_unique<typename Cell::Job>(cell));
  return handle;
}

}  // namespace ferry::detail
