#include <array>
#include <concepts>
#include <csignal>
#include <optional>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/future.hpp>
#include <ferry/io.hpp>
#include <ferry/process.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/process.hpp>

#include "support/comes_true.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using legacy::process::Child;
using legacy::process::Command;
using process::Stdio;

namespace {

// PROC-01: a future then, none now.
static_assert(Future<Child> && !Future<process::Child>);
static_assert(std::same_as<FutureOutput<Child>, io::Result<process::ExitStatus>>);
// PROC-02: kill was a call, and is a future.
static_assert(std::same_as<decltype(std::declval<Child&>().kill()), io::Result<void>>);
static_assert(Future<decltype(std::declval<process::Child&>().kill())>);
// PROC-03
static_assert(std::same_as<decltype(std::declval<Child&>().id()), std::uint32_t>);
static_assert(std::same_as<decltype(std::declval<process::Child&>().id()), std::optional<pid_t>>);
// PROC-04, PROC-08
using legacy::process::ChildStderr;
using legacy::process::ChildStdin;
using legacy::process::ChildStdout;
static_assert(std::derived_from<ChildStdin, process::ChildStdin> && legacy::io::AsyncWrite<ChildStdin>);
static_assert(std::derived_from<ChildStdout, process::ChildStdout> && legacy::io::AsyncRead<ChildStdout>);
static_assert(std::derived_from<ChildStderr, process::ChildStderr> && legacy::io::AsyncRead<ChildStderr>);
static_assert(!legacy::io::AsyncRead<process::ChildStdout>);
static_assert(std::same_as<decltype(*std::declval<Child&>().stdin), ChildStdin&>);
static_assert(std::same_as<decltype(*std::declval<Child&>().stdout), ChildStdout&>);
static_assert(std::same_as<decltype(*std::declval<Child&>().stderr), ChildStderr&>);
// A child of 0.2 becomes one of 1.x with its pipes, where it is moved; it cannot be taken for one without
// them.
static_assert(std::convertible_to<Child, process::Child> && !std::convertible_to<Child&, process::Child&>);
static_assert(std::movable<Child> && !std::copyable<Child>);
static_assert(std::same_as<legacy::process::Stdio, process::Stdio>);

template <class C>
C shell(std::string script) {
  C command("/bin/sh");
  command.arg("-c").arg(std::move(script));
  return command;
}
template <class C>
C cat() {
  C command("/bin/cat");
  command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
  return command;
}

Task<void> await_with_stdin_open() {
  auto old = cat<Command>().spawn().value();
  const int fd = old.stdin->as_raw_fd();
  {
    auto waiting = test::spawn([&] { return poll_fn([&](Context& cx) { return old.poll(cx); }); });
    CHECK(waiting.poll().is_pending());
  }
  // The child still reads what it is told, and ends only at the end of that.
  REQUIRE(old.stdin.has_value());
  CHECK(old.stdin->as_raw_fd() == fd);  // nothing has touched it
  auto written = co_await legacy::io::write_all(*old.stdin, "still open");
  CHECK(written.has_value());
  std::string text(10, '\0');
  auto read = co_await legacy::io::read_exact(*old.stdout, text);
  CHECK(read.value() == 10);
  CHECK(text == "still open");
  old.stdin.reset();
  auto end = co_await old;
  CHECK(end.value().success());
  auto again = co_await old;
  CHECK(again.value().success());

  auto modern = cat<process::Command>().spawn().value();
  {
    auto waiting = test::spawn([&] { return modern.wait(); });
    static_cast<void>(waiting.poll());
  }
  CHECK(!modern.stdin.has_value());  // so that the child sees the end of its input
  auto ended = co_await modern.wait();
  CHECK(ended.value().success());
}

Task<void> await_by_value() {
  auto status = co_await shell<Command>("exit 3").spawn().value();
  CHECK(status.value().code() == 3);
}

Task<void> kill_and_wait() {
  auto old = cat<Command>().spawn().value();
  CHECK(old.kill().has_value());  // at once
  auto end = co_await old;
  CHECK(end.value().signal() == SIGKILL);
  CHECK(old.kill().has_value());

  auto modern = cat<process::Command>().spawn().value();
  {
    [[maybe_unused]] const auto unawaited = modern.kill();  // does nothing
  }
  CHECK(!modern.try_wait().value().has_value());
  CHECK(modern.start_kill().has_value());
  auto killed = co_await modern.kill();
  CHECK(killed.has_value());
  CHECK(modern.try_wait().value()->signal() == SIGKILL);
}

Task<void> number() {
  auto child = shell<Command>("exit 0").spawn().value();
  const std::uint32_t id = child.id();
  CHECK(::kill(static_cast<pid_t>(id), 0) == 0);
  auto end = co_await child;
  CHECK(end.has_value());
  CHECK(child.id() == id);  // in 1.x it is not known any more
  const process::Child modern = compat::from_legacy(std::move(child));
  CHECK(modern.id() == std::nullopt);
}

// Reads in the way of 0.2, what a program of 0.2 may have of any reader.
template <legacy::io::AsyncRead R>
class Lower {
 public:
  explicit Lower(R reader) : reader_(std::move(reader)) {}
  Poll<io::Result<std::size_t>> poll_read(Context& cx, std::span<std::byte> memory) {
    auto read = reader_.poll_read(cx, memory);
    if (read.is_ready() && *read)
      for (std::byte& c : memory.first(**read)) c |= std::byte{0x20};
    return read;
  }

