// join: waits for all of several futures.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

#include <ferry/detail/coop.hpp>
#include <ferry/detail/lifetimebound.hpp>
#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>

namespace ferry {

namespace detail {

/// The branches of a join and what they have given so far. A branch `F&` is borrowed; one `F` is the join's
/// to destroy as soon as it is ready, with all that its coroutine holds.
template <bool kIsBiased, class... Fs>
class JoinBranches {
 public:
  static constexpr std::size_t kCount = sizeof...(Fs);

  explicit JoinBranches(std::remove_reference_t<Fs>&... branches) noexcept : branches_(&branches...) {}
  JoinBranches(const JoinBranches&) = delete;
  JoinBranches& operator=(const JoinBranches&) = delete;

  /// Polls the branches that are not ready, another one first each time unless biased, until `stop(output)`
  /// says true for one. True when it did or all are ready.
  template <class Stop>
  bool poll(Context& cx, Stop&& stop) {
    return poll_all(cx, stop, std::index_sequence_for<Fs...>());
  }

  /// Those that are not ready.
  void describe(const char* what, WaitNotes& notes) const {
    notes.leaf(what);
    describe_all(notes, std::index_sequence_for<Fs...>());
  }

  template <std::size_t I>
  auto&& take() noexcept {
    return *std::move(std::get<I>(outputs_));
  }

 private:
  template <class Stop, std::size_t... Is>
  bool poll_all(Context& cx, Stop& stop, std::index_sequence<Is...>) {
    const std::size_t first = first_;
    if constexpr (!kIsBiased && kCount != 0) first_ = (first_ + 1) % kCount;
    if (((Is >= first && poll_one<Is>(cx, stop)) || ...) || ((Is < first && poll_one<Is>(cx, stop)) || ...))
      return true;
    return (std::get<Is>(outputs_).has_value() && ...);
  }

  template <std::size_t... Is>
  void describe_all(WaitNotes& notes, std::index_sequence<Is...>) const {
    const auto describe_one = [&](const auto& branch, const auto& output) {
      if (!output) describe_branch(branch, notes);
    };
    (describe_one(*std::get<Is>(branches_), std::get<Is>(outputs_)), ...);
  }

  template <std::size_t I, class Stop>
  bool poll_one(Context& cx, Stop& stop) {
    auto& output = std::get<I>(outputs_);
    if (output) return false;
    auto polled = std::get<I>(branches_)->poll(cx);
    if (polled.is_pending()) return false;
    using F = std::tuple_element_t<I, std::tuple<Fs...>>;
    if constexpr (std::is_void_v<FutureOutput<F>>)
      output.emplace();
    else
      output.emplace(*std::move(polled));
    if constexpr (!std::is_reference_v<F> && std::move_constructible<F>)
      static_cast<void>(F(std::move(*std::get<I>(branches_))));
    return stop(*output);
  }

  std::tuple<std::remove_reference_t<Fs>*...> branches_;
  std::tuple<std::optional<VoidToMonostate<FutureOutput<Fs>>>...> outputs_;
  std::size_t first_ = 0;
};

}  // namespace detail

/// Waits for all of several futures, which it borrows. See `join`. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <bool kIsBiased, class... Fs>
class [[nodiscard]] Join {
 public:
  using Output = std::tuple<detail::VoidToMonostate<FutureOutput<Fs>>...>;

  explicit Join(std::remove_reference_t<Fs>&... branches) noexcept : branches_(branches...) {}

