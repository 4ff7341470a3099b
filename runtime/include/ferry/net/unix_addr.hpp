// UnixSocketAddr: where a Unix domain socket is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include <ferry/result.hpp>

namespace ferry::net {

/// The address of a Unix domain socket: a path, a name that no file has ("abstract"), or none.
///
/// Where a socket takes a path, one that begins with a zero byte is an abstract name.
/// Tokio: `net::unix::SocketAddr`.
class UnixSocketAddr {
 public:
  /// What a path or name may have, in bytes.
  static constexpr std::size_t kMaxSize = 107;

  /// No name: that of a socket that was not bound.
  UnixSocketAddr() noexcept = default;
  /// Errors: InvalidInput for a path that is empty, has a zero byte or is longer than `kMaxSize`. Tokio:
  /// `std::os::unix::net::SocketAddr::from_pathname`.
  static io::Result<UnixSocketAddr> from_pathname(const std::filesystem::path& path);
  /// Errors: InvalidInput for a name longer than `kMaxSize`. Tokio: `SocketAddrExt::from_abstract_name`.
  static io::Result<UnixSocketAddr> from_abstract_name(std::string_view name);

  bool is_unnamed() const noexcept { return size_ == 0; }
  std::optional<std::filesystem::path> as_pathname() const;
  /// The name, which is borrowed from this, without the zero byte before it.
  std::optional<std::string_view> as_abstract_name() const noexcept;

  bool operator==(const UnixSocketAddr&) const = default;

  /// The path, or a zero byte and the abstract name. For other parts of ferry.
  std::string_view bytes() const noexcept { return {bytes_.data(), size_}; }
  /// From what `bytes` gives, up to one byte longer than `kMaxSize`. Likewise.
  static io::Result<UnixSocketAddr> from_bytes(std::string_view bytes) noexcept;

 private:
  std::uint8_t size_ = 0;
  std::array<char, kMaxSize + 1> bytes_{};
};

}  // namespace ferry::net
