// JoinMap: a JoinSet whose tasks have keys.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <ranges>
#include <source_location>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include <ferry/detail/coop.hpp>
#include <ferry/detail/join_set_core.hpp>
#include <ferry/runtime/handle.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/task/join_next.hpp>
#include <ferry/task/local_set.hpp>
#include <ferry/task/spawn.hpp>
#include <ferry/task/task.hpp>

namespace ferry::task {

/// Tasks that all give a `V`, each with a key of its own, joined in the order in which they complete.
/// Spawning with a key that is there aborts the task that had it, whose result is never seen. Destroying the
/// map aborts its tasks.
///
/// Thread safety: owned by one thread at a time.
/// Cost: as JoinSet, and a node of a hash map per task.
/// Tokio: `tokio_util::task::JoinMap`.
template <class K, class V, class Hash = std::hash<K>, class Equal = std::equal_to<K>>
class JoinMap {
 public:
  /// A key, and what its task gave.
  using Joined = std::pair<K, Result<V, JoinError>>;

  JoinMap() {}
  /// One with room for so many keys. Tokio: `JoinMap::with_capacity`.
  static JoinMap with_capacity(std::size_t keys) {
    JoinMap map;
    map.reserve(keys);
    return map;
  }

  /// Counts keys whose task has not been joined.
  std::size_t len() const noexcept { return entries_.size(); }
  bool is_empty() const noexcept { return entries_.empty(); }

  /// Starts a task of the current runtime. Throws: std::logic_error outside a runtime. Tokio:
  /// `JoinMap::spawn`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F> && std::is_same_v<FutureOutput<F>, V>)
  void spawn(K key, F&& future, std::source_location spawned_at = std::source_location::current()) {
    insert(std::move(key), task::spawn(std::move(future), spawned_at));
  }
  /// Starts a task of another runtime. Tokio: `JoinMap::spawn_on`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F> && std::is_same_v<FutureOutput<F>, V>)
  void spawn_on(K key, F&& future, const runtime::Handle& runtime,
                std::source_location spawned_at = std::source_location::current()) {
    insert(std::move(key), runtime.spawn(std::move(future), spawned_at));
  }
  /// Starts a task of the current LocalSet. Throws: std::logic_error outside of any. Tokio:
  /// `JoinMap::spawn_local`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F> && std::is_same_v<FutureOutput<F>, V>)
  void spawn_local(K key, F&& future, std::source_location spawned_at = std::source_location::current()) {
    insert(std::move(key), task::spawn_local(std::move(future), spawned_at));
  }
  /// Starts a task of a LocalSet. Tokio: `JoinMap::spawn_local_on`.
  template <Future F>
    requires(!std::is_lvalue_reference_v<F> && std::is_same_v<FutureOutput<F>, V>)
  void spawn_local_on(K key, F&& future, const LocalSet& local,
                      std::source_location spawned_at = std::source_location::current()) {
    insert(std::move(key), local.spawn_local(std::move(future), spawned_at));
  }
  /// Runs `f` on the current runtime's blocking pool. Tokio: `JoinMap::spawn_blocking`.
  template <class F>
    requires std::is_same_v<std::invoke_result_t<std::decay_t<F>&>, V>
  void spawn_blocking(K key, F&& f) {
    insert(std::move(key), task::spawn_blocking(std::forward<F>(f)));
  }
  /// Runs `f` on another runtime's blocking pool. Tokio: `JoinMap::spawn_blocking_on`.
  template <class F>
    requires std::is_same_v<std::invoke_result_t<std::decay_t<F>&>, V>
  void spawn_blocking_on(K key, F&& f, const runtime::Handle& runtime) {
    insert(std::move(key), runtime.spawn_blocking(std::forward<F>(f)));
  }

  /// Waits for the next task to complete: its key and what it gave. None when the map is empty.
  ///
  /// Cancelling: safe; no task leaves the map unseen.
  /// Tokio: `JoinMap::join_next`.
  [[nodiscard]] JoinNext<JoinMap> join_next() noexcept { return JoinNext<JoinMap>(*this); }

  /// A task that has completed, or none. Tokio: `JoinMap::try_join_next`.
  std::optional<Joined> try_join_next() {
    while (auto taken = core_.take_ready())
      if (taken->tag != nullptr) return joined(taken);
    return std::nullopt;
  }

