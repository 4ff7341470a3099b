// StreamMap: many streams with keys, as one.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/detail/coop.hpp>
#include <ferry/select.hpp>
#include <ferry/stream/stream.hpp>

namespace ferry::stream {

template <class K, Stream S>
class StreamMap;

/// Waits for items of a StreamMap. See `StreamMap::next_many`. Cannot be moved.
///
/// Cancelling: safe; items are taken only by the poll that completes.
template <class K, Stream S>
class [[nodiscard]] NextMany {
 public:
  using Output = std::size_t;
  using Buffer = std::vector<std::pair<K, StreamItem<S>>>;

  NextMany(StreamMap<K, S>& map, Buffer& buffer, std::size_t limit) noexcept
      : map_(&map), buffer_(&buffer), limit_(limit) {}
  NextMany(const NextMany&) = delete;
  NextMany& operator=(const NextMany&) = delete;

  Poll<Output> poll(Context& cx) { return map_->poll_next_many(cx, *buffer_, limit_); }

 private:
  StreamMap<K, S>* map_;
  Buffer* buffer_;
  std::size_t limit_;
};

/// Gives the items of its streams as they come, each with the key of its stream. Streams may be inserted and
/// removed at any time; one that has ended is removed, and the map ends when there is none. For streams of
/// several types: `StreamMap<K, AnyStream<T>>`.
///
/// Each poll begins with a random stream, so that none starves.
///
/// Cancelling: of `next` and `next_many`: safe.
/// Thread safety: owned by one thread at a time.
/// Cost: a poll asks every stream until one has an item, and finding a key looks at every key: good for some
/// dozens. Tokio: `tokio_stream::StreamMap`.
template <class K, Stream S>
class StreamMap {
  using Entry = std::pair<K, S>;

 public:
  using Item = std::pair<K, StreamItem<S>>;

  StreamMap() noexcept {}
  /// With room for so many streams. Tokio: `StreamMap::with_capacity`.
  static StreamMap with_capacity(std::size_t streams) {
    StreamMap map;
    map.entries_.reserve(streams);
    return map;
  }

  /// Adds a stream, and gives back the one that had the key, if any. The map is polled again by who inserts:
  /// a task that waits for it already is not woken. Tokio: `StreamMap::insert`.
  std::optional<S> insert(K key, S stream) {
    std::optional<S> replaced = remove(key);
    entries_.emplace_back(std::move(key), std::move(stream));
    return replaced;
  }
  /// Takes the stream of a key out. Tokio: `StreamMap::remove`.
  std::optional<S> remove(const K& key) {
    const std::size_t at = find(key);
    if (at == entries_.size()) return std::nullopt;
    std::optional<S> removed(std::move(entries_[at].second));
    swap_remove(at);
    return removed;
  }
  void clear() noexcept { entries_.clear(); }

  bool contains_key(const K& key) const { return find(key) != entries_.size(); }
  std::size_t len() const noexcept { return entries_.size(); }
  bool is_empty() const noexcept { return entries_.empty(); }
  std::size_t capacity() const noexcept { return entries_.capacity(); }

  /// The keys, and the streams, in the same arbitrary order: ranges that are good until the map is changed or
  /// polled. Tokio: `StreamMap::keys`, `values`, `values_mut`, `iter`.
  auto keys() const noexcept { return std::views::keys(entries_); }
  auto values() const noexcept { return std::views::values(entries_); }
  auto values_mut() noexcept { return std::views::values(entries_); }
  auto iter() const noexcept { return std::views::all(entries_); }

  Poll<std::optional<Item>> poll_next(Context& cx) {
    std::optional<Item> item;
    poll_round(cx, [&](const K& key, StreamItem<S>&& value) {
      item.emplace(key, std::move(value));
      return false;
    });
    if (item || entries_.empty()) return item;
    return ferry::pending;
  }
  SizeHint size_hint() const {
    SizeHint hint = SizeHint::exactly(0);
    for (const auto& [key, stream] : entries_) hint = hint + stream::size_hint(stream);
    return hint;
  }

  /// Appends up to `limit` items to `buffer`; waits only for the first. Gives how many; 0 only when the map
  /// is empty or `limit` is 0.
  ///
  /// Cancelling: safe; items are taken only by the poll that completes.
  /// Tokio: `StreamMap::next_many`.
  [[nodiscard]] NextMany<K, S> next_many(std::vector<Item>& buffer, std::size_t limit) noexcept {
    return NextMany<K, S>(*this, buffer, limit);
  }
  /// The same, to be polled. Tokio: `StreamMap::poll_next_many`.
  Poll<std::size_t> poll_next_many(Context& cx, std::vector<Item>& buffer, std::size_t limit) {
    std::size_t added = 0;
    bool has_more = limit > 0 && !detail::must_yield(cx);
    while (has_more) {
      has_more = false;
      poll_round(cx, [&](const K& key, StreamItem<S>&& value) {
        buffer.emplace_back(key, std::move(value));
        detail::spend_budget(cx);
        return has_more = ++added < limit && cx.has_budget_remaining();
      });
    }
    if (added > 0 || limit == 0 || entries_.empty()) return added;
    return ferry::pending;
  }

 private:
  // Polls every stream once, beginning anywhere, and removes those that have ended, until `take(key, item)`
  // says false.
  template <class Take>
  void poll_round(Context& cx, Take&& take) {
    if (entries_.empty()) return;
    const std::size_t start = detail::random_below(entries_.size());
    std::size_t at = start;
    for (std::size_t left = entries_.size(); left > 0; --left) {
      auto polled = entries_[at].second.poll_next(cx);
      if (polled.is_ready() && !*polled) {
        swap_remove(at);  // what takes the place comes next, unless it had its turn before the others
        if (at < start && start <= entries_.size()) ++at;
      } else {
        if (polled.is_ready() && !take(std::as_const(entries_[at].first), **std::move(polled))) return;
        ++at;
      }
      if (at >= entries_.size()) at = 0;
    }
  }

  std::size_t find(const K& key) const {
    const auto has_key = [&](const Entry& entry) { return entry.first == key; };
    return static_cast<std::size_t>(std::ranges::find_if(entries_, has_key) - entries_.begin());
  }
  void swap_remove(std::size_t at) noexcept {
    if (at + 1 != entries_.size()) {
      Entry& entry = entries_[at];
      if constexpr (std::is_move_assignable_v<Entry>) {
        entry = std::move(entries_.back());
      } else {  // the closures in streams often cannot be assigned
        std::destroy_at(&entry);
        std::construct_at(&entry, std::move(entries_.back()));
      }
    }
    entries_.pop_back();
  }

  std::vector<Entry> entries_;
};

}  // namespace ferry::stream
