// Buf: data that shrinks as it is written, and containers that grow as they are read into.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <ferry/assert.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/read.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/io/write.hpp>

namespace ferry::io {

/// Data that is used up from the front: `chunk` is what comes first, in one piece, and empty only when
/// nothing remains; `advance` takes bytes away. One that is made of several pieces may have
/// `chunks_vectored`, too, which gives as many of them as fit into `pieces`, and says how many. Tokio:
/// `bytes::Buf`.
template <class B>
concept BufLike = requires(B& buf, const B& same, std::size_t size) {
  { same.remaining() } -> std::convertible_to<std::size_t>;
  { same.chunk() } -> std::convertible_to<std::span<const std::byte>>;
  buf.advance(size);
};

/// A `BufLike`, or a view of bytes, which shrinks.
template <class B>
concept Buf = BufLike<B> || std::same_as<B, std::span<const std::byte>> || std::same_as<B, std::string_view>;

/// Several pieces of data as if they were one. Borrows them, and makes the span of a piece that was used in
/// part shorter. Tokio: `IoSlice::advance_slices`.
class Pieces {
 public:
  explicit Pieces(std::span<std::span<const std::byte>> pieces) noexcept : pieces_(pieces) { drop_empty(); }

  std::size_t remaining() const noexcept {
    std::size_t size = 0;
    for (const std::span<const std::byte> piece : pieces_) size += piece.size();
    return size;
  }
  std::span<const std::byte> chunk() const noexcept {
    return pieces_.empty() ? std::span<const std::byte>() : pieces_.front();
  }
  std::size_t chunks_vectored(std::span<std::span<const std::byte>> pieces) const noexcept {
    const std::size_t count = std::min(pieces.size(), pieces_.size());
    std::ranges::copy(pieces_.first(count), pieces.begin());
    return count;
  }
  void advance(std::size_t size) noexcept {
    while (size > 0) {
      FERRY_ASSERT(!pieces_.empty(), "no more is taken from pieces than remains");
      const std::size_t used = std::min(size, pieces_.front().size());
      pieces_.front() = pieces_.front().subspan(used);
      size -= used;
      drop_empty();
    }
  }

 private:
  void drop_empty() noexcept {
    while (!pieces_.empty() && pieces_.front().empty()) pieces_ = pieces_.subspan(1);
  }

  std::span<std::span<const std::byte>> pieces_;
};

namespace detail {

template <class B>
concept VectoredBuf = BufLike<B> && requires(const B& buf, std::span<std::span<const std::byte>> pieces) {
  { buf.chunks_vectored(pieces) } -> std::convertible_to<std::size_t>;
};

template <Buf B>
std::span<const std::byte> chunk_of(const B& buf) noexcept {
  if constexpr (BufLike<B>)
    return buf.chunk();
  else
    return std::as_bytes(std::span(buf));
}

template <Buf B>
void advance(B& buf, std::size_t size) {
  if constexpr (BufLike<B>)
    buf.advance(size);
  else if constexpr (std::same_as<B, std::string_view>)
    buf.remove_prefix(size);
  else
    buf = buf.subspan(size);
}

}  // namespace detail

/// The pieces that `buf` is made of, as many as fit into `pieces`, and how many these are: none when nothing
/// remains, else at least one if one fits. Tokio: `Buf::chunks_vectored`.
template <Buf B>
std::size_t chunks_vectored(const B& buf, std::span<std::span<const std::byte>> pieces) {
  if constexpr (detail::VectoredBuf<B>) {
    return buf.chunks_vectored(pieces);
  } else {
    const std::span<const std::byte> chunk = detail::chunk_of(buf);
    if (chunk.empty() || pieces.empty()) return 0;
    pieces.front() = chunk;
    return 1;
  }
}

namespace detail {

/// One write of what a Buf has in front. The Buf must not change between the polls.
template <AsyncWrite W, Buf B>
class WriteChunk {
 public:
  WriteChunk(W& writer, const B& buf) noexcept : write_(writer, chunk_of(buf)) {}
  Poll<Result<std::size_t>> poll(Context& cx) { return write_.poll(cx); }

 private:
  Write<W> write_;
};

/// The same when both sides know of pieces.
template <AsyncWrite W, Buf B>
  requires(VectoredWrite<W> && VectoredBuf<B>)
class WriteChunk<W, B> {
 public:
  WriteChunk(W& writer, const B& buf) noexcept
      : write_(writer, std::span(pieces_).first(buf.chunks_vectored(pieces_))) {}
  Poll<Result<std::size_t>> poll(Context& cx) { return write_.poll(cx); }

