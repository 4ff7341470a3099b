// Socket options, by the types that they have here.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include <ferry/io/error.hpp>
#include <ferry/result.hpp>

namespace ferry::net::detail {

template <class T>
io::Result<T> get_option(int fd, int level, int name) noexcept {
  T value{};
  socklen_t size = sizeof(value);
  if (::getsockopt(fd, level, name, &value, &size) != 0)
    return {boost::system::in_place_error, io::last_os_error()};
  return {boost::system::in_place_value, value};
}

template <class T>
io::Result<void> set_option(int fd, int level, int name, const T& value) noexcept {
  if (::setsockopt(fd, level, name, &value, sizeof(value)) != 0) return io::last_os_error();
  return {};
}

/// An option that is on or off.
io::Result<bool> flag(int fd, int level, int name) noexcept;
io::Result<void> set_flag(int fd, int level, int name, bool is_on) noexcept;

/// An option that is a number and not negative.
io::Result<std::uint32_t> number(int fd, int level, int name) noexcept;
/// Numbers that are too large for the system are cut to its largest.
io::Result<void> set_number(int fd, int level, int name, std::uint32_t value) noexcept;

/// IP_TTL or IPV6_UNICAST_HOPS, whichever the socket's family has.
io::Result<std::uint32_t> ttl_of(int fd) noexcept;
io::Result<void> set_ttl_of(int fd, std::uint32_t ttl) noexcept;

io::Result<std::optional<std::chrono::seconds>> linger_of(int fd) noexcept;
io::Result<void> set_linger_of(int fd, std::optional<std::chrono::seconds> duration) noexcept;

/// SO_BINDTODEVICE.
io::Result<std::optional<std::string>> device_of(int fd);
io::Result<void> bind_device_of(int fd, std::optional<std::string_view> interface) noexcept;

/// SO_ERROR.
io::Result<std::optional<io::Error>> take_error_of(int fd) noexcept;

}  // namespace ferry::net::detail
