// Executor: a ferry runtime as Asio sees it.
#pragma once

#include <type_traits>
#include <utility>

#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <ferry/detail/asio_steps.hpp>
#include <ferry/detail/scheduler.hpp>
#include <ferry/runtime/handle.hpp>

namespace ferry::asio {

/// Executes functions as tasks of a runtime: on any of its workers, inside its context. An exception that
/// leaves one is a panic of that task.
///
/// Asio's I/O objects that are made with it wait in the runtime's reactor. As with any executor of more than
/// one thread, what shares data needs a strand.
///
/// Thread safety: every member may be called from any thread. Cost: a function costs what spawning a task
/// does; with `blocking.possibly`, which `dispatch` asks for, it is a call where a task of the runtime is
/// running already. Asio: `io_context::executor_type`.
class Executor {
 public:
  explicit Executor(const runtime::Handle& handle);

  runtime::Handle handle() const noexcept { return runtime::Handle(scheduler_); }

  template <class F>
  void execute(F&& f) const {
    if (is_blocking_possible_ && is_running_here()) {
      std::decay_t<F> function(std::forward<F>(f));
      std::move(function)();
    } else {
      detail::spawn_step(*scheduler_, detail::make_asio_step(std::forward<F>(f)));
    }
  }

  boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept;
  boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) const noexcept {
    if (is_blocking_possible_) return boost::asio::execution::blocking.possibly;
    return boost::asio::execution::blocking.never;
  }
  static constexpr boost::asio::execution::mapping_t query(boost::asio::execution::mapping_t) noexcept {
    return boost::asio::execution::mapping.thread;
  }
  Executor require(boost::asio::execution::blocking_t::possibly_t) const noexcept {
    return Executor(scheduler_, true);
  }
  Executor require(boost::asio::execution::blocking_t::never_t) const noexcept {
    return Executor(scheduler_, false);
  }

  friend bool operator==(const Executor& a, const Executor& b) noexcept {
    return a.scheduler_.get() == b.scheduler_.get() && a.is_blocking_possible_ == b.is_blocking_possible_;
  }
  friend bool operator!=(const Executor& a, const Executor& b) noexcept { return !(a == b); }

 private:
  Executor(detail::SchedulerRef scheduler, bool is_blocking_possible) noexcept
      : scheduler_(std::move(scheduler)), is_blocking_possible_(is_blocking_possible) {}

  bool is_running_here() const noexcept;

  detail::SchedulerRef scheduler_;
  bool is_blocking_possible_ = true;
};

}  // namespace ferry::asio
