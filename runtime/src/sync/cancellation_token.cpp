#include <new>
#include <utility>

#include <ferry/detail/allocate.hpp>
#include <ferry/detail/cancel_node.hpp>
#include <ferry/detail/coop.hpp>

namespace ferry::detail {

CancelNode* CancelNode::make_root() {
  auto* const tree = ::new (allocate_for<CancelTree>()) CancelTree();
  void* memory;
  try {
    memory = allocate_for<CancelNode>();
  } catch (...) {
    destroy_and_free(tree);
    throw;
  }
  return ::new (memory) CancelNode(tree);
}

CancelNode* CancelNode::make_child() {
  void* const memory = allocate_for<CancelNode>();
  if (!is_cancelled()) {
    auto* const child = ::new (memory) CancelNode(tree_);
    std::lock_guard lock(tree_->mutex_);
    tree_->nodes_.fetch_add(1, std::memory_order_relaxed);
    if (is_cancelled_.load(std::memory_order_relaxed)) {
      child->is_cancelled_.store(true, std::memory_order_relaxed);
    } else {
      child->parent_ = this;
      children_.push_back(*child);
    }
    return child;
  }
  return ::new (memory) CancelNode(nullptr);
}

CancelNode::~CancelNode() {
  // release: hands the tree to who frees it. acquire: that may be us.
  if (tree_ != nullptr && tree_->nodes_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy_and_free(tree_);
}

void CancelNode::cancel() noexcept {
  if (is_cancelled()) return;
  IntrusiveList<CancelNode> found;  // cancelled, children not looked at
  IntrusiveList<CancelNode> woken;  // each with a token of ours; no longer in the tree, so its link is ours
  {
    std::lock_guard lock(tree_->mutex_);
    if (is_cancelled_.load(std::memory_order_relaxed)) return;
    unlink();
    found.push_back(*this);
    while (CancelNode* const node = found.pop_front()) {
      // release: publishes what the caller did.
      node->is_cancelled_.store(true, std::memory_order_release);
      while (CancelNode* const child = node->children_.pop_front()) {
        child->parent_ = nullptr;
        found.push_back(*child);
      }
      // One without tokens is about to go, and nobody waits for it.
      if (node->try_add_token()) woken.push_back(*node);
    }
  }
  while (CancelNode* const node = woken.pop_front()) {
    node->cancelled_.notify_waiters();
    node->drop_token();
  }
}

bool CancelNode::try_add_token() noexcept {
  std::size_t now = tokens_.load(std::memory_order_relaxed);
  do {
    if (now == 0) return false;
  } while (!tokens_.compare_exchange_weak(now, now + 1, std::memory_order_relaxed));
  return true;
}

void CancelNode::drop_token() noexcept {
  // release: what was done with this token comes before the node goes. acquire: that may be us.
  if (tokens_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (tree_ != nullptr) {
    std::lock_guard lock(tree_->mutex_);  // also waits for a `cancel` that is looking at this node
    CancelNode* const parent = parent_;
    unlink();
    while (CancelNode* const child = children_.pop_front()) {
      child->parent_ = parent;
      if (parent != nullptr) parent->children_.push_back(*child);
    }
  }
  destroy_and_free(this);
}

// Under the tree's lock.
void CancelNode::unlink() noexcept {
  if (parent_ == nullptr) return;
  std::exchange(parent_, nullptr)->children_.remove(*this);
}

Poll<void> CancelWait::poll(Context& cx) {
  if (must_yield(cx)) return pending;
  // `notified_` is older than this look: a cancellation after it completes it.
  if (!node_->is_cancelled()) return notified_.poll(cx);
  spend_budget(cx);
  return Poll<void>::ready();
}

}  // namespace ferry::detail
