#include "room.hpp"

#include <utility>

namespace chat {

Room::Room(std::string name) : name_(std::move(name)), messages_(kCapacity) {}

Messages Room::enter(const std::string& nick) {
  auto messages = messages_.subscribe();
  {
    const std::lock_guard lock(mutex_);
    members_.insert(nick);
  }
  (void)messages_.send(Message(Message::Kind::Entered, nick));
  return messages;
}

void Room::leave(const std::string& nick) {
  const std::lock_guard lock(mutex_);
  members_.erase(nick);
}

bool Room::has(const std::string& nick) const {
  const std::lock_guard lock(mutex_);
  return members_.contains(nick);
}

std::vector<std::string> Room::members() const {
  const std::lock_guard lock(mutex_);
  return {members_.begin(), members_.end()};
}

void Room::say(const std::string& nick, const std::string& text) {
  (void)messages_.send(Message(Message::Kind::Said, nick, text));
}

}  // namespace chat
