#include <atomic>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/comes_true.hpp"
#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using test::comes_true;

namespace {

Task<void> yield_often(int times) {
  for (int i = 0; i < times; ++i) co_await task::yield_now();
}

Task<void> wait_for(sync::Notify& notify) { co_await notify.notified(); }

std::uint64_t sum_of_workers(const runtime::RuntimeMetrics& metrics,
                             std::uint64_t (runtime::RuntimeMetrics::*count)(std::size_t) const) {
  std::uint64_t sum = 0;
  for (std::size_t worker = 0; worker < metrics.num_workers(); ++worker) sum += (metrics.*count)(worker);
  return sum;
}

}  // namespace

TEST_SUITE("runtime.RuntimeMetrics") {
  TEST_CASE("num_workers is what was asked for, and one in a current_thread runtime") {
    CHECK(test::current_thread().metrics().num_workers() == 1);
    CHECK(test::multi_thread(3).metrics().num_workers() == 3);
  }

  TEST_CASE("tasks are alive from spawn on until they have finished, and stay counted as spawned") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      const runtime::RuntimeMetrics metrics = rt.metrics();
      CHECK(metrics.num_alive_tasks() == 0);
      sync::Notify notify;
      auto first = rt.spawn(wait_for(notify));
      auto second = rt.spawn(wait_for(notify));
      CHECK(metrics.num_alive_tasks() == 2);
      second.abort();
      CHECK(rt.block_on(second).error().is_cancelled());
      notify.notify_one();
      CHECK(rt.block_on(first));
      CHECK(comes_true([&] { return metrics.num_alive_tasks() == 0; }));
      CHECK(metrics.spawned_tasks_count() == 2);
    });
  }

  TEST_CASE("each time that a task runs is a poll of the worker that ran it") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      CHECK(rt.block_on(rt.spawn(yield_often(10))));
      const auto polls = sum_of_workers(rt.metrics(), &runtime::RuntimeMetrics::worker_poll_count);
      CHECK(polls == 11);
    });
  }

  TEST_CASE("a wake-up counts as remote from outside of the workers, and as local on one") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      const runtime::RuntimeMetrics metrics = rt.metrics();
      auto task = rt.spawn(yield_often(5));
      CHECK(metrics.remote_schedule_count() == 1);
      CHECK(rt.block_on(std::move(task)));
      CHECK(metrics.remote_schedule_count() == 1);
      CHECK(sum_of_workers(metrics, &runtime::RuntimeMetrics::worker_local_schedule_count) == 5);
    });
  }

  TEST_CASE("an idle worker is parked, which shows in an odd number, and wakes for work") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      const runtime::RuntimeMetrics metrics = rt.metrics();
      auto sleep = [](time::Duration duration) -> Task<void> { co_await time::sleep(duration); };
      CHECK(rt.block_on(rt.spawn(sleep(5ms))));
      CHECK(sum_of_workers(metrics, &runtime::RuntimeMetrics::worker_park_count) > 0);
      if (rt.handle().runtime_flavor() == runtime::RuntimeFlavor::CurrentThread) {
        CHECK(metrics.worker_park_unpark_count(0) % 2 == 0);  // nobody is inside block_on
        return;
      }
      CHECK(comes_true([&] {
        for (std::size_t worker = 0; worker < metrics.num_workers(); ++worker)
          if (metrics.worker_park_unpark_count(worker) % 2 == 0) return false;
        return true;
      }));
    });
  }

  TEST_CASE("busy time grows while a task works and not while all sleep") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::RuntimeMetrics metrics = rt.metrics();
    auto work = [](time::Duration busy, time::Duration asleep) -> Task<void> {
      const auto until = std::chrono::steady_clock::now() + busy;
      while (std::chrono::steady_clock::now() < until) {
      }
      co_await time::sleep(asleep);
    };
    CHECK(rt.block_on(rt.spawn(work(20ms, 1ms))));
    CHECK(metrics.worker_total_busy_duration(0) >= 20ms);
    CHECK(metrics.worker_mean_poll_time(0) > 1us);
    const auto before = metrics.worker_total_busy_duration(0);
    const auto began = std::chrono::steady_clock::now();
    CHECK(rt.block_on(rt.spawn(work(0ms, 200ms))));
    const auto took = std::chrono::steady_clock::now() - began;
    CHECK(metrics.worker_total_busy_duration(0) - before < took - 100ms);
  }

  TEST_CASE("tasks that wait for their turn show as the depth of the queue they are in") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::RuntimeMetrics metrics = rt.metrics();
    std::vector<task::JoinHandle<void>> handles;
    for (int i = 0; i < 3; ++i) handles.push_back(rt.spawn(yield_often(0)));
    CHECK(metrics.global_queue_depth() == 3);
    auto look = [&]() -> Task<std::size_t> {
      for (int i = 0; i < 7; ++i) handles.push_back(spawn(yield_often(0)));
      co_return metrics.worker_local_queue_depth(0);
    };
    CHECK(rt.block_on(look()) == 7);
    for (auto& handle : handles) CHECK(rt.block_on(handle));
    CHECK(metrics.global_queue_depth() == 0);
    CHECK(metrics.worker_local_queue_depth(0) == 0);
  }

  TEST_CASE("a worker's queue that is full flows over, and workers steal from each other") {
    const runtime::Runtime rt = test::multi_thread(2);
    const runtime::RuntimeMetrics metrics = rt.metrics();
    auto spawn_many = []() -> Task<void> {
      std::vector<task::JoinHandle<void>> handles;
      for (int i = 0; i < 2000; ++i) handles.push_back(spawn(yield_often(3)));
      for (auto& handle : handles) CHECK((co_await handle).has_value());
    };
    CHECK(comes_true([&] {
      CHECK(rt.block_on(rt.spawn(spawn_many())));
      return sum_of_workers(metrics, &runtime::RuntimeMetrics::worker_steal_operations) != 0 &&
             sum_of_workers(metrics, &runtime::RuntimeMetrics::worker_overflow_count) != 0;
    }));
    CHECK(sum_of_workers(metrics, &runtime::RuntimeMetrics::worker_steal_count) >=
          sum_of_workers(metrics, &runtime::RuntimeMetrics::worker_steal_operations));
  }

  TEST_CASE("a task that never waits is made to yield, which is counted") {
    const runtime::Runtime rt = test::current_thread();
    auto spend = []() -> Task<void> {
      for (int i = 0; i < 300; ++i) co_await task::consume_budget();
    };
    CHECK(rt.block_on(rt.spawn(spend())));
    CHECK(rt.metrics().budget_forced_yield_count() == 2);
  }

  TEST_CASE("the blocking pool tells its threads, the idle ones and the jobs that wait") {
    const runtime::Runtime rt =
        runtime::Builder::new_current_thread().max_blocking_threads(1).build().value();
    const runtime::RuntimeMetrics metrics = rt.metrics();
    CHECK(metrics.num_blocking_threads() == 0);
    std::atomic<bool> may_end = false;
    auto job = [&] {
      while (!may_end) std::this_thread::sleep_for(1ms);
    };
    auto first = rt.spawn_blocking(job);
    auto second = rt.spawn_blocking(job);
    CHECK(comes_true([&] { return metrics.blocking_queue_depth() == 1; }));
    CHECK(metrics.num_blocking_threads() == 1);
    CHECK(metrics.num_idle_blocking_threads() == 0);
    may_end = true;
    CHECK(rt.block_on(first));
    CHECK(rt.block_on(second));
    CHECK(comes_true([&] { return metrics.num_idle_blocking_threads() == 1; }));
    CHECK(metrics.blocking_queue_depth() == 0);
  }

  TEST_CASE("polls are sorted by how long they took, when asked for") {
    const runtime::Runtime rt =
        runtime::Builder::new_current_thread()
            .metrics_poll_time_histogram_configuration(runtime::HistogramConfiguration::linear(5ms, 3))
            .build()
            .value();
    const runtime::RuntimeMetrics metrics = rt.metrics();
    REQUIRE(metrics.poll_time_histogram_enabled());
    CHECK(metrics.poll_time_histogram_num_buckets() == 3);
    CHECK(metrics.poll_time_histogram_bucket_range(1) ==
          std::pair<std::chrono::nanoseconds, std::chrono::nanoseconds>(5ms, 10ms));
    auto slow = []() -> Task<void> {
      std::this_thread::sleep_for(10ms);
      co_return;
    };
    CHECK(rt.block_on(rt.spawn(slow())));
    CHECK(metrics.poll_time_histogram_bucket_count(0, 2) == 1);
    CHECK_THROWS_AS(static_cast<void>(metrics.poll_time_histogram_bucket_count(0, 3)), std::out_of_range);
    CHECK_THROWS_AS(static_cast<void>(metrics.poll_time_histogram_bucket_count(1, 0)), std::out_of_range);
    CHECK_FALSE(test::current_thread().metrics().poll_time_histogram_enabled());
  }

  TEST_CASE("descriptors are counted as they come and go, and so are their events") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::RuntimeMetrics metrics = rt.metrics();
    auto connect = []() -> Task<void> {
      auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
      auto client = (co_await net::TcpStream::connect(listener.local_addr().value())).value();
      auto accepted = (co_await listener.accept()).value();
    };
    rt.block_on(connect());
    CHECK(metrics.io_driver_fd_registered_count() == 3);
    CHECK(metrics.io_driver_fd_deregistered_count() == 3);
    CHECK(metrics.io_driver_ready_count() > 0);
  }

  TEST_CASE("a worker that does not exist has no numbers") {
    const runtime::Runtime rt = test::multi_thread(2);
    CHECK_THROWS_WITH_AS(static_cast<void>(rt.metrics().worker_poll_count(2)),
                         "runtime::RuntimeMetrics: there is no worker 2 of 2", std::out_of_range);
  }
}

