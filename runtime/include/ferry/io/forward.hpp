// Passing reads and writes on to what a wrapper wraps.
#pragma once

#include <cstddef>
#include <span>

#include <ferry/future.hpp>
#include <ferry/io/buf_read.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/result.hpp>

namespace ferry::io::detail {

/// The reading side of a `Self` around an `R`, which is `get_mut()`, unchanged; nothing when that cannot be
/// read from.
template <class Self, class R>
class ForwardsRead {};

template <class Self, AsyncRead R>
class ForwardsRead<Self, R> : public ReadMembersMut<Self>,
                              public MembersIf<AsyncBufRead<R>, BufReadMembers<Self>> {
 public:
  Poll<Result<void>> poll_read(Context& cx, ReadBuf& buf) { return inner().poll_read(cx, buf); }

  Poll<Result<std::span<const std::byte>>> poll_fill_buf(Context& cx)
    requires AsyncBufRead<R>
  {
    return inner().poll_fill_buf(cx);
  }
  void consume(std::size_t size)
    requires AsyncBufRead<R>
  {
    inner().consume(size);
  }

 protected:
  ForwardsRead() = default;

 private:
  auto& inner() noexcept { return static_cast<Self&>(*this).get_mut(); }
};

/// The writing side of a `Self` around a `W`, which is `get_mut()`, unchanged; nothing when that cannot be
/// written to.
template <class Self, class W>
class ForwardsWrite {};

template <class Self, AsyncWrite W>
class ForwardsWrite<Self, W> : public WriteMembersMut<Self> {
 public:
  Poll<Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    return inner().poll_write(cx, data);
  }
  Poll<Result<std::size_t>> poll_write_vectored(Context& cx,
                                                std::span<const std::span<const std::byte>> pieces) {
    return io::poll_write_vectored(inner(), cx, pieces);
  }
  bool is_write_vectored() const noexcept {
    return io::is_write_vectored(static_cast<const Self&>(*this).get_ref());
  }
  Poll<Result<void>> poll_flush(Context& cx) { return inner().poll_flush(cx); }
  Poll<Result<void>> poll_shutdown(Context& cx) { return inner().poll_shutdown(cx); }

 protected:
  ForwardsWrite() = default;

 private:
  auto& inner() noexcept { return static_cast<Self&>(*this).get_mut(); }
};

}  // namespace ferry::io::detail
