// What can be done with any Buf and BufMut: take bytes out, chain, take, limit, read and write.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/assert.hpp>
#include <ferry/future.hpp>
#include <ferry/io/buf.hpp>
#include <ferry/io/buf_mut.hpp>
#include <ferry/io/members.hpp>
#include <ferry/io/read_buf.hpp>
#include <ferry/result.hpp>
#include <ferry/util/bytes_mut.hpp>

namespace ferry::util {
namespace detail {

template <class B>
concept BufOrReference = io::Buf<std::remove_reference_t<B>>;
template <class B>
concept RoomOrReference = io::detail::HasRoom<std::remove_reference_t<B>>;

template <io::Buf B>
std::size_t remaining(const B& buf) {
  if constexpr (io::BufLike<B>)
    return buf.remaining();
  else
    return buf.size();
}

}  // namespace detail

/// Takes the first `size` bytes off `buf`, and gives them: a BytesMut's without copying, the others' in
/// memory of their own.
///
/// Throws: std::logic_error when there are less.
/// Tokio: `Buf::copy_to_bytes`.
template <io::Buf B>
[[nodiscard]] BytesMut copy_to_bytes(B& buf, std::size_t size) {
  FERRY_REQUIRE(size <= detail::remaining(buf), "util::copy_to_bytes: more bytes than there are");
  if constexpr (std::derived_from<B, BytesMut>) {
    return buf.split_to(size);
  } else {
    BytesMut bytes = BytesMut::with_capacity(size);
    while (bytes.size() < size) {
      std::span<const std::byte> chunk = io::detail::chunk_of(buf);
      chunk = chunk.first(std::min(chunk.size(), size - bytes.size()));
      bytes.put_slice(chunk);
      io::detail::advance(buf, chunk.size());
    }
    return bytes;
  }
}

namespace buf {

/// The data of two Bufs, one after the other. Tokio: `bytes::buf::Chain`.
template <detail::BufOrReference A, detail::BufOrReference B>
class Chain {
 public:
  Chain(A first, B last) : first_(std::forward<A>(first)), last_(std::forward<B>(last)) {}

  std::size_t remaining() const {
    const std::size_t first = detail::remaining(first_);
    return first + std::min(detail::remaining(last_), std::numeric_limits<std::size_t>::max() - first);
  }
  std::span<const std::byte> chunk() const {
    const std::span<const std::byte> first = io::detail::chunk_of(first_);
    return first.empty() ? io::detail::chunk_of(last_) : first;
  }
  std::size_t chunks_vectored(std::span<std::span<const std::byte>> pieces) const {
    const std::size_t count = io::chunks_vectored(first_, pieces);
    return count + io::chunks_vectored(last_, pieces.subspan(count));
  }
  void advance(std::size_t size) {
    const std::size_t first = std::min(size, detail::remaining(first_));
    if (first > 0) io::detail::advance(first_, first);
    if (size > first) io::detail::advance(last_, size - first);
  }

  const std::remove_reference_t<A>& first_ref() const noexcept { return first_; }
  const std::remove_reference_t<B>& last_ref() const noexcept { return last_; }
  std::pair<A, B> into_inner() && { return {std::forward<A>(first_), std::forward<B>(last_)}; }

 private:
  A first_;
  B last_;
};

/// The first bytes of a Buf. Tokio: `bytes::buf::Take`.
template <detail::BufOrReference B>
class Take {
 public:
  Take(B buf, std::size_t limit) : buf_(std::forward<B>(buf)), limit_(limit) {}

  std::size_t remaining() const { return std::min(detail::remaining(buf_), limit_); }
  std::span<const std::byte> chunk() const {
    const std::span<const std::byte> chunk = io::detail::chunk_of(buf_);
    return chunk.first(std::min(chunk.size(), limit_));
  }
  /// Throws: std::logic_error when less remains.
  void advance(std::size_t size) {
    FERRY_REQUIRE(size <= limit_, "util::buf::Take::advance: past the limit");
    io::detail::advance(buf_, size);
    limit_ -= size;
  }

  std::size_t limit() const noexcept { return limit_; }
  void set_limit(std::size_t limit) noexcept { limit_ = limit; }
  const std::remove_reference_t<B>& get_ref() const noexcept { return buf_; }
  B into_inner() && { return std::forward<B>(buf_); }

 private:
  B buf_;
  std::size_t limit_;
};

/// The first bytes of the room of a BufMut. Tokio: `bytes::buf::Limit`.
template <detail::RoomOrReference B>
class Limit {
 public:
  Limit(B buf, std::size_t limit) : buf_(std::forward<B>(buf)), limit_(limit) {}

