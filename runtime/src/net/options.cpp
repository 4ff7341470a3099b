#include "net/options.hpp"

#include <algorithm>
#include <climits>
#include <net/if.h>
#include <netinet/in.h>
#include <utility>

namespace ferry::net::detail {
namespace {

// The option of the socket's own family: IP_TTL or IPV6_UNICAST_HOPS.
std::pair<int, int> ttl_option(int fd) noexcept {
  const io::Result<int> family = get_option<int>(fd, SOL_SOCKET, SO_DOMAIN);
  if (family && *family == AF_INET6) return {IPPROTO_IPV6, IPV6_UNICAST_HOPS};
  return {IPPROTO_IP, IP_TTL};
}

}  // namespace

io::Result<bool> flag(int fd, int level, int name) noexcept {
  const io::Result<int> value = get_option<int>(fd, level, name);
  if (!value) return {boost::system::in_place_error, value.error()};
  return {boost::system::in_place_value, *value != 0};
}
io::Result<void> set_flag(int fd, int level, int name, bool is_on) noexcept {
  return set_option(fd, level, name, int{is_on});
}

io::Result<std::uint32_t> number(int fd, int level, int name) noexcept {
  const io::Result<int> value = get_option<int>(fd, level, name);
  if (!value) return value.error();
  return static_cast<std::uint32_t>(*value);
}
io::Result<void> set_number(int fd, int level, int name, std::uint32_t value) noexcept {
  return set_option(fd, level, name, static_cast<int>(std::min<std::uint32_t>(value, INT_MAX)));
}

io::Result<std::uint32_t> ttl_of(int fd) noexcept {
  const auto [level, name] = ttl_option(fd);
  return number(fd, level, name);
}
io::Result<void> set_ttl_of(int fd, std::uint32_t ttl) noexcept {
  const auto [level, name] = ttl_option(fd);
  return set_number(fd, level, name, ttl);
}

io::Result<std::optional<std::chrono::seconds>> linger_of(int fd) noexcept {
  const io::Result<::linger> value = get_option<::linger>(fd, SOL_SOCKET, SO_LINGER);
  if (!value) return value.error();
  std::optional<std::chrono::seconds> duration;
  if (value->l_onoff != 0) duration = std::chrono::seconds(value->l_linger);
  return duration;
}
io::Result<void> set_linger_of(int fd, std::optional<std::chrono::seconds> duration) noexcept {
  ::linger value{};
  value.l_onoff = duration.has_value();
  value.l_linger = static_cast<int>(
      std::clamp<std::chrono::seconds::rep>(duration.value_or(std::chrono::seconds(0)).count(), 0, INT_MAX));
  return set_option(fd, SOL_SOCKET, SO_LINGER, value);
}

io::Result<std::optional<std::string>> device_of(int fd) {
  char name[IFNAMSIZ] = {};
  socklen_t size = sizeof(name);
  if (::getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, &size) != 0) return io::last_os_error();
  std::optional<std::string> device;
  if (size > 0) device.emplace(name, ::strnlen(name, size));
  return device;
}
io::Result<void> bind_device_of(int fd, std::optional<std::string_view> interface) noexcept {
  const std::string_view name = interface.value_or(std::string_view());
  if (::setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name.data(), static_cast<socklen_t>(name.size())) != 0)
    return io::last_os_error();
  return {};
}

io::Result<std::optional<io::Error>> take_error_of(int fd) noexcept {
  const io::Result<int> code = get_option<int>(fd, SOL_SOCKET, SO_ERROR);
  if (!code) return {boost::system::in_place_error, code.error()};
  std::optional<io::Error> error;
  if (*code != 0) error = io::Error(*code, boost::system::system_category());
  return {boost::system::in_place_value, error};
}

}  // namespace ferry::net::detail
