// Interest: what somebody waits for.
#pragma once

#include <cstdint>
#include <optional>

#include <ferry/io/ready.hpp>

namespace ferry::io {

/// Which kinds of readiness to wait for; never none.
///
/// Tokio: `io::Interest`.
class Interest {
 public:
  static const Interest Readable;  ///< data, or the end of it
  static const Interest Writable;  ///< room, or the end of all writing
  static const Interest Priority;  ///< urgent data
  static const Interest Error;

  constexpr bool is_readable() const noexcept { return (bits_ & 1) != 0; }
  constexpr bool is_writable() const noexcept { return (bits_ & 2) != 0; }
  constexpr bool is_priority() const noexcept { return (bits_ & 4) != 0; }
  constexpr bool is_error() const noexcept { return (bits_ & 8) != 0; }

  /// Both. Tokio: `Interest::add`.
  constexpr Interest add(Interest other) const noexcept { return Interest(bits_ | other.bits_); }
  /// What remains without `other`, if anything. Tokio: `Interest::remove`.
  constexpr std::optional<Interest> remove(Interest other) const noexcept {
    const std::uint32_t rest = bits_ & ~std::uint32_t{other.bits_};
    if (rest == 0) return std::nullopt;
    return Interest(rest);
  }
  friend constexpr Interest operator|(Interest a, Interest b) noexcept { return a.add(b); }
  friend constexpr bool operator==(Interest, Interest) noexcept = default;

  /// The readiness that ends such a wait.
  constexpr Ready mask() const noexcept {
    Ready mask;
    if (is_readable()) mask |= Ready::Readable | Ready::ReadClosed;
    if (is_writable()) mask |= Ready::Writable | Ready::WriteClosed;
    if (is_priority()) mask |= Ready::Priority | Ready::ReadClosed;
    if (is_error()) mask |= Ready::Error;
    return mask;
  }

 private:
  explicit constexpr Interest(std::uint32_t bits) noexcept : bits_(static_cast<std::uint8_t>(bits)) {}

  std::uint8_t bits_;
};

inline constexpr Interest Interest::Readable{1};
inline constexpr Interest Interest::Writable{2};
inline constexpr Interest Interest::Priority{4};
inline constexpr Interest Interest::Error{8};

}  // namespace ferry::io