TEST_SUITE("runtime.HistogramConfiguration") {
  using runtime::HistogramConfiguration;

  TEST_CASE("every duration belongs to the bucket whose range it is in") {
    for (const HistogramConfiguration& buckets :
         {HistogramConfiguration::linear(100ns, 7), HistogramConfiguration::log(),
          HistogramConfiguration::log(1ns, 1ms, 0), HistogramConfiguration::log(64ns, 100us, 5)}) {
      std::chrono::nanoseconds end = 0ns;
      for (std::size_t bucket = 0; bucket < buckets.num_buckets(); ++bucket) {
        const auto range = buckets.bucket_range(bucket);
        CHECK(range.first == end);
        CHECK(range.first < range.second);
        CHECK(buckets.bucket_of(range.first) == bucket);
        CHECK(buckets.bucket_of(range.second - 1ns) == bucket);
        end = range.second;
      }
      CHECK(end == std::chrono::nanoseconds::max());
      CHECK(buckets.bucket_of(-1ns) == 0);
    }
  }

  TEST_CASE("a logarithmic bucket is narrow beside what it holds") {
    const HistogramConfiguration buckets = HistogramConfiguration::log(1us, 1s, 3);
    for (std::size_t bucket = 1; bucket + 1 < buckets.num_buckets(); ++bucket) {
      const auto range = buckets.bucket_range(bucket);
      CHECK(8 * (range.second - range.first) <= range.first);
    }
  }

  TEST_CASE("buckets that cannot be are refused") {
    CHECK_THROWS_AS(static_cast<void>(HistogramConfiguration::linear(0ns, 3)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(HistogramConfiguration::linear(1ms, 0)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(HistogramConfiguration::log(1s, 1s)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(HistogramConfiguration::log(3ns, 1s, 2)), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(HistogramConfiguration::linear(1ms, 2).bucket_range(2)),
                    std::out_of_range);
  }
}
