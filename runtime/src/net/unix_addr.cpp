#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <sys/un.h>

#include <ferry/io/error.hpp>
#include <ferry/net/unix_addr.hpp>

#include "net/sockaddr.hpp"

namespace ferry::net {

static_assert(sizeof(sockaddr_un::sun_path) == UnixSocketAddr::kMaxSize + 1);

io::Result<UnixSocketAddr> UnixSocketAddr::from_bytes(std::string_view bytes) noexcept {
  UnixSocketAddr addr;
  if (bytes.size() > addr.bytes_.size()) return io::Error(io::ErrorKind::InvalidInput);
  addr.size_ = static_cast<std::uint8_t>(bytes.size());
  std::ranges::copy(bytes, addr.bytes_.begin());
  return addr;
}

io::Result<UnixSocketAddr> UnixSocketAddr::from_pathname(const std::filesystem::path& path) {
  const std::string& bytes = path.native();
  if (bytes.empty() || bytes.size() > kMaxSize || bytes.find('\0') != std::string::npos)
    return io::Error(io::ErrorKind::InvalidInput);
  return from_bytes(bytes);
}

io::Result<UnixSocketAddr> UnixSocketAddr::from_abstract_name(std::string_view name) {
  return from_bytes(std::string(1, '\0').append(name));
}

std::optional<std::filesystem::path> UnixSocketAddr::as_pathname() const {
  if (is_unnamed() || bytes_[0] == '\0') return std::nullopt;
  return std::filesystem::path(bytes());
}

std::optional<std::string_view> UnixSocketAddr::as_abstract_name() const noexcept {
  if (is_unnamed() || bytes_[0] != '\0') return std::nullopt;
  return bytes().substr(1);
}

NativeAddr to_native(const UnixSocketAddr& addr) noexcept {
  NativeAddr native;
  auto& local = reinterpret_cast<sockaddr_un&>(native.storage);
  local.sun_family = AF_UNIX;
  const std::string_view bytes = addr.bytes();
  std::ranges::copy(bytes, local.sun_path);
  native.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + bytes.size());
  const bool ends_with_zero =
      !bytes.empty() && bytes.front() != '\0' && bytes.size() < sizeof(local.sun_path);
  if (ends_with_zero) ++native.size;
  return native;
}

template <>
io::Result<UnixSocketAddr> from_native(const NativeAddr& native) noexcept {
  const auto& local = reinterpret_cast<const sockaddr_un&>(native.storage);
  constexpr std::size_t kHead = offsetof(sockaddr_un, sun_path);
  // The system gives no address at all for a sender without a name.
  if (native.size <= kHead) return UnixSocketAddr();
  if (local.sun_family != AF_UNIX) return io::Error(EAFNOSUPPORT, boost::system::system_category());
  const std::string_view bytes(local.sun_path,
                               std::min<std::size_t>(native.size - kHead, sizeof(local.sun_path)));
  // A path that another program has bound may go to the last byte, without a zero at its end.
  return UnixSocketAddr::from_bytes(bytes.front() == '\0' ? bytes : bytes.substr(0, bytes.find('\0')));
}

io::Result<UnixSocketAddr> detail::to_unix_addr(const std::filesystem::path& path) {
  const std::string& bytes = path.native();
  if (bytes.starts_with('\0')) return UnixSocketAddr::from_abstract_name(std::string_view(bytes).substr(1));
  return UnixSocketAddr::from_pathname(path);
}

}  // namespace ferry::net
