#include "pool.hpp"

#include <algorithm>

namespace proxy {

void Pool::replace(const BackendList& addresses) {
  std::lock_guard lock(mutex_);
  std::vector<BackendPtr> fresh;
  for (const auto& address : addresses) {
    const auto is_same = [&](const BackendPtr& backend) { return backend->address == address; };
    if (std::any_of(fresh.begin(), fresh.end(), is_same)) continue;
    const auto known = std::find_if(backends_.begin(), backends_.end(), is_same);
    fresh.push_back(known != backends_.end() ? *known : std::make_shared<Backend>(address));
  }
  backends_ = std::move(fresh);
}

BackendPtr Pool::next() {
  std::lock_guard lock(mutex_);
  for (std::size_t tried = 0; tried < backends_.size(); ++tried) {
    const auto& backend = backends_[turn_++ % backends_.size()];
    if (backend->is_up) return backend;
  }
  return nullptr;
}

std::vector<BackendPtr> Pool::all() const {
  std::lock_guard lock(mutex_);
  return backends_;
}

std::vector<BackendPtr> Pool::down() const {
  auto backends = all();
  std::erase_if(backends, [](const BackendPtr& backend) { return backend->is_up.load(); });
  return backends;
}

}  // namespace proxy
