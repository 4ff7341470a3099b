// use_task: awaiting Asio's operations.
#pragma once

#include <concepts>
#include <exception>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/system/system_error.hpp>
#include <ferry/detail/asio_operation.hpp>
#include <ferry/detail/asio_steps.hpp>
#include <ferry/detail/coop.hpp>
#include <ferry/detail/pool_allocator.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/task/task.hpp>

namespace ferry::asio {

/// The type of `use_task`.
class UseTask {
 public:
  constexpr UseTask() noexcept {}

  /// An executor whose I/O objects take `use_task` for granted: `co_await socket.async_connect(peer)`.
  template <class InnerExecutor>
  struct executor_with_default : InnerExecutor {
    using default_completion_token_type = UseTask;

    template <class E>
      requires(!std::same_as<std::remove_cvref_t<E>, executor_with_default> &&
               std::convertible_to<E, InnerExecutor>)
    executor_with_default(E&& executor) noexcept : InnerExecutor(std::forward<E>(executor)) {}
  };
  template <class T>
  using as_default_on_t =
      typename T::template rebind_executor<executor_with_default<typename T::executor_type>>::other;
  /// `object` with such an executor.
  template <class T>
  static as_default_on_t<std::decay_t<T>> as_default_on(T&& object) {
    return as_default_on_t<std::decay_t<T>>(std::forward<T>(object));
  }
};

/// The completion token with which an asynchronous operation of Asio's, or of a library over Asio, is a
/// future: `co_await socket.async_read_some(buffer, ferry::asio::use_task)`.
///
/// Result: what the operation completes with. A leading error_code makes it an io::Result, a leading
/// exception_ptr is rethrown; of what is left nothing is void, one value is itself, several are a std::tuple.
/// `boost::asio::as_tuple(use_task)` keeps errors as values, together with what came with them.
/// Errors: those of the operation; operation_aborted when its context ends before it does.
/// Cancelling: safe; the operation is told to end and waited for, so that it touches no memory afterwards. A
/// result that has come by then is lost, as the bytes of a read that are in the buffer. An operation that
/// does not heed cancellation, as a resolver's look-up, keeps the thread waiting until it ends; meanwhile the
/// other tasks of its worker go on elsewhere, on a multi_thread runtime. Its context has to be run until
/// then: this runtime's is, if need be by the thread that waits. One of several steps must not have another
/// executor bound to it, or it is cancelled in the middle of a step. Thread safety: the operation starts with
/// the first poll, and all its steps run inside the awaiting task, one at a time. Objects that several tasks
/// use at once are theirs to synchronise. Cost: an allocation for the operation, and one for each of its
/// steps. Asio: `use_awaitable`.
inline constexpr UseTask use_task;

}  // namespace ferry::asio

namespace ferry::detail {

/// What an operation's arguments are to who awaits it.
template <class... Args>
struct AsioValues {
  using Type = std::tuple<Args...>;
};
template <class T>
struct AsioValues<T> {
  using Type = T;
};
template <>
struct AsioValues<> {
  using Type = void;
};

template <class... Args>
struct AsioOutput {
  using Type = typename AsioValues<Args...>::Type;
  static Type make(std::tuple<Args...>&& args) {
    if constexpr (sizeof...(Args) == 1)
      return std::get<0>(std::move(args));
    else if constexpr (sizeof...(Args) > 1)
      return std::move(args);
  }
  [[noreturn]] static Type abandoned() {
    throw boost::system::system_error(boost::asio::error::operation_aborted);
  }
};
template <class... Args>
struct AsioOutput<io::Error, Args...> {
  using Values = typename AsioValues<Args...>::Type;
  using Type = io::Result<Values>;
  static Type make(std::tuple<io::Error, Args...>&& args) {
    if (std::get<0>(args)) return std::get<0>(args);
    return std::apply(
        [](io::Error&, Args&... values) {
          if constexpr (sizeof...(Args) == 0)
            return Type();
          else
            return Type(boost::system::in_place_value, std::move(values)...);
        },
        args);
  }
  static Type abandoned() { return io::Error(boost::asio::error::operation_aborted); }
};
template <class... Args>
struct AsioOutput<std::exception_ptr, Args...> {
  using Type = typename AsioValues<Args...>::Type;
  static Type make(std::tuple<std::exception_ptr, Args...>&& args) {
    if (std::get<0>(args)) std::rethrow_exception(std::get<0>(args));
    return std::apply(
        [](std::exception_ptr&, Args&... values) {
          return AsioOutput<Args...>::make(std::tuple<Args...>(std::move(values)...));
        },
        args);
  }
  [[noreturn]] static Type abandoned() { AsioOutput<>::abandoned(); }
};

/// Runs functions inside the task that awaits an operation; once that has ended, as tasks of their own.
class AsioTaskExecutor {
 public:
  explicit AsioTaskExecutor(AsioOperationRef operation) noexcept : operation_(std::move(operation)) {}

  template <class F>
  void execute(F&& f) const {
    if (is_blocking_possible_ && operation_->is_polled_here()) {
      std::decay_t<F> function(std::forward<F>(f));
      std::move(function)();
    } else {
      operation_->push(make_asio_step(std::forward<F>(f)));
    }
  }

  boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept {
    return operation_->context();
  }
  boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) const noexcept {
    if (is_blocking_possible_) return boost::asio::execution::blocking.possibly;
    return boost::asio::execution::blocking.never;
  }
  AsioTaskExecutor require(boost::asio::execution::blocking_t::possibly_t) const noexcept {
    return with(true);
  }
  AsioTaskExecutor require(boost::asio::execution::blocking_t::never_t) const noexcept { return with(false); }

  friend bool operator==(const AsioTaskExecutor& a, const AsioTaskExecutor& b) noexcept {
    return a.operation_.get() == b.operation_.get() && a.is_blocking_possible_ == b.is_blocking_possible_;
  }
  friend bool operator!=(const AsioTaskExecutor& a, const AsioTaskExecutor& b) noexcept { return !(a == b); }

 private:
  AsioTaskExecutor with(bool is_blocking_possible) const noexcept {
    AsioTaskExecutor other(*this);
    other.is_blocking_possible_ = is_blocking_possible;
    return other;
  }

  AsioOperationRef operation_;
  bool is_blocking_possible_ = true;
};

/// An operation in progress and what it completed with.
template <class... Args>
class AsioCompletion {
 public:
  AsioOperationRef operation;  // none before the first poll
  std::optional<std::tuple<Args...>> values;
};

/// The handler that Asio calls.
template <class... Args>
class AsioHandler {
 public:
  using executor_type = AsioTaskExecutor;
  using allocator_type = PoolAllocator<void>;
  using cancellation_slot_type = boost::asio::cancellation_slot;

  explicit AsioHandler(AsioCompletion<Args...>& completion) noexcept : completion_(&completion) {}
  AsioHandler(AsioHandler&& other) noexcept : completion_(std::exchange(other.completion_, nullptr)) {}
  AsioHandler& operator=(AsioHandler&&) = delete;
  ~AsioHandler() {
    if (completion_ != nullptr) completion_->operation->finish();
  }

  template <class... Values>
  void operator()(Values&&... values) {
    completion_->values.emplace(std::forward<Values>(values)...);
    std::exchange(completion_, nullptr)->operation->finish();
  }

  executor_type get_executor() const noexcept { return AsioTaskExecutor(completion_->operation); }
  allocator_type get_allocator() const noexcept { return {}; }
  cancellation_slot_type get_cancellation_slot() const noexcept { return completion_->operation->slot(); }

 private:
  AsioCompletion<Args...>* completion_;
};

/// The future that `use_task` makes of an operation.
///
/// Cancelling: see asio::use_task.
template <class Initiation, class... Args>
class [[nodiscard]] AsioFuture {
 public:
  using Output = typename AsioOutput<Args...>::Type;

  template <class... Given>
  explicit AsioFuture(Given&&... initiation) : initiation_(std::forward<Given>(initiation)...) {}
  AsioFuture(const AsioFuture&) = delete;
  AsioFuture& operator=(const AsioFuture&) = delete;
  ~AsioFuture() {
    if (completion_.operation) completion_.operation->close();
  }

  Poll<Output> poll(Context& cx) {
    if (!completion_.operation) {
      if (must_yield(cx)) return pending;
      start(cx);
      spend_budget(cx);  // it may have completed at once
    }
    if (!completion_.operation->poll(cx)) return pending;
    if constexpr (std::is_void_v<Output>) {
      output();
      return Poll<void>::ready();
    } else {
      return Poll<Output>::ready(output());
    }
  }

  /// Cancels the operation, if it has been started, and waits for its end: the next poll is ready with what
  /// it completed with, be it that it was just before its end.
  void cancel() noexcept {
    if (completion_.operation) completion_.operation->cancel();
  }

  /// The same for who has to name its type. It must not have been polled.
  operator Task<Output>() && { return run(std::move(initiation_)); }

  void describe_wait(WaitNotes& notes) const { notes.leaf("an operation of Asio"); }

 private:
  static Task<Output> run(Initiation initiation) {
    AsioFuture future(std::move(initiation));
    co_return co_await future;
  }

  void start(Context& cx) {
    completion_.operation = AsioOperation::make();
    completion_.operation->begin(cx, [this] {
      std::apply(
          [this](auto& initiation, auto&... args) {
            std::move(initiation)(AsioHandler<Args...>(completion_), std::move(args)...);
          },
          initiation_);
    });
  }
  Output output() {
    if (!completion_.values) return AsioOutput<Args...>::abandoned();
    return AsioOutput<Args...>::make(*std::move(completion_.values));
  }

  Initiation initiation_;  // the function that starts the operation, and its arguments
  AsioCompletion<Args...> completion_;
};

}  // namespace ferry::detail

/// Makes operations futures for who asks for it with `use_task`.
template <class R, class... Args>
class boost::asio::async_result<ferry::asio::UseTask, R(Args...)> {
 public:
  /// What is given to tokens that wrap this one and cannot deduce what it gives.
  using return_type = ferry::Task<typename ferry::detail::AsioOutput<std::decay_t<Args>...>::Type>;

  template <class Initiation, class... Given>
  static auto initiate(Initiation initiation, const ferry::asio::UseTask&, Given&&... args) {
    return ferry::detail::AsioFuture<std::tuple<Initiation, std::decay_t<Given>...>, std::decay_t<Args>...>(
        std::move(initiation), std::forward<Given>(args)...);
  }
};
