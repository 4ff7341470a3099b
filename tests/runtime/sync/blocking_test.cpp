// What blocks a thread says so when it is called where tasks run.
#include <memory>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace ferry::sync;

namespace {

template <class Call>
Task<bool> is_refused(Call call) {
  try {
    call();
  } catch (const std::logic_error&) {
    co_return true;
  }
  co_return false;
}

template <class Call>
void check_refused(Call call) {
  CHECK(test::current_thread().block_on(is_refused(call)));
  CHECK(test::multi_thread(1).block_on(is_refused(call)));
}

}  // namespace

TEST_SUITE("sync.blocking") {
  TEST_CASE("locks are refused inside a task") {
    auto mutex = std::make_shared<const Mutex<int>>(1);
    check_refused([&] { static_cast<void>(mutex->blocking_lock()); });
    check_refused([&] { static_cast<void>(Mutex<int>::blocking_lock_owned(mutex)); });
    const RwLock<int> lock(1);
    check_refused([&] { static_cast<void>(lock.blocking_read()); });
    check_refused([&] { static_cast<void>(lock.blocking_write()); });
    CHECK(mutex->try_lock().has_value());
    CHECK(lock.try_write().has_value());
  }

  TEST_CASE("semaphores are refused inside a task") {
    auto semaphore = std::make_shared<const Semaphore>(8);
    check_refused([&] { static_cast<void>(semaphore->blocking_acquire()); });
    check_refused([&] { static_cast<void>(semaphore->blocking_acquire_many(2)); });
    check_refused([&] { static_cast<void>(Semaphore::blocking_acquire_owned(semaphore)); });
    check_refused([&] { static_cast<void>(Semaphore::blocking_acquire_many_owned(semaphore, 2)); });
    CHECK(semaphore->available_permits() == 8);
  }

  TEST_CASE("channels are refused inside a task") {
    auto [tx, rx] = mpsc::channel<int>(1);
    std::vector<int> values;
    check_refused([&tx = tx] { static_cast<void>(tx.blocking_send(1)); });
    check_refused([&rx = rx] { static_cast<void>(rx.blocking_recv()); });
    check_refused([&, &rx = rx] { static_cast<void>(rx.blocking_recv_many(values, 1)); });
    auto [once_tx, once_rx] = oneshot::channel<int>();
    check_refused([&rx = once_rx] { static_cast<void>(std::move(rx).blocking_recv()); });
    auto [all_tx, all_rx] = broadcast::channel<int>(1);
    check_refused([&rx = all_rx] { static_cast<void>(rx.blocking_recv()); });
  }

  TEST_CASE("threads of the blocking pool may block") {
    auto body = []() -> Task<int> {
      auto mutex = std::make_shared<const Mutex<int>>(4);
      auto handle = task::spawn_blocking([mutex] { return *mutex->blocking_lock(); });
      co_return (co_await handle).value();
    };
    CHECK(test::current_thread().block_on(body()) == 4);
  }
}
