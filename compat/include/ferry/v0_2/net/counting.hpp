// Counting: a reader of 1.x that also reads as those of 0.2 did.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/future.hpp>
#include <ferry/io/traits.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::net {

/// Reads in both ways, into memory with a count as in 0.2 and into a `ReadBuf` as in 1.x, so that it can be
/// used wherever either is wanted. `Modern` is a stream of 1.x or a half of one.
template <class Modern>
class Counting : public Modern {
 public:
  using Modern::poll_read;
  /// Reads what there is into `memory`, and says how much: 0 at the end. Tokio: 0.2's `AsyncRead::poll_read`.
  FERRY_NATIVE("IOT-01", unsafe, "poll_read with a ferry::io::ReadBuf, or ferry::io::poll_read_bytes")
  Poll<ferry::io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> memory) {
    return ferry::io::poll_read_bytes(static_cast<Modern&>(*this), cx, memory);
  }

 protected:
  explicit Counting(Modern modern) noexcept : Modern(std::move(modern)) {}
};

}  // namespace ferry::v0_2::net
