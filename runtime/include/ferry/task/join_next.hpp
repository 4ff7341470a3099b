// JoinNext: waits for the next of many tasks; what JoinSet, JoinMap and JoinQueue have in common.
#pragma once

#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/task/id.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/task.hpp>

namespace ferry::task {

/// Waits for the next task of a JoinSet, JoinMap or JoinQueue. See their `join_next`.
///
/// Cancelling: safe; no task leaves `Set` unseen.
template <class Set>
class [[nodiscard]] JoinNext {
 public:
  using Output = std::optional<typename Set::Joined>;
  explicit JoinNext(Set& set) noexcept : set_(&set) {}
  Poll<Output> poll(Context& cx) { return set_->poll_join_next(cx); }

 private:
  Set* set_;
};

/// Waits for the next task of a JoinSet or JoinQueue, and says which it was. See their `join_next_with_id`.
///
/// Cancelling: safe; no task leaves `Set` unseen.
template <class Set>
class [[nodiscard]] JoinNextWithId {
 public:
  using Output = std::optional<typename Set::JoinedWithId>;
  explicit JoinNextWithId(Set& set) noexcept : set_(&set) {}
  Poll<Output> poll(Context& cx) { return set_->poll_join_next_with_id(cx); }

 private:
  Set* set_;
};

}  // namespace ferry::task

namespace ferry::detail {

/// What a task gave beside its Id; `void` is `std::monostate`.
template <class T>
using JoinedWithId = Result<std::pair<task::Id, VoidToMonostate<T>>, task::JoinError>;

template <class T>
JoinedWithId<T> with_id(task::Id id, Result<T, task::JoinError>&& joined) {
  if (joined.has_error()) return std::move(joined).error();
  if constexpr (std::is_void_v<T>)
    return std::pair<task::Id, std::monostate>(id, std::monostate());
  else
    return std::pair<task::Id, T>(id, *std::move(joined));
}

// The values of every task. The set is a local variable: when a task threw, its tasks are aborted before that
// is seen.
template <class T, class Set>
  requires std::is_void_v<T>
Task<void> join_all(Set from) {
  Set set = std::move(from);
  while (!set.is_empty()) (co_await set.join_next())->value();
}
template <class T, class Set>
  requires(!std::is_void_v<T>)
Task<std::vector<VoidToMonostate<T>>> join_all(Set from) {
  Set set = std::move(from);
  std::vector<T> values;
  values.reserve(set.len());
  while (!set.is_empty()) {
    auto joined = co_await set.join_next();
    values.push_back((*std::move(joined)).value());
  }
  co_return values;
}

}  // namespace ferry::detail
