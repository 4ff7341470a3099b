#include <ferry/v0_2/pin.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>

namespace rt = ferry::v0_2;

// [guide]
rt::Task<void> wait_in_turn(rt::sync::Notify& event) {
  auto first = rt::pin([&event] { return event.notified(); });
  auto second = std::move(first);
  co_await second;
}
// [guide]
