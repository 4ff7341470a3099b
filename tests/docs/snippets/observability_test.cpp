// The examples of docs/observability.md.
#include <atomic>
#include <chrono>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/runtime.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

// [chain]
Task<std::string> read_line(sync::mpsc::Receiver<std::string>& lines) {
  auto line = co_await lines.recv();
  co_return line.value_or("");
}

Task<void> greet(sync::mpsc::Receiver<std::string> lines) {
  const std::string name = co_await read_line(lines);
  std::cout << "hello, " << name << '\n';
}
// [chain]

TEST_SUITE("docs.observability") {
  TEST_CASE("a dump says what a task awaits") {
    // [dump]
    auto [sender, lines] = sync::mpsc::channel<std::string>(1);
    const auto runtime =
        runtime::Builder::new_current_thread().enable_all().start_paused(true).build().value();
    const auto greeting =
        task::Builder().name("greeting").spawn_on(greet(std::move(lines)), runtime.handle());
    runtime.block_on(task::yield_now());

    std::ostringstream out;
    out << runtime.handle().dump();
    // [dump]
    const std::string text = out.str();
    INFO(text);
    CHECK(text.starts_with("task " + std::to_string(greeting.id().value()) +
                           " (greeting): waiting, spawned by "));
    CHECK(text.find("\n  (anonymous namespace)::greet at ") != std::string::npos);
    CHECK(text.find("::read_line at ") != std::string::npos);
    CHECK(text.find("\n  waits for sync::mpsc::Recv<") != std::string::npos);
  }

  TEST_CASE("a stall is reported") {
    // [stall]
    std::atomic<bool> is_reported = false;
    const auto runtime = runtime::Builder::new_multi_thread()
                             .worker_threads(2)
                             .stall_warning(10ms,
                                            [&](const runtime::StalledTask& task) {
                                              std::cerr << task << '\n';
                                              is_reported = true;
                                            })
                             .build()
                             .value();
    auto greedy = runtime.spawn([](std::atomic<bool>& is_reported) -> Task<void> {
      co_await task::yield_now();
      while (!is_reported) {  // should be a co_await, or in spawn_blocking
      }
    }(is_reported));
    runtime.block_on(greedy).value();
    // [stall]
    CHECK(is_reported);
  }

  TEST_CASE("what is left at shutdown is reported") {
    // [left]
    std::vector<std::string> left;
    sync::Notify never;
    {
      const auto runtime = runtime::Builder::new_current_thread()
                               .report_alive_tasks([&](const runtime::Dump& dump) {
                                 for (const runtime::TaskDump& task : dump.tasks())
                                   left.emplace_back(task.name());
                               })
                               .build()
                               .value();
      const auto waiting =
          task::Builder()
              .name("forgotten")
              .spawn_on([](sync::Notify& never) -> Task<void> { co_await never.notified(); }(never),
                        runtime.handle());
    }
    // [left]
    CHECK(left == std::vector<std::string>{"forgotten"});
  }
}

}  // namespace
