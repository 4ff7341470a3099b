// SyncIoBridge: an asynchronous stream for code that blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <ferry/io/buf_read.hpp>
#include <ferry/io/bytes.hpp>
#include <ferry/io/read.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/io/vectored.hpp>
#include <ferry/io/write.hpp>
#include <ferry/result.hpp>
#include <ferry/runtime/handle.hpp>

namespace ferry::io {

/// Reads from, writes to and moves in a stream by blocking the thread: for code that is not asynchronous, on
/// a thread of `spawn_blocking` or any other that drives no tasks. What a function does is what the one of
/// the same name in `ferry::io` does.
///
/// `SyncIoBridge(stream)` borrows a stream that has a name, and owns one that is moved in.
///
/// Throws, every function that reads, writes or seeks: std::logic_error on a thread that drives tasks.
/// Thread safety: used by one thread at a time.
/// Tokio: `tokio_util::io::SyncIoBridge`.
template <class T>
class SyncIoBridge {
 public:
  /// For a stream of the runtime whose context this thread is in. Throws: std::logic_error outside of any.
  /// Tokio: `SyncIoBridge::new`.
  explicit SyncIoBridge(T stream) : SyncIoBridge(std::forward<T>(stream), runtime::Handle::current()) {}
  /// Tokio: `SyncIoBridge::new_with_handle`.
  SyncIoBridge(T stream, runtime::Handle handle)
      : stream_(std::forward<T>(stream)), handle_(std::move(handle)) {}

  Result<std::size_t> read(MutableBytes buffer)
    requires AsyncRead<T>
  {
    return handle_.block_on(io::read(stream_, buffer));
  }
  Result<std::size_t> read_exact(MutableBytes buffer)
    requires AsyncRead<T>
  {
    return handle_.block_on(io::read_exact(stream_, buffer));
  }
  template <ByteLike B, class Allocator>
  Result<std::size_t> read_to_end(std::vector<B, Allocator>& bytes)
    requires AsyncRead<T>
  {
    return handle_.block_on(io::read_to_end(stream_, bytes));
  }
  Result<std::size_t> read_to_string(std::string& text)
    requires AsyncRead<T>
  {
    return handle_.block_on(io::read_to_string(stream_, text));
  }

  Result<std::span<const std::byte>> fill_buf()
    requires AsyncBufRead<T>
  {
    return handle_.block_on(io::fill_buf(stream_));
  }
  void consume(std::size_t size)
    requires AsyncBufRead<T>
  {
    stream_.consume(size);
  }
  template <ByteLike D, ByteLike B, class Allocator>
  Result<std::size_t> read_until(D delimiter, std::vector<B, Allocator>& bytes)
    requires AsyncBufRead<T>
  {
    return handle_.block_on(io::read_until(stream_, delimiter, bytes));
  }
  Result<std::size_t> read_line(std::string& text)
    requires AsyncBufRead<T>
  {
    return handle_.block_on(io::read_line(stream_, text));
  }

  Result<std::size_t> write(ConstBytes data)
    requires AsyncWrite<T>
  {
    return handle_.block_on(io::write(stream_, data));
  }
  Result<std::size_t> write_vectored(std::span<const std::span<const std::byte>> pieces)
    requires AsyncWrite<T>
  {
    return handle_.block_on(io::write_vectored(stream_, pieces));
  }
  bool is_write_vectored() const noexcept
    requires AsyncWrite<T>
  {
    return io::is_write_vectored(stream_);
  }
  Result<void> write_all(ConstBytes data)
    requires AsyncWrite<T>
  {
    return handle_.block_on(io::write_all(stream_, data));
  }
  Result<void> flush()
    requires AsyncWrite<T>
  {
    return handle_.block_on(io::flush(stream_));
  }
  Result<void> shutdown()
    requires AsyncWrite<T>
  {
    return handle_.block_on(io::shutdown(stream_));
  }

  Result<std::uint64_t> seek(SeekFrom position)
    requires AsyncSeek<T>
  {
    return handle_.block_on(io::seek(stream_, position));
  }

  const std::remove_reference_t<T>& as_ref() const noexcept { return stream_; }
  std::remove_reference_t<T>& as_mut() noexcept { return stream_; }
  T into_inner() && { return std::forward<T>(stream_); }

 private:
  T stream_;
  runtime::Handle handle_;
};

template <class T>
SyncIoBridge(T&&) -> SyncIoBridge<T>;
template <class T>
SyncIoBridge(T&&, runtime::Handle) -> SyncIoBridge<T>;

}  // namespace ferry::io
