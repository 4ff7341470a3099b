#include "directory.hpp"

#include <utility>

namespace chat {

rt::Task<RoomPtr> Directory::open(std::string name) {
  if (auto room = co_await find(name)) co_return room;
  rt::sync::RwLockWriteGuard<Rooms> rooms = co_await rooms_.write();
  rt::sync::RwLockWriteGuard<RoomPtr> room =
      std::move(rooms).map([&](Rooms& all) -> RoomPtr& { return all[name]; });
  if (!*room) *room = std::make_shared<Room>(name);
  co_return *room;
}

rt::Task<RoomPtr> Directory::find(std::string name) const {
  const auto rooms = co_await rooms_.read();
  const auto found = rooms->find(name);
  co_return found == rooms->end() ? nullptr : found->second;
}

}  // namespace chat
