#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <optional>

#include <ferry/io/error.hpp>
#include <ferry/net/addr.hpp>

#include "net/sockaddr.hpp"

namespace ferry::net {
namespace {

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::size_t mix(std::size_t seed, std::size_t value) noexcept {
  return seed ^ (value + 0x9e3779b97f4a7c15 + (seed << 6) + (seed >> 2));
}

}  // namespace

io::Result<IpAddr> IpAddr::parse(std::string_view text) {
  const std::string terminated(text);
  if (terminated.find('\0') != std::string::npos) return io::Error(io::ErrorKind::InvalidInput);
  IpAddr ip;
  if (::inet_pton(AF_INET, terminated.c_str(), ip.bytes_.data()) == 1) return ip;
  if (::inet_pton(AF_INET6, terminated.c_str(), ip.bytes_.data()) == 1) return v6(ip.bytes_);
  return io::Error(io::ErrorKind::InvalidInput);
}

std::string IpAddr::to_string() const {
  char text[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(is_v6_ ? AF_INET6 : AF_INET, bytes_.data(), text, sizeof(text));
  return text;
}

bool IpAddr::is_loopback() const noexcept { return is_v6_ ? *this == localhost_v6() : bytes_[0] == 127; }

io::Result<SocketAddr> SocketAddr::parse(std::string_view text) {
  const io::Error invalid = io::ErrorKind::InvalidInput;
  const bool is_bracketed = text.starts_with('[');
  const std::size_t colon = is_bracketed ? text.find("]:") : text.find(':');
  if (colon == std::string_view::npos) return invalid;
  const auto port = parse_number<std::uint16_t>(text.substr(colon + (is_bracketed ? 2 : 1)));
  if (!port) return invalid;

  std::string_view host = text.substr(is_bracketed, colon - is_bracketed);
  std::uint32_t scope_id = 0;
  if (const std::size_t percent = host.find('%'); is_bracketed && percent != std::string_view::npos) {
    const auto parsed = parse_number<std::uint32_t>(host.substr(percent + 1));
    if (!parsed) return invalid;
    scope_id = *parsed;
    host = host.substr(0, percent);
  }
  const io::Result<IpAddr> ip = IpAddr::parse(host);
  if (!ip || ip->is_v6() != is_bracketed) return invalid;
  return SocketAddr(*ip, *port, scope_id);
}

std::string SocketAddr::to_string() const {
  const std::string port = std::to_string(port_);
  if (ip_.is_v4()) return ip_.to_string() + ':' + port;
  const std::string scope = scope_id_ == 0 ? std::string() : '%' + std::to_string(scope_id_);
  return '[' + ip_.to_string() + scope + "]:" + port;
}

NativeAddr to_native(const SocketAddr& addr) noexcept {
  NativeAddr native;
  if (addr.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(native.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(addr.port());
    std::memcpy(&v4.sin_addr, addr.ip().bytes().data(), sizeof(v4.sin_addr));
    native.size = sizeof(sockaddr_in);
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(native.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(addr.port());
    v6.sin6_scope_id = addr.scope_id();
    std::memcpy(&v6.sin6_addr, addr.ip().bytes().data(), sizeof(v6.sin6_addr));
    native.size = sizeof(sockaddr_in6);
  }
  return native;
}

template <>
io::Result<SocketAddr> from_native(const NativeAddr& native) noexcept {
  if (native.storage.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(native.storage);
    IpAddr::V4Bytes bytes;
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return SocketAddr(IpAddr::v4(bytes[0], bytes[1], bytes[2], bytes[3]), ntohs(v4.sin_port));
  }
  if (native.storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(native.storage);
    IpAddr::V6Bytes bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return SocketAddr(IpAddr::v6(bytes), ntohs(v6.sin6_port), v6.sin6_scope_id);
  }
  return io::Error(EAFNOSUPPORT, boost::system::system_category());
}

}  // namespace ferry::net

std::size_t std::hash<ferry::net::IpAddr>::operator()(const ferry::net::IpAddr& ip) const noexcept {
  const auto& bytes = ip.bytes();
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(bytes.data()), bytes.size()}) +
         ip.is_v6();
}

std::size_t std::hash<ferry::net::SocketAddr>::operator()(const ferry::net::SocketAddr& addr) const noexcept {
  return ferry::net::mix(std::hash<ferry::net::IpAddr>()(addr.ip()),
                         addr.port() ^ (std::size_t{addr.scope_id()} << 16));
}