  Poll<Output> poll(Context& cx) {
    if (detail::must_yield(cx)) return pending;
    if (!branches_.poll(cx, [](const auto&) { return false; })) return pending;
    return take(std::index_sequence_for<Fs...>());
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { branches_.describe("join", notes); }

 private:
  template <std::size_t... Is>
  Poll<Output> take(std::index_sequence<Is...>) {
    return Poll<Output>::ready(branches_.template take<Is>()...);
  }

  detail::JoinBranches<kIsBiased, Fs...> branches_;
};

/// Waits for all of several futures, or for the first error among them. See `try_join`. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <bool kIsBiased, class F, class... Fs>
class [[nodiscard]] TryJoin {
 public:
  using Error = typename FutureOutput<F>::error_type;
  static_assert((std::is_same_v<Error, typename FutureOutput<Fs>::error_type> && ...),
                "the futures of a try_join give the same type of error");
  using Output = Result<std::tuple<detail::VoidToMonostate<typename FutureOutput<F>::value_type>,
                                   detail::VoidToMonostate<typename FutureOutput<Fs>::value_type>...>,
                        Error>;

  explicit TryJoin(std::remove_reference_t<F>& first, std::remove_reference_t<Fs>&... rest) noexcept
      : branches_(first, rest...) {}

  Poll<Output> poll(Context& cx) {
    if (detail::must_yield(cx)) return pending;
    std::optional<Error> error;
    const bool is_done = branches_.poll(cx, [&](auto& output) {
      if (output.has_error()) error.emplace(std::move(output).error());
      return error.has_value();
    });
    if (!is_done) return pending;
    if (error) return Poll<Output>::ready(boost::system::in_place_error, *std::move(error));
    return take(std::make_index_sequence<1 + sizeof...(Fs)>());
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const { branches_.describe("try_join", notes); }

 private:
  template <std::size_t I>
  auto take_one() {
    auto&& output = branches_.template take<I>();
    if constexpr (std::is_void_v<typename std::remove_cvref_t<decltype(output)>::value_type>)
      return std::monostate();
    else
      return *std::move(output);
  }
  template <std::size_t... Is>
  Poll<Output> take(std::index_sequence<Is...>) {
    return Poll<Output>::ready(boost::system::in_place_value, take_one<Is>()...);
  }

  detail::JoinBranches<kIsBiased, F, Fs...> branches_;
};

/// Waits until all futures are ready and gives a tuple of what they gave; `void` is `std::monostate`.
///
/// They run in this task, and each poll starts with another one. A future with a name is borrowed. One that
/// is moved in, or a temporary, is destroyed as soon as it is ready, if it can be moved: what a coroutine
/// owns goes then, however long the others take. A join is awaited where it is made, never stored, as
/// temporaries end there.
///
/// Throws: what a branch throws.
/// Cancelling: polls nothing any more; what the finished branches gave is destroyed.
/// Cost: no allocation, apart from what a `Task` as a branch needs.
/// Tokio: `join!`.
template <Future... Fs>
Join<false, Fs...> join(Fs&&... futures FERRY_DETAIL_LIFETIMEBOUND) noexcept {
  return Join<false, Fs...>(futures...);
}

/// As `join`, but each poll goes in the order of the arguments.
///
/// Cancelling: as `join`.
/// Tokio: `join!` with `biased`.
template <Future... Fs>
Join<true, Fs...> join_biased(Fs&&... futures FERRY_DETAIL_LIFETIMEBOUND) noexcept {
  return Join<true, Fs...>(futures...);
}

/// As `join` for futures of results: gives a result with the tuple of their values, or the first error as
/// soon as there is one.
///
/// Cancelling: as `join`; so are the others when one fails.
/// Tokio: `try_join!`.
template <Future... Fs>
  requires(sizeof...(Fs) > 0)
TryJoin<false, Fs...> try_join(Fs&&... futures FERRY_DETAIL_LIFETIMEBOUND) noexcept {
  return TryJoin<false, Fs...>(futures...);
}

/// As `try_join`, but each poll goes in the order of the arguments: of two errors at once the first counts.
///
/// Cancelling: as `try_join`.
/// Tokio: `try_join!` with `biased`.
template <Future... Fs>
  requires(sizeof...(Fs) > 0)
TryJoin<true, Fs...> try_join_biased(Fs&&... futures FERRY_DETAIL_LIFETIMEBOUND) noexcept {
  return TryJoin<true, Fs...>(futures...);
}

}  // namespace ferry
