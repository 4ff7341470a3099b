#include <ferry/pin.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>

namespace rt = ferry;

// [guide]
rt::Task<void> wait_in_turn(rt::sync::Notify& event) {
  auto first = rt::pin([&event] { return event.notified(); });
  auto second = std::move(first);
  co_await second;
}
// [guide]
