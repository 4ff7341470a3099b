// Either: one of two futures, streams, readers or writers.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include <ferry/detail/wait_notes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/io/write.hpp>
#include <ferry/stream/stream.hpp>

namespace ferry::util {
namespace detail {

template <class L, class R>
struct EitherOutput {};
template <Future L, Future R>
  requires std::same_as<FutureOutput<L>, FutureOutput<R>>
struct EitherOutput<L, R> {
  using Output = FutureOutput<L>;
};

template <class L, class R>
struct EitherItem {};
template <stream::Stream L, stream::Stream R>
  requires std::same_as<stream::StreamItem<L>, stream::StreamItem<R>>
struct EitherItem<L, R> {
  using Item = stream::StreamItem<L>;
};

}  // namespace detail

/// An `L` or an `R`. It is what both are: a future where they have the same output, a stream where they have
/// the same items, a reader, a writer. So a function may give one of two types that differ only in their
/// names.
///
/// Cancelling: destroys the one that it is.
/// Thread safety: as both.
/// Tokio: `tokio_util::either::Either`.
template <class L, class R>
class [[nodiscard]] Either : public detail::EitherOutput<L, R>, public detail::EitherItem<L, R> {
 public:
  /// Tokio: `Either::Left`.
  static Either left(L value) { return Either(std::in_place_index<0>, std::move(value)); }
  /// Tokio: `Either::Right`.
  static Either right(R value) { return Either(std::in_place_index<1>, std::move(value)); }

  bool is_left() const noexcept { return value_.index() == 0; }
  bool is_right() const noexcept { return value_.index() == 1; }
  /// The one, or null when it is the other.
  L* as_left() noexcept { return std::get_if<0>(&value_); }
  R* as_right() noexcept { return std::get_if<1>(&value_); }

  auto poll(Context& cx)
    requires requires { typename detail::EitherOutput<L, R>::Output; }
  {
    return visit([&](auto& future) { return future.poll(cx); });
  }
  auto poll_next(Context& cx)
    requires requires { typename detail::EitherItem<L, R>::Item; }
  {
    return visit([&](auto& stream) { return stream.poll_next(cx); });
  }

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf)
    requires(io::AsyncRead<L> && io::AsyncRead<R>)
  {
    return visit([&](auto& reader) { return reader.poll_read(cx, buf); });
  }
  Poll<io::Result<std::span<const std::byte>>> poll_fill_buf(Context& cx)
    requires(requires(L& left, R& right) { left.poll_fill_buf(cx), right.poll_fill_buf(cx); })
  {
    return visit([&](auto& reader) { return reader.poll_fill_buf(cx); });
  }
  void consume(std::size_t size)
    requires(requires(L& left, R& right) { left.consume(size), right.consume(size); })
  {
    visit([&](auto& reader) { reader.consume(size); });
  }

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data)
    requires(io::AsyncWrite<L> && io::AsyncWrite<R>)
  {
    return visit([&](auto& writer) { return writer.poll_write(cx, data); });
  }
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces)
    requires(io::VectoredWrite<L> && io::VectoredWrite<R>)
  {
    return visit([&](auto& writer) { return writer.poll_write_vectored(cx, pieces); });
  }
  bool is_write_vectored() const noexcept
    requires(io::VectoredWrite<L> && io::VectoredWrite<R>)
  {
    return std::visit([](const auto& writer) { return io::is_write_vectored(writer); }, value_);
  }
  Poll<io::Result<void>> poll_flush(Context& cx)
    requires(io::AsyncWrite<L> && io::AsyncWrite<R>)
  {
    return visit([&](auto& writer) { return writer.poll_flush(cx); });
  }
  Poll<io::Result<void>> poll_shutdown(Context& cx)
    requires(io::AsyncWrite<L> && io::AsyncWrite<R>)
  {
    return visit([&](auto& writer) { return writer.poll_shutdown(cx); });
  }

  template <class Position>
  auto start_seek(Position position)
    requires(requires(L& left, R& right) { left.start_seek(position), right.start_seek(position); })
  {
    return visit([&](auto& file) { return file.start_seek(position); });
  }
  auto poll_complete(Context& cx)
    requires(requires(L& left, R& right) { left.poll_complete(cx), right.poll_complete(cx); })
  {
    return visit([&](auto& file) { return file.poll_complete(cx); });
  }

  /// For other parts of ferry.
  void describe_wait(ferry::detail::WaitNotes& notes) const {
    std::visit([&](const auto& value) { ferry::detail::describe_wait(value, notes); }, value_);
  }

 private:
  template <std::size_t I, class T>
  Either(std::in_place_index_t<I> index, T&& value) : value_(index, std::forward<T>(value)) {}

  template <class F>
  auto visit(F&& f) {
    return std::visit(std::forward<F>(f), value_);
  }

  std::variant<L, R> value_;
};

}  // namespace ferry::util
