/// The shims of the 0.2 API beside the calls of 1.x that take their place, on the same runtime: each workload
/// is one template, which is told the API that it uses.
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include <ferry/ferry.hpp>
#include <ferry/v0_2.hpp>

#include "micro/support.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using ferry::Task;
namespace old = ferry::v0_2;

struct Legacy {
  static auto sleep(ferry::time::Duration duration) { return old::time::delay_for(duration); }
  static auto interval(ferry::time::Duration period) { return old::time::interval(period); }
  static auto tick(old::time::Interval& interval) { return interval.next(); }
  static auto mpsc(std::size_t capacity) { return old::sync::mpsc::channel<std::size_t>(capacity); }
  static auto receive(old::sync::mpsc::Receiver<std::size_t>& receiver) { return receiver.next(); }
  static auto watch() { return old::sync::watch::channel<std::size_t>(0); }
  static auto set(old::sync::watch::Sender<std::size_t>& sender, std::size_t value) {
    return sender.broadcast(value);
  }
  static Task<std::size_t> see(old::sync::watch::Receiver<std::size_t>& receiver) {
    auto value = co_await receiver.recv();
    co_return *value;
  }
  using Notify = old::sync::Notify;
  static void notify(Notify& notify) { notify.notify(); }
  using Semaphore = old::sync::Semaphore;
  static Task<void> pass(Semaphore& semaphore) {
    const auto permit = co_await semaphore.acquire();
    co_await ferry::task::yield_now();
  }
  using Listener = old::net::TcpListener;
  using Stream = old::net::TcpStream;
  static auto accept(Listener& listener) { return listener.accept(); }
  static auto poll_read(Stream& stream, ferry::Context& cx, std::span<std::byte> memory) {
    return stream.poll_read(cx, memory);
  }
  using Handle = old::runtime::Handle;
  template <class F>
  static void enter(const Handle& handle, F&& f) {
    handle.enter(std::forward<F>(f));
  }
  static auto framed(ferry::io::DuplexStream stream) {
    return old::util::codec::Framed(std::move(stream), old::util::codec::LinesCodec());
  }
};

struct Modern {
  static auto sleep(ferry::time::Duration duration) { return ferry::time::sleep(duration); }
  static auto interval(ferry::time::Duration period) { return ferry::time::interval(period); }
  static auto tick(ferry::time::Interval& interval) { return interval.tick(); }
  static auto mpsc(std::size_t capacity) { return ferry::sync::mpsc::channel<std::size_t>(capacity); }
  static auto receive(ferry::sync::mpsc::Receiver<std::size_t>& receiver) { return receiver.recv(); }
  static auto watch() { return ferry::sync::watch::channel<std::size_t>(0); }
  static auto set(ferry::sync::watch::Sender<std::size_t>& sender, std::size_t value) {
    return sender.send(value);
  }
  static Task<std::size_t> see(ferry::sync::watch::Receiver<std::size_t>& receiver) {
    auto changed = co_await receiver.changed();
    expect(changed.has_value());
    co_return *receiver.borrow_and_update();
  }
  using Notify = ferry::sync::Notify;
  static void notify(Notify& notify) { notify.notify_one(); }
  using Semaphore = ferry::sync::Semaphore;
  static Task<void> pass(Semaphore& semaphore) {
    const auto permit = co_await semaphore.acquire();
    expect(permit.has_value());
    co_await ferry::task::yield_now();
  }
  using Listener = ferry::net::TcpListener;
  using Stream = ferry::net::TcpStream;
  static auto accept(Listener& listener) { return listener.accept(); }
  static auto poll_read(Stream& stream, ferry::Context& cx, std::span<std::byte> memory) {
    return ferry::io::poll_read_bytes(stream, cx, memory);
  }
  using Handle = ferry::runtime::Handle;
  template <class F>
  static void enter(const Handle& handle, F&& f) {
    const auto guard = handle.enter();
    std::forward<F>(f)();
  }
  static auto framed(ferry::io::DuplexStream stream) {
    return ferry::util::codec::Framed(std::move(stream), ferry::util::codec::LinesCodec());
  }
};

// --- workloads

constexpr std::size_t kSleepers = 1000;
constexpr std::size_t kSleeps = 20'000;

template <class Api>
Task<void> doze(std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) co_await Api::sleep(1ms);
}
template <class Api>
Task<void> shim_sleep() {
  std::vector<ferry::task::JoinHandle<void>> tasks;
  for (std::size_t i = 0; i < kSleepers; ++i) tasks.push_back(ferry::spawn(doze<Api>(kSleeps / kSleepers)));
  for (auto& task : tasks) (co_await task).value();
}

template <class Api>
Task<void> shim_interval() {
  ferry::time::pause();  // a tick takes no time
  auto interval = Api::interval(1ms);
  for (std::size_t i = 0; i < kOperations; ++i) (void)co_await Api::tick(interval);
  ferry::time::resume();
}

