// BufReader: a buffer in front of a reader.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
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
#include <ferry/io/read_buf.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// Reads from its reader in large pieces, and gives them away in small ones. A read of at least the buffer's
/// size goes past it when it is empty. What is written goes straight to the reader if that is a writer, too.
///
/// `BufReader(stream)` borrows a stream that has a name, and owns one that is moved in. What is in the buffer
/// is lost with it.
///
/// Seeking empties the buffer, also where the new position lies in it.
///
/// Thread safety: as the reader's; used by one task at a time.
/// Cost: the buffer is there only while something is in it or is read: a reader that waits for its peer has
/// none. Tokio: `io::BufReader`.
template <AsyncRead R>
class BufReader : public ReadMembersMut<BufReader<R>>,
                  public BufReadMembers<BufReader<R>>,
                  public detail::ForwardsWrite<BufReader<R>, R>,
                  public detail::MembersIf<AsyncSeek<R>, SeekMembers<BufReader<R>>> {
 public:
  /// `capacity`: the buffer's size in bytes. Tokio: `BufReader::new` and `BufReader::with_capacity`.
  explicit BufReader(R reader, std::size_t capacity = kDefaultBufferSize)
      : reader_(std::forward<R>(reader)), memory_(capacity) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
    if (begin_ == end_ && buf.remaining() >= memory_.size()) return reader_.poll_read(cx, buf);
    const Poll<Result<std::span<const std::byte>>> filled = poll_fill_buf(cx);
    if (filled.is_pending()) return pending;
    if (!*filled) return Result<void>(filled->error());
    const std::size_t size = std::min((*filled)->size(), buf.remaining());
    buf.put_slice((*filled)->first(size));
    consume(size);
    return Result<void>();
  }

  Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) {
    using Data = Result<std::span<const std::byte>>;
    if (begin_ == end_) {
      ReadBuf buf = ReadBuf::uninit(std::span(memory_.take(), memory_.size()));
      const Poll<Result<void>> polled = reader_.poll_read(cx, buf);
      if (polled.is_pending()) {
        memory_.give_back();
        begin_ = end_ = 0;
        return pending;
      }
      if (!*polled) return Data(polled->error());
      begin_ = 0;
      end_ = buf.filled().size();
    }
    return Data(buffer());
  }
  void consume(std::size_t size) noexcept { begin_ += std::min(size, end_ - begin_); }

  Result<void> start_seek(SeekFrom position)
    requires AsyncSeek<R>
  {
    seek_ = position;
    return Result<void>();
  }
  Poll<Result<std::uint64_t>> poll_complete(Context& cx)
    requires AsyncSeek<R>
  {
    using Position = Result<std::uint64_t>;
    if (seek_) {
      // The reader stands at the end of what is buffered.
      const auto ahead = static_cast<std::int64_t>(end_ - begin_);
      SeekFrom position = *std::exchange(seek_, std::nullopt);
      if (position.origin() == SeekFrom::Origin::Current) {
        if (position.offset() < std::numeric_limits<std::int64_t>::min() + ahead)
          return Position(ErrorKind::InvalidInput);
        position = SeekFrom::current(position.offset() - ahead);
      }
      const Result<void> started = reader_.start_seek(position);
      if (!started) return Position(started.error());
      begin_ = end_ = 0;
    }
    Poll<Position> completed = reader_.poll_complete(cx);
    if (completed.is_ready() && *completed) **completed -= end_ - begin_;
    return completed;
  }

  /// What has been read and not been given away, as far as it is known without reading. Tokio:
  /// `BufReader::buffer`.
  std::span<const std::byte> buffer() const noexcept { return {memory_.data() + begin_, end_ - begin_}; }

  const std::remove_reference_t<R>& get_ref() const noexcept { return reader_; }
  /// Reading from it passes the buffer by.
  std::remove_reference_t<R>& get_mut() noexcept { return reader_; }
  /// The reader. What is in the buffer is lost.
  R into_inner() && { return std::forward<R>(reader_); }

 private:
  R reader_;
  ferry::detail::LentMemory memory_;
  std::size_t begin_ = 0;  // what was read and not given away: [begin_, end_)
  std::size_t end_ = 0;
  std::optional<SeekFrom> seek_;
};

template <class R>
BufReader(R&&) -> BufReader<R>;
template <class R>
BufReader(R&&, std::size_t) -> BufReader<R>;

}  // namespace ferry::io
