// CancelNode: what the copies of a CancellationToken share, and its place in the tree.
#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>

#include <ferry/detail/wait_list.hpp>
#include <ferry/poll.hpp>
#include <ferry/sync/notify.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// The lock of all nodes that descend from one root. Owned by them.
class CancelTree {
 public:
  CancelTree() noexcept = default;
  CancelTree(const CancelTree&) = delete;
  CancelTree& operator=(const CancelTree&) = delete;

 private:
  friend class CancelNode;
  std::mutex mutex_;
  std::atomic<std::size_t> nodes_{1};
};

/// A node is linked below its parent while it is not cancelled and its parent is neither cancelled nor gone.
/// Children of a node that goes move up to its parent, so a chain of tokens that replace each other does not
/// grow.
///
/// Owned by its tokens. Cost: one allocation, two for a root; no lock to look.
class CancelNode : public ListNode<CancelNode> {
 public:
  /// A new tree with one node.
  static CancelNode* make_root();
  /// A node below this one; cancelled if this one is.
  CancelNode* make_child();

  CancelNode(const CancelNode&) = delete;
  CancelNode& operator=(const CancelNode&) = delete;
  ~CancelNode();  // called by `drop_token`

  /// Cancels this node and all that descend from it, then wakes.
  void cancel() noexcept;
  bool is_cancelled() const noexcept {
    return is_cancelled_.load(std::memory_order_acquire);  // sees what was done before the cancellation
  }
  const sync::Notify& cancelled() const noexcept { return cancelled_; }

  void add_token() noexcept { tokens_.fetch_add(1, std::memory_order_relaxed); }
  void drop_token() noexcept;

 private:
  explicit CancelNode(CancelTree* tree) noexcept : tree_(tree), is_cancelled_(tree == nullptr) {}
  bool try_add_token() noexcept;
  void unlink() noexcept;

  CancelTree* const tree_;              // none: was born cancelled
  CancelNode* parent_ = nullptr;        // under the tree's lock
  IntrusiveList<CancelNode> children_;  // under the tree's lock
  std::atomic<std::size_t> tokens_{1};
  std::atomic<bool> is_cancelled_;  // set under the tree's lock
  sync::Notify cancelled_;
};

/// Completes once a node is cancelled.
class CancelWait {
 public:
  using Output = void;
  explicit CancelWait(const CancelNode& node) noexcept
      : node_(&node), notified_(node.cancelled().notified()) {}
  CancelWait(const CancelWait&) = delete;
  CancelWait& operator=(const CancelWait&) = delete;

  Poll<void> poll(Context& cx);

 private:
  const CancelNode* node_;
  sync::Notify::Notified notified_;
};

}  // namespace ferry::detail
