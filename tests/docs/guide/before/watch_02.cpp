#include <string>

#include <ferry/v0_2/sync.hpp>

namespace rt = ferry::v0_2;

// [guide]
bool publish(rt::sync::watch::Sender<std::string>& names, std::string name) {
  return names.broadcast(std::move(name)).has_value();
}
// [guide]
