// Chain: a line of coroutines that await each other, and what its innermost one waits for.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <source_location>
#include <utility>

#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>

// g++ makes symmetric transfer a tail call only when it optimises and no sanitizer is on; elsewhere a chain
// resumes its next coroutine from a loop.
#if defined(__GNUC__) && !defined(__clang__) && \
    (!defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__))
#define FERRY_DETAIL_TRAMPOLINE 1
#else
#define FERRY_DETAIL_TRAMPOLINE 0
#endif

namespace ferry::detail {

/// What a chain does with the future that its innermost coroutine waits for.
struct LeafOps {
  bool (*poll)(void* leaf, Context& cx) noexcept;        ///< true when the coroutine may go on
  void (*describe)(const void* leaf, WaitNotes& notes);  ///< what it waits for
  const char* type;  ///< what type_source() gives, or null where the leaf is a Chain: for debuggers
};

/// Drives one line of coroutines. A wake-up polls the leaf that the innermost coroutine waits for and resumes
/// that coroutine; the frames around it are not touched, so resuming costs the same at any depth.
///
/// Lives at a fixed address from the first poll on.
class Chain {
 public:
  Chain() = default;
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  /// The next poll begins by resuming `root`.
  void start(std::coroutine_handle<> root) noexcept { resume_ = root; }

  /// Runs until the outermost coroutine has finished (true) or the innermost one waits (false).
  bool poll(Context& cx) {
    cx_ = &cx;
    if (leaf_ != nullptr) {
      if (!leaf_ops_->poll(leaf_, cx)) return false;
      leaf_ = nullptr;
    }
    while (resume_) {
      std::exchange(resume_, nullptr).resume();
      if (leaf_ != nullptr) return false;
    }
    return true;
  }

  /// The context of the poll that is going on.
  Context& context() const noexcept { return *cx_; }

  /// The coroutine `waiting` suspends until `ops.poll(leaf, cx)` says true.
  void wait_for(void* leaf, const LeafOps& ops, std::coroutine_handle<> waiting) noexcept {
    leaf_ = leaf;
    leaf_ops_ = &ops;
    resume_ = waiting;
  }

  /// Destroys the coroutines that are suspended inside `outer`, the innermost first, however many there are.
  void destroy_until(std::coroutine_handle<> outer) noexcept;

  /// Notes the coroutines from the outermost one, and what the innermost one waits for. Not while it is
  /// polled.
  void describe(WaitNotes& notes) const;
  /// Where the next poll goes on. Not while it is polled.
  std::source_location resumes_at() const noexcept;

#if FERRY_DETAIL_TRAMPOLINE
  using Transfer = void;
  Transfer transfer_to(std::coroutine_handle<> next) noexcept { resume_ = next; }
#else
  using Transfer = std::coroutine_handle<>;
  Transfer transfer_to(std::coroutine_handle<> next) noexcept {
    return next ? next : std::coroutine_handle<>(std::noop_coroutine());
  }
#endif

 private:
  Context* cx_ = nullptr;
  void* leaf_ = nullptr;
  const LeafOps* leaf_ops_ = nullptr;
  std::coroutine_handle<> resume_;
};

/// Awaits any future from a coroutine of a chain: polled once on the spot, suspended only when it is pending.
/// Borrows the future; a temporary lives in the coroutine's frame until the full expression ends.
template <class F>
class FutureAwaiter {
 public:
  using Output = FutureOutput<F>;

  FutureAwaiter(F& future, Chain& chain) noexcept : future_(&future), chain_(&chain) {}
  FutureAwaiter(const FutureAwaiter&) = delete;
  FutureAwaiter& operator=(const FutureAwaiter&) = delete;
  ~FutureAwaiter() {
    if (future_ == nullptr) [[unlikely]]
      std::destroy_at(&thrown_);
  }

  bool await_ready() {
    if constexpr (sizeof(F) > kLargestInlined)
      poll_apart(chain_->context());
    else
      poll(chain_->context());
    return polled_.is_ready();
  }

  void await_suspend(std::coroutine_handle<> waiting) noexcept { chain_->wait_for(this, kOps, waiting); }

  Output await_resume() {
    if (future_ == nullptr) [[unlikely]]
      std::rethrow_exception(thrown_);
    return *std::move(polled_);
  }

 private:
  // What an inlined poll has on its stack may come to lie in the coroutine's frame. A future that is larger
  // does more than is gained by inlining it.
  static constexpr std::size_t kLargestInlined = 48;

  static bool poll_leaf(void* leaf, Context& cx) noexcept {
    auto* self = static_cast<FutureAwaiter*>(leaf);
    try {
      self->poll(cx);
      return self->polled_.is_ready();
    } catch (...) {
      self->future_ = nullptr;
      std::construct_at(&self->thrown_, std::current_exception());  // rethrown where the coroutine awaits
      return true;
    }
  }
  static void describe_leaf(const void* leaf, WaitNotes& notes) {
    describe_wait(*static_cast<const FutureAwaiter*>(leaf)->future_, notes);
  }
  static constexpr LeafOps kOps = {&poll_leaf, &describe_leaf, type_source<F>()};

  [[gnu::noinline]] void poll_apart(Context& cx) { poll(cx); }
  void poll(Context& cx) {
    std::destroy_at(&polled_);
    try {
      ::new (static_cast<void*>(&polled_)) Poll<Output>(future_->poll(cx));
    } catch (...) {
      ::new (static_cast<void*>(&polled_)) Poll<Output>(ferry::pending);
      throw;
    }
  }

  F* future_;  // null: it has thrown
  union {
    Chain* chain_;  // until it is waited for
    std::exception_ptr thrown_;
  };
  Poll<Output> polled_{ferry::pending};
};

}  // namespace ferry::detail