 private:
  std::array<std::span<const std::byte>, 64> pieces_;
  WriteVectored<W> write_;
};

}  // namespace detail

/// Completes with how many bytes the writer took; they are then gone from the front of the data.
///
/// Cancelling: safe; nothing has been written unless it has completed.
template <AsyncWrite W, Buf B>
class [[nodiscard]] WriteBuf {
 public:
  using Output = Result<std::size_t>;

  WriteBuf(W& writer, B& buf) noexcept : writer_(&writer), buf_(&buf) {}
  WriteBuf(const WriteBuf&) = delete;
  WriteBuf& operator=(const WriteBuf&) = delete;

  Poll<Output> poll(Context& cx) {
    if (detail::chunk_of(*buf_).empty()) return Output(std::size_t{0});
    if (!write_) write_.emplace(*writer_, *buf_);
    Poll<Output> polled = write_->poll(cx);
    if (polled.is_pending()) return pending;
    write_.reset();
    if (*polled) detail::advance(*buf_, **polled);
    return polled;
  }

 private:
  W* writer_;
  B* buf_;
  std::optional<detail::WriteChunk<W, B>> write_;
};

/// Completes once nothing remains of the data; WriteZero when the writer takes none.
///
/// Cancelling: safe; what was written is gone from the front of the data, and the rest may be written later.
template <AsyncWrite W, Buf B>
class [[nodiscard]] WriteAllBuf {
 public:
  using Output = Result<void>;

  WriteAllBuf(W& writer, B& buf) noexcept : write_(writer, buf), buf_(&buf) {}

  Poll<Output> poll(Context& cx) {
    while (!detail::chunk_of(*buf_).empty()) {
      const Poll<Result<std::size_t>> polled = write_.poll(cx);
      if (polled.is_pending()) return pending;
      if (!*polled) return Output(polled->error());
      if (**polled == 0) return Output(ErrorKind::WriteZero);
    }
    return Output();
  }

 private:
  WriteBuf<W, B> write_;
  B* buf_;
};

/// Completes once the writer has taken all the pieces; WriteZero when it takes nothing.
///
/// Cancelling: safe; what was written is gone from the pieces.
template <AsyncWrite W>
class [[nodiscard]] WriteAllVectored {
 public:
  using Output = Result<void>;

  WriteAllVectored(W& writer, std::span<std::span<const std::byte>> pieces) noexcept
      : pieces_(pieces), write_(writer, pieces_) {}

  Poll<Output> poll(Context& cx) { return write_.poll(cx); }

 private:
  Pieces pieces_;
  WriteAllBuf<W, Pieces> write_;
};

/// Completes with how many bytes were appended to a vector or string; 0 at the end.
///
/// Cancelling: safe; nothing has been read unless it has completed.
template <AsyncRead R, class Container>
class [[nodiscard]] ReadAppend {
 public:
  using Output = Result<std::size_t>;

  ReadAppend(R& reader, Container& container) noexcept : reader_(&reader), container_(&container) {}
  ReadAppend(const ReadAppend&) = delete;
  ReadAppend& operator=(const ReadAppend&) = delete;
  ~ReadAppend() {
    if (read_) container_->resize(size_before_);
  }

  Poll<Output> poll(Context& cx) {
    if (!read_) {
      size_before_ = container_->size();
      read_.emplace(*reader_, detail::make_room(*container_));
    }
    Poll<Output> polled = read_->poll(cx);
    if (polled.is_pending()) return pending;
    read_.reset();
    container_->resize(size_before_ + (*polled ? **polled : 0));
    return polled;
  }

 private:
  R* reader_;
  Container* container_;
  std::size_t size_before_ = 0;
  std::optional<Read<R>> read_;
};

/// Completes with how many bytes a ReadBuf was filled with; 0 at the end, or when it has no room.
///
/// Cancelling: safe; nothing has been read unless it has completed.
template <AsyncRead R>
class [[nodiscard]] ReadIntoBuf {
 public:
  using Output = Result<std::size_t>;

  ReadIntoBuf(R& reader, ReadBuf& buf) noexcept : read_(reader, buf.initialize_unfilled()), buf_(&buf) {}

  Poll<Output> poll(Context& cx) {
    if (buf_->remaining() == 0) return Output(std::size_t{0});
    Poll<Output> polled = read_.poll(cx);
    if (polled.is_ready() && *polled) buf_->advance(**polled);
    return polled;
  }