 private:
  R reader_;
};

Task<void> pipes() {
  auto child = shell<Command>("tee /dev/stderr")
                   .stdin(Stdio::piped())
                   .stdout(Stdio::piped())
                   .stderr(Stdio::piped())
                   .spawn()
                   .value();
  auto stdin = child.stdin().take();
  CHECK(!child.stdin().has_value());
  CHECK(!child.stdin.take().has_value());
  legacy::bytes::BytesMut sent(io::ConstBytes("HELLO"));
  auto write = [&](Context& cx) { return stdin->poll_write_buf(cx, sent); };
  auto written = co_await poll_fn(write);
  CHECK(written.value() == 5);
  stdin = std::nullopt;

  Lower lower(*child.stdout().take());
  std::string text;
  auto read = co_await legacy::io::read_to_string(lower, text);
  CHECK(read.value() == 5);
  CHECK(text == "hello");
  std::string error(8, '\0');
  auto size = co_await child.stderr->read(error);
  CHECK(size.value() == 5);
  CHECK(error.substr(0, 5) == "HELLO");
  child.stderr() = std::nullopt;
  auto end = co_await child.wait();
  CHECK(end.value().success());
}

Task<void> pipes_cross() {
  auto old = cat<Command>().spawn().value();
  process::ChildStdin in = compat::from_legacy(*old.stdin.take());
  auto written = co_await in.write_all("abc");
  CHECK(written.has_value());
  ChildStdin back = compat::into_legacy(std::move(in));
  process::ChildStdout out = compat::from_legacy(*std::exchange(old.stdout, std::nullopt));
  std::array<char, 1> one{};
  auto read = co_await out.read(one);
  CHECK(read.value() == 1);
  ChildStdout rest = compat::into_legacy(std::move(out));
  old.stdin = std::move(back);
  old.stdout = std::move(rest);
  // With all that it has: cat reads its input to the end, which wait_with_output makes.
  process::Child modern = std::move(old);
  auto output = co_await std::move(modern).wait_with_output();
  CHECK(output.value().status.success());
  CHECK(output.value().stdout == "bc");

  auto first = shell<Command>("echo x").stdout(Stdio::piped()).spawn().value();
  auto second = co_await cat<Command>().stdin(*first.stdout.take()).output();
  CHECK(second.value().stdout == "x\n");
}

Task<void> waits_of_1x() {
  auto child = cat<Command>().spawn().value();
  CHECK(child.try_wait().value() == std::nullopt);
  auto end = co_await child.wait();
  CHECK(end.value().success());
  CHECK(!child.stdin.has_value());

  auto killed = cat<Command>().spawn().value();
  CHECK(killed.start_kill().has_value());
  auto signal = co_await killed;
  CHECK(signal.value().signal() == SIGKILL);
}

Task<void> collect() {
  auto child = shell<Command>("cat; echo err >&2")
                   .stdin(Stdio::piped())
                   .stdout(Stdio::piped())
                   .stderr(Stdio::piped())
                   .spawn()
                   .value();
  auto output = co_await std::move(child).wait_with_output();
  CHECK(output.value().status.success());
  CHECK(output.value().stderr == "err\n");

  auto both = co_await shell<Command>("echo out; echo err >&2; exit 2").output();
  CHECK(both.value().stdout == "out\n");
  CHECK(both.value().status.code() == 2);
}

Task<void> cross() {
  auto child = compat::into_legacy(cat<process::Command>().spawn().value());
  const std::uint32_t id = child.id();
  process::Child modern = compat::from_legacy(std::move(child));
  CHECK(modern.id() == static_cast<pid_t>(id));
  auto end = co_await modern.wait();
  CHECK(end.value().success());

  auto old = compat::into_legacy(std::move(modern));
  CHECK(old.id() == 0);  // nobody knows it any more
  auto status = co_await old;
  CHECK(status.value().success());
}

}  // namespace

