#include <memory>

#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

namespace rt = ferry;

// [accept]
rt::Task<void> take_one(const rt::net::TcpListener& listener) { (void)co_await listener.accept(); }
// [accept]

// [runtime]
int run_on(const rt::runtime::Runtime& runtime, rt::Task<int> work) {
  return runtime.block_on(std::move(work));
}
// [runtime]

// [handle]
rt::Task<int> from_a_thread(rt::runtime::Handle handle, rt::Task<int> work) {
  auto done = co_await handle.spawn_blocking(
      [handle, work = std::move(work)]() mutable { return handle.block_on(std::move(work)); });
  co_return done.value();
}
// [handle]
