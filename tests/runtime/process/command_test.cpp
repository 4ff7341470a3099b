#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/process.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "runtime/process/shell.hpp"
#include "support/descriptors.hpp"
#include "support/runtimes.hpp"
#include "support/temp_tree.hpp"

namespace ferry {  // whose `test` this is

using process::Command;
using process::Stdio;
using test::shell;

static_assert(std::movable<Command> && !std::copyable<Command>);
static_assert(std::movable<Stdio> && !std::copyable<Stdio>);

namespace {

/// What the program writes to its output before it ends well.
std::string output_of(const runtime::Runtime& rt, const Command& command) {
  const auto guard = rt.enter();
  const process::Output output = rt.block_on(command.output()).value();
  CHECK(output.status.success());
  CHECK(output.stderr == "");
  return output.stdout;
}

std::string output_of(const Command& command) { return output_of(test::current_thread(), command); }

/// The error of spawn.
io::Error fault_of(const Command& command) {
  const runtime::Runtime rt = test::current_thread();
  const auto guard = rt.enter();
  const std::size_t before = test::open_descriptors();
  const io::Result<process::Child> child = command.spawn();
  REQUIRE_FALSE(child.has_value());
  CHECK(test::open_descriptors() == before);
  return child.error();
}

/// How many of this process's descriptors another program gets.
std::size_t inherited_descriptors() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
    count += (::fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC) == 0;
  return count;
}

bool is_superuser() { return ::geteuid() == 0; }

}  // namespace

