// Task: the coroutine type.
#pragma once

#include <concepts>
#include <coroutine>
#include <exception>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/detail/chain.hpp>
#include <ferry/detail/frame_pool.hpp>
#include <ferry/future.hpp>

// With FERRY_CHECK_LIFETIMES, Clang warns of a task that outlives what its coroutine was given by reference,
// a lambda's captures included. It then takes every function that gives a Task for a coroutine; one that is
// not says so with
// [[clang::coro_wrapper]].
#if defined(FERRY_CHECK_LIFETIMES) && __has_cpp_attribute(clang::coro_lifetimebound)
#define FERRY_DETAIL_COROUTINE_TYPE nodiscard, clang::coro_return_type, clang::coro_lifetimebound
#define FERRY_DETAIL_COROUTINE_WRAPPER [[clang::coro_wrapper]]
#else
#define FERRY_DETAIL_COROUTINE_TYPE nodiscard
#define FERRY_DETAIL_COROUTINE_WRAPPER
#endif

namespace ferry {

template <class T>
class Task;

namespace detail {

template <class T>
class TaskAwaiter;
template <class F>
class Driven;

/// What every coroutine of a chain has, whatever it returns.
class PromiseBase {
 public:
  PromiseBase() noexcept {}

  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { free_frame(frame, size); }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <std::derived_from<PromiseBase> Promise>
    Chain::Transfer await_suspend(std::coroutine_handle<Promise> finished) const noexcept {
      PromiseBase& promise = finished.promise();
      return promise.chain_->transfer_to(promise.continuation_);
    }
    void await_resume() const noexcept {}
  };
  FinalAwaiter final_suspend() const noexcept { return {}; }

  /// Awaiting a future by name borrows it, so that it can be awaited again or reused in a loop. A task
  /// awaited by name keeps a chain of its own, as it may go on without this one.
  template <Future F>
  FutureAwaiter<std::remove_reference_t<F>> await_transform(
      F&& future, std::source_location where = std::source_location::current()) noexcept {
    where_ = where;
    return {future, *chain_};
  }
  template <class T>
  TaskAwaiter<T> await_transform(Task<T>&& task,
                                 std::source_location where = std::source_location::current()) noexcept {
    where_ = where;
    return TaskAwaiter<T>(task, *chain_);
  }

 protected:
  /// The coroutine is the outermost one of `chain`.
  void run_in(Chain& chain) noexcept { chain_ = &chain; }

 private:
  template <class T>
  friend class ferry::Task;
  template <class T>
  friend class TaskAwaiter;
  template <class F>
  friend class Driven;
  friend class Chain;

  // The promise of a coroutine of a chain, whatever it returns: see Promise::get_return_object.
  static PromiseBase& of(std::coroutine_handle<> coroutine) noexcept {
    return std::coroutine_handle<PromiseBase>::from_address(coroutine.address()).promise();
  }

  Chain* chain_ = nullptr;                // set when the coroutine is started
  std::coroutine_handle<> continuation_;  // who awaits it; none for the outermost
  union {
    std::coroutine_handle<>* owner_;  // the handle of the Task that is awaited; not there before
  };
  union {
    std::source_location where_;  // of the co_await that it is at; not there before the first one
  };
  bool owns_chain_ = false;  // polled by hand or as a branch: the chain is this task's own
};

/// g++ 12 leaves out the body of a coroutine that has a co_await in the condition of an `if` or a loop and
/// declares no variable: such a coroutine stops at its beginning.
[[noreturn]] void throw_body_left_out();

inline constexpr const char* kMovedFromTask = "a Task that was moved from is awaited or polled";
inline constexpr const char* kFinishedTask =
    "a Task is awaited or polled after it has given its result: each call of a coroutine is a new Task";

template <class T>
class Promise : public PromiseBase {
 public:
  Promise() noexcept {}
  ~Promise() {
    if (state_ == State::Value) std::destroy_at(&value_);
    if (state_ == State::Exception) std::destroy_at(&exception_);
  }

  FERRY_DETAIL_COROUTINE_WRAPPER Task<T> get_return_object() noexcept;

