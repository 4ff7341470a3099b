// Who is there, and whether they are.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <ferry/v0_2/sync.hpp>

#include "rt.hpp"

namespace chat {

enum class Presence { Here, Away, Gone };

const char* name_of(Presence presence);

/// The present value first, then each change; the end after Gone.
using PresenceUpdates = rt::sync::watch::Receiver<Presence>;

class Members;

/// A nickname that is taken for as long as this lives.
class Member {
 public:
  Member(Members& members, std::string nick, rt::sync::watch::Sender<Presence> presence);
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  ~Member();

  const std::string& nick() const { return nick_; }
  void show(Presence presence);

 private:
  Members& members_;
  const std::string nick_;
  rt::sync::watch::Sender<Presence> presence_;
};

/// Thread safety: every member may be called from any thread.
class Members {
 public:
  /// Takes a nickname; null when another one has it.
  std::unique_ptr<Member> enter(const std::string& nick);

  /// How it goes with `nick`; none when there is nobody of that name.
  std::optional<PresenceUpdates> watch(const std::string& nick) const;

 private:
  friend class Member;
  void leave(const std::string& nick);

  mutable std::mutex mutex_;
  std::map<std::string, PresenceUpdates> presences_;
};

}  // namespace chat
