// JoinSetStream: what the tasks of a set give.
#pragma once

#include <optional>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/stream/size_hint.hpp>
#include <ferry/task/join_set.hpp>

namespace ferry::stream::wrappers {

/// What the tasks of a JoinSet give, in the order in which they complete. Ends when the set is empty.
/// Destroying it aborts the tasks.
/// Tokio: `tokio_stream::wrappers::JoinSetStream`.
template <class T>
class JoinSetStream {
 public:
  using Item = typename task::JoinSet<T>::Joined;

  explicit JoinSetStream(task::JoinSet<T> set) noexcept : set_(std::move(set)) {}

  Poll<std::optional<Item>> poll_next(Context& cx) { return set_.poll_join_next(cx); }
  SizeHint size_hint() const noexcept { return SizeHint::exactly(set_.len()); }

  task::JoinSet<T> into_inner() && { return std::move(set_); }
  const task::JoinSet<T>& as_ref() const noexcept { return set_; }

 private:
  task::JoinSet<T> set_;
};

}  // namespace ferry::stream::wrappers
