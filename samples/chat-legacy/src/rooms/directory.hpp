// All rooms by their names.
#pragma once

#include <map>
#include <string>

#include <ferry/v0_2/sync.hpp>

#include "room.hpp"

namespace chat {

/// Thread safety: every member may be called from any thread.
class Directory {
 public:
  /// The room of that name, which is made when there is none yet.
  rt::Task<RoomPtr> open(std::string name);

  /// The same, but null when there is none.
  rt::Task<RoomPtr> find(std::string name) const;

 private:
  using Rooms = std::map<std::string, RoomPtr>;

  rt::sync::RwLock<Rooms> rooms_;
};

}  // namespace chat
