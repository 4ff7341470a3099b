// BufWriter: a buffer in front of a writer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/detail/lent_memory.hpp>
#include <ferry/future.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/error.hpp>
#include <ferry/io/forward.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// Collects small writes, and hands them to its writer when the buffer is full. A write of at least the
/// buffer's size goes past it. Reads go straight to the writer if that is a reader, too.
///
/// `BufWriter(stream)` borrows a stream that has a name, and owns one that is moved in. What is in the buffer
/// is lost with it: `flush`, or `shutdown`, comes last.
///
/// Seeking writes the buffer first.
///
/// Thread safety: as the writer's; used by one task at a time.
/// Cost: the buffer is there only while something is in it.
/// Tokio: `io::BufWriter`.
template <AsyncWrite W>
class BufWriter : public WriteMembersMut<BufWriter<W>>,
                  public detail::ForwardsRead<BufWriter<W>, W>,
                  public detail::MembersIf<AsyncSeek<W>, SeekMembers<BufWriter<W>>> {
 public:
  /// `capacity`: the buffer's size in bytes. Tokio: `BufWriter::new` and `BufWriter::with_capacity`.
  explicit BufWriter(W writer, std::size_t capacity = kDefaultBufferSize)
      : writer_(std::forward<W>(writer)), memory_(capacity) {}

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    if (data.size() > room()) {
      const Poll<Result<void>> emptied = poll_empty(cx);
      if (emptied.is_pending()) return pending;
      if (!*emptied) return Result<std::size_t>(emptied->error());
    }
    if (data.size() >= memory_.size()) return writer_.poll_write(cx, data);
    append(data);
    return Result<std::size_t>(data.size());
  }

  Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                std::span<const std::span<const std::byte>> pieces) {
    const auto first =
        std::ranges::find_if(pieces, [](std::span<const std::byte> piece) { return !piece.empty(); });
    if (first == pieces.end()) return Result<std::size_t>(std::size_t{0});
    std::size_t size = 0;
    for (const std::span<const std::byte> piece : pieces) size += piece.size();
    // What does not fit whole goes in one call to a writer that can do that, and else piece by piece.
    const bool at_once = io::is_write_vectored(writer_);
    if ((at_once ? size : first->size()) > room()) {
      const Poll<Result<void>> emptied = poll_empty(cx);
      if (emptied.is_pending()) return pending;
      if (!*emptied) return Result<std::size_t>(emptied->error());
    }
    if (at_once && size >= memory_.size()) return io::poll_write_vectored(writer_, cx, pieces);
    if (first->size() >= memory_.size()) return writer_.poll_write(cx, *first);
    std::size_t taken = 0;
    for (auto piece = first; piece != pieces.end() && piece->size() <= room(); ++piece) {
      append(*piece);
      taken += piece->size();
    }
    return Result<std::size_t>(taken);
  }
  /// Several pieces at least reach the buffer at once.
  bool is_write_vectored() const noexcept { return true; }

  Poll<Result<void>> poll_flush(Context& cx) {
    Poll<Result<void>> emptied = poll_empty(cx);
    if (emptied.is_pending() || !*emptied) return emptied;
    return writer_.poll_flush(cx);
  }
  Poll<Result<void>> poll_shutdown(Context& cx) {
    Poll<Result<void>> emptied = poll_empty(cx);
    if (emptied.is_pending() || !*emptied) return emptied;
    return writer_.poll_shutdown(cx);
  }

  Result<void> start_seek(SeekFrom position)
    requires AsyncSeek<W>
  {
    seek_ = position;
    return Result<void>();
  }
  Poll<Result<std::uint64_t>> poll_complete(Context& cx)
    requires AsyncSeek<W>
  {
    using Position = Result<std::uint64_t>;
    const Poll<Result<void>> emptied = poll_empty(cx);
    if (emptied.is_pending()) return pending;
    if (!*emptied) return Position(emptied->error());
    if (seek_) {
      const Result<void> started = writer_.start_seek(*std::exchange(seek_, std::nullopt));
      if (!started) return Position(started.error());
    }
    return writer_.poll_complete(cx);
  }

  /// What was written and has not reached the writer. Tokio: `BufWriter::buffer`.
  std::span<const std::byte> buffer() const noexcept { return {memory_.data() + begin_, end_ - begin_}; }

  const std::remove_reference_t<W>& get_ref() const noexcept { return writer_; }
  /// Writing to it passes the buffer by.
  std::remove_reference_t<W>& get_mut() noexcept { return writer_; }
  /// The writer. What is in the buffer is lost.
  W into_inner() && { return std::forward<W>(writer_); }

 private:
  std::size_t room() const noexcept { return memory_.size() - end_; }
  void append(std::span<const std::byte> data) {
    if (data.empty()) return;
    std::ranges::copy(data, memory_.take() + end_);
    end_ += data.size();
  }

  // Hands the buffer to the writer.
  Poll<Result<void>> poll_empty(Context& cx) {
    while (begin_ < end_) {
      const Poll<Result<std::size_t>> written = writer_.poll_write(cx, buffer());
      if (written.is_pending()) return pending;
      if (!*written) return Result<void>(written->error());
      if (**written == 0) return Result<void>(ErrorKind::WriteZero);
      begin_ += **written;
    }
    begin_ = end_ = 0;
    memory_.give_back();
    return Result<void>();
  }

  W writer_;
  ferry::detail::LentMemory memory_;
  std::size_t begin_ = 0;  // what was written and not handed on: [begin_, end_)
  std::size_t end_ = 0;
  std::optional<SeekFrom> seek_;
};

template <class W>
BufWriter(W&&) -> BufWriter<W>;
template <class W>
BufWriter(W&&, std::size_t) -> BufWriter<W>;

}  // namespace ferry::io
