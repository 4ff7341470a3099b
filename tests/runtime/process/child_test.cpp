#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/join.hpp>
#include <ferry/net.hpp>
#include <ferry/process.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "process/pidfd.hpp"
#include "runtime/process/shell.hpp"
#include "support/comes_true.hpp"
#include "support/descriptors.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using process::Child;
using process::Stdio;
using test::shell;

static_assert(std::movable<Child> && !std::copyable<Child>);

namespace {

/// Runs the body with children's ends told by pidfds, and by SIGCHLD.
template <class F>
void for_each_watch(F&& body) {
  SUBCASE("with pidfds") { body(); }
  SUBCASE("where the system gives no pidfds") {
    process::detail::refuse_pidfds(true);
    body();
    process::detail::refuse_pidfds(false);
  }
}

/// Whether this process has children, be they zombies.
bool has_children() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}
bool has_no_children() { return !has_children(); }

/// Runs until it is killed; reads nothing. Where a test breaks off, it holds none of the test's descriptors.
process::Command sleeping() {
  process::Command command("/bin/sleep");
  command.arg("1000").stdout(Stdio::null()).stderr(Stdio::null());
  return command;
}
/// Runs until its input ends, and gives it back.
process::Command cat() {
  process::Command command("/bin/cat");
  command.stdin(Stdio::piped()).stdout(Stdio::piped());
  return command;
}

/// Reads until `word` has come.
Task<bool> hears(const process::ChildStdout& from, std::string_view word) {
  std::string heard;
  std::array<char, 64> part{};
  while (heard.find(word) == heard.npos) {
    const io::Result<std::size_t> size = co_await from.read(part);
    if (!size || *size == 0) co_return false;
    heard.append(part.data(), *size);
  }
  co_return true;
}

/// Drops children that run, in runtimes that end before them; some were waited for.
void drop_some() {
  std::vector<process::ChildStdin> ends;
  for (int round = 0; round < 2; ++round) {
    std::optional<runtime::Runtime> gone = test::current_thread();
    const auto guard = gone->enter();
    std::vector<Child> children;
    for (int i = 0; i < 5; ++i) {
      children.push_back(cat().spawn().value());
      ends.push_back(*std::exchange(children.back().stdin, std::nullopt));
      // Some are waited for before.
      Child::Wait wait = children.back().wait();
      Context cx(Waker::noop());
      if (i % 2 == 0) CHECK(wait.poll(cx).is_pending());
    }
  }
  CHECK(has_children());
}

/// Runs children in parallel, each with an end and an output of its own.
void run_many() {
  const runtime::Runtime rt = test::multi_thread(4);
  rt.block_on([](const runtime::Runtime& rt) -> Task<void> {
    std::vector<task::JoinHandle<bool>> tasks;
    for (int number = 0; number < 40; ++number)
      tasks.push_back(rt.spawn([](int number) -> Task<bool> {
        const std::string text = std::to_string(number);
        Child child = shell("read line; echo \"$line\"; exit $line")
                          .stdin(Stdio::piped())
                          .stdout(Stdio::piped())
                          .spawn()
                          .value();
        const auto written = co_await child.stdin->write_all(text + "\n");
        const auto output = co_await std::move(child).wait_with_output();
        co_return written&& output && output->stdout == text + "\n" && output->status.code() == number;
      }(number)));
    for (auto& task : tasks) {
      const auto is_good = co_await std::move(task);
      CHECK(is_good.value());
    }
  }(rt));
}

}  // namespace

