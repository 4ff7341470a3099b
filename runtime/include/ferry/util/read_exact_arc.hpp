// read_exact_arc: so many bytes, in memory that is shared.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include <ferry/io/read.hpp>

namespace ferry::util {

/// Completes with so many bytes; UnexpectedEof when the input ends before.
///
/// Cancelling: not safe; what was read is lost.
template <io::AsyncRead R>
class [[nodiscard]] ReadExactArc {
 public:
  using Output = io::Result<std::shared_ptr<const std::byte[]>>;

  ReadExactArc(R& reader, std::size_t size)
      : bytes_(std::make_shared_for_overwrite<std::byte[]>(size)),
        read_(reader, std::span(bytes_.get(), size)) {}
  ReadExactArc(const ReadExactArc&) = delete;
  ReadExactArc& operator=(const ReadExactArc&) = delete;

  Poll<Output> poll(Context& cx) {
    Poll<io::Result<std::size_t>> read = read_.poll(cx);
    if (read.is_pending()) return pending;
    if (!*read) return Output(read->error());
    return Output(std::move(bytes_));
  }

 private:
  std::shared_ptr<std::byte[]> bytes_;
  io::ReadExact<R> read_;
};

/// Reads `size` bytes into memory that is shared. The reader is borrowed.
///
/// Errors: UnexpectedEof.
/// Cancelling: not safe.
/// Tokio: `tokio_util::io::read_exact_arc`.
template <class R>
  requires io::AsyncRead<R>
ReadExactArc<std::remove_reference_t<R>> read_exact_arc(R&& reader, std::size_t size) {
  return {reader, size};
}

}  // namespace ferry::util
