// UCred: 0.2's, whose parts are members.
#pragma once

#include <sys/types.h>

#include <ferry/annotate.hpp>
#include <ferry/net/ucred.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::net {

/// A part of a `UCred`: read as a member in 0.2, called as a function in 1.x.
template <class T>
class UCredPart {
 public:
  explicit UCredPart(T value) noexcept : value_(value) {}

  FERRY_NATIVE("UNIX-07", safe, "a call: uid() or gid()")
  operator T() const noexcept { return value_; }
  /// The function of 1.x.
  T operator()() const noexcept { return value_; }

  bool operator==(const UCredPart&) const = default;

 private:
  T value_;
};

/// Who is at the other end of a Unix domain socket: `cred.uid` and `cred.gid`, which can be called as well.
///
/// Tokio: 0.2's `net::unix::UCred`.
class UCred : public ferry::net::UCred {
 public:
  explicit UCred(const ferry::net::UCred& cred) noexcept
      : ferry::net::UCred(cred), uid(cred.uid()), gid(cred.gid()) {}

  /// The effective user.
  UCredPart<uid_t> uid;
  /// The effective group.
  UCredPart<gid_t> gid;

  bool operator==(const UCred&) const = default;
};

}  // namespace ferry::v0_2::net