  std::span<std::byte> spare_capacity_mut() {
    const std::span<std::byte> room = buf_.spare_capacity_mut();
    return room.first(std::min(room.size(), limit_));
  }
  /// Throws: std::logic_error when less is left.
  void advance_mut(std::size_t size) {
    FERRY_REQUIRE(size <= limit_, "util::buf::Limit::advance_mut: past the limit");
    buf_.advance_mut(size);
    limit_ -= size;
  }

  std::size_t limit() const noexcept { return limit_; }
  void set_limit(std::size_t limit) noexcept { limit_ = limit; }
  const std::remove_reference_t<B>& get_ref() const noexcept { return buf_; }
  B into_inner() && { return std::forward<B>(buf_); }

 private:
  B buf_;
  std::size_t limit_;
};

/// A Buf as a reader, which never waits. Tokio: `bytes::buf::Reader`.
template <detail::BufOrReference B>
class Reader : public io::ReadMembersMut<Reader<B>>, public io::BufReadMembers<Reader<B>> {
 public:
  explicit Reader(B buf) : buf_(std::forward<B>(buf)) {}

  Poll<io::Result<void>> poll_read(Context& cx, io::ReadBuf& buf) {
    if (!cx.poll_proceed()) return pending;
    while (buf.remaining() > 0 && detail::remaining(buf_) > 0) {
      std::span<const std::byte> chunk = io::detail::chunk_of(buf_);
      chunk = chunk.first(std::min(chunk.size(), buf.remaining()));
      buf.put_slice(chunk);
      io::detail::advance(buf_, chunk.size());
    }
    return io::Result<void>();
  }
  Poll<io::Result<std::span<const std::byte>>> poll_fill_buf(Context& cx) {
    if (!cx.poll_proceed()) return pending;
    return io::Result<std::span<const std::byte>>(io::detail::chunk_of(buf_));
  }
  void consume(std::size_t size) { io::detail::advance(buf_, size); }

  const std::remove_reference_t<B>& get_ref() const noexcept { return buf_; }
  B into_inner() && { return std::forward<B>(buf_); }

 private:
  B buf_;
};

/// A BufMut as a writer, which never waits, and takes nothing when there is no room. Tokio:
/// `bytes::buf::Writer`.
template <detail::RoomOrReference B>
class Writer : public io::WriteMembersMut<Writer<B>> {
 public:
  explicit Writer(B buf) : buf_(std::forward<B>(buf)) {}

  Poll<io::Result<std::size_t>> poll_write(Context& cx, std::span<const std::byte> data) {
    if (!cx.poll_proceed()) return pending;
    const std::span<std::byte> room = buf_.spare_capacity_mut();
    const std::size_t size = std::min(room.size(), data.size());
    std::ranges::copy(data.first(size), room.begin());
    buf_.advance_mut(size);
    return io::Result<std::size_t>(size);
  }
  Poll<io::Result<void>> poll_flush(Context&) { return io::Result<void>(); }
  Poll<io::Result<void>> poll_shutdown(Context&) { return io::Result<void>(); }

  const std::remove_reference_t<B>& get_ref() const noexcept { return buf_; }
  B into_inner() && { return std::forward<B>(buf_); }

 private:
  B buf_;
};

// What has a name is borrowed; what is moved in is owned.

/// Tokio: `Buf::chain`.
template <detail::BufOrReference A, detail::BufOrReference B>
[[nodiscard]] Chain<A, B> chain(A&& first, B&& last) {
  return Chain<A, B>(std::forward<A>(first), std::forward<B>(last));
}
/// Tokio: `Buf::take`.
template <detail::BufOrReference B>
[[nodiscard]] Take<B> take(B&& buf, std::size_t limit) {
  return Take<B>(std::forward<B>(buf), limit);
}
/// Tokio: `BufMut::limit`.
template <detail::RoomOrReference B>
[[nodiscard]] Limit<B> limit(B&& buf, std::size_t limit) {
  return Limit<B>(std::forward<B>(buf), limit);
}
/// Tokio: `Buf::reader`.
template <detail::BufOrReference B>
[[nodiscard]] Reader<B> reader(B&& buf) {
  return Reader<B>(std::forward<B>(buf));
}
/// Tokio: `BufMut::writer`.
template <detail::RoomOrReference B>
[[nodiscard]] Writer<B> writer(B&& buf) {
  return Writer<B>(std::forward<B>(buf));
}

}  // namespace buf
}  // namespace ferry::util
