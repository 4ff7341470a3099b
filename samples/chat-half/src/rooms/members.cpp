#include "members.hpp"

#include <utility>

namespace chat {

const char* name_of(Presence presence) {
  switch (presence) {
    case Presence::Here:
      return "here";
    case Presence::Away:
      return "away";
    case Presence::Gone:
      break;
  }
  return "gone";
}

Member::Member(Members& members, std::string nick, ferry::sync::watch::Sender<Presence> presence)
    : members_(members), nick_(std::move(nick)), presence_(std::move(presence)) {}

Member::~Member() {
  show(Presence::Gone);
  members_.leave(nick_);
}

void Member::show(Presence presence) { (void)presence_.send(presence); }

std::unique_ptr<Member> Members::enter(const std::string& nick) {
  auto [presence, updates] = ferry::sync::watch::channel(Presence::Here);
  {
    const std::lock_guard lock(mutex_);
    if (!presences_.try_emplace(nick, std::move(updates)).second) return nullptr;
  }
  return std::make_unique<Member>(*this, nick, std::move(presence));
}

std::optional<PresenceUpdates> Members::watch(const std::string& nick) const {
  const std::lock_guard lock(mutex_);
  const auto found = presences_.find(nick);
  if (found == presences_.end()) return std::nullopt;
  return PresenceUpdates(found->second);
}

void Members::leave(const std::string& nick) {
  const std::lock_guard lock(mutex_);
  presences_.erase(nick);
}

}  // namespace chat
