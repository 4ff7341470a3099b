// A room: whoever is in it hears what is said in it.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <ferry/v0_2/sync.hpp>

#include "message.hpp"
#include "rt.hpp"

namespace chat {

using Messages = rt::sync::broadcast::Receiver<Message>;

/// Thread safety: every member may be called from any thread.
class Room {
 public:
  /// Who falls further behind than this misses messages.
  static constexpr std::size_t kCapacity = 32;

  explicit Room(std::string name);

  const std::string& name() const { return name_; }

  /// What is said from now on. Everybody hears that `nick` entered.
  Messages enter(const std::string& nick);
  void leave(const std::string& nick);
  bool has(const std::string& nick) const;
  std::vector<std::string> members() const;

  void say(const std::string& nick, const std::string& text);

 private:
  const std::string name_;
  rt::sync::broadcast::Sender<Message> messages_;
  mutable std::mutex mutex_;
  std::set<std::string> members_;
};

using RoomPtr = std::shared_ptr<Room>;

}  // namespace chat
