#include <chrono>

#include <ferry/pin.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

namespace rt = ferry;
using namespace std::chrono_literals;

// [local]
rt::Task<bool> finish_in_time(rt::sync::Notify& finished) {
  auto limit = rt::time::sleep(5s);
  auto first = co_await rt::select(finished.notified(), limit);
  co_return first.index() == 0;
}
// [local]

// [member]
class Session {
 public:
  explicit Session(rt::time::Duration limit) : idle_(rt::pin(rt::time::sleep, limit)) {}
  void touch(rt::time::Duration limit) { idle_->reset(rt::time::Instant::now() + limit); }
  rt::Task<void> until_idle() { co_await idle_; }

 private:
  rt::Pin<rt::time::Sleep> idle_;
};
// [member]
