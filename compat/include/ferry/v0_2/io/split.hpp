// split: any stream, of 0.2 or of 1.x, as a reader and a writer that two tasks may own.
#pragma once

#include <type_traits>
#include <utility>

#include <ferry/io/split.hpp>
#include <ferry/v0_2/io/legacy.hpp>
#include <ferry/v0_2/io/traits.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::io {

/// Writes to a stream that it owns together with a ReadHalf.
///
/// Thread safety: the halves may be used on different threads; each is used by one task at a time.
/// Tokio: 0.2's `io::WriteHalf`.
template <class RW>
class WriteHalf : public detail::Legacy<WriteHalf<RW>, ferry::io::WriteHalf<detail::Modern<RW>>> {
  using Modern = ferry::io::WriteHalf<detail::Modern<RW>>;

 public:
  explicit WriteHalf(Modern half) noexcept : detail::Legacy<WriteHalf, Modern>(std::move(half)) {}
};

/// Reads, in both ways, from a stream that it owns together with a WriteHalf.
///
/// Thread safety: the halves may be used on different threads; each is used by one task at a time.
/// Tokio: 0.2's `io::ReadHalf`.
template <class RW>
class ReadHalf : public detail::Legacy<ReadHalf<RW>, ferry::io::ReadHalf<detail::Modern<RW>>> {
  using Modern = ferry::io::ReadHalf<detail::Modern<RW>>;

 public:
  explicit ReadHalf(Modern half) noexcept : detail::Legacy<ReadHalf, Modern>(std::move(half)) {}

  /// Puts the halves of one stream together again.
  ///
  /// Throws: std::logic_error when they are not; they are lost then.
  /// Tokio: `ReadHalf::unsplit`.
  RW unsplit(WriteHalf<RW> other) && {
    return detail::take_out<RW>(static_cast<Modern&&>(*this).unsplit(std::move(other)));
  }
};

/// Divides `stream`, which is moved in, into a reader and a writer.
///
/// Cost: one allocation; a lock around each poll.
/// Tokio: `io::split`.
template <class RW>
  requires(detail::Reader<RW> && detail::Writer<RW> && !std::is_reference_v<RW>)
[[nodiscard]] std::pair<ReadHalf<RW>, WriteHalf<RW>> split(RW&& stream) {
  auto halves = ferry::io::split(detail::Modern<RW>(std::move(stream)));
  return {ReadHalf<RW>(std::move(halves.first)), WriteHalf<RW>(std::move(halves.second))};
}

}  // namespace ferry::v0_2::io