TEST_SUITE("process.Command") {
  TEST_CASE("a program's end and its output reach whoever waits, in every flavour of runtime") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const auto status = co_await shell("exit 3").status();
        CHECK(status.value().code() == 3);
        const auto output = co_await shell("echo out; echo err >&2; exit 4").output();
        REQUIRE(output.has_value());
        CHECK(output->stdout == "out\n");
        CHECK(output->stderr == "err\n");
        CHECK(output->status.code() == 4);
      }());
    });
  }

  TEST_CASE("arguments reach the program as they are") {
    Command echo("/bin/echo");
    echo.arg("a  b").args({"*", "$HOME"}).args(std::vector<std::string>{"'", ""});
    CHECK(output_of(echo) == "a  b * $HOME ' \n");
    CHECK(echo.get_program() == "/bin/echo");
    CHECK(echo.get_args() == std::vector<std::string>{"a  b", "*", "$HOME", "'", ""});
  }

  TEST_CASE("arg0 is the name that the program is told") {
    Command named = shell("echo \"$0\"");
    named.arg0("another");
    CHECK(output_of(named) == "another\n");
    CHECK(output_of(shell("echo \"$0\"")) == "/bin/sh\n");
  }

  TEST_CASE("a command may be started again and again") {
    Command echo("echo");
    echo.arg("again");
    const runtime::Runtime rt = test::current_thread();
    CHECK(output_of(rt, echo) == "again\n");
    CHECK(output_of(rt, echo) == "again\n");
  }

  TEST_CASE("the environment is this process's, with what was set and without what was removed") {
    ::setenv("FERRY_TEST_KEPT", "kept", 1);
    ::setenv("FERRY_TEST_REMOVED", "removed", 1);
    ::setenv("FERRY_TEST_CHANGED", "before", 1);
    const char* const script =
        "echo $FERRY_TEST_KEPT $FERRY_TEST_REMOVED $FERRY_TEST_CHANGED $FERRY_TEST_NEW";
    CHECK(output_of(shell(script)) == "kept removed before\n");
    Command changed = shell(script);
    changed.env("FERRY_TEST_CHANGED", "after")
        .env_remove("FERRY_TEST_REMOVED")
        .env("FERRY_TEST_NEW", "new=1");
    CHECK(output_of(changed) == "kept after new=1\n");
    CHECK(changed.get_envs() == Command::Variables{{"FERRY_TEST_CHANGED", "after"},
                                                   {"FERRY_TEST_NEW", "new=1"},
                                                   {"FERRY_TEST_REMOVED", std::nullopt}});
  }

  TEST_CASE("env_clear leaves only what is set after it") {
    Command bare("/usr/bin/env");
    bare.env("GONE", "1").env_clear().envs(std::map<std::string, std::string>{{"A", "1"}, {"B", "2"}});
    CHECK(output_of(bare) == "A=1\nB=2\n");
  }

  TEST_CASE("a program without a slash is looked for in the child's PATH") {
    const ::test::TempTree tree;
    const std::string script = tree.write("bin/ferry-test-program", "#!/bin/sh\necho found\n");
    ::chmod(script.c_str(), 0755);
    CHECK(fault_of(Command("ferry-test-program")) == boost::system::errc::no_such_file_or_directory);
    Command program("ferry-test-program");
    program.env("PATH", "/nowhere:" + tree.path("bin") + ":/usr/bin");
    CHECK(output_of(program) == "found\n");
    Command without("sh");
    without.env_clear().args({"-c", "echo standard"});
    CHECK(output_of(without) == "standard\n");
    // An empty part of PATH is the directory in which the child starts.
    program.env("PATH", "/nowhere:").current_dir(tree.path("bin"));
    CHECK(output_of(program) == "found\n");
  }

  TEST_CASE("a script that does not say who runs it is run by the shell") {
    const ::test::TempTree tree;
    const std::string script = tree.write("script", "echo \"$0 $1\"\n");
    ::chmod(script.c_str(), 0755);
    Command command(script);
    command.arg("argument");
    CHECK(output_of(command) == script + " argument\n");
  }

  TEST_CASE("current_dir is where the child starts, and where a relative program is looked for") {
    const ::test::TempTree tree;
    ::chmod(tree.write("script", "#!/bin/sh\npwd\n").c_str(), 0755);
    Command pwd = shell("pwd");
    pwd.current_dir(tree.root());
    CHECK(output_of(pwd) == tree.root() + "\n");
    Command relative("./script");
    relative.current_dir(tree.root());
    CHECK(output_of(relative) == tree.root() + "\n");
    CHECK(relative.get_current_dir() == tree.root());
  }

  TEST_CASE("what cannot be started is spawn's error, and leaves nothing behind") {
    const ::test::TempTree tree;
    const std::string not_executable = tree.write("data", "");
    CHECK(fault_of(Command("/nowhere/program")) == boost::system::errc::no_such_file_or_directory);
    CHECK(fault_of(Command("ferry-no-such-program")) == boost::system::errc::no_such_file_or_directory);
    CHECK(fault_of(Command("")) == boost::system::errc::no_such_file_or_directory);
    CHECK(fault_of(Command(not_executable)) == boost::system::errc::permission_denied);
    CHECK(fault_of(Command(tree.root())) == boost::system::errc::permission_denied);
    CHECK(fault_of(shell(":").current_dir("/nowhere")) == boost::system::errc::no_such_file_or_directory);
    CHECK(fault_of(shell(":").arg(std::string(8u << 20, 'x'))) ==
          boost::system::errc::argument_list_too_long);
  }

  TEST_CASE("the pipes of a child that could not be started are closed") {
    Command missing("/nowhere/program");
    missing.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    CHECK(fault_of(missing) == boost::system::errc::no_such_file_or_directory);
  }

  TEST_CASE("strings that no program can be given are errors") {
    using namespace std::string_literals;
    CHECK(fault_of(Command("sh\0"s)) == io::ErrorKind::InvalidInput);
    CHECK(fault_of(shell(":").arg("a\0b"s)) == io::ErrorKind::InvalidInput);
    CHECK(fault_of(shell(":").arg0("\0"s)) == io::ErrorKind::InvalidInput);
    CHECK(fault_of(shell(":").current_dir("/\0"s)) == io::ErrorKind::InvalidInput);
    CHECK(fault_of(shell(":").env("A", "\0"s)) == io::ErrorKind::InvalidInput);
    CHECK(fault_of(shell(":").env("A=B", "C")) == io::ErrorKind::InvalidInput);
    CHECK(fault_of(shell(":").env("", "C")) == io::ErrorKind::InvalidInput);
  }

  TEST_CASE("outside a runtime, and in one without I/O, it throws before there is a child") {
    CHECK_THROWS_AS(static_cast<void>(shell(":").spawn()), std::logic_error);
    const runtime::Runtime rt = runtime::Builder::new_current_thread().enable_time().build().value();
    const auto guard = rt.enter();
    CHECK_THROWS_WITH_AS(static_cast<void>(shell(":").spawn()), doctest::Contains("enable_io"),
                         std::logic_error);
  }

  TEST_CASE("null gives nothing and takes everything") {
    Command command = shell("cat; echo lost >&2");
    command.stdin(Stdio::null()).stderr(Stdio::null());
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([](Command& command) -> Task<void> {
      process::Child child = command.spawn().value();
      CHECK_FALSE(child.stdin);
      CHECK_FALSE(child.stdout);
      CHECK_FALSE(child.stderr);
      const auto output = co_await std::move(child).wait_with_output();
      CHECK(output.value().status.success());
      CHECK(output.value().stderr == "");
    }(command));
  }

  TEST_CASE("a descriptor becomes the child's") {
    const ::test::TempTree tree;
    const std::string input = tree.write("input", "from the file\n");
    Command command = shell("cat; echo errors >&2");
    command.stdin(Stdio::from_fd(::open(input.c_str(), O_RDONLY | O_CLOEXEC)));
    const int output = ::open(tree.path("output").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    command.stderr(Stdio::from_fd(::fcntl(output, F_DUPFD_CLOEXEC, 0))).stdout(Stdio::from_fd(output));
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    CHECK(rt.block_on(command.status()).value().success());
    CHECK(tree.read("output") == "from the file\nerrors\n");
    CHECK(fault_of(shell(":").stdin(Stdio::from_fd(-1))) == boost::system::errc::bad_file_descriptor);
  }

  TEST_CASE("the child gets what it should though this process's own three descriptors are closed") {
    std::array<int, 3> saved{};
    for (int number = 0; number < 3; ++number)
      saved[static_cast<std::size_t>(number)] = ::fcntl(number, F_DUPFD_CLOEXEC, 3);
    const runtime::Runtime rt = test::current_thread();
    for (int number = 0; number < 3; ++number) ::close(number);
    // Its pipes, and the one that reports errors, have the numbers 0 to 2 now.
    Command command = shell("cat; echo errors >&2");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    const io::Result<process::Output> output =
        rt.block_on([](Command& command) -> Task<io::Result<process::Output>> {
          process::Child child = command.spawn().value();
          const io::Result<void> written = co_await child.stdin->write_all("input\n");
          if (!written) co_return written.error();
          co_return co_await std::move(child).wait_with_output();
        }(command));
    const auto guard = rt.enter();
    const bool is_missing =
        shell(":").current_dir("/nowhere").spawn().error() == boost::system::errc::no_such_file_or_directory;
    for (int number = 0; number < 3; ++number) {
      ::dup2(saved[static_cast<std::size_t>(number)], number);
      ::close(saved[static_cast<std::size_t>(number)]);
    }
    CHECK(is_missing);
    REQUIRE(output.has_value());
    CHECK(output->stdout == "input\n");
    CHECK(output->stderr == "errors\n");
  }

  TEST_CASE("one child's output is another one's input") {
    const runtime::Runtime rt = test::multi_thread();
    rt.block_on([]() -> Task<void> {
      process::Child words = shell("echo c; echo a; echo b").stdout(Stdio::piped()).spawn().value();
      Command sort("sort");
      sort.stdin(*std::exchange(words.stdout, std::nullopt));
      const auto sorted = co_await sort.output();
      CHECK(sorted.value().stdout == "a\nb\nc\n");
      const auto end = co_await words.wait();
      CHECK(end.value().success());
    }());
  }

  TEST_CASE("a pipe of one's own can be a child's output and another one's input") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [sender, receiver] = net::pipe::pipe().value();
      process::Child child = shell("echo through").stdout(std::move(sender)).spawn().value();
      Command cat("cat");
      cat.stdin(std::move(receiver));
      const auto copied = co_await cat.output();
      CHECK(copied.value().stdout == "through\n");
      const auto end = co_await child.wait();
      CHECK(end.value().success());
    }());
  }

  TEST_CASE("process_group puts the child into a group of its own") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      process::Child child = shell("read line").stdin(Stdio::piped()).process_group(0).spawn().value();
      const pid_t pid = child.id().value();
      CHECK(::getpgid(pid) == pid);
      process::Child other = shell("read line").stdin(Stdio::piped()).process_group(pid).spawn().value();
      CHECK(::getpgid(other.id().value()) == pid);
      const auto end = co_await child.wait();
      CHECK(end.has_value());
      const auto others_end = co_await other.wait();
      CHECK(others_end.has_value());
    }());
  }

  TEST_CASE("uid and gid are the child's, and leave the superuser's groups") {
    if (!is_superuser()) return;
    Command command = shell("id -u; id -g; id -G");
    command.uid(4321).gid(1234);
    CHECK(output_of(command) == "4321\n1234\n1234\n");
  }

  TEST_CASE("who is not the superuser cannot become another user") {
    // Also where the tests are run by the superuser: the child that tries is another user already.
    Command command = shell(":");
    command.pre_exec([]() -> io::Result<void> {
      if (::setuid(4321) != 0) return io::last_os_error();
      if (::setuid(0) != 0) return io::last_os_error();
      return {};
    });
    CHECK(fault_of(command) == boost::system::errc::operation_not_permitted);
  }

  TEST_CASE("pre_exec runs in the child, in order, after all else") {
    const ::test::TempTree tree;
    Command command = shell("echo program");
    command.current_dir(tree.root());
    int here = 0;
    for (const char* word : {"first\n", "second\n"})
      command.pre_exec([word, &here]() -> io::Result<void> {
        ++here;
        const std::string_view text(word);
        if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) return io::last_os_error();
        if (::access("/", R_OK) != 0) return io::last_os_error();
        return {};
      });
    CHECK(output_of(command) == "first\nsecond\nprogram\n");
    CHECK(here == 0);  // it was a copy's
  }

  TEST_CASE("what goes wrong in pre_exec is spawn's error") {
    Command failing = shell(":");
    failing.pre_exec([]() -> io::Result<void> { return io::Error(EDOM, boost::system::system_category()); });
    CHECK(fault_of(failing) == boost::system::errc::argument_out_of_domain);
    Command throwing = shell(":");
    throwing.pre_exec([]() -> io::Result<void> { throw std::runtime_error("broken"); });
    CHECK(fault_of(throwing) == boost::system::errc::operation_canceled);
    Command foreign = shell(":");
    foreign.pre_exec([]() -> io::Result<void> { return io::Error(io::ErrorKind::WriteZero); });
    CHECK(fault_of(foreign) == boost::system::errc::invalid_argument);
  }

  TEST_CASE("a child has no descriptor that ferry has opened, and the signals of a new program") {
    ::signal(SIGUSR2, SIG_IGN);
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGUSR1, [](int) {});
    sigset_t usr1;
    ::sigemptyset(&usr1);
    ::sigaddset(&usr1, SIGUSR1);
    ::pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
    const runtime::Runtime rt = test::multi_thread();
    const auto guard = rt.enter();
    process::Child other = shell("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().value();
    Command descriptors("ls");
    descriptors.arg("/proc/self/fd");
    Command signals("cat");
    signals.arg("/proc/self/status");
    SUBCASE("with vfork") {}
    SUBCASE("with fork") {
      const auto nothing = []() -> io::Result<void> { return {}; };
      descriptors.pre_exec(nothing);
      signals.pre_exec(nothing);
    }
    const std::string listed = output_of(rt, descriptors);
    // And the one that reads the directory.
    CHECK(static_cast<std::size_t>(std::ranges::count(listed, '\n')) == inherited_descriptors() + 1);
    CHECK(output_of(rt, signals)
              .find("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000800\nSigCgt:\t0000000000000000\n") !=
          std::string::npos);
    CHECK(rt.block_on(other.kill()).has_value());
    ::pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
    for (const int number : {SIGUSR1, SIGUSR2, SIGPIPE}) ::signal(number, SIG_DFL);
  }

  TEST_CASE("where no descriptors are left spawn fails, and keeps none") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    Command command = shell(":");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    const std::size_t open = test::open_descriptors();
    std::size_t failures = 0;
    for (std::size_t limit = 3;; ++limit) {
      const io::Result<process::Child> child = [&] {
        const test::DescriptorLimit few(limit);
        return command.spawn();
      }();
      if (child) break;
      ++failures;
      CHECK(child.error() == boost::system::errc::too_many_files_open);
      REQUIRE(test::open_descriptors() == open);
    }
    CHECK(failures > 3);
  }

  TEST_CASE("several threads start children at once") {
    const runtime::Runtime rt = test::multi_thread(4);
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < 4; ++number)
      threads.emplace_back([&rt, &good, number] {
        const auto guard = rt.enter();
        for (int i = 0; i < 8; ++i) {
          const std::string text = std::to_string(100 * number + i);
          Command echo("echo");
          echo.arg(text);
          const auto output = rt.block_on(echo.output());
          good += output && output->stdout == text + "\n";
        }
      });
    for (std::thread& thread : threads) thread.join();
    CHECK(good == 32);
  }
}

}  // namespace ferry