TEST_SUITE("process.Child") {
  TEST_CASE("wait gives how it ended, again and again, and then there is no id any more") {
    for_each_watch([] {
      const runtime::Runtime rt = test::current_thread();
      rt.block_on([]() -> Task<void> {
        Child child = shell("exit 7").spawn().value();
        CHECK(child.id().value() > 0);
        for (int i = 0; i < 2; ++i) {
          const auto end = co_await child.wait();
          CHECK(end.value() == process::ExitStatus::from_raw(7 << 8));
          CHECK(child.id() == std::nullopt);
        }
        CHECK(child.try_wait().value()->code() == 7);
      }());
    });
    CHECK(has_no_children());
  }

  TEST_CASE("wait is pending, and wakes, while the child runs") {
    for_each_watch([] {
      const runtime::Runtime rt = test::current_thread();
      rt.block_on([]() -> Task<void> {
        Child child = sleeping().spawn().value();
        auto waiting = test::spawn([&] { return child.wait(); });
        CHECK(waiting.poll().is_pending());
        CHECK(waiting.poll().is_pending());
        CHECK_FALSE(waiting.is_woken());
        CHECK(child.start_kill().has_value());
        while (!waiting.is_woken()) co_await task::yield_now();
        const auto end = waiting.poll();
        REQUIRE(end.is_ready());
        CHECK(end->value().signal() == SIGKILL);
      }());
    });
  }

  TEST_CASE("wait closes the child's input first, and try_wait does not") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      Child child = cat().spawn().value();
      CHECK(child.try_wait().value() == std::nullopt);
      REQUIRE(child.stdin);
      const auto written = co_await child.stdin->write_all("kept");
      CHECK(written.has_value());
      const auto end = co_await child.wait();
      CHECK(end.value().success());
      CHECK_FALSE(child.stdin);
      std::string text;
      const auto read = co_await child.stdout->read_to_string(text);
      CHECK(read.value() == 4);
      CHECK(text == "kept");
    }());
  }

  TEST_CASE("poll_wait leaves the child's input open, and wakes when the child has ended") {
    for_each_watch([] {
      const runtime::Runtime rt = test::current_thread();
      rt.block_on([]() -> Task<void> {
        Child child = cat().spawn().value();
        auto waiting = test::spawn([&] { return poll_fn([&](Context& cx) { return child.poll_wait(cx); }); });
        CHECK(waiting.poll().is_pending());
        REQUIRE(child.stdin);
        const auto written = co_await child.stdin->write_all("still read");
        CHECK(written.has_value());
        const bool is_read = co_await hears(*child.stdout, "still read");
        CHECK(is_read);
        CHECK(waiting.poll().is_pending());
        CHECK_FALSE(waiting.is_woken());
        child.stdin.reset();
        while (!waiting.is_woken()) co_await task::yield_now();
        const auto end = waiting.poll();
        REQUIRE(end.is_ready());
        CHECK(end->value().success());
        CHECK(child.id() == std::nullopt);
      }());
    });
  }

  TEST_CASE("try_wait gives the end once it has come, without a runtime's help") {
    const runtime::Runtime rt = test::current_thread();
    std::optional<Child> child;
    {
      const auto guard = rt.enter();
      child = cat().spawn().value();
    }
    CHECK(child->try_wait().value() == std::nullopt);
    CHECK(child->id().has_value());
    child->stdin.reset();
    CHECK(test::comes_true([&] { return child->try_wait().value().has_value(); }));
    CHECK(child->try_wait().value()->success());
    CHECK(child->id() == std::nullopt);
  }

  TEST_CASE("a wait that was cancelled loses nothing") {
    for_each_watch([] {
      const runtime::Runtime rt = test::multi_thread();
      rt.block_on([]() -> Task<void> {
        Child child = cat().spawn().value();
        process::ChildStdin stdin = *std::exchange(child.stdin, std::nullopt);
        for (int i = 0; i < 10; ++i) {
          auto first = co_await select_biased(child.wait(), task::yield_now());
          CHECK(first.index() == 1);
        }
        const auto written = co_await stdin.write_all("still there");
        CHECK(written.has_value());
        const bool is_there = co_await hears(*child.stdout, "still there");
        CHECK(is_there);
        {
          const process::ChildStdin closed = std::move(stdin);
        }
        const auto end = co_await child.wait();
        CHECK(end.value().success());
      }());
    });
  }

  TEST_CASE("a child that ignores SIGTERM is waited for in vain, and is killed by start_kill") {
    for_each_watch([] {
      const runtime::Runtime rt = test::paused();
      rt.block_on([]() -> Task<void> {
        Child child = shell("trap '' TERM; echo ready; exec sleep 1000")
                          .stdout(Stdio::piped())
                          .stderr(Stdio::null())
                          .spawn()
                          .value();
        const bool is_ready = co_await hears(*child.stdout, "ready");
        CHECK(is_ready);
        CHECK(::kill(child.id().value(), SIGTERM) == 0);
        const auto in_vain = co_await time::timeout(1h, child.wait());
        CHECK(in_vain.has_error());
        CHECK(child.start_kill().has_value());
        const auto end = co_await child.wait();
        CHECK(end.value().signal() == SIGKILL);
        CHECK_FALSE(end.value().success());
        CHECK(end.value().code() == std::nullopt);
      }());
    });
  }

  TEST_CASE("kill ends the child and waits for it, afterwards killing does nothing") {
    for_each_watch([] {
      const runtime::Runtime rt = test::current_thread();
      rt.block_on([]() -> Task<void> {
        Child child = sleeping().spawn().value();
        const auto killed = co_await child.kill();
        CHECK(killed.has_value());
        CHECK(has_no_children());
        CHECK(child.id() == std::nullopt);
        CHECK(child.start_kill().has_value());
        const auto again = co_await child.kill();
        CHECK(again.has_value());
        CHECK(child.try_wait().value()->signal() == SIGKILL);
      }());
    });
  }

  TEST_CASE("a child that ends before it is killed keeps its own status") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      Child child = shell("exit 3").stdout(Stdio::piped()).spawn().value();
      std::string text;
      const auto read = co_await child.stdout->read_to_string(text);
      CHECK(read.has_value());
      siginfo_t info{};
      CHECK(::waitid(P_PID, static_cast<id_t>(child.id().value()), &info, WEXITED | WNOWAIT) == 0);
      const auto killed = co_await child.kill();
      CHECK(killed.has_value());
      CHECK(child.try_wait().value()->code() == 3);
    }());
  }

  TEST_CASE("wait_with_output reads both pipes at once, more than they hold") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        process::Command command = shell("head -c 300000 /dev/zero >&2; head -c 200000 /dev/zero; cat");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Child child = command.spawn().value();
        const auto output = co_await std::move(child).wait_with_output();
        REQUIRE(output.has_value());
        CHECK(output->status.success());
        CHECK(output->stdout == std::string(200'000, '\0'));
        CHECK(output->stderr == std::string(300'000, '\0'));
      }());
    });
  }

  TEST_CASE("wait_with_output leaves pipes that were taken, or moved from, alone") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      Child child =
          shell("echo out; echo err >&2").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().value();
      const process::ChildStdout taken = *std::exchange(child.stdout, std::nullopt);
      const process::ChildStderr moved = *std::move(child.stderr);
      const auto output = co_await std::move(child).wait_with_output();
      REQUIRE(output.has_value());
      CHECK(output->stdout == "");
      CHECK(output->stderr == "");
      const bool has_out = co_await hears(taken, "out\n");
      CHECK(has_out);
      std::string errors;
      const auto read = co_await moved.read_to_string(errors);
      CHECK(read.has_value());
      CHECK(errors == "err\n");
    }());
  }

  TEST_CASE("status closes the pipes that the child was given, so that neither waits for the other") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const auto reader = co_await cat().status();
      CHECK(reader.value().success());
      process::Command writer = shell("exec cat /dev/zero");
      writer.stdout(Stdio::piped());
      const auto end = co_await writer.status();
      CHECK(end.value().signal() == SIGPIPE);
    }());
  }

  TEST_CASE("writing to a child that does not read any more gives EPIPE, and no signal") {
    ::signal(SIGPIPE, SIG_DFL);
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      Child child = shell("exec 0<&-; echo closed; exec sleep 1000")
                        .stdin(Stdio::piped())
                        .stdout(Stdio::piped())
                        .stderr(Stdio::null())
                        .spawn()
                        .value();
      const bool is_closed = co_await hears(*child.stdout, "closed");
      CHECK(is_closed);
      const auto written = co_await child.stdin->write("lost");
      CHECK(written.error() == boost::system::errc::broken_pipe);
      const auto killed = co_await child.kill();
      CHECK(killed.has_value());
    }());
  }

  TEST_CASE("who waits for room in a child's input is woken when the child is killed") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([](const runtime::Runtime& rt) -> Task<void> {
        Child child = sleeping().stdin(Stdio::piped()).spawn().value();
        auto writing = rt.spawn([](process::ChildStdin stdin) -> Task<io::Error> {
          const std::string data(8192, 'x');
          for (;;) {
            const io::Result<void> written = co_await stdin.write_all(data);
            if (!written) co_return written.error();
          }
        }(*std::exchange(child.stdin, std::nullopt)));
        for (int i = 0; i < 100; ++i) co_await task::yield_now();
        CHECK_FALSE(writing.is_finished());
        const auto killed = co_await child.kill();
        CHECK(killed.has_value());
        const auto error = co_await std::move(writing);
        CHECK(error.value() == boost::system::errc::broken_pipe);
      }(rt));
    });
  }

  TEST_CASE("who reads a child's output sees its end when the child is killed") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      Child child = cat().spawn().value();
      const auto written = co_await child.stdin->write_all("first");
      CHECK(written.has_value());
      const bool is_there = co_await hears(*child.stdout, "first");
      CHECK(is_there);
      std::string rest;
      auto both = co_await join(child.kill(), child.stdout->read_to_string(rest));
      CHECK(std::get<0>(both).has_value());
      CHECK(std::get<1>(both).value() == 0);
    }());
  }

  TEST_CASE("a dropped child goes on running, and is reaped when it ends") {
    for_each_watch([] {
      const runtime::Runtime rt = test::current_thread();
      rt.block_on([]() -> Task<void> {
        std::optional<process::ChildStdin> stdin;
        std::optional<process::ChildStdout> stdout;
        {
          Child child = cat().spawn().value();
          stdin = std::exchange(child.stdin, std::nullopt);
          stdout = std::exchange(child.stdout, std::nullopt);
        }
        const auto written = co_await stdin->write_all("alive");
        CHECK(written.has_value());
        const bool is_alive = co_await hears(*stdout, "alive");
        CHECK(is_alive);
        stdin.reset();
      }());
      CHECK(test::comes_true(has_no_children));
    });
  }

  TEST_CASE("dropped children are reaped whatever becomes of the runtimes") {
    for_each_watch([] {
      drop_some();
      CHECK(test::comes_true(has_no_children));
    });
  }

  TEST_CASE("kill_on_drop kills a child that is dropped, and leaves no zombie") {
    for_each_watch([] {
      const runtime::Runtime rt = test::current_thread();
      const auto guard = rt.enter();
      pid_t pid = 0;
      process::Command command = sleeping();
      command.kill_on_drop(true);
      CHECK(command.get_kill_on_drop());
      {
        const Child child = command.spawn().value();
        pid = child.id().value();
        CHECK(::kill(pid, 0) == 0);
      }
      CHECK(test::comes_true([&] { return ::kill(pid, 0) != 0; }));
      CHECK(test::comes_true(has_no_children));
      // Also where a task holds the child, and is aborted; or the future that waits for its output is
      // dropped.
      {
        auto output = test::spawn([&] { return command.output(); });
        CHECK(output.poll().is_pending());
      }
      {
        const auto never_polled = command.status();
      }
      CHECK(test::comes_true(has_no_children));
    });
  }

  TEST_CASE("a child may be waited for in another runtime, be the first one gone or not") {
    for_each_watch([] {
      std::optional<runtime::Runtime> first = test::current_thread();
      const runtime::Runtime second = test::current_thread();
      std::optional<Child> child;
      first->block_on([](std::optional<Child>& child) -> Task<void> {
        child = sleeping().spawn().value();
        auto waiting = test::spawn([&] { return child->wait(); });
        CHECK(waiting.poll().is_pending());
        co_return;
      }(child));
      SUBCASE("the first one is gone") {
        first.reset();
        auto waiting = test::spawn([&] { return child->wait(); });
        const auto polled = waiting.poll();  // outside any runtime
        REQUIRE(polled.is_ready());
        CHECK(polled->has_error());
        CHECK(child->id().has_value());
      }
      SUBCASE("nobody drives the first one") {}
      second.block_on([](std::optional<Child>& child) -> Task<void> {
        auto ended = co_await join(child->wait(), [](Child& child) -> Task<void> {
          co_await task::yield_now();
          CHECK(child.start_kill().has_value());
        }(*child));
        CHECK(std::get<0>(ended).value().signal() == SIGKILL);
      }(child));
    });
  }

  TEST_CASE("a wait that begins outside any runtime says what is missing") {
    const runtime::Runtime rt = test::current_thread();
    std::optional<Child> child;
    {
      const auto guard = rt.enter();
      child = sleeping().kill_on_drop(true).spawn().value();
    }
    auto waiting = test::spawn([&] { return child->wait(); });
    CHECK_THROWS_AS(static_cast<void>(waiting.poll()), std::logic_error);
  }

  TEST_CASE("a child that other code has reaped is an error, also later, and nobody else is killed for it") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      Child child = shell("exit 1").spawn().value();
      CHECK(::waitpid(child.id().value(), nullptr, 0) == child.id());
      for (int i = 0; i < 2; ++i) {
        const auto end = co_await child.wait();
        CHECK(end.error() == boost::system::errc::no_child_process);
      }
      CHECK(child.try_wait().error() == boost::system::errc::no_child_process);
      CHECK(child.id() == std::nullopt);
      CHECK(child.start_kill().has_value());
    }());
  }

  TEST_CASE("many children at once, each with its own end and output") {
    for_each_watch([] {
      run_many();
      CHECK(has_no_children());
    });
  }

  TEST_CASE("children leave no descriptors behind, be they waited for or dropped") {
    const std::size_t before = test::open_descriptors();
    run_many();
    CHECK(test::open_descriptors() == before);
    drop_some();
    CHECK(test::comes_true(has_no_children));
    CHECK(test::comes_true([&] { return test::open_descriptors() == before; }));
  }

  TEST_CASE("signals that interrupt system calls are none of a child's business") {
    struct sigaction action{};
    action.sa_handler = [](int) {};  // without SA_RESTART
    ::sigaction(SIGALRM, &action, nullptr);
    const itimerval often{.it_interval = {.tv_sec = 0, .tv_usec = 200},
                          .it_value = {.tv_sec = 0, .tv_usec = 200}};
    const runtime::Runtime rt = test::current_thread();
    ::setitimer(ITIMER_REAL, &often, nullptr);
    for (int i = 0; i < 20; ++i) {
      const auto guard = rt.enter();
      process::Command command = shell("head -c 100000 /dev/zero");
      if (i % 2 == 0) command.pre_exec([]() -> io::Result<void> { return {}; });
      const auto output = rt.block_on(command.output());
      REQUIRE(output.has_value());
      CHECK(output->status.success());
      CHECK(output->stdout.size() == 100'000);
    }
    const itimerval off{};
    ::setitimer(ITIMER_REAL, &off, nullptr);
    ::signal(SIGALRM, SIG_DFL);
  }

  TEST_CASE("where no descriptors are left a wait fails, and may be tried again") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      Child child = sleeping().spawn().value();
      {
        const test::DescriptorLimit none(3);
        const auto end = co_await child.wait();
        CHECK(end.error() == boost::system::errc::too_many_files_open);
      }
      const auto killed = co_await child.kill();
      CHECK(killed.has_value());
    }());
  }
}

