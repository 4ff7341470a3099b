// All rooms by their names.
#pragma once

#include <map>
#include <string>

#include <ferry/sync.hpp>
#include <ferry/task.hpp>

#include "room.hpp"

namespace chat {

/// Thread safety: every member may be called from any thread.
class Directory {
 public:
  /// The room of that name, which is made when there is none yet.
  ferry::Task<RoomPtr> open(std::string name);

  /// The same, but null when there is none.
  ferry::Task<RoomPtr> find(std::string name) const;

 private:
  using Rooms = std::map<std::string, RoomPtr>;

  ferry::sync::RwLock<Rooms> rooms_;
};

}  // namespace chat
