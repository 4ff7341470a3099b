#include <array>
#include <cerrno>
#include <fcntl.h>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "io/blocking.hpp"
#include "runtime/io/at_once.hpp"
#include "runtime/io/script.hpp"
#include "support/owned_fd.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using ferry::detail::OwnedFd;
using io::detail::BlockingReader;
using io::detail::BlockingWriter;

namespace {

static_assert(io::AsyncRead<io::Stdin> && !io::AsyncWrite<io::Stdin>);
static_assert(io::AsyncWrite<io::Stdout> && !io::AsyncRead<io::Stdout> && io::AsyncWrite<io::Stderr>);

// A pipe of the operating system.
struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    reader = OwnedFd(ends[0]);
    writer = OwnedFd(ends[1]);
  }
  OwnedFd reader{-1};
  OwnedFd writer{-1};
};

// All that comes until the other end is closed.
std::string read_all(int fd) {
  std::string all;
  std::array<char, 4096> part;
  for (ssize_t size = 0; (size = ::read(fd, part.data(), part.size())) > 0;)
    all.append(part.data(), static_cast<std::size_t>(size));
  return all;
}

// While it lives, one of the standard descriptors is another.
class Redirected {
 public:
  Redirected(int standard, const OwnedFd& to) : standard_(standard), before_(::dup(standard)) {
    REQUIRE(::dup2(to.get(), standard) >= 0);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() { ::dup2(before_.get(), standard_); }

 private:
  int standard_;
  OwnedFd before_;
};

Task<void> say(std::string_view what) {
  io::Stdout out = io::stdout();
  CHECK((co_await out.write_all(what)).has_value());
  CHECK((co_await out.flush()).has_value());
}
Task<void> complain(std::string_view what) {
  io::Stderr err = io::stderr();
  CHECK((co_await err.write_all(what)).has_value());
  CHECK((co_await err.shutdown()).has_value());
}
Task<std::vector<std::string>> lines_of_stdin() {
  std::vector<std::string> all;
  io::Lines lines = io::BufReader(io::stdin()).lines();
  for (;;) {
    auto line = co_await lines.next_line();
    if (!line.value()) co_return all;
    all.push_back(**line);
  }
}

TEST_SUITE("io.stdio") {
  TEST_CASE("stdout and stderr write to the process's descriptors, and leave them open") {
    const runtime::Runtime rt = test::current_thread();
    for (const int standard : {STDOUT_FILENO, STDERR_FILENO}) {
      Pipe pipe;
      {
        const Redirected redirected(standard, pipe.writer);
        rt.block_on(standard == STDOUT_FILENO ? say("hello ") : complain("hello "));
        rt.block_on(standard == STDOUT_FILENO ? say("world") : complain("world"));
      }
      ::close(pipe.writer.release());
      CHECK(read_all(pipe.reader.get()) == "hello world");
    }
  }

  TEST_CASE("what several tasks write at once arrives in the pieces that they wrote") {
    const runtime::Runtime rt = test::multi_thread();
    Pipe pipe;
    std::string all;
    std::thread reader([&] { all = read_all(pipe.reader.get()); });
    {
      const Redirected redirected(STDOUT_FILENO, pipe.writer);
      const std::string as(200'000, 'a');  // more than a pipe holds
      const std::string bs(200'000, 'b');
      rt.block_on([](std::string_view first, std::string_view second) -> Task<void> {
        auto other = spawn(say(second));
        co_await say(first);
        CHECK((co_await other).has_value());
      }(as, bs));
    }
    ::close(pipe.writer.release());
    reader.join();
    CHECK(all.size() == 400'000);
    CHECK((all.find("ab") == all.npos) != (all.find("ba") == all.npos));
  }

  TEST_CASE("stdin gives what comes, up to the end") {
    const runtime::Runtime rt = test::current_thread();
    Pipe pipe;
    const Redirected redirected(STDIN_FILENO, pipe.reader);
    REQUIRE(::write(pipe.writer.get(), "one\ntwo", 7) == 7);
    ::close(pipe.writer.release());
    CHECK(rt.block_on(lines_of_stdin()) == std::vector<std::string>{"one", "two"});
  }

  TEST_CASE("outside a runtime they throw when they are used") {
    io::Stdout out = io::stdout();
    CHECK_THROWS_AS(static_cast<void>(test::spawn([&] { return out.write("x"); }).poll()), std::logic_error);
    CHECK(test::at_once([&] { return out.flush(); }).has_value());
    io::Stdin in = io::stdin();
    std::array<char, 4> buffer;
    CHECK_THROWS_AS(static_cast<void>(test::spawn([&] { return in.read(buffer); }).poll()), std::logic_error);
  }
}

TEST_SUITE("io.BlockingReader") {
  TEST_CASE("a read that is cancelled loses nothing: the next one gets what it has read") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::EnterGuard guard = rt.enter();
    Pipe pipe;
    BlockingReader reader(pipe.reader.get());
    std::string text(8, '.');
    {
      auto cancelled = test::spawn([&] { return io::read(reader, text); });
      REQUIRE(cancelled.poll().is_pending());
    }
    REQUIRE(::write(pipe.writer.get(), "hello", 5) == 5);
    CHECK(rt.block_on(io::read(reader, io::MutableBytes(std::span(text).first(3)))).value() == 3);
    CHECK(rt.block_on(io::read(reader, text)).value() == 2);
    CHECK(text.starts_with("lol"));
  }

  TEST_CASE("a read into no room does not wait, and an error is passed on") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::EnterGuard guard = rt.enter();
    Pipe pipe;
    BlockingReader reader(pipe.reader.get());
    CHECK(test::read_once(reader, 0).empty());
    BlockingReader wrong(pipe.writer.get());
    std::array<char, 4> buffer;
    CHECK(rt.block_on(io::read(wrong, buffer)).error() == boost::system::errc::bad_file_descriptor);
  }

  TEST_CASE("after shutdown a read fails, and the error says so") {
    Pipe pipe;
    BlockingReader reader(pipe.reader.get());
    runtime::Runtime rt = test::current_thread();
    const runtime::Handle handle = rt.handle();
    std::move(rt).shutdown_background();
    const runtime::EnterGuard guard = handle.enter();
    std::array<char, 4> buffer;
    CHECK(runtime::is_rt_shutdown_err(test::at_once([&] { return io::read(reader, buffer); }).error()));
  }
}

TEST_SUITE("io.BlockingWriter") {
  TEST_CASE("a write takes up to 2 MiB at once, and the next one waits for it") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::EnterGuard guard = rt.enter();
    Pipe pipe;
    std::mutex turn;
    BlockingWriter writer(pipe.writer.get(), turn);
    const std::string data(3 * 1024 * 1024, 'x');
    CHECK(test::at_once([&] { return io::write(writer, data); }).value() == 2 * 1024 * 1024);
    auto next = test::spawn([&] { return io::write(writer, "y"); });
    REQUIRE(next.poll().is_pending());
    auto flush = test::spawn([&] { return io::flush(writer); });
    REQUIRE(flush.poll().is_pending());

    std::string all;
    std::thread reader([&] { all = read_all(pipe.reader.get()); });
    CHECK(rt.block_on(io::write(writer, "y")).value() == 1);
    CHECK(rt.block_on(io::flush(writer)).has_value());
    ::close(pipe.writer.release());
    reader.join();
    CHECK(all.size() == 2 * 1024 * 1024 + 1);
    CHECK(all.ends_with("xy"));
  }

  TEST_CASE("of nothing is ready, and needs no thread") {
    std::mutex turn;
    BlockingWriter writer(-1, turn);
    CHECK(test::at_once([&] { return io::write(writer, ""); }).value() == 0);
    CHECK(test::at_once([&] { return io::flush(writer); }).has_value());
  }

  TEST_CASE("an error is reported by the next flush or write, once") {
    const runtime::Runtime rt = test::current_thread();
    const runtime::EnterGuard guard = rt.enter();
    Pipe pipe;
    std::mutex turn;
    BlockingWriter writer(pipe.reader.get(), turn);
    CHECK(test::at_once([&] { return io::write(writer, "x"); }).value() == 1);
    CHECK(rt.block_on(io::flush(writer)).error() == boost::system::errc::bad_file_descriptor);
    CHECK(test::at_once([&] { return io::flush(writer); }).has_value());
    CHECK(test::at_once([&] { return io::write(writer, "x"); }).value() == 1);
    CHECK(rt.block_on(io::write(writer, "y")).error() == boost::system::errc::bad_file_descriptor);
  }

  TEST_CASE("after shutdown nothing is written, and the flush says why") {
    Pipe pipe;
    std::mutex turn;
    BlockingWriter writer(pipe.writer.get(), turn);
    runtime::Runtime rt = test::current_thread();
    const runtime::Handle handle = rt.handle();
    std::move(rt).shutdown_background();
    const runtime::EnterGuard guard = handle.enter();
    CHECK(test::at_once([&] { return io::write(writer, "x"); }).value() == 1);
    CHECK(runtime::is_rt_shutdown_err(test::at_once([&] { return io::flush(writer); }).error()));
  }
}

// What blocks, on a thread where it may.
template <class F>
auto off_the_runtime(const runtime::Runtime& rt, F f) {
  return rt.block_on(rt.spawn_blocking(std::move(f))).value();
}

TEST_SUITE("io.SyncIoBridge") {
  TEST_CASE("reads by blocking the thread") {
    const runtime::Runtime rt = test::current_thread();
    CHECK(off_the_runtime(rt, [] {
            io::SyncIoBridge bridge{io::empty()};
            std::vector<char> bytes;
            return bridge.read_to_end(bytes).value();
          }) == 0);
    CHECK(off_the_runtime(rt, [] {
            io::SyncIoBridge bridge(io::Cursor(std::string_view("hello world")));
            std::string word(5, '.');
            std::string rest;
            CHECK(bridge.read_exact(word).value() == 5);
            CHECK(bridge.read(io::MutableBytes(std::span(word).first(1))).value() == 1);
            CHECK(bridge.read_to_string(rest).value() == 5);
            CHECK(bridge.seek(io::SeekFrom::start(2)).value() == 2);
            std::vector<char> bytes;
            CHECK(bridge.read_until('o', bytes).value() == 3);
            CHECK(bridge.fill_buf()->size() == 6);
            bridge.consume(1);
            std::string line;
            CHECK(bridge.read_line(line).value() == 5);
            return word + rest + line;
          }) == " elloworldworld");
  }

  TEST_CASE("writes by blocking the thread, until the reader has taken it") {
    const runtime::Runtime rt = test::current_thread();
    auto [near, far] = io::duplex(4);
    auto written = rt.spawn_blocking([near = std::move(near)]() mutable {
      io::SyncIoBridge bridge(near);
      CHECK(bridge.write_all("hello").has_value());
      CHECK(bridge.write("!").value() == 1);
      CHECK(bridge.is_write_vectored());
      const auto pieces = test::pieces_of({"?"});
      CHECK(bridge.write_vectored(pieces).value() == 1);
      CHECK(bridge.flush().has_value());
      CHECK(bridge.shutdown().has_value());
      CHECK(bridge.write_all(" world").has_error());
    });
    std::string text;
    CHECK(rt.block_on(far.read_to_string(text)).value() == 7);
    CHECK(text == "hello!?");
    CHECK(rt.block_on(written).has_value());
  }

  TEST_CASE("may be used on any thread, with a handle, borrows or owns its stream") {
    const runtime::Runtime rt = test::multi_thread();
    auto [near, far] = io::duplex(16);
    std::thread thread([&, handle = rt.handle(), &near = near] {
      CHECK_THROWS_AS(io::SyncIoBridge{io::empty()}, std::logic_error);
      io::SyncIoBridge bridge(near, handle);
      CHECK(&bridge.as_mut() == &near);
      CHECK(&bridge.as_ref() == &near);
      std::string text(4, '.');
      CHECK(bridge.read_exact(text).value() == 4);
      CHECK(text == "ping");
    });
    CHECK(rt.block_on(far.write_all("ping")).has_value());
    thread.join();
    io::SyncIoBridge owning(std::move(near), rt.handle());
    io::DuplexStream back = std::move(owning).into_inner();
    CHECK(rt.block_on(back.write_all("pong")).has_value());
  }

  TEST_CASE("throws where it would block tasks") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      io::SyncIoBridge bridge(io::repeat('x'));
      std::array<char, 4> buffer;
      CHECK_THROWS_AS(static_cast<void>(bridge.read(buffer)), std::logic_error);
      co_return;
    }());
  }
}

}  // namespace
