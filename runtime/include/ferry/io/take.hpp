// take: a reader that ends after so many bytes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// The first `limit` bytes of a reader. Once that many were read, the reader is not asked again.
///
/// Tokio: `io::Take`.
template <AsyncRead R>
class Take : public ReadMembersMut<Take<R>>,
             public detail::MembersIf<AsyncBufRead<R>, BufReadMembers<Take<R>>> {
 public:
  Take(R reader, std::uint64_t limit) : reader_(std::forward<R>(reader)), limit_(limit) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) {
    if (limit_ == 0) return Result<void>();
    ReadBuf window = buf.take(at_most(buf.remaining()));
    Poll<Result<void>> polled = reader_.poll_read(cx, window);
    const std::size_t size = window.filled().size();
    buf.assume_init(size);
    buf.advance(size);
    limit_ -= size;
    return polled;
  }

  Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx)
    requires AsyncBufRead<R>
  {
    using Data = Result<std::span<const std::byte>>;
    if (limit_ == 0) return Data(std::span<const std::byte>());
    const Poll<Data> filled = reader_.poll_fill_buf(cx);
    if (filled.is_pending() || !*filled) return filled;
    return Data((*filled)->first(at_most((*filled)->size())));
  }
  void consume(std::size_t size)
    requires AsyncBufRead<R>
  {
    const std::size_t used = at_most(size);
    reader_.consume(used);
    limit_ -= used;
  }

  /// How many bytes may still be read; the reader may end before. Tokio: `Take::limit`.
  std::uint64_t limit() const noexcept { return limit_; }
  /// So many more may be read, whatever was read before. Tokio: `Take::set_limit`.
  void set_limit(std::uint64_t limit) noexcept { limit_ = limit; }

  const std::remove_reference_t<R>& get_ref() const noexcept { return reader_; }
  std::remove_reference_t<R>& get_mut() noexcept { return reader_; }
  R into_inner() && { return std::forward<R>(reader_); }

 private:
  std::size_t at_most(std::size_t size) const noexcept {
    return static_cast<std::size_t>(std::min<std::uint64_t>(size, limit_));
  }

  R reader_;
  std::uint64_t limit_;
};

/// A reader of at most `limit` bytes of `reader`: of the caller's, which is borrowed, or of one that is moved
/// in.
///
/// Tokio: `AsyncReadExt::take`.
template <class R>
  requires AsyncRead<R>
[[nodiscard]] Take<R> take(R&& reader, std::uint64_t limit) {
  return Take<R>(std::forward<R>(reader), limit);
}

}  // namespace ferry::io
