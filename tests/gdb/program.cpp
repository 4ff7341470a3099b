// Stops in `stop_here` with something of every type that share/gdb/ferry.py prints.
#include <chrono>
#include <cstdio>

#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

using namespace ferry;

namespace app {

Task<int> receive(sync::mpsc::Receiver<int>& numbers) {
  auto number = co_await numbers.recv();
  co_return number.value_or(0);
}
Task<void> serve(sync::mpsc::Receiver<int>& numbers) {
  const int number = co_await receive(numbers);
  std::printf("%d\n", number);
}
Task<void> enter(sync::Mutex<int>& mutex) {
  auto guard = co_await mutex.lock();
  ++*guard;
}

}  // namespace app

[[gnu::noinline]] void stop_here() { asm volatile(""); }

int main() {
  const runtime::Runtime rt = runtime::Builder::new_current_thread().enable_all().build().value();
  const runtime::Handle handle = rt.handle();
  auto [sender, receiver] = sync::mpsc::channel<int>(3);
  auto [unbounded, unbounded_receiver] = sync::mpsc::unbounded_channel<int>();
  auto [promise, outcome] = sync::oneshot::channel<int>();
  auto [announcer, listener] = sync::broadcast::channel<int>(4);
  auto [setting, reader] = sync::watch::channel<int>(1);
  sync::Mutex<int> mutex(5);
  auto guard = rt.block_on(mutex.lock());
  const bool was_sent = announcer.send(1).has_value() && std::move(promise).send(2).has_value();

  auto serving = rt.spawn(app::serve(receiver));
  auto entering = rt.spawn(app::enter(mutex));
  rt.block_on([]() -> Task<void> {
    for (int i = 0; i < 3; ++i) co_await task::yield_now();
  }());
  auto not_begun = app::enter(mutex);
  auto suspended = app::enter(mutex);
  Context cx(Waker::noop());
  static_cast<void>(suspended.poll(cx));
  const Poll<int> some = 7;
  const Poll<int> none = pending;
  const Poll<void> done = Poll<void>::ready();
  const time::Instant start{time::Instant::Clock::time_point(std::chrono::nanoseconds(1500000000))};

  stop_here();

  std::printf("%d %d %d %d %lld\n", was_sent, some.is_ready(), none.is_ready(), done.is_ready(),
              static_cast<long long>(start.into_std().time_since_epoch().count()));
  serving.abort();
  entering.abort();
  static_cast<void>(not_begun);
  static_cast<void>(handle);
  static_cast<void>(unbounded);
  static_cast<void>(unbounded_receiver);
  static_cast<void>(outcome);
  static_cast<void>(listener);
  static_cast<void>(setting);
  static_cast<void>(reader);
}
