// Readers that count and readers that fill a ReadBuf, and with them writers and seekers of both APIs: either
// used as the other.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/compat/bytes.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/result.hpp>
#include <ferry/util/read_buf.hpp>

// What is called here may be a legacy name of somebody's.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::compat {

/// `poll_read` gives the number of bytes that it has put into plain memory, 0 at the end: a reader of 0.2. It
/// may say `bool prepare_uninitialized_buffer(std::span<std::byte>)`: false if it only writes to memory, true
/// if it has set all of it to zero.
template <class R>
concept ByteCountRead =
    requires(std::remove_reference_t<R>& reader, Context& cx, std::span<std::byte> memory) {
      { reader.poll_read(cx, memory) } -> std::same_as<Poll<io::Result<std::size_t>>>;
    };

/// A reader of 0.2 that shows what it has read ahead.
template <class R>
concept ByteCountBufRead =
    ByteCountRead<R> && requires(std::remove_reference_t<R>& reader, Context& cx, std::size_t size) {
      { reader.poll_fill_buf(cx) } -> std::same_as<Poll<io::Result<std::span<const std::byte>>>>;
      reader.consume(size);
    };

/// A writer of 0.2 that writes several pieces at once: `poll_write_buf` takes away what it has written.
template <class W>
concept PollWriteBuf = io::AsyncWrite<W> && requires(std::remove_reference_t<W>& writer, Context& cx,
                                                     IntoBytes<io::Pieces>& pieces) {
  { writer.poll_write_buf(cx, pieces) } -> std::same_as<Poll<io::Result<std::size_t>>>;
};

/// `start_seek` may have to wait before it begins to move the position; `poll_complete` is called only after
/// it was ready: a seeker of 0.2.
template <class S>
concept PollSeek = requires(std::remove_reference_t<S>& stream, Context& cx, io::SeekFrom position) {
  { stream.start_seek(cx, position) } -> std::same_as<Poll<io::Result<void>>>;
  { stream.poll_complete(cx) } -> std::same_as<Poll<io::Result<std::uint64_t>>>;
};

/// Has something that only 0.2 knows.
template <class S>
concept ByteCount = ByteCountRead<S> || PollWriteBuf<S> || PollSeek<S>;

namespace detail {

/// What is the same on both sides of a bridge. `S` may be a reference: then the stream is borrowed.
template <class S>
class Bridge {
 public:
  explicit Bridge(S&& inner) : inner_(std::forward<S>(inner)) {}

  /// The stream inside.
  std::remove_reference_t<S>& get_ref() noexcept { return inner_; }
  const std::remove_reference_t<S>& get_ref() const noexcept { return inner_; }
  /// Gives the stream back.
  S into_inner() && { return std::forward<S>(inner_); }

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data)
    requires io::AsyncWrite<S>
  {
    return inner_.poll_write(cx, data);
  }
  Poll<io::Result<void>> poll_flush(Context& cx)
    requires io::AsyncWrite<S>
  {
    return inner_.poll_flush(cx);
  }
  Poll<io::Result<void>> poll_shutdown(Context& cx)
    requires io::AsyncWrite<S>
  {
    return inner_.poll_shutdown(cx);
  }

  Poll<io::Result<std::span<const std::byte>>> poll_fill_buf(Context& cx)
    requires(io::AsyncBufRead<S> || ByteCountBufRead<S>)
  {
    return inner_.poll_fill_buf(cx);
  }
  void consume(std::size_t size)
    requires(io::AsyncBufRead<S> || ByteCountBufRead<S>)
  {
    inner_.consume(size);
  }

 protected:
  S inner_;
};

/// Has a reader that counts append to `buf`.
template <ByteCountRead R>
Poll<io::Result<void>> poll_read(R& reader, Context& cx, io::ReadBuf& buf) {
  if constexpr (requires(std::span<std::byte> memory) {
                  { reader.prepare_uninitialized_buffer(memory) } -> std::convertible_to<bool>;
                }) {
    const std::span<std::byte> fresh = buf.inner_mut().subspan(buf.initialized().size());
    if (!fresh.empty() && reader.prepare_uninitialized_buffer(fresh)) buf.assume_init(buf.remaining());
    const Poll<io::Result<std::size_t>> polled = reader.poll_read(cx, buf.unfilled_mut());
    if (polled.is_pending()) return pending;
    if (!*polled) return io::Result<void>(polled->error());
    FERRY_REQUIRE(**polled <= buf.remaining(), "a poll_read that counts has counted more than it was given");
    buf.assume_init(**polled);
    buf.advance(**polled);
    return io::Result<void>();
  } else {
    return io::read_with(buf, [&](std::span<std::byte> memory) { return reader.poll_read(cx, memory); });
  }
}

}  // namespace detail

/// A reader, writer or seeker of 0.2 as one of 1.x. What it has of 1.x already is passed on.
///
/// A seek of 0.2 that cannot begin yet begins when `poll_complete` is polled. Without one, that gives the
/// position that the last one has led to.
///
/// Thread safety: as the stream inside.
/// Cost: none beside the stream's own; memory that was never written to is zeroed once, unless the reader's
/// `prepare_uninitialized_buffer` says that it need not be.
template <class S>
  requires(ByteCount<S> || io::AsyncRead<S>)
