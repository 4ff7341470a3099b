#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/join.hpp>
#include <ferry/pin.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using runtime::Dump;
using runtime::TaskDump;
using runtime::Trace;
using State = TaskDump::State;

namespace app {

template <class F>
Task<void> innermost(F& future) {
  co_await future;
}
template <class F>
Task<void> middle(F& future) {
  co_await innermost(future);
}
template <class F>
Task<void> outermost(F future) {
  co_await middle(future);
}

Task<void> nap() { co_await time::sleep(5s); }
Task<void> choose(sync::Notify& notify) {
  auto napping = nap();
  auto notified = notify.notified();
  auto first = co_await select(napping, notified);
  CHECK(first.index() == 1);
}
Task<void> all(sync::Notify& notify) {
  auto notified = notify.notified();
  auto napping = nap();
  auto yielding = task::yield_now();
  co_await join(yielding, notified, napping);
}
Task<void> impatient(sync::Notify& notify) {
  auto notified = notify.notified();
  auto result = co_await time::timeout(2s, notified);
  CHECK(result.has_value());
}
Task<void> locking(sync::Mutex<int>& mutex) {
  auto guard = co_await mutex.lock();
  *guard += 1;
}
Task<void> waiting(sync::Notify& notify) { co_await notify.notified(); }
Task<void> yielding(std::atomic<bool>& is_over) {
  while (!is_over) co_await task::yield_now();
}

}  // namespace app

namespace {

const TaskDump& only(const Dump& dump) {
  REQUIRE(dump.tasks().size() == 1);
  return dump.tasks().front();
}

std::vector<std::string> functions(const Trace& trace) {
  std::vector<std::string> names;
  for (const runtime::TraceFrame& frame : trace.frames()) names.push_back(frame.function());
  return names;
}

using Names = std::vector<std::string>;

bool ends_with(std::string_view text, std::string_view end) { return text.ends_with(end); }

// Runs `rt` until nothing is ready.
void settle(const runtime::Runtime& rt) {
  rt.block_on([]() -> Task<void> {
    for (int i = 0; i < 3; ++i) co_await task::yield_now();
  }());
}

}  // namespace

