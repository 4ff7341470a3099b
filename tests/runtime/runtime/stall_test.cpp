#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using runtime::StalledTask;

namespace {

// What a monitor has reported.
class Reports {
 public:
  void add(const StalledTask& task) {
    std::lock_guard lock(mutex_);
    all_.push_back(task);
    ++count_;
  }
  int count() const { return count_; }
  std::vector<StalledTask> all() const {
    std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<StalledTask> all_;
  std::atomic<int> count_ = 0;
};

runtime::Builder watched(runtime::Builder builder, Reports& reports) {
  builder.stall_warning(5ms, [&reports](const StalledTask& task) { reports.add(task); });
  return builder;
}

// Keeps its thread until the monitor has said so, `times` times.
Task<void> stall(Reports& reports, int times) {
  for (int i = 0; i < times; ++i) {
    co_await task::yield_now();
    const int before = reports.count();
    while (reports.count() == before) std::this_thread::yield();
  }
}

}  // namespace

TEST_SUITE("runtime.StalledTask") {
  TEST_CASE("a poll that keeps its thread is reported while it goes on, by name and place") {
    test::for_each_flavor_built([](const runtime::Builder& builder) {
      Reports reports;
      const runtime::Runtime rt = watched(builder, reports).build().value();
      auto task = task::Builder().name("greedy").spawn_on(stall(reports, 1), rt.handle());
      const unsigned line = __LINE__ - 1;
      const task::Id id = task.id();
      rt.block_on(task).value();
      const std::vector<StalledTask> all = reports.all();
      REQUIRE_FALSE(all.empty());
      const StalledTask& stalled = all.front();
      CHECK(stalled.id() == id);
      CHECK(stalled.name() == "greedy");
      CHECK(stalled.spawned_at().line() == line);
      CHECK(stalled.held_for() >= 5ms);
      CHECK(std::string(stalled.resumed_at().file_name()).ends_with("stall_test.cpp"));
      const std::string text = stalled.to_string();
      INFO(text);
      CHECK(text.starts_with("task " + std::to_string(id.value()) + " (greedy), spawned by "));
      CHECK(text.find(" ms without waiting; it went on in ") != std::string::npos);
      CHECK(text.find("::stall at ") != std::string::npos);
    });
  }

  TEST_CASE("each poll is reported anew, but only once") {
    Reports reports;
    const runtime::Runtime rt =
        watched(runtime::Builder::new_multi_thread().worker_threads(1), reports).build().value();
    auto task = rt.spawn(stall(reports, 3));
    rt.block_on(task).value();
    // More only if this machine stopped the thread between two polls for longer than the limit.
    CHECK(reports.count() >= 3);
    auto long_poll = rt.spawn([](Reports& reports) -> Task<void> {
      co_await task::yield_now();
      const int before = reports.count();
      while (reports.count() == before) std::this_thread::yield();
      std::this_thread::sleep_for(40ms);
      CHECK(reports.count() == before + 1);
    }(reports));
    rt.block_on(long_poll).value();
  }

  TEST_CASE("the future of block_on is reported on a current_thread runtime") {
    Reports reports;
    const runtime::Runtime rt = watched(runtime::Builder::new_current_thread(), reports).build().value();
    rt.block_on(stall(reports, 1));
    REQUIRE_FALSE(reports.all().empty());
    CHECK_FALSE(reports.all().front().id().has_value());
    CHECK(reports.all().front().to_string().starts_with("the future of block_on has kept its thread for "));
  }

  TEST_CASE("a task that blocks inside block_in_place is none that stalls") {
    Reports reports;
    const runtime::Runtime rt =
        watched(runtime::Builder::new_multi_thread().worker_threads(1), reports).build().value();
    auto task = rt.spawn([]() -> Task<void> {
      co_await task::yield_now();
      task::block_in_place([] { std::this_thread::sleep_for(50ms); });
    }());
    rt.block_on(task).value();
    for (const StalledTask& stalled : reports.all()) CHECK(stalled.held_for() < 50ms);
    CHECK(reports.count() <= 1);  // on its way there
  }

  TEST_CASE("timers go on while the worker that held the driver is in a long poll") {
    Reports reports;
    const runtime::Runtime rt =
        watched(runtime::Builder::new_multi_thread().worker_threads(2).enable_all(), reports).build().value();
    for (int round = 0; round < 5; ++round) {
      std::atomic<bool> is_late = false;
      auto late = rt.spawn([](std::atomic<bool>& is_late) -> Task<void> {
        co_await time::sleep(30ms);
        is_late = true;
      }(is_late));
      // Woken by the driver, alone: its worker leaves the driver for as long as this takes.
      auto greedy = rt.spawn([](std::atomic<bool>& is_late) -> Task<void> {
        co_await time::sleep(5ms);
        while (!is_late) std::this_thread::yield();
      }(is_late));
      rt.block_on(greedy).value();
      rt.block_on(late).value();
    }
    CHECK(reports.count() >= 1);
  }

  TEST_CASE("a report may end the runtime") {
    std::atomic<bool> is_over = false;
    std::atomic<bool> is_started = false;
    auto rt = std::make_shared<std::optional<runtime::Runtime>>();
    *rt = runtime::Builder::new_multi_thread()
              .worker_threads(1)
              .stall_warning(2ms,
                             [&](const StalledTask&) {
                               while (!is_started) std::this_thread::yield();
                               std::move(**rt).shutdown_background();
                               is_over = true;
                             })
              .build()
              .value();
    auto task = (*rt)->spawn([](std::atomic<bool>& is_over) -> Task<void> {
      co_await task::yield_now();
      while (!is_over) std::this_thread::yield();
    }(is_over));
    is_started = true;
    while (!task.is_finished()) std::this_thread::yield();
    CHECK(is_over);
  }

  TEST_CASE("a limit of nothing is refused") {
    CHECK_THROWS_AS(runtime::Builder::new_multi_thread().stall_warning(0ms), std::logic_error);
    CHECK_THROWS_AS(runtime::Builder::new_multi_thread().stall_warning(-1ms), std::logic_error);
  }
}

TEST_SUITE("runtime.Builder.report_alive_tasks") {
  Task<void> wait_for_ever(sync::Notify & notify) { co_await notify.notified(); }

  TEST_CASE("the tasks that are left at shutdown are reported before they are destroyed") {
    test::for_each_flavor_built([](runtime::Builder builder) {
      sync::Notify notify;
      std::vector<std::string> left;
      int reports = 0;
      bool were_alive = true;
      std::optional<task::JoinHandle<void>> first;
      {
        const runtime::Runtime rt = builder
                                        .report_alive_tasks([&](const runtime::Dump& dump) {
                                          ++reports;
                                          for (const runtime::TaskDump& task : dump.tasks())
                                            left.emplace_back(task.name());
                                          were_alive = !first->is_finished();
                                        })
                                        .build()
                                        .value();
        first = task::Builder().name("first").spawn_on(wait_for_ever(notify), rt.handle());
        const auto second = task::Builder().name("second").spawn_on(wait_for_ever(notify), rt.handle());
        auto finished = rt.spawn(task::yield_now());
        rt.block_on(finished).value();
      }
      CHECK(reports == 1);
      CHECK(left == std::vector<std::string>{"first", "second"});
      CHECK(were_alive);
      CHECK(first->is_finished());
    });
  }

  TEST_CASE("nothing is reported when no task is left") {
    int reports = 0;
    {
      const runtime::Runtime rt = runtime::Builder::new_current_thread()
                                      .report_alive_tasks([&](const runtime::Dump&) { ++reports; })
                                      .build()
                                      .value();
      auto finished = rt.spawn(task::yield_now());
      rt.block_on(finished).value();
    }
    CHECK(reports == 0);
  }
}
