// Addresses as the system calls want them.
#pragma once

#include <filesystem>

#include <ferry/net/native_addr.hpp>
#include <ferry/net/unix_addr.hpp>
#include <ferry/result.hpp>

namespace ferry::net::detail {

using net::from_native;
using net::NativeAddr;
using net::to_native;

/// The address that a path means: an abstract name when it begins with a zero byte.
io::Result<UnixSocketAddr> to_unix_addr(const std::filesystem::path& path);

}  // namespace ferry::net::detail