TEST_SUITE("runtime.Dump") {
  TEST_CASE("a runtime without tasks has an empty dump") {
    const runtime::Runtime rt = test::current_thread();
    CHECK(rt.handle().dump().tasks().empty());
    CHECK(rt.handle().dump().to_string().empty());
  }

  TEST_CASE("a waiting task is shown with what it awaits, from the outermost coroutine to the leaf") {
    const runtime::Runtime rt = test::paused();
    const auto entered = rt.enter();
    const auto task =
        task::Builder().name("reader").spawn_on(app::outermost(pin(time::sleep, 1500ms)), rt.handle());
    const unsigned line = __LINE__ - 1;
    settle(rt);

    const Dump dump = rt.handle().dump();
    const TaskDump& shown = only(dump);
    CHECK(shown.id() == task.id());
    CHECK(shown.name() == "reader");
    CHECK(shown.state() == State::Waiting);
    CHECK(ends_with(shown.spawned_at().file_name(), "dump_test.cpp"));
    CHECK(shown.spawned_at().line() == line);
    CHECK(functions(shown.trace()) == Names{"app::outermost", "app::middle", "app::innermost"});
    CHECK(shown.trace().waits_for() == "time::Sleep, 1.500 s left");
    CHECK(shown.trace().branches().empty());
    for (const runtime::TraceFrame& frame : shown.trace().frames()) {
      CHECK(ends_with(frame.file(), "dump_test.cpp"));
      CHECK(frame.line() < line);
    }
    // Each frame is at its own co_await.
    CHECK(shown.trace().frames()[0].line() > shown.trace().frames()[1].line());
    CHECK(shown.trace().frames()[1].line() > shown.trace().frames()[2].line());
  }

  TEST_CASE("the printed dump has a line for the task, one for each coroutine and one for the leaf") {
    const runtime::Runtime rt = test::paused();
    const auto entered = rt.enter();
    const auto task =
        task::Builder().name("reader").spawn_on(app::outermost(pin(time::sleep, 2s)), rt.handle());
    settle(rt);
    const std::string text = rt.handle().dump().to_string();
    INFO(text);
    CHECK(text.starts_with("task " + std::to_string(task.id().value()) + " (reader): waiting, spawned by "));
    CHECK(text.find("\n  app::outermost at ") != std::string::npos);
    CHECK(text.find("\n  app::innermost at ") != std::string::npos);
    CHECK(text.ends_with("\n  waits for time::Sleep, 2.000 s left\n"));
    CHECK(std::count(text.begin(), text.end(), '\n') == 5);
  }

  TEST_CASE("what a task waits for is said by the type of the future") {
    sync::Mutex<int> mutex(0);
    const runtime::Runtime rt = test::current_thread();
    auto [sender, receiver] = sync::mpsc::channel<int>(1);
    auto guard = rt.block_on(mutex.lock());
    const auto receiving = rt.spawn([](sync::mpsc::Receiver<int> receiver) -> Task<void> {
      auto message = co_await receiver.recv();
      CHECK_FALSE(message);
    }(std::move(receiver)));
    auto locking = rt.spawn(app::locking(mutex));
    const task::Id locking_id = locking.id();
    const auto joining = rt.spawn(app::outermost(std::move(locking)));
    settle(rt);

    const Dump dump = rt.handle().dump();
    REQUIRE(dump.tasks().size() == 3);
    CHECK(dump.tasks()[0].trace().waits_for() == "sync::mpsc::Recv<int>");
    CHECK(dump.tasks()[1].trace().waits_for() == "sync::Lock<int>");
    CHECK(functions(dump.tasks()[1].trace()) == Names{"app::locking"});
    CHECK(dump.tasks()[2].trace().waits_for() == "JoinHandle of task " + std::to_string(locking_id.value()));
  }

  TEST_CASE("the branches of select, join and timeout have traces of their own") {
    sync::Notify notify;
    const runtime::Runtime rt = test::paused();
    const auto choosing = rt.spawn(app::choose(notify));
    const auto joining = rt.spawn(app::all(notify));
    const auto timing = rt.spawn(app::impatient(notify));
    settle(rt);

    const Dump dump = rt.handle().dump();
    REQUIRE(dump.tasks().size() == 3);
    const Trace& select = dump.tasks()[0].trace();
    CHECK(functions(select) == Names{"app::choose"});
    CHECK(select.waits_for() == "select");
    REQUIRE(select.branches().size() == 2);
    CHECK(functions(select.branches()[0]) == Names{"app::nap"});
    CHECK(select.branches()[0].waits_for() == "time::Sleep, 5.000 s left");
    CHECK(select.branches()[1].frames().empty());
    CHECK(select.branches()[1].waits_for() == "sync::Notify::Notified");

    const Trace& join = dump.tasks()[1].trace();
    CHECK(join.waits_for() == "join");
    REQUIRE(join.branches().size() == 2);  // not the one that is ready
    CHECK(join.branches()[0].waits_for() == "sync::Notify::Notified");
    CHECK(functions(join.branches()[1]) == Names{"app::nap"});

    const Trace& timeout = dump.tasks()[2].trace();
    CHECK(timeout.waits_for() == "time::Timeout, 2.000 s left");
    REQUIRE(timeout.branches().size() == 1);
    CHECK(timeout.branches()[0].waits_for() == "sync::Notify::Notified");
  }

  TEST_CASE("a task that is awaited by name after it was polled goes on in the trace of who awaits it") {
    const runtime::Runtime rt = test::paused();
    const auto task = rt.spawn([]() -> Task<void> {
      auto napping = app::nap();
      auto first = co_await select(napping, task::yield_now());
      CHECK(first.index() == 1);
      co_await napping;
    }());
    settle(rt);
    const Dump dump = rt.handle().dump();
    const Trace& trace = only(dump).trace();
    REQUIRE(trace.frames().size() == 2);
    CHECK(trace.frames()[1].function() == "app::nap");
    CHECK(trace.waits_for() == "time::Sleep, 5.000 s left");
  }

  TEST_CASE("a task that no thread has run yet is ready, and has no frames") {
    sync::Notify notify;
    const runtime::Runtime rt = test::current_thread();  // nobody is inside block_on
    const auto task = rt.spawn(app::waiting(notify));
    const Dump dump = rt.handle().dump();
    CHECK(only(dump).state() == State::Ready);
    CHECK(only(dump).trace().frames().empty());
    CHECK(only(dump).trace().waits_for() == "its first poll");
  }

  TEST_CASE("a woken task is ready, and still shows what it waited for") {
    sync::Notify notify;
    const runtime::Runtime rt = test::current_thread();
    const auto task = rt.spawn(app::waiting(notify));
    settle(rt);
    CHECK(only(rt.handle().dump()).state() == State::Waiting);
    notify.notify_one();
    const Dump dump = rt.handle().dump();
    CHECK(only(dump).state() == State::Ready);
    CHECK(only(dump).trace().waits_for() == "sync::Notify::Notified");
    settle(rt);
    CHECK(task.is_finished());
    CHECK(rt.handle().dump().tasks().empty());
  }

  TEST_CASE("a future that is spawned without a coroutine has no frames") {
    const runtime::Runtime rt = test::paused();
    const auto entered = rt.enter();
    const auto task = rt.spawn(pin(time::sleep, 3s));
    settle(rt);
    const Dump dump = rt.handle().dump();
    CHECK(only(dump).trace().frames().empty());
    CHECK(only(dump).trace().waits_for() == "time::Sleep, 3.000 s left");
  }

  TEST_CASE("a task that dumps its runtime is running, and has no trace") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto task = task::Builder().name("self").spawn_on(
          [](runtime::Handle handle) -> Task<void> {
            co_await task::yield_now();
            const Dump dump = handle.dump();
            CHECK(only(dump).state() == State::Running);
            CHECK(only(dump).name() == "self");
            CHECK(only(dump).trace().frames().empty());
            CHECK(only(dump).trace().waits_for().empty());
          }(rt.handle()),
          rt.handle());
      rt.block_on(task).value();
    });
  }

  TEST_CASE("a task that another thread runs is running") {
    const runtime::Runtime rt = test::multi_thread(1);
    std::atomic<bool> is_inside = false;
    std::atomic<bool> may_leave = false;
    auto task = rt.spawn([](std::atomic<bool>& is_inside, std::atomic<bool>& may_leave) -> Task<void> {
      co_await task::yield_now();
      is_inside = true;
      while (!may_leave) std::this_thread::yield();
    }(is_inside, may_leave));
    while (!is_inside) std::this_thread::yield();
    const Dump dump = rt.handle().dump();
    may_leave = true;
    CHECK(only(dump).state() == State::Running);
    CHECK(only(dump).trace().frames().empty());
    rt.block_on(task).value();
  }

  TEST_CASE("tasks of a LocalSet are among those of the runtime that runs it") {
    sync::Notify notify;
    const runtime::Runtime rt = test::current_thread();
    const runtime::Runtime other = test::current_thread();
    const task::LocalSet local;
    const auto task = local.spawn_local(app::waiting(notify));
    const unsigned line = __LINE__ - 1;
    local.block_on(rt, task::yield_now());
    const Dump dump = rt.handle().dump();
    CHECK(only(dump).state() == State::Waiting);
    CHECK(only(dump).id() == task.id());
    CHECK(only(dump).spawned_at().line() == line);
    CHECK(functions(only(dump).trace()) == Names{"app::waiting"});
    CHECK(other.handle().dump().tasks().empty());
  }

  TEST_CASE("every way to spawn says where it was called") {
    sync::Notify notify;
    const runtime::Runtime rt = test::current_thread();
    std::vector<unsigned> lines;
    task::JoinSet<void> set;
    const task::TaskTracker tracker;
    rt.block_on([](sync::Notify& notify, task::JoinSet<void>& set, const task::TaskTracker& tracker,
                   std::vector<unsigned>& lines) -> Task<void> {
      (void)ferry::spawn(app::waiting(notify));
      lines.push_back(__LINE__ - 1);
      set.spawn(app::waiting(notify));
      lines.push_back(__LINE__ - 1);
      set.build_task().name("x").spawn(app::waiting(notify));
      lines.push_back(__LINE__ - 1);
      (void)tracker.spawn(app::waiting(notify));
      lines.push_back(__LINE__ - 1);
      (void)runtime::Handle::current().spawn(app::waiting(notify));
      lines.push_back(__LINE__ - 1);
      (void)task::Builder().spawn(app::waiting(notify));
      lines.push_back(__LINE__ - 1);
      co_return;
    }(notify, set, tracker, lines));
    const Dump dump = rt.handle().dump();
    std::vector<unsigned> shown;
    for (const TaskDump& task : dump.tasks()) {
      CHECK(ends_with(task.spawned_at().file_name(), "dump_test.cpp"));
      shown.push_back(task.spawned_at().line());
    }
    CHECK(shown == lines);
  }

  TEST_CASE("wake-ups, aborts and the end of the runtime get past the dumps that go on meanwhile") {
    for (int round = 0; round < 10; ++round) {
      runtime::Runtime rt = test::multi_thread(4);
      sync::Notify notify;
      std::atomic<bool> is_over = false;
      std::atomic<int> dumps = 0;
      std::vector<std::thread> watchers;
      for (int i = 0; i < 2; ++i)
        watchers.emplace_back([&, handle = rt.handle()] {
          do {
            for (const TaskDump& task : handle.dump().tasks())
              if (task.state() != State::Running && task.trace().waits_for().empty())
                FAIL_CHECK("a task that does not run waits for something");
            ++dumps;
          } while (!is_over);
        });
      const auto relay = [](int hops) -> Task<int> {
        auto [sender, receiver] = sync::mpsc::channel<int>(1);
        auto echo = ferry::spawn([](sync::mpsc::Sender<int> sender, int hops) -> Task<void> {
          for (int i = 0; i < hops; ++i) {
            auto sent = co_await sender.send(i);
            CHECK(sent.has_value());
          }
        }(std::move(sender), hops));
        int sum = 0;
        for (;;) {
          auto value = co_await receiver.recv();
          if (!value) break;
          sum += *value;
          co_await task::yield_now();
        }
        (co_await echo).value();
        co_return sum;
      };
      std::vector<task::JoinHandle<int>> relays;
      for (int i = 0; i < 8; ++i) relays.push_back(rt.spawn(relay(200)));
      auto aborted = rt.spawn(app::waiting(notify));
      for (auto& handle : relays) CHECK(rt.block_on(handle).value() == 199 * 200 / 2);
      aborted.abort();
      CHECK(rt.block_on(aborted).error().is_cancelled());
      while (dumps < 2) std::this_thread::yield();
      std::vector<task::JoinHandle<void>> left;
      for (int i = 0; i < 50; ++i) left.push_back(rt.spawn(app::waiting(notify)));
      std::move(rt).shutdown_timeout(10s);
      for (const auto& handle : left) CHECK(handle.is_finished());
      is_over = true;
      for (std::thread& watcher : watchers) watcher.join();
    }
  }

  TEST_CASE("the children of a scope that is cancelled end while they are dumped") {
    sync::Notify notify;
    const runtime::Runtime rt = test::multi_thread(2);
    std::atomic<bool> is_over = false;
    std::thread watcher([&] {
      while (!is_over) (void)rt.handle().dump();
    });
    for (int round = 0; round < 100; ++round) {
      rt.block_on(rt.spawn([](sync::Notify& notify) -> Task<void> {
          const auto body = [&notify](task::Scope& scope) -> Task<void> {
            for (int i = 0; i < 4; ++i) (void)scope.spawn(app::waiting(notify));
            co_await notify.notified();
          };
          auto scope = task::scope(body);
          auto first = co_await select_biased(scope, task::yield_now());
          CHECK(first.index() == 1);
        }(notify)))
          .value();
    }
    is_over = true;
    watcher.join();
    CHECK(rt.handle().dump().tasks().empty());
  }

  TEST_CASE("tasks of a LocalSet are dumped while their thread runs them") {
    const runtime::Runtime rt = test::current_thread();
    std::atomic<bool> is_over = false;
    std::thread watcher([&] {
      while (!is_over) (void)rt.handle().dump();
    });
    {
      const task::LocalSet local;
      local.block_on(rt, [](const task::LocalSet& local) -> Task<void> {
        for (int i = 0; i < 300; ++i) {
          std::vector<task::JoinHandle<void>> tasks;
          for (int k = 0; k < 4; ++k) tasks.push_back(local.spawn_local(task::yield_now()));
          for (auto& task : tasks) (co_await task).value();
        }
      }(local));
    }
    is_over = true;
    watcher.join();
    CHECK(rt.handle().dump().tasks().empty());
  }
}