  /// Pending while no task has completed; ready with none when the map is empty.
  Poll<std::optional<Joined>> poll_join_next(Context& cx) {
    for (;;) {
      if (core_.size() == 0) return std::optional<Joined>();
      if (detail::must_yield(cx)) return pending;
      auto taken = core_.poll_ready(cx);
      if (!taken) return pending;
      detail::spend_budget(cx);
      if (taken->tag != nullptr) return joined(taken);
    }
  }

  /// Aborts the task of a key, which stays in the map until it is joined. False without one. Tokio:
  /// `JoinMap::abort`.
  bool abort(const K& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return false;
    found->second->task()->abort();
    return true;
  }
  /// Aborts the tasks whose keys satisfy a predicate. Tokio: `JoinMap::abort_matching`.
  template <std::predicate<const K&> P>
  void abort_matching(P&& matches) {
    for (const auto& [key, entry] : entries_)
      if (matches(key)) entry->task()->abort();
  }
  /// Aborts every task; they stay in the map until they are joined. Tokio: `JoinMap::abort_all`.
  void abort_all() noexcept { core_.abort_all(); }

  bool contains_key(const K& key) const { return entries_.contains(key); }
  /// Whether the task with this Id has a key here. Cost: looks at every key. Tokio: `JoinMap::contains_task`.
  bool contains_task(Id id) const noexcept {
    for (const auto& [key, entry] : entries_)
      if (entry->task()->id == id.value()) return true;
    return false;
  }
  /// How many keys there is room for in the hash table. Tokio: `JoinMap::capacity`.
  std::size_t capacity() const noexcept {
    return static_cast<std::size_t>(static_cast<double>(entries_.bucket_count()) *
                                    static_cast<double>(entries_.max_load_factor()));
  }
  /// Makes room for so many more keys. Tokio: `JoinMap::reserve`.
  void reserve(std::size_t additional) { entries_.reserve(entries_.size() + additional); }
  /// Gives room back, but for `keys`, and for those that there are. Tokio: `JoinMap::shrink_to`.
  void shrink_to(std::size_t keys) {
    const double wanted = static_cast<double>(std::max(keys, entries_.size()));
    entries_.rehash(
        static_cast<std::size_t>(std::ceil(wanted / static_cast<double>(entries_.max_load_factor()))));
  }
  /// Gives the room back that no key needs. Tokio: `JoinMap::shrink_to_fit`.
  void shrink_to_fit() { shrink_to(0); }

  /// A view of the keys, in no order. Tokio: `JoinMap::keys`.
  auto keys() const noexcept { return std::views::keys(entries_); }

  /// Aborts every task and waits until all are gone. Borrows the map.
  ///
  /// Cancelling: safe; what is left stays aborted.
  /// Tokio: `JoinMap::shutdown`.
  Task<void> shutdown() {
    abort_all();
    while (core_.size() != 0) co_await join_next();
  }
  /// Takes every task out; they go on by themselves. Tokio: `JoinMap::detach_all`.
  void detach_all() noexcept {
    entries_.clear();
    core_.detach_all();
  }

 private:
  // Of a task that still has its key; a task whose key another one has got carries none.
  std::optional<Joined> joined(detail::JoinSetCore::Taken& taken) {
    auto node = entries_.extract(*static_cast<const K*>(taken->tag));
    return std::optional<Joined>(std::in_place, std::move(node.key()),
                                 taken.template output<Result<V, JoinError>>());
  }

  void insert(K&& key, JoinHandle<V>&& handle) {
    const AbortHandle abort = handle.abort_handle();
    detail::JoinSetCore::Entry* const entry = core_.insert(std::move(handle).into_raw());
    try {
      const auto [place, is_new] = entries_.try_emplace(std::move(key), entry);
      if (!is_new) {
        detail::JoinSetCore::Entry* const replaced = std::exchange(place->second, entry);
        replaced->tag = nullptr;
        replaced->task()->abort();
      }
      entry->tag = const_cast<K*>(&place->first);
    } catch (...) {
      abort.abort();
      throw;
    }
  }

  std::unordered_map<K, detail::JoinSetCore::Entry*, Hash, Equal> entries_;
  detail::JoinSetCore core_;
};

}  // namespace ferry::task
