// How the functions of streams are called: by themselves, or behind `|`.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include <ferry/stream/stream.hpp>

namespace ferry::detail {

/// A stream that somebody else owns.
template <class S>
class BorrowedStream {
 public:
  using Item = stream::StreamItem<S>;

  explicit constexpr BorrowedStream(S& stream) noexcept : stream_(&stream) {}

  Poll<std::optional<Item>> poll_next(Context& cx) { return stream_->poll_next(cx); }
  stream::SizeHint size_hint() const { return stream::size_hint(*stream_); }

 private:
  S* stream_;
};

/// What is kept of an argument `T&&`: a stream that has a name is borrowed, all else is moved or copied in.
template <class T>
using Kept = std::conditional_t<std::is_lvalue_reference_v<T> && stream::Stream<T>,
                                BorrowedStream<std::remove_reference_t<T>>, std::decay_t<T>>;

/// What can stand behind `stream |`: `Derived` is called with the stream. Two of them make one that is called
/// with what the first one gives.
template <class Derived>
class PipeTarget;

template <class First, class Second>
class Piped : public PipeTarget<Piped<First, Second>> {
 public:
  constexpr Piped(First first, Second second) : first_(std::move(first)), second_(std::move(second)) {}

  template <class S>
    requires std::invocable<First, S> && std::invocable<Second, std::invoke_result_t<First, S>>
  constexpr auto operator()(S&& stream) && {
    return std::move(second_)(std::move(first_)(std::forward<S>(stream)));
  }

 private:
  [[no_unique_address]] First first_;
  [[no_unique_address]] Second second_;
};

template <class Derived>
class PipeTarget {
  template <stream::Stream S>
    requires std::invocable<Derived, S>
  friend constexpr auto operator|(S&& stream, Derived target) {
    return std::move(target)(std::forward<S>(stream));
  }
  template <class Second>
    requires std::derived_from<Second, PipeTarget<Second>>
  friend constexpr Piped<Derived, Second> operator|(Derived first, Second second) {
    return {std::move(first), std::move(second)};
  }
};

/// A call of `Function` with all its arguments but the stream.
template <class Function, class... Args>
class StreamClosure : public PipeTarget<StreamClosure<Function, Args...>> {
 public:
  explicit constexpr StreamClosure(std::in_place_t, Args&&... args) : args_(std::move(args)...) {}

  template <class S>
    requires std::invocable<Function, S, Args...>
  constexpr auto operator()(S&& stream) && {
    const auto call = [&](Args&... args) { return Function()(std::forward<S>(stream), std::move(args)...); };
    return std::apply(call, args_);
  }

 private:
  [[no_unique_address]] std::tuple<Args...> args_;
};

/// A function of a stream and `kArguments` more values: `f(stream, args...)`, or `stream | f(args...)`.
/// `Make` is called with them, as they are kept, and gives what `f` gives.
template <class Make, std::size_t kArguments>
class StreamFunction {
 public:
  template <class S, class... Args>
    requires stream::Stream<S> &&
             (sizeof...(Args) == kArguments) && std::invocable<Make, Kept<S>, Kept<Args>...>
  [[nodiscard]] constexpr auto operator()(S&& stream, Args&&... args) const {
    return Make()(Kept<S>(std::forward<S>(stream)), Kept<Args>(std::forward<Args>(args))...);
  }
  template <class... Args>
    requires(sizeof...(Args) == kArguments)
  [[nodiscard]] constexpr auto operator()(Args&&... args) const {
    return StreamClosure<StreamFunction, Kept<Args>...>(std::in_place,
                                                        Kept<Args>(std::forward<Args>(args))...);
  }
};

}  // namespace ferry::detail
