// What JoinSet and JoinMap have in common, whatever their tasks give.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

#include <ferry/detail/task_header.hpp>
#include <ferry/detail/wait_list.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// Handles of tasks, those that have completed apart: the waker of each is its own entry, which moves itself.
///
/// Thread safety: owned by one thread at a time; tasks complete on any.
/// Cost: one pooled allocation per task; constant time per completion.
class JoinSetCore {
 public:
  class Shared;

  /// One task. While it is in the set, the set's owner may read it.
  class Entry : public ListNode<Entry> {
   public:
    TaskHeader* task() const noexcept { return task_; }
    void* tag = nullptr;  ///< the owner's

   private:
    friend class JoinSetCore;
    friend class Shared;
    enum class Place : unsigned char { Idle, Ready, Out };

    Entry(Shared& shared, TaskHeader* task) noexcept : shared_(shared), task_(task) {}
    void release() noexcept;
    static Entry* self(void* data) noexcept { return static_cast<Entry*>(data); }
    static const WakerVTable kWaker;

    Shared& shared_;             // one reference
    TaskHeader* task_;           // a JoinHandle's reference until it is taken out
    Place place_ = Place::Idle;  // under the lock of `shared_`
    std::atomic<std::size_t> owners_{1};
  };

  /// An entry that was taken out: gives its task's handle back when it goes.
  class Taken {
   public:
    explicit Taken(Entry* entry) noexcept : entry_(entry) {}
    Taken(Taken&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
    Taken& operator=(Taken&& other) noexcept {
      std::swap(entry_, other.entry_);
      return *this;
    }
    ~Taken();

    explicit operator bool() const noexcept { return entry_ != nullptr; }
    Entry* operator->() const noexcept { return entry_; }

    /// What the task gave. It has completed.
    template <class Joined>
    Joined output() const {
      return entry_->task_->take_output<Joined>();
    }

   private:
    Entry* entry_;
  };

  JoinSetCore() noexcept : shared_(nullptr) {}
  JoinSetCore(JoinSetCore&& other) noexcept
      : shared_(std::exchange(other.shared_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  JoinSetCore& operator=(JoinSetCore&& other) noexcept {
    std::swap(shared_, other.shared_);
    std::swap(size_, other.size_);
    return *this;
  }
  /// Aborts what is in it.
  ~JoinSetCore();

  std::size_t size() const noexcept { return size_; }

  /// Takes over a JoinHandle's reference. Throws std::bad_alloc, having aborted the task.
  Entry* insert(TaskHeader* task);
  /// A task that has completed, the first one first; none if there is none.
  Taken take_ready() noexcept { return take(nullptr); }
  /// The same; without one, `cx` is woken by the next completion.
  Taken poll_ready(Context& cx) { return take(&cx); }
  /// Aborts every task; they stay in the set.
  void abort_all() noexcept;
  /// Takes every task out, and leaves it to itself.
  void detach_all() noexcept { clear(false); }

 private:
  Taken take(Context* cx) noexcept;
  void clear(bool aborts) noexcept;

  Shared* shared_;  // made with the first task
  std::size_t size_ = 0;
};

}  // namespace ferry::detail