TEST_SUITE("compat.process") {
  TEST_CASE("PROC-01: awaiting a child of 0.2 leaves its stdin open, wait of 1.x closes it") {
    test::current_thread().block_on(await_with_stdin_open());
  }
  TEST_CASE("PROC-01: a child may be awaited in the expression that spawns it, and spawned as a task") {
    const auto rt = test::multi_thread();
    rt.block_on(await_by_value());
    const auto guard = rt.enter();
    auto task = rt.spawn(shell<Command>("exit 4").spawn().value());
    CHECK(rt.block_on(std::move(task)).value().value().code() == 4);
  }
  TEST_CASE(
      "PROC-02, PROC-10: kill sends a signal at once in 0.2, and in 1.x when it is awaited, and waits") {
    test::current_thread().block_on(kill_and_wait());
  }
  TEST_CASE(
      "PROC-01, PROC-02, PROC-10: wait, try_wait and start_kill of 1.x are there for what is half migrated") {
    test::current_thread().block_on(waits_of_1x());
  }
  TEST_CASE("PROC-04, PROC-08: a child's pipes read and write as in 0.2, and are called or not") {
    test::current_thread().block_on(pipes());
  }
  TEST_CASE("PROC-08: pipes cross in both directions, alone and with their child") {
    test::current_thread().block_on(pipes_cross());
  }
  TEST_CASE("PROC-03: a child's number is known for ever in 0.2, and until its end in 1.x") {
    test::current_thread().block_on(number());
  }
  TEST_CASE("PROC-05, PROC-06, PROC-07: what a command gives is collected as in 1.x") {
    test::current_thread().block_on(collect());
  }
  TEST_CASE("PROC-06: every member of a command leaves it a command of 0.2") {
    Command command("/bin/sh");
    static_assert(std::same_as<decltype(command.arg("")), Command&>);
    auto chained = [&]() -> Command& {
      return command.arg("-c")
          .args({"echo $A$B", "name"})
          .args(std::vector<std::string>{"x"})
          .env("A", "a")
          .envs(std::vector<std::pair<std::string, std::string>>{{"B", "b"}})
          .env_remove("C")
          .current_dir("/")
          .arg0("sh")
          .kill_on_drop(true);
    };
    const auto rt = test::current_thread();
    const auto guard = rt.enter();
    auto output = rt.block_on(chained().output());
    CHECK(output.value().stdout == "ab\n");
    CHECK(command.get_kill_on_drop());
    CHECK(command.env_clear().get_envs().empty());
    const process::Command modern = compat::from_legacy(compat::into_legacy(process::Command("/bin/true")));
    CHECK(modern.get_program() == "/bin/true");
  }
  TEST_CASE("PROC-07: status has spawned its process before it is awaited") {
    const auto rt = test::current_thread();
    const auto guard = rt.enter();
    std::array<int, 2> pipe{};
    REQUIRE(::pipe(pipe.data()) == 0);
    auto status = shell<Command>("echo x").stdout(Stdio::from_fd(pipe[1])).status();
    char c = 0;
    CHECK(::read(pipe[0], &c, 1) == 1);  // waits for what the program writes
    CHECK(c == 'x');
    CHECK(rt.block_on(std::move(status)).value().success());
    ::close(pipe[0]);
  }
  TEST_CASE("PROC-08, PROC-09: children cross in both directions") {
    test::current_thread().block_on(cross());
  }
}
