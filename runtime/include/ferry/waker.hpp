// Waker and Context: how a future that is not ready tells who polls it again.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace ferry::detail {
class BranchContext;
class TaskHeader;
}  // namespace ferry::detail

namespace ferry {

/// How a kind of waker behaves. Every function may be called from any thread.
struct WakerVTable {
  void* (*clone)(void* data);         ///< one more owner; gives the new owner's data
  void (*wake)(void* data);           ///< wakes and gives up this owner
  void (*wake_by_ref)(void* data);    ///< wakes
  void (*drop)(void* data) noexcept;  ///< gives up this owner
};

/// Wakes one task: it is polled again soon. Copies wake the same task.
///
/// Thread safety: a waker may be called, copied and destroyed on any thread.
/// Cost: copying and destroying the waker of a ferry task is one atomic operation each.
/// Tokio: `std::task::Waker`.
class Waker {
 public:
  /// Takes over one owner of `data`.
  constexpr Waker(const WakerVTable* vtable, void* data) noexcept : vtable_(vtable), data_(data) {}

  /// A waker that does nothing.
  static const Waker& noop() noexcept;

  Waker(const Waker& other) : vtable_(other.vtable_), data_(other.vtable_->clone(other.data_)) {}
  Waker(Waker&& other) noexcept : vtable_(other.vtable_), data_(other.data_) { other.reset_to_noop(); }
  Waker& operator=(const Waker& other) {
    if (!will_wake(other)) *this = Waker(other);
    return *this;
  }
  Waker& operator=(Waker&& other) noexcept {
    std::swap(vtable_, other.vtable_);
    std::swap(data_, other.data_);
    return *this;
  }
  ~Waker();

  /// Wakes the task and uses this waker up. Cheaper than `wake_by_ref` followed by destruction.
  void wake() && {
    const WakerVTable* vtable = vtable_;
    void* data = data_;
    reset_to_noop();
    vtable->wake(data);
  }
  /// Wakes the task.
  void wake_by_ref() const { vtable_->wake_by_ref(data_); }

  /// Whether both wake the same task.
  bool will_wake(const Waker& other) const noexcept { return id() == other.id(); }

  /// Whom it wakes, to be compared with while it is alive somewhere. Two wakers have the same if they wake
  /// the same task.
  using Id = std::pair<const WakerVTable*, const void*>;
  Id id() const noexcept { return {vtable_, data_}; }

 private:
  void reset_to_noop() noexcept;

  const WakerVTable* vtable_;
  void* data_;
};

/// What a future is polled with: the waker of the task that asks, and the task's cooperative budget.
///
/// Thread safety: belongs to one poll on one thread.
/// Tokio: `std::task::Context`.
class Context {
 public:
  /// How many operations that are ready at once a task may do in one poll before it must let others run.
  static constexpr std::uint32_t kBudget = 128;
  static constexpr std::uint32_t kUnlimited = ~std::uint32_t{0};

  explicit Context(const Waker& waker) noexcept : waker_(&waker) {}
  /// With a budget of its own. `kUnlimited`: one that no poll uses up.
  Context(const Waker& waker, std::uint32_t budget) noexcept : waker_(&waker), budget_(budget) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const Waker& waker() const noexcept { return *waker_; }

  /// The task goes to the back of its queue when this poll has ended. Does what waking it does, and costs
  /// less.
  void yield_now() noexcept {
    if (takes_yields_)
      wants_yield_ = true;
    else
      waker_->wake_by_ref();
  }

  /// Uses one unit of the budget. False when it is spent: the task has been woken, and the leaf returns
  /// pending. Tokio: `task::coop::poll_proceed`.
  bool poll_proceed() noexcept {
    if (budget_ != 0) [[likely]] {
      --budget_;
      return true;
    }
    yield_forced();
    return false;
  }

  /// Whether `poll_proceed` would say yes. Tokio: `task::coop::has_budget_remaining`.
  bool has_budget_remaining() const noexcept { return budget_ != 0; }

 private:
  friend class detail::BranchContext;
  friend class detail::TaskHeader;

  void yield_forced() noexcept;

  const Waker* waker_;
  bool takes_yields_ = false;  // whoever polls looks at wants_yield_
  bool wants_yield_ = false;
  std::uint32_t budget_ = kBudget;
};

namespace detail {

inline constexpr WakerVTable kNoopWakerVTable = {
    [](void* data) { return data; },
    [](void*) {},
    [](void*) {},
    [](void*) noexcept {},
};

}  // namespace detail

inline const Waker& Waker::noop() noexcept {
  static constinit Waker waker(&detail::kNoopWakerVTable, nullptr);
  return waker;
}

inline Waker::~Waker() {
  if (vtable_ != &detail::kNoopWakerVTable)
    vtable_->drop(data_);  // most wakers die after they were moved from
}

inline void Waker::reset_to_noop() noexcept {
  vtable_ = &detail::kNoopWakerVTable;
  data_ = nullptr;
}

}  // namespace ferry