class FromByteCount : public detail::Bridge<S> {
 public:
  using detail::Bridge<S>::Bridge;

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf)
    requires(ByteCountRead<S> || io::AsyncRead<S>)
  {
    if constexpr (io::AsyncRead<S>)
      return this->inner_.poll_read(cx, buf);
    else
      return detail::poll_read(this->inner_, cx, buf);
  }

  Poll<io::Result<std::size_t>> poll_write_vectored(Context& cx,
                                                    std::span<const std::span<const std::byte>> pieces)
    requires io::AsyncWrite<S>
  {
    if constexpr (PollWriteBuf<S> && !io::VectoredWrite<S>) {
      std::array<std::span<const std::byte>, kMostPieces> some;
      const std::size_t count = std::min(pieces.size(), some.size());
      std::copy_n(pieces.begin(), count, some.begin());
      io::Pieces rest{std::span(some).first(count)};
      IntoBytes<io::Pieces> view(rest);
      return this->inner_.poll_write_buf(cx, view);
    } else {
      return io::poll_write_vectored(this->inner_, cx, pieces);
    }
  }
  bool is_write_vectored() const noexcept
    requires io::AsyncWrite<S>
  {
    if constexpr (io::VectoredWrite<S>)
      return io::is_write_vectored(this->inner_);
    else
      return PollWriteBuf<S>;
  }

  /// Errors: EBUSY while an earlier seek is not complete.
  io::Result<void> start_seek(io::SeekFrom position)
    requires(PollSeek<S> || io::AsyncSeek<S>)
  {
    if constexpr (io::AsyncSeek<S>) {
      return this->inner_.start_seek(position);
    } else {
      if (wanted_ || is_seeking_) return io::Error(EBUSY, boost::system::system_category());
      wanted_ = position;
      return {};
    }
  }
  Poll<io::Result<std::uint64_t>> poll_complete(Context& cx)
    requires(PollSeek<S> || io::AsyncSeek<S>)
  {
    if constexpr (io::AsyncSeek<S>)
      return this->inner_.poll_complete(cx);
    else
      return poll_seek(cx);
  }

 private:
  static constexpr std::size_t kMostPieces = 64;

  Poll<io::Result<std::uint64_t>> poll_seek(Context& cx) {
    using Position = io::Result<std::uint64_t>;
    if (wanted_) {
      const Poll<io::Result<void>> started = this->inner_.start_seek(cx, *wanted_);
      if (started.is_pending()) return pending;
      wanted_.reset();
      if (!*started) return Position(started->error());
      is_seeking_ = true;
    }
    if (!is_seeking_) return Position(position_);
    const Poll<Position> completed = this->inner_.poll_complete(cx);
    if (completed.is_pending()) return pending;
    is_seeking_ = false;
    if (*completed) position_ = **completed;
    return completed;
  }

  std::optional<io::SeekFrom> wanted_;
  bool is_seeking_ = false;
  std::uint64_t position_ = 0;
};

/// A reader, writer or seeker of 1.x as one of 0.2.
///
/// Thread safety: as the stream inside.
template <class S>
  requires(io::AsyncRead<S> || io::AsyncWrite<S> || io::AsyncSeek<S>)
class IntoByteCount : public detail::Bridge<S> {
 public:
  using detail::Bridge<S>::Bridge;

  Poll<io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> memory)
    requires io::AsyncRead<S>
  {
    return io::poll_read_bytes(this->inner_, cx, memory);
  }
  /// False: no reader of 1.x looks at the memory that it reads into.
  bool prepare_uninitialized_buffer(std::span<std::byte>) const noexcept
    requires io::AsyncRead<S>
  {
    return false;
  }
  /// Reads into the room of `buf`, of bytes 0.5 or of 1.x. Result: how many bytes; 0 at the end, or when
  /// there is no room.
  template <AnyBufMut B>
    requires io::AsyncRead<S>
  Poll<io::Result<std::size_t>> poll_read_buf(Context& cx, B& buf) {
    return detail::with_buf_mut(buf, [&](auto& view) { return util::poll_read_buf(this->inner_, cx, view); });
  }

  /// Writes what comes first in `buf`, of bytes 0.5 or of 1.x, and takes it away: several pieces at once,
  /// where the writer can.
  template <AnyBuf B>
    requires io::AsyncWrite<S>
  Poll<io::Result<std::size_t>> poll_write_buf(Context& cx, B& buf) {
    return detail::with_buf(buf, [&](auto& view) { return util::poll_write_buf(this->inner_, cx, view); });
  }

  /// Pending while an earlier seek is not complete.
  Poll<io::Result<void>> start_seek(Context& cx, io::SeekFrom position)
    requires io::AsyncSeek<S>
  {
    const Poll<io::Result<std::uint64_t>> earlier = this->inner_.poll_complete(cx);
    if (earlier.is_pending()) return pending;
    if (!*earlier) return io::Result<void>(earlier->error());
    return this->inner_.start_seek(position);
  }
  Poll<io::Result<std::uint64_t>> poll_complete(Context& cx)
    requires io::AsyncSeek<S>
  {
    return this->inner_.poll_complete(cx);
  }
};

/// A reader, writer or seeker of 0.2 for functions of 1.x: `ferry::io::copy(from_byte_count(old), writer)`.
/// Borrows what has a name, takes over what has not.
template <class S>
  requires ByteCount<S>
FromByteCount<S> from_byte_count(S&& stream) {
  return FromByteCount<S>(std::forward<S>(stream));
}

/// A reader, writer or seeker of 1.x for code of 0.2. Borrows what has a name, takes over what has not.
template <class S>
  requires(io::AsyncRead<S> || io::AsyncWrite<S> || io::AsyncSeek<S>)
IntoByteCount<S> into_byte_count(S&& stream) {
  return IntoByteCount<S>(std::forward<S>(stream));
}

}  // namespace ferry::compat

#pragma GCC diagnostic pop