 private:
  Read<R> read_;
  ReadBuf* buf_;
};

/// Completes with how many bytes were put behind those that a buffer has; 0 at the end, or when it has no
/// room.
///
/// Cancelling: safe; nothing has been read unless it has completed.
template <AsyncRead R, class B>
class [[nodiscard]] ReadIntoRoom {
 public:
  using Output = Result<std::size_t>;

  ReadIntoRoom(R& reader, B& buf) noexcept : reader_(&reader), buf_(&buf) {}
  ReadIntoRoom(const ReadIntoRoom&) = delete;
  ReadIntoRoom& operator=(const ReadIntoRoom&) = delete;

  Poll<Output> poll(Context& cx) {
    if (!read_) {
      const std::span<std::byte> room = buf_->spare_capacity_mut();
      if (room.empty()) return Output(std::size_t{0});
      read_.emplace(*reader_, room);
    }
    Poll<Output> polled = read_->poll(cx);
    if (polled.is_pending()) return pending;
    read_.reset();
    if (*polled) buf_->advance_mut(**polled);
    return polled;
  }

 private:
  R* reader_;
  B* buf_;
  std::optional<Read<R>> read_;
};

/// Reads what there is, and appends it: as much as the vector has room for without growing, at most 64 KiB;
/// one that has none grows. Reader and vector are borrowed.
///
/// Result: how many bytes; 0 at the end.
/// Cancelling: safe.
/// Tokio: `AsyncReadExt::read_buf`.
template <class R, ByteLike B, class Allocator>
  requires AsyncRead<R>
ReadAppend<std::remove_reference_t<R>, std::vector<B, Allocator>> read_buf(
    R&& reader, std::vector<B, Allocator>& bytes) noexcept {
  return {reader, bytes};
}

/// The same for a string of bytes; nothing looks whether they are text.
///
/// Cancelling: safe.
template <class R>
  requires AsyncRead<R>
ReadAppend<std::remove_reference_t<R>, std::string> read_buf(R&& reader, std::string& bytes) noexcept {
  return {reader, bytes};
}

/// The same for a ReadBuf, which does not grow.
///
/// Result: how many bytes; 0 at the end, or when there is no room.
/// Cancelling: safe.
template <class R>
  requires AsyncRead<R>
ReadIntoBuf<std::remove_reference_t<R>> read_buf(R&& reader, ReadBuf& buf) noexcept {
  return {reader, buf};
}

/// The same for a type with room of its own, such as util::BytesMut, which does not grow: `reserve` before.
///
/// Result: how many bytes; 0 at the end, or when there is no room.
/// Cancelling: safe.
/// Tokio: also `tokio_util::io::read_buf`.
template <class R, detail::HasRoom B>
  requires AsyncRead<R>
ReadIntoRoom<std::remove_reference_t<R>, B> read_buf(R&& reader, B& buf) noexcept {
  return {reader, buf};
}

/// Writes some of `buf` and takes that away from its front, in one call even if it is made of several pieces,
/// where the writer can. Writer and data are borrowed.
///
/// Result: how many bytes were taken; 0 when nothing remained.
/// Cancelling: safe.
/// Tokio: `AsyncWriteExt::write_buf`.
template <class W, Buf B>
  requires AsyncWrite<W>
WriteBuf<std::remove_reference_t<W>, B> write_buf(W&& writer, B& buf) noexcept {
  return {writer, buf};
}

/// Writes all of `buf`, and takes away from its front what is written.
///
/// Errors: WriteZero when the writer takes nothing.
/// Cancelling: safe; what remains in `buf` was not written.
/// Tokio: `AsyncWriteExt::write_all_buf`.
template <class W, Buf B>
  requires AsyncWrite<W>
WriteAllBuf<std::remove_reference_t<W>, B> write_all_buf(W&& writer, B& buf) noexcept {
  return {writer, buf};
}

/// Writes all of `pieces`, as if they were one, and makes them shorter as they are written. They are
/// borrowed, as their data is.
///
/// Errors: WriteZero when the writer takes nothing.
/// Cancelling: safe; what remains in `pieces` was not written.
/// Tokio: `tokio_util::io::write_all_vectored`.
template <class W>
  requires AsyncWrite<W>
WriteAllVectored<std::remove_reference_t<W>> write_all_vectored(
    W&& writer, std::span<std::span<const std::byte>> pieces) noexcept {
  return {writer, pieces};
}

}  // namespace ferry::io
