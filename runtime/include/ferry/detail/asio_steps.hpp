// AsioSteps: functions that Asio wants executed, queued.
#pragma once

#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#include <ferry/detail/pool_allocator.hpp>
#include <ferry/detail/spin_lock.hpp>

namespace ferry::detail {

/// A function that is called once, or never.
class AsioStep {
 public:
  virtual void run() = 0;            ///< calls and frees it
  virtual void drop() noexcept = 0;  ///< frees it
  AsioStep* next = nullptr;

 protected:
  ~AsioStep() = default;
};

template <class F>
class AsioFunction final : public AsioStep {
 public:
  explicit AsioFunction(F f) : f_(std::move(f)) {}

  void run() override {
    F f(std::move(f_));
    drop();  // first: what it calls may want the same memory
    std::move(f)();
  }
  void drop() noexcept override {
    std::destroy_at(this);
    PoolAllocator<AsioFunction>().deallocate(this, 1);
  }

 private:
  F f_;
};

/// Belongs to whoever runs or drops it.
template <class F>
AsioStep* make_asio_step(F&& f) {
  using Function = AsioFunction<std::decay_t<F>>;
  return std::construct_at(PoolAllocator<Function>().allocate(1), std::forward<F>(f));
}

/// Owns a step that is on its way.
struct DropAsioStep {
  void operator()(AsioStep* step) const noexcept { step->drop(); }
};
using AsioStepPtr = std::unique_ptr<AsioStep, DropAsioStep>;

/// First in, first out.
///
/// Thread safety: every member may be called from any thread.
class AsioSteps {
 public:
  AsioSteps() = default;
  AsioSteps(const AsioSteps&) = delete;
  AsioSteps& operator=(const AsioSteps&) = delete;
  ~AsioSteps() {
    while (AsioStep* const step = pop()) step->drop();
  }

  /// False once it is closed: the step stays the caller's.
  [[nodiscard]] bool push(AsioStep* step) noexcept {
    const std::lock_guard lock(lock_);
    if (is_closed_) return false;
    (last_ == nullptr ? first_ : last_->next) = step;
    last_ = step;
    return true;
  }
  /// The one that was pushed first, for the caller; null if there is none.
  AsioStep* pop() noexcept {
    const std::lock_guard lock(lock_);
    AsioStep* const step = first_;
    if (step == nullptr) return nullptr;
    first_ = std::exchange(step->next, nullptr);
    if (first_ == nullptr) last_ = nullptr;
    return step;
  }
  bool is_empty() const noexcept {
    const std::lock_guard lock(lock_);
    return first_ == nullptr;
  }
  /// Takes no more. What is in it stays.
  void close() noexcept {
    const std::lock_guard lock(lock_);
    is_closed_ = true;
  }

 private:
  mutable SpinLock lock_;
  bool is_closed_ = false;
  AsioStep* first_ = nullptr;
  AsioStep* last_ = nullptr;
};

}  // namespace ferry::detail
