#include <chrono>

#include <ferry/v0_2/select.hpp>
#include <ferry/v0_2/sync.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>

namespace rt = ferry::v0_2;
using namespace std::chrono_literals;

// [local]
rt::Task<bool> finish_in_time(rt::sync::Notify& finished) {
  auto limit = rt::time::delay_for(5s);
  auto first = co_await rt::select(finished.notified(), limit);
  co_return first.index() == 0;
}
// [local]

// [member]
class Session {
 public:
  explicit Session(rt::time::Duration limit) : idle_(rt::time::delay_for(limit)) {}
  void touch(rt::time::Duration limit) { idle_.reset(rt::time::Instant::now() + limit); }
  rt::Task<void> until_idle() { co_await idle_; }

 private:
  rt::time::Delay idle_;
};
// [member]
