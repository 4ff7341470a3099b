#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/compat/enter.hpp>
#include <ferry/compat/shared_runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/time.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/runtime.hpp>
#include <ferry/v0_2/task.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

static_assert(std::copy_constructible<compat::SharedRuntime>);

Task<std::size_t> echo_once() {
  auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
  auto client = (co_await net::TcpStream::connect(listener.local_addr().value())).value();
  auto accepted = (co_await listener.accept()).value();
  CHECK((co_await accepted.first.write_all("ping")).has_value());
  std::string text(4, '\0');
  auto count = co_await client.read_exact(text);
  co_return count.value();
}

Task<int> meet(sync::Notify& mine, sync::Notify& other) {
  other.notify_one();
  co_await mine.notified();
  co_await time::sleep(1ms);
  co_return 1;
}

void check_from_many_threads(const compat::SharedRuntime& shared) {
  // Two threads that wait for each other inside block_on: neither may keep the other out.
  sync::Notify a, b;
  int left = 0, right = 0;
  std::thread first([&a, &b, &left, shared] { left = shared.block_on(meet(a, b)); });
  std::thread second([&a, &b, &right, shared] { right = shared.block_on(meet(b, a)); });
  first.join();
  second.join();
  CHECK(left + right == 2);

  std::vector<std::size_t> read(4);
  std::vector<std::thread> threads;
  for (auto& count : read) threads.emplace_back([&count, shared] { count = shared.block_on(echo_once()); });
  for (auto& thread : threads) thread.join();
  CHECK(read == std::vector<std::size_t>{4, 4, 4, 4});
}

}  // namespace

TEST_SUITE("compat.SharedRuntime") {
  TEST_CASE("RT-04: several threads block on one runtime at the same time, with sockets and timers driven") {
    SUBCASE("current_thread") { check_from_many_threads(compat::SharedRuntime(test::current_thread())); }
    SUBCASE("multi_thread") { check_from_many_threads(compat::SharedRuntime(test::multi_thread())); }
    SUBCASE("of 0.2") {
      check_from_many_threads(
          compat::SharedRuntime(legacy::runtime::Builder().basic_scheduler().enable_all().build().value()));
    }
  }

  TEST_CASE("RT-10: blocking jobs block on the runtime that they run on, inside a block_on of it") {
    const auto nest = [](const compat::SharedRuntime& shared) {
      const auto jobs = [](compat::SharedRuntime owner) -> Task<std::size_t> {
        const auto job = [owner] { return owner.block_on(echo_once()); };
        auto first = owner.spawn_blocking(job);
        auto second = task::spawn_blocking(job);
        const auto one = co_await first;
        const auto two = co_await second;
        co_return one.value() + two.value();
      };
      CHECK(shared.block_on(jobs(shared)) == 8);
    };
    nest(compat::SharedRuntime(test::current_thread()));
    nest(compat::SharedRuntime(test::multi_thread()));
  }

  TEST_CASE("RT-05: a function is called in the runtime's context, by any of its owners and handles") {
    const compat::SharedRuntime shared(test::multi_thread());
    const auto start = [] { return spawn(echo_once()); };
    auto joined = compat::enter(shared, start);
    CHECK(shared.block_on(joined).value() == 4);
    auto again = compat::enter(shared.handle(), start);
    CHECK(shared.block_on(again).value() == 4);
    const auto guard = shared.enter();
    CHECK(shared.block_on(start()).value() == 4);
  }

  TEST_CASE("the runtime lives as long as its last owner") {
    auto shared = std::make_unique<compat::SharedRuntime>(test::multi_thread());
    const compat::SharedRuntime copy = *shared;
    shared.reset();
    auto handle = copy.spawn(echo_once());
    CHECK(copy.block_on(handle).value() == 4);
  }
}