  template <class U = T>
    requires std::constructible_from<T, U&&>
  void return_value(U&& value) noexcept(std::is_nothrow_constructible_v<T, U&&>) {
    std::construct_at(&value_, std::forward<U>(value));
    state_ = State::Value;
  }
  void unhandled_exception() noexcept {
    std::construct_at(&exception_, std::current_exception());
    state_ = State::Exception;
  }

  /// Once, when the coroutine has finished.
  T take() {
    FERRY_REQUIRE(!is_taken_, kFinishedTask);
    is_taken_ = true;
    if (state_ == State::Exception) [[unlikely]]
      std::rethrow_exception(exception_);
    return std::move(value_);
  }

 private:
  enum class State : unsigned char { Running, Value, Exception };
  State state_ = State::Running;
  bool is_taken_ = false;
  union {
    T value_;
    std::exception_ptr exception_;
  };
};

template <>
class Promise<void> : public PromiseBase {
 public:
  FERRY_DETAIL_COROUTINE_WRAPPER inline Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }
  void take() {
    FERRY_REQUIRE(!is_taken_, kFinishedTask);
    is_taken_ = true;
    if (exception_) [[unlikely]]
      std::rethrow_exception(exception_);
  }

 private:
  bool is_taken_ = false;
  std::exception_ptr exception_;
};

}  // namespace detail

/// A coroutine that gives a `T`. Lazy: nothing runs before it is awaited, polled or spawned.
///
/// Awaiting it from another task runs it as part of that task. An exception that leaves it arrives where it
/// is awaited.
///
/// Cancelling: destroying a suspended task destroys what it awaits, its local variables and its frame,
/// innermost first. Thread safety: owned by one thread at a time; a spawned one moves between workers only
/// while it is suspended. Cost: one frame from a per-thread pool; resuming it costs the same at any depth.
/// Awaiting it by name, which leaves it to the caller, costs a little more than awaiting it for good:
/// `co_await std::move(task)`. With g++ 12: declare a variable in a body that has a co_await in a condition,
/// or the compiler leaves the body out; polling such a task throws std::logic_error. Tokio: an `async fn`.
template <class T = void>
class [[FERRY_DETAIL_COROUTINE_TYPE]] Task {
 public:
  using Output = T;
  using promise_type = detail::Promise<T>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      destroy();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  ~Task() { destroy(); }

  /// Starts or continues it as a chain of its own: what `select`, `join` and hand-written futures do.
  /// May be polled until it was ready; an exception that leaves the coroutine leaves `poll`.
  Poll<T> poll(Context& cx) {
    FERRY_REQUIRE(handle_, detail::kMovedFromTask);
    auto& promise = this->promise();
    if (promise.chain_ == nullptr) {
      promise.chain_ = ::new (detail::allocate_frame(sizeof(detail::Chain))) detail::Chain();
      promise.owns_chain_ = true;
      promise.chain_->start(handle_);
    }
    if (!promise.chain_->poll(cx)) return pending;
#if defined(__GNUC__) && !defined(__clang__)
    if (!handle_.done()) [[unlikely]]
      detail::throw_body_left_out();
#endif
    if constexpr (std::is_void_v<T>) {
      promise.take();
      return Poll<void>::ready();
    } else {
      return promise.take();
    }
  }

  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const {
    const auto& promise = this->promise();
    if (promise.chain_ != nullptr) return promise.chain_->describe(notes);
    notes.leaf("its first poll");
  }

 private:
  friend class detail::Promise<T>;
  friend class detail::TaskAwaiter<T>;
  template <class F>
  friend class detail::Driven;

  explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}

  promise_type& promise() const noexcept {
    return std::coroutine_handle<promise_type>::from_address(handle_.address()).promise();
  }

  void destroy() noexcept {
    if (!handle_) return;
    const auto& promise = this->promise();
    detail::Chain* const own = promise.owns_chain_ ? promise.chain_ : nullptr;
    if (promise.chain_ != nullptr && !handle_.done()) [[unlikely]]
      promise.chain_->destroy_until(handle_);
    handle_.destroy();
    if (own != nullptr) detail::free_frame(own, sizeof(detail::Chain));
  }

  std::coroutine_handle<> handle_;
};

namespace detail {

template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  static_assert(alignof(Promise) <= 2 * sizeof(void*), "a Task's result is not over-aligned");
  return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this));
}