TEST_SUITE("process.ChildPipes") {
  TEST_CASE("their descriptors can be given to other code, in blocking mode") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    Child child = cat().spawn().value();
    const int input = std::move(*child.stdin).into_owned_fd().value();
    const int output = std::move(*child.stdout).into_owned_fd().value();
    CHECK(child.stdin->as_raw_fd() < 0);
    CHECK((::fcntl(input, F_GETFL) & O_NONBLOCK) == 0);
    CHECK(::write(input, "x", 1) == 1);
    char byte = 0;
    CHECK(::read(output, &byte, 1) == 1);  // waits for the child
    CHECK(byte == 'x');
    ::close(input);
    ::close(output);
    CHECK(rt.block_on(child.wait()).value().success());
  }

  TEST_CASE("they are made from descriptors that do not block") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    std::array<int, 2> fds{};
    REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
    CHECK_THROWS_AS(static_cast<void>(process::ChildStdin::from_std(fds[1])), std::logic_error);
    const auto stdin = process::ChildStdin::from_std(net::nonblocking(fds[1])).value();
    const auto stderr = process::ChildStderr::from_std(net::nonblocking(fds[0])).value();
    CHECK(rt.block_on(stdin.write_all("through")).has_value());
    std::array<char, 7> text{};
    CHECK(rt.block_on(stderr.read_exact(text)).has_value());
    CHECK(std::string_view(text.data(), text.size()) == "through");
  }
}

TEST_SUITE("process.ExitStatus") {
  TEST_CASE("it says how a process ended") {
    const auto code = process::ExitStatus::from_raw(3 << 8);
    CHECK_FALSE(code.success());
    CHECK(code.code() == 3);
    CHECK(code.signal() == std::nullopt);
    CHECK(code.to_string() == "exit status: 3");
    const auto signal = process::ExitStatus::from_raw(SIGSEGV | 0x80);
    CHECK_FALSE(signal.success());
    CHECK(signal.code() == std::nullopt);
    CHECK(signal.signal() == SIGSEGV);
    CHECK(signal.core_dumped());
    CHECK(signal.to_string() == "signal: 11 (SEGV) (core dumped)");
    CHECK(signal.into_raw() == (SIGSEGV | 0x80));
    CHECK(process::ExitStatus::from_raw(SIGKILL).to_string() == "signal: 9 (KILL)");
    CHECK_FALSE(process::ExitStatus::from_raw(SIGKILL).core_dumped());
    CHECK(process::ExitStatus().success());
    CHECK(process::ExitStatus() == process::ExitStatus::from_raw(0));
    CHECK(code != signal);
  }
}
