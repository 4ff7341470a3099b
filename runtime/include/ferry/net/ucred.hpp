// UCred: who is at the other end of a Unix domain socket.
#pragma once

#include <optional>
#include <sys/types.h>

namespace ferry::net {

/// A process as it was when it connected, listened or made the pair.
///
/// Tokio: `net::unix::UCred`.
class UCred {
 public:
  UCred(uid_t uid, gid_t gid, std::optional<pid_t> pid) noexcept : uid_(uid), gid_(gid), pid_(pid) {}

  /// The effective user.
  uid_t uid() const noexcept { return uid_; }
  /// The effective group.
  gid_t gid() const noexcept { return gid_; }
  /// The process; none where the system does not tell, as it is in another PID namespace.
  std::optional<pid_t> pid() const noexcept { return pid_; }

  bool operator==(const UCred&) const = default;

 private:
  uid_t uid_;
  gid_t gid_;
  std::optional<pid_t> pid_;
};

}  // namespace ferry::net
