// select: waits for the first of several futures.
#pragma once

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

namespace ferry {

/// What the branch that was first gave; `void` is `std::monostate`.
template <class... Rs>
class SelectResult {
 public:
  using Variant = std::variant<Rs...>;

  template <std::size_t I, class... Args>
  explicit SelectResult(std::in_place_index_t<I> branch, Args&&... args)
      : value_(branch, std::forward<Args>(args)...) {}

  /// Which branch it was, counted from 0.
  std::size_t index() const noexcept { return value_.index(); }

  /// For `std::visit` and the like.
  Variant& variant() & noexcept { return value_; }
  const Variant& variant() const& noexcept { return value_; }
  Variant&& variant() && noexcept { return std::move(value_); }

 private:
  Variant value_;
};

/// The value of branch `I`. Throws: std::bad_variant_access when another one was first.
template <std::size_t I, class... Rs>
decltype(auto) get(SelectResult<Rs...>& result) {
  return std::get<I>(result.variant());
}
template <std::size_t I, class... Rs>
decltype(auto) get(const SelectResult<Rs...>& result) {
  return std::get<I>(result.variant());
}
template <std::size_t I, class... Rs>
decltype(auto) get(SelectResult<Rs...>&& result) {
  return std::get<I>(std::move(result).variant());
}

/// Calls `f` with the value of the branch that was first.
template <class F, class Result>
  requires requires(Result&& result) { std::forward<Result>(result).variant(); }
decltype(auto) visit(F&& f, Result&& result) {
  return std::visit(std::forward<F>(f), std::forward<Result>(result).variant());
}

/// A branch of `select` that takes part only if a condition holds. Made by `when`; borrows the future.
template <class F>
class [[nodiscard]] When {
 public:
  using Output = FutureOutput<F>;
  When(bool is_enabled, F& future) noexcept : future_(is_enabled ? &future : nullptr) {}

  bool is_enabled() const noexcept { return future_ != nullptr; }
  Poll<Output> poll(Context& cx) {
    if (future_ == nullptr) return pending;
    return future_->poll(cx);
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const {
    if (future_ == nullptr)
      notes.leaf("nothing: its condition does not hold");
    else
      detail::describe_wait(*future_, notes);
  }

 private:
  F* future_;
};

/// `select(when(is_open, socket.recv()), ...)`: a branch that is polled only if `is_enabled`.
///
/// Cancelling: as `future`, which is borrowed like the arguments of `select`.
/// Tokio: `select!`'s `, if condition`.
template <Future F>
When<std::remove_reference_t<F>> when(bool is_enabled, F&& future) noexcept {
  return {is_enabled, future};
}

namespace detail {

/// A random number below `count`, of this thread's generator.
std::size_t random_below(std::size_t count) noexcept;

/// Says which call was made without a branch that could ever complete.
[[noreturn]] void throw_all_disabled();

template <class F>
bool is_enabled_branch(const F&) noexcept {
  return true;
}
template <class F>
bool is_enabled_branch(const When<F>& branch) noexcept {
  return branch.is_enabled();
}

}  // namespace detail

/// Waits for the first of several futures, which it borrows. See `select`. Cannot be moved.
///
/// Thread safety: belongs to one task.
template <bool kIsBiased, class... Fs>
class [[nodiscard]] Select {
 public:
  using Output = SelectResult<detail::VoidToMonostate<FutureOutput<Fs>>...>;

  explicit Select(Fs&... branches) noexcept : branches_(&branches...) {}
  Select(const Select&) = delete;
  Select& operator=(const Select&) = delete;

  Poll<Output> poll(Context& cx) {
    if (detail::must_yield(cx)) return pending;
    return poll_all(cx, std::index_sequence_for<Fs...>());
  }
  /// For other parts of ferry.
  void describe_wait(detail::WaitNotes& notes) const {
    notes.leaf("select");
    std::apply([&](const Fs*... branches) { (detail::describe_branch(*branches, notes), ...); }, branches_);
  }

 private:
  template <std::size_t... Is>
  Poll<Output> poll_all(Context& cx, std::index_sequence<Is...>) {
    if (!(detail::is_enabled_branch(*std::get<Is>(branches_)) || ...)) detail::throw_all_disabled();
    std::optional<Output> result;
    if constexpr (kIsBiased) {
      static_cast<void>((poll_one<Is>(cx, result) || ...));
    } else {
      const std::size_t first = detail::random_below(sizeof...(Fs));
      static_cast<void>(((Is >= first && poll_one<Is>(cx, result)) || ...) ||
                        ((Is < first && poll_one<Is>(cx, result)) || ...));
    }
    if (!result) return pending;
    return *std::move(result);
  }

  template <std::size_t I>
  bool poll_one(Context& cx, std::optional<Output>& result) {
    auto polled = std::get<I>(branches_)->poll(cx);
    if (polled.is_pending()) return false;
    if constexpr (std::is_void_v<FutureOutput<std::tuple_element_t<I, std::tuple<Fs...>>>>)
      result.emplace(std::in_place_index<I>);
    else
      result.emplace(std::in_place_index<I>, *std::move(polled));
    return true;
  }

  std::tuple<Fs*...> branches_;
};

/// Waits until the first of several futures is ready and gives what it gave: `get<I>(result)` after
/// `result.index()`.
///
/// The futures are borrowed. One that is passed by name keeps its state for the next `select`; a temporary
/// lives until the end of the full expression, which is why a select is awaited where it is made, never
/// stored: `auto first = co_await select(commands.recv(), stopped)`. Each poll starts with a random branch,
/// so that none starves. All branches run in this task.
///
/// Throws: what a branch throws; std::logic_error when every branch is disabled (see `when`).
/// Cancelling: polls nothing any more; the temporaries among the futures are destroyed, hence cancelled, with
/// the full expression, also those that were not first. Cost: no allocation, apart from what a `Task` as a
/// branch needs. Tokio: `select!`.
template <Future... Fs>
  requires(sizeof...(Fs) > 0)
Select<false, std::remove_reference_t<Fs>...> select(Fs&&... futures FERRY_DETAIL_LIFETIMEBOUND) noexcept {
  return Select<false, std::remove_reference_t<Fs>...>(futures...);
}

/// As `select`, but polls in the order of the arguments: when several are ready, the first of them counts.
///
/// Cancelling: as `select`.
/// Tokio: `select!` with `biased`.
template <Future... Fs>
  requires(sizeof...(Fs) > 0)
Select<true, std::remove_reference_t<Fs>...> select_biased(
    Fs&&... futures FERRY_DETAIL_LIFETIMEBOUND) noexcept {
  return Select<true, std::remove_reference_t<Fs>...>(futures...);
}

}  // namespace ferry
