// Who hears which signal, process-wide.
#pragma once

#include <atomic>

#include <ferry/result.hpp>

namespace ferry::signal::detail {

/// One listener's counter of signals. A handler may look at it at any time, so it is never freed and its
/// eventfd never closed; the next listener of the same signal takes it over.
class Slot {
 public:
  explicit Slot(int event_fd) noexcept : event_fd(event_fd) {}
  const int event_fd;
  std::atomic<bool> is_used{false};
  Slot* next = nullptr;
};

/// A slot that hears signal `number` from now on.
io::Result<Slot*> subscribe(int number);
void unsubscribe(Slot& slot) noexcept;

}  // namespace ferry::signal::detail
