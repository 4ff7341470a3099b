// Steps: a coroutine that awaits system calls, whoever makes them.
#pragma once

#include <coroutine>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/fs/operation.hpp>

#include "fs/job.hpp"

namespace ferry::fs::detail {

/// What an operation does, system call by system call: `co_await SystemCall::rename(from, to)` gives the
/// call's result, or -errno. What the calls use lives in the coroutine.
template <class T>
class Steps {
 public:
  class promise_type {
   public:
    class Made {
     public:
      explicit Made(promise_type& promise) noexcept : promise_(promise) {}
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<>) const noexcept {}
      std::int64_t await_resume() const noexcept { return promise_.result_; }

     private:
      promise_type& promise_;
    };

    Steps get_return_object() noexcept {
      return Steps(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    Made await_transform(const SystemCall& call) noexcept {
      call_ = &call;
      return Made(*this);
    }
    void return_value(io::Result<T> output) noexcept { output_.emplace(std::move(output)); }
    void unhandled_exception() const { throw; }  // to who resumes

   private:
    friend Steps;
    const SystemCall* call_ = nullptr;
    std::int64_t result_ = 0;
    std::optional<io::Result<T>> output_;
  };

  Steps(Steps&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Steps& operator=(Steps&&) = delete;
  ~Steps() {
    if (coroutine_) coroutine_.destroy();
  }

  /// Goes on with what the call has given. The next call, or null at the end.
  const SystemCall* resume(std::int64_t result) {
    promise_type& promise = coroutine_.promise();
    promise.result_ = result;
    promise.call_ = nullptr;
    coroutine_.resume();
    return promise.call_;
  }
  /// What it has returned.
  io::Result<T> take() { return *std::move(coroutine_.promise().output_); }

 private:
  explicit Steps(std::coroutine_handle<promise_type> coroutine) noexcept : coroutine_(coroutine) {}

  std::coroutine_handle<promise_type> coroutine_;
};

/// A job that gives a value.
template <class T>
class WorkingJob : public Work<T>, public Job {
 public:
  using Job::Job;

  Poll<io::Result<T>> poll(Context& cx) final {
    if (!Job::poll(cx)) return pending;
    if (const std::optional<io::Error> error = failure())
      return io::Result<T>(boost::system::in_place_error, *error);
    return take();
  }
  void abandon() noexcept final { Job::abandon(); }

 protected:
  virtual io::Result<T> take() = 0;
};

template <class T>
class StepsJob final : public WorkingJob<T> {
 public:
  explicit StepsJob(Steps<T> steps) noexcept
      : WorkingJob<T>(Job::Where::Anywhere, Job::Fate::Optional), steps_(std::move(steps)) {}

 private:
  const SystemCall* step(std::int64_t result) override { return steps_.resume(result); }
  io::Result<T> take() override { return steps_.take(); }

  Steps<T> steps_;
};

template <class T, class F>
class FunctionJob final : public WorkingJob<T> {
 public:
  explicit FunctionJob(F f) : WorkingJob<T>(Job::Where::Pool, Job::Fate::Optional), f_(std::move(f)) {}

 private:
  const SystemCall* step(std::int64_t) override {
    output_.emplace(f_());
    return nullptr;
  }
  io::Result<T> take() override { return *std::move(output_); }

  F f_;
  std::optional<io::Result<T>> output_;
};

/// An operation from system calls that a ring can make.
template <class T>
Operation<T> operation(Steps<T> steps) {
  return Operation<T>(std::make_shared<StepsJob<T>>(std::move(steps)));
}

/// An operation that calls `f` (io::Result<T>()) on the blocking pool.
template <class T, class F>
Operation<T> on_pool(F f) {
  return Operation<T>(std::make_shared<FunctionJob<T, F>>(std::move(f)));
}

}  // namespace ferry::fs::detail
