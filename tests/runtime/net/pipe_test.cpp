#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/net/pipe.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "net/quiet_write.hpp"
#include "support/descriptors.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"
#include "support/temp_tree.hpp"

namespace ferry {  // whose `test` this is

namespace pipe = net::pipe;

static_assert(std::movable<pipe::Sender> && !std::copyable<pipe::Sender>);
static_assert(std::movable<pipe::Receiver> && !std::copyable<pipe::Receiver>);
static_assert(io::AsyncWrite<const pipe::Sender> && io::SharedWrite<const pipe::Sender>);
static_assert(io::VectoredWrite<const pipe::Sender> && !io::AsyncRead<pipe::Sender>);
static_assert(io::AsyncRead<const pipe::Receiver> && io::SharedRead<const pipe::Receiver>);
static_assert(!io::AsyncWrite<pipe::Receiver>);

namespace {

/// A FIFO of its own for one test.
class Fifo {
 public:
  Fifo() { REQUIRE(::mkfifo(path_.c_str(), 0600) == 0); }
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  ::test::TempTree tree_;
  std::filesystem::path path_ = tree_.path("fifo");
};

std::string_view text_of(std::span<const char> bytes) { return {bytes.data(), bytes.size()}; }

/// Runs the body with a new pipe, in a runtime of each flavour.
template <class F>
void for_each_flavor_with_pipe(F body) {
  test::for_each_flavor([&](const runtime::Runtime& rt) {
    rt.block_on([](const runtime::Runtime& rt, F body) -> Task<void> {
      auto [sender, receiver] = pipe::pipe().value();
      co_await body(rt, std::move(sender), std::move(receiver));
    }(rt, body));
  });
}

/// Writes until the pipe is full.
std::size_t fill(const pipe::Sender& sender) {
  const std::string data(4096, 'x');
  std::size_t total = 0;
  for (;;) {
    const io::Result<std::size_t> size = sender.try_write(data);
    if (!size) {
      CHECK(size.error() == boost::system::errc::resource_unavailable_try_again);
      return total;
    }
    total += *size;
  }
}

constexpr auto kWouldBlock = boost::system::errc::resource_unavailable_try_again;

}  // namespace

TEST_SUITE("net.pipe") {
  TEST_CASE("what is written at one end is read at the other, until the sender is gone") {
    for_each_flavor_with_pipe(
        [](const runtime::Runtime& rt, pipe::Sender sender, pipe::Receiver receiver) -> Task<void> {
          std::string data(1'000'000, 'x');
          for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i % 251);
          auto writing = rt.spawn([](pipe::Sender sender, std::string data) -> Task<bool> {
            const auto written = co_await sender.write_all(data);
            const auto flushed = co_await sender.flush();
            co_return written&& flushed;
          }(std::move(sender), data));
          std::vector<char> read;
          const auto size = co_await receiver.read_to_end(read);
          CHECK(size.value() == data.size());
          CHECK(text_of(read) == data);
          const auto is_written = co_await std::move(writing);
          CHECK(is_written.value());
        });
  }

