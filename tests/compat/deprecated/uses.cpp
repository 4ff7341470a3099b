// Compiled by check.cmake: the compiler warns once about each line that says so, and about no other.
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include <ferry/compat/legacy.hpp>
#include <ferry/compat/shared_runtime.hpp>
#include <ferry/compat/streams.hpp>
#include <ferry/v0_2.hpp>

namespace rt = ferry::v0_2;
using namespace std::chrono_literals;

rt::Task<void> timers() {
  co_await rt::time::delay_for(1ms);                         // warns
  co_await rt::time::delay_until(rt::time::Instant::now());  // warns
  auto kept = rt::time::delay_for(1ms);                      // warns
  kept.reset(rt::time::Instant::now());
  co_await kept;
  auto ticks = rt::time::interval(1ms);
  co_await ticks.tick();
  co_await ticks.next();  // warns
  co_await rt::stream::next(ticks);
  co_await rt::time::sleep(1ms);

  (void)co_await rt::time::timeout(1ms, rt::time::sleep(1s));
  auto limited = rt::time::timeout_at(rt::time::Instant::now(), std::move(kept));
  rt::time::Elapsed elapsed = (co_await limited).error();  // warns
  rt::time::Error error;                                   // warns
  (void)elapsed.into_io();
  (void)error.what();
  auto slow = rt::time::throttle(1ms, std::move(ticks));  // warns
  (void)co_await rt::stream::next(slow);
  rt::time::DelayQueue<int> queue;
  queue.insert(1, 1ms);
  co_await queue.next();  // warns
  co_await rt::stream::next(queue);
  auto expire = [&](rt::Context& cx) {
    return queue.poll_expired(cx);  // warns
  };
  co_await rt::poll_fn(expire);
  rt::time::pause();               // warns
  co_await rt::time::advance(1s);  // warns
  rt::time::resume();              // warns
}

class Limited {
  rt::time::Timeout<rt::time::Sleep&> timeout_;  // warns

 public:
  explicit Limited(rt::time::Sleep& sleep) : timeout_(rt::time::Instant::now(), sleep) {}
  rt::Task<void> wait() { (void)co_await timeout_; }
};

class Holder {
  rt::time::Delay delay_;  // warns

 public:
  explicit Holder(ferry::Pin<ferry::time::Sleep> sleep)
      : delay_(ferry::compat::into_legacy(std::move(sleep))) {}
  rt::Task<void> wait() { co_await delay_; }
};

rt::Task<void> channels() {
  auto [tx, rx] = rt::sync::watch::channel(1);
  (void)tx.broadcast(2);  // warns
  (void)tx.send(3);
  co_await rx.recv();  // warns
  (void)co_await rx.changed();
  auto [sender, receiver] = rt::sync::mpsc::channel<int>(1);
  (void)co_await sender.send(1);
  co_await receiver.next();  // warns
  co_await receiver.recv();
  const bool is_end = receiver.try_recv().error() == rt::sync::mpsc::error::TryRecvError::Closed;  // warns
  rt::sync::Notify notify;
  if (is_end) notify.notify();  // warns
  notify.notify_one();
  co_await notify.notified();

  co_await rx.next();  // warns
  auto look = [&](rt::Context& cx) {
    return rx.poll_recv_ref(cx);  // warns
  };
  (void)co_await rt::poll_fn(look);
  auto reserve = [&](rt::Context& cx) {
    return sender.poll_ready(cx);  // warns
  };
  (void)co_await rt::poll_fn(reserve);
  (void)sender.try_send(1);
  (void)sender.disarm();                      // warns
  rt::sync::mpsc::error::ClosedError closed;  // warns
  (void)closed.what();

  auto [all, one] = rt::sync::broadcast::channel<int>(1);
  auto two = all.subscribe();
  (void)co_await one.recv();
  co_await one.next();  // warns
  auto receive = [&](rt::Context& cx) {
    return one.poll_recv(cx);  // warns
  };
  (void)co_await rt::poll_fn(receive);
  auto stream = std::move(two).into_stream();   // warns
  rt::sync::broadcast::RecvError lost;          // warns
  rt::sync::broadcast::TryRecvError none;       // warns
  rt::sync::broadcast::SendError<int> refused;  // warns
  (void)lost.what();
  (void)none.what();
  (void)refused.what();
}

void write(rt::sync::RwLockWriteGuard<int> guard) { *guard = 1; }  // warns

rt::Task<void> locks() {
  const auto semaphore = std::make_shared<rt::sync::Semaphore>(1);
  {
    auto permit = co_await semaphore->acquire();  // warns
  }
  auto owned = co_await rt::sync::Semaphore::acquire_owned(semaphore);  // warns
  (void)semaphore->try_acquire();
  const rt::sync::RwLock<int> lock(1);
  write(co_await lock.write());
  auto guard = co_await lock.write();
  auto part = std::move(guard).map([](int& value) -> int& { return value; });
  *part = 2;
}

rt::Task<int> tasks() {
  auto joined = co_await rt::spawn([]() -> rt::Task<int> { co_return 1; }());
  const rt::task::JoinError error = joined.error();
  (void)rt::task::JoinError::cancelled();     // warns
  (void)rt::task::JoinError::panic(nullptr);  // warns
  (void)error.is_panic();
  co_return joined.value();
}

rt::Task<void> sockets(int fd) {
  auto listener = rt::net::TcpListener::from_std(fd).value();  // warns
  auto incoming = listener.incoming();                         // warns
  co_await incoming.next();                                    // warns
  co_await listener.next();                                    // warns
  auto accepted = (co_await listener.accept()).value();
  auto stream = rt::net::TcpStream::from_std(fd).value();  // warns
  std::array<std::byte, 8> buffer;
  (void)co_await rt::io::read(stream, buffer);
  (void)co_await rt::io::copy(stream, accepted.first);
  auto fill = [&](rt::Context& cx) {
    return stream.poll_read(cx, std::span(buffer));  // warns
  };
  (void)co_await rt::poll_fn(fill);
}

int main() {
  auto runtime = rt::runtime::Builder()     // warns
                     .threaded_scheduler()  // warns
                     .core_threads(1)       // warns
                     .max_threads(4)        // warns
                     .enable_all()
                     .build()
                     .value();
  runtime.enter([] {});           // warns
  runtime.handle().enter([] {});  // warns
  runtime.block_on(timers());
  runtime.block_on(channels());
  runtime.block_on(sockets(-1));
  runtime.block_on(locks());
  const rt::task::LocalSet set;
  set.block_on(runtime, tasks());
  rt::run(tasks());
  const auto options = rt::MainOptions()           // warns
                           .core_threads(1)        // warns
                           .max_threads(4)         // warns
                           .basic_scheduler()      // warns
                           .threaded_scheduler();  // warns
  const auto for_test = rt::test_options();        // warns
  rt::run(tasks(), for_test);
  return rt::run(tasks(), options);
}
