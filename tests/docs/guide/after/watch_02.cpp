#include <string>

#include <ferry/sync.hpp>

namespace rt = ferry;

// [guide]
bool publish(rt::sync::watch::Sender<std::string>& names, std::string name) {
  return names.send(std::move(name)).has_value();
}
// [guide]