/// A chain as the leaf of another one.
inline constexpr LeafOps kChainOps = {
    .poll = [](void* leaf, Context& cx) noexcept { return static_cast<Chain*>(leaf)->poll(cx); },
    .describe = [](const void* leaf, WaitNotes& notes) { static_cast<const Chain*>(leaf)->describe(notes); },
    .type = nullptr};

/// Awaits a task from a task: the awaited one joins the chain of the awaiting one. A task that was polled on
/// its own before keeps its chain and is polled as a leaf.
template <class T>
class TaskAwaiter {
 public:
  TaskAwaiter(Task<T>& task, Chain& chain) noexcept : task_(&task), chain_(&chain) {}
  TaskAwaiter(const TaskAwaiter&) = delete;
  TaskAwaiter& operator=(const TaskAwaiter&) = delete;

  bool await_ready() {
    FERRY_REQUIRE(task_->handle_, kMovedFromTask);
    PromiseBase& promise = task_->promise();
    if (promise.chain_ == nullptr) [[likely]]
      return false;
    FERRY_REQUIRE(promise.owns_chain_, kFinishedTask);
    return promise.chain_->poll(chain_->context());
  }

  Chain::Transfer await_suspend(std::coroutine_handle<> waiting) noexcept {
    PromiseBase& promise = task_->promise();
    if (promise.chain_ != nullptr) [[unlikely]] {
      chain_->wait_for(promise.chain_, kChainOps, waiting);
#if FERRY_DETAIL_TRAMPOLINE
      return;
#else
      return std::noop_coroutine();
#endif
    }
    promise.chain_ = chain_;
    promise.continuation_ = waiting;
    promise.owner_ = &task_->handle_;
    return chain_->transfer_to(task_->handle_);
  }

  T await_resume() {
    // Awaited for good: what the coroutine still owns goes now, also where the Task has a name.
    const Destroyer destroyer{task_};
    return task_->promise().take();
  }

 private:
  struct Destroyer {
    Task<T>* task;
    ~Destroyer() {
      task->destroy();
      task->handle_ = nullptr;
    }
  };

  Task<T>* task_;
  Chain* chain_;
};

/// A future with what polling it needs at a fixed address: what spawned tasks and block_on keep.
template <class F>
class Driven {
 public:
  using Output = FutureOutput<F>;
  explicit Driven(F&& future) : future_(std::move(future)) {}
  Poll<Output> poll(Context& cx) { return future_.poll(cx); }
  void describe_wait(WaitNotes& notes) const { detail::describe_wait(future_, notes); }
  std::source_location resumes_at() const noexcept { return {}; }

 private:
  F future_;
};

/// Whether a Driven begins with its Chain, where a debugger finds it.
template <class F>
inline constexpr bool is_chain_first = false;
template <class T>
inline constexpr bool is_chain_first<Driven<Task<T>>> = true;

template <class T>
class Driven<Task<T>> {
 public:
  using Output = T;
  explicit Driven(Task<T>&& task) : task_(std::move(task)) {
    FERRY_REQUIRE(task_.handle_, kMovedFromTask);
    auto& promise = task_.promise();
    if (promise.chain_ != nullptr) {  // polled before: keeps its own
      chain_.wait_for(promise.chain_, kChainOps, std::noop_coroutine());
    } else {
      promise.chain_ = &chain_;
      chain_.start(task_.handle_);
    }
  }
  /// Runs until the task has finished (true) or waits (false).
  bool advance(Context& cx) noexcept { return chain_.poll(cx); }
  /// The task's result, once it has finished.
  T take() {
#if defined(__GNUC__) && !defined(__clang__)
    if (!task_.handle_.done()) [[unlikely]]
      throw_body_left_out();
#endif
    return task_.promise().take();
  }
  Poll<T> poll(Context& cx) {
    if (!advance(cx)) return pending;
    if constexpr (std::is_void_v<T>) {
      take();
      return Poll<void>::ready();
    } else {
      return take();
    }
  }
  void describe_wait(WaitNotes& notes) const { task_.describe_wait(notes); }
  std::source_location resumes_at() const noexcept { return task_.promise().chain_->resumes_at(); }

 private:
  Chain chain_;
  Task<T> task_;
};

}  // namespace detail
}  // namespace ferry
