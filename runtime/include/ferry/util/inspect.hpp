// InspectReader and InspectWriter: see what is read or written.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/io/forward.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/io/write.hpp>
#include <ferry/result.hpp>

namespace ferry::util {

/// Reads from `R`, and calls `inspect(std::span<const std::byte>)` with what each read that succeeds has
/// given: nothing, at the end. Writing, where `R` can, is passed on.
///
/// Tokio: `tokio_util::io::InspectReader`.
template <io::AsyncRead R, std::invocable<std::span<const std::byte>> F>
class InspectReader : public io::detail::ForwardsWrite<InspectReader<R, F>, R> {
 public:
  InspectReader(R reader, F inspect) : reader_(std::forward<R>(reader)), inspect_(std::move(inspect)) {}

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) {
    const std::size_t before = buf.filled().size();
    Poll<io::Result<void>> polled = reader_.poll_read(cx, buf);
    if (polled.is_ready() && *polled)
      std::invoke(inspect_, std::span<const std::byte>(buf.filled().subspan(before)));
    return polled;
  }

  R into_inner() && { return std::forward<R>(reader_); }

 private:
  friend class io::detail::ForwardsWrite<InspectReader, R>;
  const std::remove_reference_t<R>& get_ref() const noexcept { return reader_; }
  std::remove_reference_t<R>& get_mut() noexcept { return reader_; }

  R reader_;
  F inspect_;
};

/// Writes to `W`, and calls `inspect(std::span<const std::byte>)` with what it has taken: for each piece that
/// it has taken something of, and never with nothing. Reading, where `W` can, is passed on.
///
/// Tokio: `tokio_util::io::InspectWriter`.
template <io::AsyncWrite W, std::invocable<std::span<const std::byte>> F>
class InspectWriter : public io::detail::ForwardsRead<InspectWriter<W, F>, W> {
 public:
  InspectWriter(W writer, F inspect) : writer_(std::forward<W>(writer)), inspect_(std::move(inspect)) {}

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    return inspected(writer_.poll_write(cx, data), std::span(&data, 1));
  }
  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces)
    requires io::VectoredWrite<W>
  {
    return inspected(writer_.poll_write_vectored(cx, pieces), pieces);
  }
  bool is_write_vectored() const noexcept
    requires io::VectoredWrite<W>
  {
    return io::is_write_vectored(writer_);
  }
  Poll<io::Result<void>> poll_flush(Context& cx) { return writer_.poll_flush(cx); }
  Poll<io::Result<void>> poll_shutdown(Context& cx) { return writer_.poll_shutdown(cx); }

  W into_inner() && { return std::forward<W>(writer_); }

 private:
  Poll<io::Result<std::size_t>> inspected(Poll<io::Result<std::size_t>> polled,
                                          std::span<const std::span<const std::byte>> pieces) {
    if (polled.is_pending() || !*polled) return polled;
    std::size_t taken = **polled;
    for (const std::span<const std::byte> piece : pieces) {
      const std::span<const std::byte> part = piece.first(std::min(taken, piece.size()));
      if (!part.empty()) std::invoke(inspect_, part);
      taken -= part.size();
    }
    return polled;
  }

  friend class io::detail::ForwardsRead<InspectWriter, W>;
  std::remove_reference_t<W>& get_mut() noexcept { return writer_; }

  W writer_;
  F inspect_;
};

}  // namespace ferry::util
