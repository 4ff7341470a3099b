// The backends, and whose turn it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "options.hpp"

namespace proxy {

struct Backend {
  explicit Backend(ferry::net::SocketAddr where) : address(where) {}

  const ferry::net::SocketAddr address;
  std::atomic<bool> is_up{true};  // until something shows that it is not
  std::atomic<std::uint64_t> served{0};
};

using BackendPtr = std::shared_ptr<Backend>;

/// Thread safety: every member may be called from any thread.
class Pool {
 public:
  /// Takes the new list. Backends that stay keep what is known about them.
  void replace(const BackendList& addresses);

  /// Round robin over the backends that are up; none when there is no such.
  BackendPtr next();

  std::vector<BackendPtr> all() const;
  std::vector<BackendPtr> down() const;

 private:
  mutable std::mutex mutex_;
  std::vector<BackendPtr> backends_;
  std::size_t turn_ = 0;
};

}  // namespace proxy
