// join: a reader and a writer as one object.
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/result.hpp>

namespace ferry::io {

/// Reads from a reader, and writes to a writer.
///
/// Tokio: `io::Join`.
template <AsyncRead R, AsyncWrite W>
class Join : public ReadMembersMut<Join<R, W>>,
             public WriteMembersMut<Join<R, W>>,
             public detail::MembersIf<AsyncBufRead<R>, BufReadMembers<Join<R, W>>> {
 public:
  Join(R reader, W writer) : reader_(std::forward<R>(reader)), writer_(std::forward<W>(writer)) {}

  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) { return reader_.poll_read(cx, buf); }
  Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx)
    requires AsyncBufRead<R>
  {
    return reader_.poll_fill_buf(cx);
  }
  void consume(std::size_t size)
    requires AsyncBufRead<R>
  {
    reader_.consume(size);
  }

  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    return writer_.poll_write(cx, data);
  }
  Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                std::span<const std::span<const std::byte>> pieces) {
    return io::poll_write_vectored(writer_, cx, pieces);
  }
  bool is_write_vectored() const noexcept { return io::is_write_vectored(writer_); }
  Poll<Result<void>> poll_flush(Context& cx) { return writer_.poll_flush(cx); }
  Poll<Result<void>> poll_shutdown(Context& cx) { return writer_.poll_shutdown(cx); }

  const std::remove_reference_t<R>& reader() const noexcept { return reader_; }
  std::remove_reference_t<R>& reader_mut() noexcept { return reader_; }
  const std::remove_reference_t<W>& writer() const noexcept { return writer_; }
  std::remove_reference_t<W>& writer_mut() noexcept { return writer_; }
  std::pair<R, W> into_inner() && { return {std::forward<R>(reader_), std::forward<W>(writer_)}; }

 private:
  R reader_;
  W writer_;
};

/// An object that reads from `reader` and writes to `writer`: the caller's, which are borrowed, or ones that
/// are moved in.
///
/// Tokio: `io::join`.
template <class R, class W>
  requires(AsyncRead<R> && AsyncWrite<W>)
[[nodiscard]] Join<R, W> join(R&& reader, W&& writer) {
  return Join<R, W>(std::forward<R>(reader), std::forward<W>(writer));
}

}  // namespace ferry::io
