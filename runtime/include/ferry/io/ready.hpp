// Ready: what a descriptor can be used for now.
#pragma once

#include <cstdint>

namespace ferry::io {

/// A set of kinds of readiness. The closed ones stay once they are seen.
///
/// Tokio: `io::Ready`.
class Ready {
 public:
  static const Ready Empty;
  static const Ready Readable;
  static const Ready Writable;
  static const Ready ReadClosed;   ///< the peer has ended its output, or all is over
  static const Ready WriteClosed;  ///< nothing can be written any more
  static const Ready Priority;     ///< urgent data, or what else the system gives priority
  static const Ready Error;        ///< an error is waiting to be fetched
  static const Ready All;

  constexpr Ready() noexcept = default;

  constexpr bool is_empty() const noexcept { return bits_ == 0; }
  /// Whether a read would give something: data, the end or an error.
  constexpr bool is_readable() const noexcept { return has(kReadable | kReadClosed); }
  /// Whether a write would not have to wait, be it that it fails.
  constexpr bool is_writable() const noexcept { return has(kWritable | kWriteClosed); }
  constexpr bool is_read_closed() const noexcept { return has(kReadClosed); }
  constexpr bool is_write_closed() const noexcept { return has(kWriteClosed); }
  constexpr bool is_priority() const noexcept { return has(kPriority); }
  constexpr bool is_error() const noexcept { return has(kError); }

  /// Whether all of `other` is here.
  constexpr bool contains(Ready other) const noexcept { return (bits_ & other.bits_) == other.bits_; }
  /// Whether any of `other` is here.
  constexpr bool intersects(Ready other) const noexcept { return (bits_ & other.bits_) != 0; }

  friend constexpr Ready operator|(Ready a, Ready b) noexcept { return Ready(a.bits_ | b.bits_); }
  friend constexpr Ready operator&(Ready a, Ready b) noexcept { return Ready(a.bits_ & b.bits_); }
  /// What is in `a` and not in `b`.
  friend constexpr Ready operator-(Ready a, Ready b) noexcept { return Ready(a.bits_ & ~b.bits_); }
  constexpr Ready& operator|=(Ready other) noexcept { return *this = *this | other; }
  friend constexpr bool operator==(Ready, Ready) noexcept = default;

  /// One bit a kind, in the order above from the lowest on. For other parts of ferry.
  constexpr std::uint32_t bits() const noexcept { return bits_; }
  static constexpr Ready from_bits(std::uint32_t bits) noexcept { return Ready(bits & kAll); }

 private:
  enum Bit : std::uint8_t {
    kReadable = 1,
    kWritable = 2,
    kReadClosed = 4,
    kWriteClosed = 8,
    kPriority = 16,
    kError = 32,
    kAll = 63
  };

  explicit constexpr Ready(std::uint32_t bits) noexcept : bits_(static_cast<std::uint8_t>(bits)) {}
  constexpr bool has(std::uint32_t any_of) const noexcept { return (bits_ & any_of) != 0; }

  std::uint8_t bits_ = 0;
};

inline constexpr Ready Ready::Empty{};
inline constexpr Ready Ready::Readable{kReadable};
inline constexpr Ready Ready::Writable{kWritable};
inline constexpr Ready Ready::ReadClosed{kReadClosed};
inline constexpr Ready Ready::WriteClosed{kWriteClosed};
inline constexpr Ready Ready::Priority{kPriority};
inline constexpr Ready Ready::Error{kError};
inline constexpr Ready Ready::All{kAll};

}  // namespace ferry::io