template <class Sender>
Task<void> send_all(Sender sender) {
  for (std::size_t i = 0; i < kOperations; ++i) {
    auto sent = co_await sender.send(i);
    expect(sent.has_value());
  }
}
template <class Api>
Task<void> shim_mpsc() {
  auto [sender, receiver] = Api::mpsc(kChannelCapacity);
  auto sending = ferry::spawn(send_all(std::move(sender)));
  std::size_t sum = 0;
  while (auto value = co_await Api::receive(receiver)) sum += *value;
  expect(sum == kOperations * (kOperations - 1) / 2);
  (co_await sending).value();
}

template <class Api>
Task<void> shim_watch() {
  auto [sender, receiver] = Api::watch();
  for (std::size_t i = 1; i <= kOperations; ++i) {
    expect(Api::set(sender, i).has_value());
    expect(co_await Api::see(receiver) == i);
  }
}

template <class Api>
Task<void> answer(typename Api::Notify& mine, typename Api::Notify& other, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    co_await mine.notified();
    Api::notify(other);
  }
}
template <class Api>
Task<void> shim_notify() {
  typename Api::Notify one;
  typename Api::Notify two;
  Api::notify(one);
  co_await ferry::join(answer<Api>(one, two, kOperations / 2), answer<Api>(two, one, kOperations / 2));
}

template <class Api>
Task<void> pass_often(typename Api::Semaphore& semaphore, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) co_await Api::pass(semaphore);
}
template <class Api>
Task<void> shim_semaphore() {
  typename Api::Semaphore semaphore(1);
  co_await ferry::join(pass_often<Api>(semaphore, kOperations / 2),
                       pass_often<Api>(semaphore, kOperations / 2));
}

constexpr std::size_t kSocketOperations = 10'000;

template <class Api>
Task<void> echo(typename Api::Stream stream) {
  std::array<std::byte, 64> buffer;
  for (;;) {
    const auto read = [&](ferry::Context& cx) { return Api::poll_read(stream, cx, buffer); };
    auto count = co_await ferry::poll_fn(read);
    if (!count || *count == 0) co_return;
    auto written = co_await stream.write_all(std::span(buffer).first(*count));
    expect(written.has_value());
  }
}
template <class Api>
Task<void> shim_tcp() {
  auto listener = (co_await Api::Listener::bind("127.0.0.1:0")).value();
  auto connecting = Api::Stream::connect(listener.local_addr().value());
  auto both = co_await ferry::join(connecting, Api::accept(listener));
  auto client = std::move(std::get<0>(both)).value();
  auto serving = ferry::spawn(echo<Api>(std::move(std::get<1>(both)).value().first));
  std::array<std::byte, 64> buffer{};
  for (std::size_t i = 0; i < kSocketOperations; ++i) {
    auto written = co_await client.write_all(buffer);
    auto count = co_await client.read(buffer);
    expect(written.has_value() && count.value() == buffer.size());
  }
  auto shut_down = co_await client.shutdown();
  expect(shut_down.has_value());
  (co_await serving).value();
}

template <class Api>
Task<void> shim_enter() {
  const auto handle = Api::Handle::current();
  std::size_t count = 0;
  for (std::size_t i = 0; i < kOperations; ++i) Api::enter(handle, [&] { count += 1; });
  expect(count == kOperations);
  co_return;
}

Task<void> write_lines(ferry::io::DuplexStream stream) {
  for (std::size_t i = 0; i < kOperations; ++i) {
    auto written = co_await stream.write_all("a line of text\n");
    expect(written.has_value());
  }
}
template <class Api>
Task<void> shim_framed() {
  auto [near, far] = ferry::io::duplex(std::size_t{8} << 10);
  auto writing = ferry::spawn(write_lines(std::move(near)));
  auto lines = Api::framed(std::move(far));
  std::size_t count = 0;
  while (auto line = co_await lines.next()) count += line->value().size() == 14 ? 1 : 0;
  expect(count == kOperations);
  (co_await writing).value();
}

ferry::runtime::Runtime make_runtime() {
  return ferry::runtime::Builder::new_current_thread().enable_all().build().value();
}

void add_one(const Workload& workload, const char* api, Task<void> (*work)()) {
  add(workload, 1, api, make_runtime, [work](const ferry::runtime::Runtime& runtime) {
    runtime.block_on(runtime.spawn(work())).value();
    return Figures();
  });
}

}  // namespace
}  // namespace bench

#define FERRY_ADD_SHIM(workload, ...)                                                            \
  bench::add_one({#workload __VA_OPT__(, ) __VA_ARGS__}, "0.2", bench::workload<bench::Legacy>); \
  bench::add_one({#workload __VA_OPT__(, ) __VA_ARGS__}, "1.x", bench::workload<bench::Modern>)

int main(int argc, char** argv) {
  FERRY_ADD_SHIM(shim_sleep, bench::kSleeps);
  FERRY_ADD_SHIM(shim_interval);
  FERRY_ADD_SHIM(shim_mpsc);
  FERRY_ADD_SHIM(shim_watch);
  FERRY_ADD_SHIM(shim_notify);
  FERRY_ADD_SHIM(shim_semaphore);
  FERRY_ADD_SHIM(shim_tcp, bench::kSocketOperations);
  FERRY_ADD_SHIM(shim_enter);
  FERRY_ADD_SHIM(shim_framed);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
}
