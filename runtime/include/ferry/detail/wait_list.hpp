// Intrusive lists of waiters, and the batch of wakers that is called once a lock is released.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

#include <ferry/assert.hpp>
#include <ferry/waker.hpp>

namespace ferry::detail {

/// A doubly linked list of nodes that live in their owners. `Node` derives from `ListNode<Node>`.
template <class Node>
class IntrusiveList;

template <class Node>
class ListNode {
 public:
  constexpr ListNode() noexcept = default;
  ListNode(const ListNode&) = delete;
  ListNode& operator=(const ListNode&) = delete;
  bool is_linked() const noexcept { return list_next_ != nullptr; }

 private:
  friend class IntrusiveList<Node>;
  ListNode* list_next_ = nullptr;
  ListNode* list_prev_ = nullptr;
};

template <class Node>
class IntrusiveList {
 public:
  constexpr IntrusiveList() noexcept { head_.list_next_ = head_.list_prev_ = &head_; }
  IntrusiveList(const IntrusiveList&) = delete;
  IntrusiveList& operator=(const IntrusiveList&) = delete;
  ~IntrusiveList() { FERRY_ASSERT(is_empty(), "a waiter list outlives its waiters"); }

  bool is_empty() const noexcept { return head_.list_next_ == static_cast<const ListNode<Node>*>(&head_); }
  Node* front() noexcept { return is_empty() ? nullptr : static_cast<Node*>(head_.list_next_); }
  Node* back() noexcept { return is_empty() ? nullptr : static_cast<Node*>(head_.list_prev_); }

  void push_back(Node& node) noexcept { link_before(head_, node); }
  void push_front(Node& node) noexcept { link_before(*head_.list_next_, node); }

  void remove(Node& node) noexcept {
    ListNode<Node>& link = node;
    FERRY_ASSERT(link.is_linked(), "only a linked node is removed");
    link.list_prev_->list_next_ = link.list_next_;
    link.list_next_->list_prev_ = link.list_prev_;
    link.list_next_ = link.list_prev_ = nullptr;
  }

  Node* pop_front() noexcept {
    Node* node = front();
    if (node != nullptr) remove(*node);
    return node;
  }
  Node* pop_back() noexcept {
    Node* node = back();
    if (node != nullptr) remove(*node);
    return node;
  }

  /// Calls `f` with every node, from the first to the last. `f` changes no list.
  template <class F>
  void for_each(F&& f) const {
    for (ListNode<Node>* link = head_.list_next_; link != &head_; link = link->list_next_)
      f(static_cast<Node&>(*link));
  }

  /// Moves every node of `other` to the end of this list, at once.
  void splice_back(IntrusiveList& other) noexcept {
    if (other.is_empty()) return;
    ListNode<Node>* const first = other.head_.list_next_;
    ListNode<Node>* const last = other.head_.list_prev_;
    other.head_.list_next_ = other.head_.list_prev_ = &other.head_;
    first->list_prev_ = head_.list_prev_;
    head_.list_prev_->list_next_ = first;
    last->list_next_ = &head_;
    head_.list_prev_ = last;
  }

 private:
  static void link_before(ListNode<Node>& next, Node& node) noexcept {
    ListNode<Node>& link = node;
    FERRY_ASSERT(!link.is_linked(), "a node is in one list at a time");
    link.list_next_ = &next;
    link.list_prev_ = next.list_prev_;
    next.list_prev_->list_next_ = &link;
    next.list_prev_ = &link;
  }

  ListNode<Node> head_;
};

/// Up to `kCapacity` wakers taken under a lock, to be called after it is released.
class WakeList {
 public:
  static constexpr std::size_t kCapacity = 32;

  WakeList() noexcept {}
  WakeList(const WakeList&) = delete;
  WakeList& operator=(const WakeList&) = delete;
  ~WakeList() { wake_all(); }

  bool is_full() const noexcept { return size_ == kCapacity; }
  bool is_empty() const noexcept { return size_ == 0; }

  void push(Waker&& waker) noexcept { std::construct_at(&slots_[size_++].waker, std::move(waker)); }

  /// Calls and drops every waker. No lock may be held.
  void wake_all() noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      std::move(slots_[i].waker).wake();
      std::destroy_at(&slots_[i].waker);
    }
    size_ = 0;
  }

 private:
  union Slot {
    Slot() noexcept {}
    ~Slot() {}
    Waker waker;
  };
  std::array<Slot, kCapacity> slots_;
  std::size_t size_ = 0;
};

}  // namespace ferry::detail