  TEST_CASE("writing where nobody reads any more gives EPIPE, and no signal") {
    ::signal(SIGPIPE, SIG_DFL);
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [sender, receiver] = pipe::pipe().value();
      {
        const pipe::Receiver gone = std::move(receiver);
      }
      const auto written = co_await sender.write("lost");
      CHECK(written.error() == boost::system::errc::broken_pipe);
      CHECK(sender.try_write("lost").error() == boost::system::errc::broken_pipe);
      const std::array<std::span<const std::byte>, 1> pieces{io::ConstBytes("lost").span()};
      CHECK(sender.try_write_vectored(pieces).error() == boost::system::errc::broken_pipe);
    }());
  }

  TEST_CASE("without the system's help, too, no signal comes of it, and what was blocked stays so") {
    ::signal(SIGPIPE, SIG_DFL);
    std::array<int, 2> fds{};
    REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
    std::string data = "12";
    const std::array<iovec, 2> pieces{iovec{.iov_base = data.data(), .iov_len = 1},
                                      iovec{.iov_base = data.data() + 1, .iov_len = 1}};
    CHECK(net::detail::masked_writev(fds[1], pieces) == 2);
    ::close(fds[0]);
    CHECK(net::detail::masked_writev(fds[1], pieces) == -1);
    CHECK(errno == EPIPE);
    sigset_t now;
    ::sigpending(&now);
    CHECK(::sigismember(&now, SIGPIPE) == 0);
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    CHECK(::sigismember(&now, SIGPIPE) == 0);

    sigset_t only_pipe;
    ::sigemptyset(&only_pipe);
    ::sigaddset(&only_pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &only_pipe, nullptr);
    CHECK(net::detail::masked_writev(fds[1], pieces) == -1);
    CHECK(errno == EPIPE);
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    CHECK(::sigismember(&now, SIGPIPE) == 1);
    int number = 0;
    ::sigwait(&only_pipe, &number);  // it is there for who blocked it
    ::pthread_sigmask(SIG_UNBLOCK, &only_pipe, nullptr);
    ::close(fds[1]);
  }

  TEST_CASE("a pipe that is full makes writers wait until there is room, and loses nothing by cancelling") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [sender, receiver] = pipe::pipe().value();
      const std::size_t size = fill(sender);
      CHECK(size >= 4096);
      {
        auto cancelled = test::spawn([&sender = sender] { return sender.write("never"); });
        CHECK(cancelled.poll().is_pending());
      }
      auto writing = test::spawn([&sender = sender] { return sender.write("later"); });
      CHECK(writing.poll().is_pending());
      std::vector<char> read(size);
      const auto first = co_await receiver.read_exact(read);
      CHECK(first.value() == size);
      while (!writing.is_woken()) co_await task::yield_now();
      CHECK(writing.poll()->value() == 5);
      std::array<char, 64> rest{};
      const auto last = co_await receiver.read(rest);
      CHECK(text_of(std::span(rest).first(last.value())) == "later");
    }());
  }

  TEST_CASE("try_read and try_write say EAGAIN where they would have to wait") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [sender, receiver] = pipe::pipe().value();
      std::array<char, 8> buffer{};
      CHECK(receiver.try_read(buffer).error() == kWouldBlock);
      CHECK(sender.try_write("12345").value() == 5);
      const auto readable = co_await receiver.readable();
      CHECK(readable.has_value());
      CHECK(receiver.try_read(buffer).value() == 5);
      CHECK(text_of(std::span(buffer).first(5)) == "12345");
      CHECK(receiver.try_read(buffer).error() == kWouldBlock);
      fill(sender);
      CHECK(sender.try_write("more").error() == kWouldBlock);
      auto writable = test::spawn([&sender = sender] { return sender.writable(); });
      CHECK(writable.poll().is_pending());
      {
        const pipe::Receiver gone = std::move(receiver);
      }
      const auto is_writable = co_await *writable;
      CHECK(is_writable.has_value());
      CHECK(sender.try_write("more").error() == boost::system::errc::broken_pipe);
    }());
  }

  TEST_CASE("several pieces are read and written at once") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [sender, receiver] = pipe::pipe().value();
      const std::array<std::span<const std::byte>, 3> pieces{
          io::ConstBytes("one ").span(), io::ConstBytes("").span(), io::ConstBytes("two").span()};
      const auto written = co_await sender.write_vectored(pieces);
      CHECK(written.value() == 7);
      CHECK(sender.try_write_vectored(pieces).value() == 7);
      std::array<char, 5> first{};
      std::array<char, 16> second{};
      const std::array<std::span<std::byte>, 2> buffers{io::MutableBytes(first).span(),
                                                        io::MutableBytes(second).span()};
      const auto readable = co_await receiver.readable();
      CHECK(readable.has_value());
      CHECK(receiver.try_read_vectored(buffers).value() == 14);
      CHECK(text_of(first) == "one t");
      CHECK(text_of(std::span(second).first(9)) == "woone two");
      CHECK(receiver.try_read_vectored(buffers).error() == kWouldBlock);
    }());
  }

  TEST_CASE("try_read_buf appends") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [sender, receiver] = pipe::pipe().value();
      std::array<char, 8> memory{};
      io::ReadBuf buf(io::MutableBytes(memory).span());
      CHECK(receiver.try_read_buf(buf).error() == kWouldBlock);
      for (const char* word : {"one", "two"}) {
        CHECK(sender.try_write(word).value() == 3);
        const auto readable = co_await receiver.readable();
        CHECK(readable.has_value());
        CHECK(receiver.try_read_buf(buf).value() == 3);
      }
      CHECK(buf.filled().size() == 6);
      CHECK(text_of(std::span(memory).first(6)) == "onetwo");
      std::string text = "zero";
      CHECK(sender.try_write("three").value() == 5);
      const auto readable = co_await receiver.readable();
      CHECK(readable.has_value());
      CHECK(receiver.try_read_buf(text).value() == 5);
      CHECK(text == "zerothree");
    }());
  }

  TEST_CASE("ready says for what, and try_io tries when it is") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [sender, receiver] = pipe::pipe().value();
      const auto writable = co_await sender.ready(io::Interest::Writable);
      CHECK(writable.value().is_writable());
      char byte = 0;
      const auto read_byte = [&byte, fd = receiver.as_raw_fd()]() -> io::Result<void> {
        if (::read(fd, &byte, 1) != 1) return io::last_os_error();
        return {};
      };
      CHECK(receiver.try_io(io::Interest::Readable, read_byte).error() == kWouldBlock);
      auto ready = test::spawn([&receiver = receiver] { return receiver.ready(io::Interest::Readable); });
      CHECK(ready.poll().is_pending());
      CHECK(sender.try_write("x").value() == 1);
      const auto readable = co_await *ready;
      CHECK(readable.value().is_readable());
      CHECK_FALSE(readable.value().is_read_closed());
      CHECK(receiver.try_io(io::Interest::Readable, read_byte).has_value());
      CHECK(byte == 'x');
      CHECK(receiver.try_io(io::Interest::Readable, read_byte).error() == kWouldBlock);
      {
        const pipe::Sender gone = std::move(sender);
      }
      const auto closed = co_await receiver.ready(io::Interest::Readable);
      CHECK(closed.value().is_read_closed());
    }());
  }

  TEST_CASE("the poll functions keep the latest waker") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [sender, receiver] = pipe::pipe().value();
      const auto readable = [&receiver = receiver](Context& cx) { return receiver.poll_read_ready(cx); };
      auto first = test::spawn([&] { return poll_fn(readable); });
      auto second = test::spawn([&] { return poll_fn(readable); });
      CHECK(first.poll().is_pending());
      CHECK(second.poll().is_pending());
      const auto writable = [&sender = sender](Context& cx) { return sender.poll_write_ready(cx); };
      const auto can_write = co_await poll_fn(writable);
      CHECK(can_write.has_value());
      const auto written = co_await sender.write("x");
      CHECK(written.has_value());
      while (!second.is_woken()) co_await task::yield_now();
      CHECK_FALSE(first.is_woken());
      CHECK(second.poll().is_ready());
    }());
  }

  TEST_CASE("several tasks may read from one receiver at once, and each byte reaches one of them") {
    for_each_flavor_with_pipe(
        [](const runtime::Runtime& rt, pipe::Sender sender, pipe::Receiver receiver) -> Task<void> {
          const auto shared = std::make_shared<const pipe::Receiver>(std::move(receiver));
          std::vector<task::JoinHandle<std::size_t>> readers;
          for (int i = 0; i < 4; ++i)
            readers.push_back(rt.spawn([](std::shared_ptr<const pipe::Receiver> from) -> Task<std::size_t> {
              std::array<char, 100> buffer{};
              std::size_t total = 0;
              for (;;) {
                const io::Result<std::size_t> size = co_await from->read(buffer);
                if (size.value() == 0) co_return total;
                total += *size;
              }
            }(shared)));
          const std::string data(100'000, 'x');
          const auto written = co_await sender.write_all(data);
          CHECK(written.has_value());
          {
            const pipe::Sender gone = std::move(sender);
          }
          std::size_t total = 0;
          for (auto& reader : readers) {
            const auto size = co_await std::move(reader);
            total += size.value();
          }
          CHECK(total == data.size());
        });
  }

  TEST_CASE("ends give their descriptors away, blocking or not") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    auto [sender, receiver] = pipe::pipe().value();
    CHECK((::fcntl(sender.as_raw_fd(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(receiver.as_raw_fd(), F_GETFD) & FD_CLOEXEC) != 0);
    const int blocking = std::move(sender).into_blocking_fd().value();
    CHECK((::fcntl(blocking, F_GETFL) & O_NONBLOCK) == 0);
    const int nonblocking = std::move(receiver).into_nonblocking_fd().value();
    CHECK((::fcntl(nonblocking, F_GETFL) & O_NONBLOCK) != 0);
    CHECK(::write(blocking, "x", 1) == 1);
    char byte = 0;
    CHECK(::read(nonblocking, &byte, 1) == 1);
    ::close(blocking);
    ::close(nonblocking);
    CHECK(std::move(sender).into_blocking_fd().error() == boost::system::errc::bad_file_descriptor);
  }

  TEST_CASE("a descriptor is taken over if it is a pipe that can be used that way, and stops blocking") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    const std::size_t before = test::open_descriptors();
    std::array<int, 2> fds{};
    REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
    {
      const pipe::Receiver receiver = pipe::Receiver::from_owned_fd(fds[0]).value();
      const pipe::Sender sender = pipe::Sender::from_owned_fd(fds[1]).value();
      CHECK((::fcntl(receiver.as_raw_fd(), F_GETFL) & O_NONBLOCK) != 0);
      CHECK((::fcntl(sender.as_raw_fd(), F_GETFL) & O_NONBLOCK) != 0);
      CHECK(rt.block_on(sender.write("x")).value() == 1);
    }
    // The wrong end, and what is no pipe; all are closed.
    REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
    CHECK(pipe::Sender::from_owned_fd(fds[0]).error() == io::ErrorKind::InvalidInput);
    CHECK(pipe::Receiver::from_owned_fd(fds[1]).error() == io::ErrorKind::InvalidInput);
    const auto null = [] { return ::open("/dev/null", O_RDWR | O_CLOEXEC); };
    CHECK(pipe::Sender::from_owned_fd(null()).error() == io::ErrorKind::InvalidInput);
    CHECK(pipe::Receiver::from_owned_fd(null()).error() == io::ErrorKind::InvalidInput);
    CHECK(pipe::Receiver::from_owned_fd(-1).error() == boost::system::errc::bad_file_descriptor);
    CHECK(test::open_descriptors() == before);
  }

  TEST_CASE("unchecked, any descriptor is taken over that does not block") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    std::array<int, 2> fds{};
    REQUIRE(::pipe2(fds.data(), O_CLOEXEC) == 0);
    CHECK_THROWS_AS(static_cast<void>(pipe::Receiver::from_owned_fd_unchecked(fds[0])), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(pipe::Sender::from_owned_fd_unchecked(fds[1])), std::logic_error);
    const auto wrong = pipe::Sender::from_owned_fd_unchecked(net::nonblocking(fds[0])).value();
    const auto right = pipe::Sender::from_owned_fd_unchecked(net::nonblocking(fds[1])).value();
    CHECK(wrong.try_write("x").error() == boost::system::errc::bad_file_descriptor);
    CHECK(right.try_write("x").value() == 1);
  }

  TEST_CASE("a FIFO is opened by name: a sender needs a reader, a receiver needs nobody") {
    const Fifo fifo;
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([](const Fifo& fifo) -> Task<void> {
      CHECK(pipe::OpenOptions().open_sender(fifo.path()).error() ==
            boost::system::errc::no_such_device_or_address);
      const pipe::Receiver receiver = pipe::OpenOptions().open_receiver(fifo.path()).value();
      CHECK((::fcntl(receiver.as_raw_fd(), F_GETFD) & FD_CLOEXEC) != 0);
      {
        const pipe::Sender sender = pipe::OpenOptions().open_sender(fifo.path()).value();
        const auto written = co_await sender.write_all("by name");
        CHECK(written.has_value());
      }
      std::string text;
      const auto read = co_await receiver.read_to_string(text);
      CHECK(read.has_value());
      CHECK(text == "by name");
    }(fifo));
  }

  TEST_CASE("opened for reading and writing, a sender needs no reader and a receiver sees no end") {
    const Fifo fifo;
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([](const Fifo& fifo) -> Task<void> {
      const pipe::Sender first = pipe::OpenOptions().read_write(true).open_sender(fifo.path()).value();
      const auto early = co_await first.write("early ");
      CHECK(early.has_value());
      const pipe::Receiver receiver = pipe::OpenOptions().read_write(true).open_receiver(fifo.path()).value();
      for (const char* word : {"one", "two"}) {
        const pipe::Sender sender = pipe::OpenOptions().open_sender(fifo.path()).value();
        const auto written = co_await sender.write_all(word);
        CHECK(written.has_value());
      }
      std::array<char, 12> text{};
      const auto read = co_await receiver.read_exact(text);
      CHECK(read.has_value());
      CHECK(text_of(text) == "early onetwo");
      auto more = test::spawn([&] { return receiver.read(text); });
      CHECK(more.poll().is_pending());
      co_await task::yield_now();
      CHECK(more.poll().is_pending());
    }(fifo));
  }

  TEST_CASE("a receiver of a FIFO reads from the next sender after the last one's end") {
    const Fifo fifo;
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([](const Fifo& fifo) -> Task<void> {
      const pipe::Receiver receiver = pipe::OpenOptions().open_receiver(fifo.path()).value();
      for (const char* word : {"one", "two"}) {
        {
          const pipe::Sender sender = pipe::OpenOptions().open_sender(fifo.path()).value();
          std::array<char, 8> buffer{};
          auto reading = test::spawn([&] { return receiver.read(buffer); });
          CHECK(reading.poll().is_pending());
          co_await task::yield_now();
          CHECK_FALSE(reading.is_woken());  // the last one's end is forgotten
          const auto written = co_await sender.write_all(word);
          CHECK(written.has_value());
          const auto read = co_await *reading;
          CHECK(text_of(std::span(buffer).first(read.value())) == word);
        }
        std::string rest;
        const auto end = co_await receiver.read_to_string(rest);
        CHECK(end.value() == 0);
      }
    }(fifo));
  }

  TEST_CASE("what is no FIFO is opened only unchecked") {
    const ::test::TempTree tree;
    const std::string file = tree.write("file", "text");
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    const std::size_t before = test::open_descriptors();
    CHECK(pipe::OpenOptions().open_receiver(file).error() == io::ErrorKind::InvalidInput);
    CHECK(pipe::OpenOptions().open_sender(file).error() == io::ErrorKind::InvalidInput);
    CHECK(pipe::OpenOptions().open_receiver(tree.path("missing")).error() ==
          boost::system::errc::no_such_file_or_directory);
    CHECK(test::open_descriptors() == before);
    const pipe::Receiver random = pipe::OpenOptions().unchecked(true).open_receiver("/dev/random").value();
    std::array<char, 4> bytes{};
    CHECK(rt.block_on(random.read_exact(bytes)).value() == 4);
  }

  TEST_CASE("outside a runtime, and in one without I/O, making a pipe throws and leaves no descriptors") {
    const Fifo fifo;
    const std::size_t before = test::open_descriptors();
    CHECK_THROWS_AS(static_cast<void>(pipe::pipe()), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(pipe::OpenOptions().open_receiver(fifo.path())), std::logic_error);
    CHECK(test::open_descriptors() == before);
    const runtime::Runtime rt = runtime::Builder::new_current_thread().enable_time().build().value();
    const auto guard = rt.enter();
    CHECK_THROWS_WITH_AS(static_cast<void>(pipe::pipe()), doctest::Contains("enable_io"), std::logic_error);
  }

  TEST_CASE("where no descriptors are left there is no pipe, and none is kept") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    const std::size_t before = test::open_descriptors();
    const io::Error error = [] {
      const test::DescriptorLimit few(3);
      return pipe::pipe().error();
    }();
    CHECK(error == boost::system::errc::too_many_files_open);
    CHECK(test::open_descriptors() == before);
  }
}

}  // namespace ferry
