// IpAddr and SocketAddr.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <ferry/result.hpp>

namespace ferry::net {

/// An address of IP version 4 or 6. Those of version 4 come before those of version 6.
/// Tokio: `std::net::IpAddr`.
class IpAddr {
 public:
  using V4Bytes = std::array<std::uint8_t, 4>;
  using V6Bytes = std::array<std::uint8_t, 16>;

  static constexpr IpAddr v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) noexcept {
    IpAddr ip;
    ip.bytes_ = {a, b, c, d};
    return ip;
  }
  static constexpr IpAddr v6(const V6Bytes& bytes) noexcept {
    IpAddr ip;
    ip.bytes_ = bytes;
    ip.is_v6_ = true;
    return ip;
  }
  static constexpr IpAddr localhost_v4() noexcept { return v4(127, 0, 0, 1); }
  static constexpr IpAddr localhost_v6() noexcept {
    return v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  }
  static constexpr IpAddr unspecified_v4() noexcept { return v4(0, 0, 0, 0); }
  static constexpr IpAddr unspecified_v6() noexcept { return v6({}); }

  /// "127.0.0.1" or "::1".
  ///
  /// Errors: InvalidInput.
  static io::Result<IpAddr> parse(std::string_view text);
  std::string to_string() const;

  constexpr bool is_v4() const noexcept { return !is_v6_; }
  constexpr bool is_v6() const noexcept { return is_v6_; }
  bool is_loopback() const noexcept;
  bool is_unspecified() const noexcept { return *this == (is_v6_ ? unspecified_v6() : unspecified_v4()); }

  /// In network order; of an address of version 4 the first four count.
  constexpr const V6Bytes& bytes() const noexcept { return bytes_; }

  auto operator<=>(const IpAddr&) const = default;

 private:
  constexpr IpAddr() = default;

  bool is_v6_ = false;
  V6Bytes bytes_{};
};

/// An IP address with a port; for version 6 also a scope.
/// Tokio: `std::net::SocketAddr`.
class SocketAddr {
 public:
  constexpr SocketAddr(IpAddr ip, std::uint16_t port, std::uint32_t scope_id = 0) noexcept
      : ip_(ip), port_(port), scope_id_(scope_id) {}

  /// "127.0.0.1:80", "[::1]:80" or "[fe80::1%2]:80"; never a name.
  ///
  /// Errors: InvalidInput.
  static io::Result<SocketAddr> parse(std::string_view text);
  /// As `parse` reads it.
  std::string to_string() const;

  constexpr const IpAddr& ip() const noexcept { return ip_; }
  constexpr std::uint16_t port() const noexcept { return port_; }
  constexpr std::uint32_t scope_id() const noexcept { return scope_id_; }
  constexpr bool is_v4() const noexcept { return ip_.is_v4(); }
  constexpr bool is_v6() const noexcept { return ip_.is_v6(); }
  constexpr void set_ip(IpAddr ip) noexcept { ip_ = ip; }
  constexpr void set_port(std::uint16_t port) noexcept { port_ = port; }

  auto operator<=>(const SocketAddr&) const = default;

 private:
  IpAddr ip_;
  std::uint16_t port_;
  std::uint32_t scope_id_;
};

}  // namespace ferry::net

template <>
struct std::hash<ferry::net::IpAddr> {
  std::size_t operator()(const ferry::net::IpAddr& ip) const noexcept;
};
template <>
struct std::hash<ferry::net::SocketAddr> {
  std::size_t operator()(const ferry::net::SocketAddr& addr) const noexcept;
};
