#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io/async_fd.hpp>
#include <ferry/join.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
using io::AsyncFd;
using io::Interest;
using io::Ready;

namespace {

// A descriptor that closes, and reads and writes by itself: what another library would have.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int as_raw_fd() const { return fd_; }

  io::Result<std::size_t> read(std::span<char> buffer) const {
    return result(::recv(fd_, buffer.data(), buffer.size(), 0));
  }
  io::Result<std::size_t> write(std::string_view data) const {
    return result(::send(fd_, data.data(), data.size(), MSG_NOSIGNAL));
  }
  io::Result<std::size_t> send_urgent(char byte) const { return result(::send(fd_, &byte, 1, MSG_OOB)); }

 private:
  static io::Result<std::size_t> result(ssize_t size) {
    if (size < 0) return io::Error(errno, boost::system::system_category());
    return static_cast<std::size_t>(size);
  }
  int fd_;
};

std::pair<Socket, Socket> socket_pair() {
  std::array<int, 2> fds{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0);
  return {Socket(fds[0]), Socket(fds[1])};
}

std::size_t drain(const Socket& socket) {
  std::array<char, 4096> buffer;
  std::size_t total = 0;
  for (;;) {
    const auto size = socket.read(buffer);
    if (!size || *size == 0) return total;
    total += *size;
  }
}

void fill(const Socket& socket) {
  const std::vector<char> data(65536, 'x');
  while (socket.write(std::string_view(data.data(), data.size()))) {
  }
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

}  // namespace

TEST_SUITE("io.AsyncFd") {
  TEST_CASE("what another library reads and writes is waited for") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = socket_pair();
        const auto fd = AsyncFd<Socket>::create(std::move(a)).value();
        auto writable = co_await fd.writable();
        CHECK(writable->ready().is_writable());
        auto waiting = fd.readable();
        CHECK((co_await time::timeout(1ms, waiting)).has_error());
        REQUIRE(b.write("hello").has_value());
        auto readable = co_await fd.readable();
        CHECK(readable->ready().is_readable());
        CHECK(drain(fd.get_ref()) == 5);
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("readiness is kept until it is cleared, and then comes with the next event") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = socket_pair();
      const auto fd = AsyncFd<Socket>::create(std::move(a)).value();
      REQUIRE(b.write("0").has_value());
      auto kept = co_await fd.readable();
      kept->retain_ready();
      drain(fd.get_ref());
      auto again = co_await fd.readable();
      again->clear_ready();
      {
        auto waiting = fd.readable();
        CHECK((co_await time::timeout(1ms, waiting)).has_error());
      }
      REQUIRE(b.write("1").has_value());
      CHECK((co_await fd.readable()).has_value());
    };
    rt.block_on(body());
  }

  TEST_CASE("clearing some kinds of readiness leaves the others") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = socket_pair();
      const auto fd = AsyncFd<Socket>::create(std::move(a)).value();
      REQUIRE(b.write("0").has_value());
      CHECK((co_await fd.readable()).has_value());
      auto both = co_await fd.ready(Interest::Readable | Interest::Writable);
      CHECK(both->ready().is_readable());
      CHECK(both->ready().is_writable());
      drain(fd.get_ref());
      both->clear_ready_matching(Ready::Readable);
      CHECK(both->ready() == Ready::Writable);
      auto next = co_await fd.ready(Interest::Readable | Interest::Writable);
      CHECK(next->ready() == Ready::Writable);
    };
    rt.block_on(body());
  }

  TEST_CASE("try_io of a guard clears the readiness when the operation would have to wait") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = socket_pair();
      const auto fd = AsyncFd<Socket>::create(std::move(a)).value();
      REQUIRE(b.write("12").has_value());
      std::array<char, 1> buffer;
      const auto read = [&](const AsyncFd<Socket>& from) { return from.get_ref().read(buffer); };
      for (int i = 0; i < 2; ++i) {
        auto guard = co_await fd.readable();
        auto result = guard->try_io(read);
        CHECK(**result == 1);
      }
      auto guard = co_await fd.readable();
      CHECK(guard->try_io(read).has_error());
      CHECK(guard->ready().is_empty());
      auto waiting = fd.readable();
      CHECK((co_await time::timeout(1ms, waiting)).has_error());
    };
    rt.block_on(body());
  }

  TEST_CASE("async_io calls again until there is something, try_io calls once") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        auto [a, b] = socket_pair();
        const auto fd = AsyncFd<Socket>::create(std::move(a)).value();
        auto buffer = std::make_shared<std::array<char, 8>>();
        const auto read = [buffer](const Socket& socket) { return socket.read(*buffer); };
        CHECK(fd.try_io(Interest::Readable, read).error().value() == EAGAIN);
        auto late = [](Socket peer) -> Task<void> {
          co_await time::sleep(1ms);
          REQUIRE(peer.write("late").has_value());
        };
        auto writer = task::spawn(late(std::move(b)));
        auto size = co_await fd.async_io(Interest::Readable, read);
        CHECK(*size == 4);
        auto joined = co_await writer;
        CHECK(joined.has_value());
      };
      rt.block_on(body());
    });
  }

  TEST_CASE("every task that waits is told, and each kind of wait is told apart") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    auto [a, b] = socket_pair();
    const auto fd = AsyncFd<Socket>::create(std::move(a)).value();
    fill(fd.get_ref());
    {
      auto full = test::spawn([&] { return fd.writable(); });
      auto ready = full.poll();
      (*ready)->clear_ready();
    }
    auto reader = test::spawn([&] { return fd.readable(); });
    auto other_reader = test::spawn([&] { return fd.readable(); });
    auto writer = test::spawn([&] { return fd.writable(); });
    CHECK(reader.poll().is_pending());
    CHECK(other_reader.poll().is_pending());
    CHECK(writer.poll().is_pending());
    REQUIRE(b.write("x").has_value());
    rt.block_on(time::sleep(1ms));
    CHECK(reader.is_woken());
    CHECK(other_reader.is_woken());
    CHECK_FALSE(writer.is_woken());
    drain(b);
    rt.block_on(time::sleep(1ms));
    CHECK(writer.is_woken());
  }

  TEST_CASE("poll_read_ready and poll_write_ready keep one waker each") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    auto [a, b] = socket_pair();
    const auto fd = AsyncFd<Socket>::create(std::move(a)).value();
    const auto poll = [&](Context& cx) { return fd.poll_read_ready(cx); };
    auto first = test::spawn([&] { return poll_fn(poll); });
    auto second = test::spawn([&] { return poll_fn(poll); });
    CHECK(first.poll().is_pending());
    CHECK(second.poll().is_pending());
    REQUIRE(b.write("x").has_value());
    rt.block_on(time::sleep(1ms));
    CHECK_FALSE(first.is_woken());
    CHECK(second.is_woken());
    CHECK(second.poll().is_ready());
  }

  TEST_CASE("a peer that is gone makes it readable for ever") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = socket_pair();
      const auto fd = AsyncFd<Socket>::create(std::move(a)).value();
      {
        const Socket gone(std::move(b));
      }
      auto end = co_await fd.readable();
      CHECK(end->ready().is_read_closed());
      end->clear_ready();
      CHECK((co_await fd.readable()).has_value());
    };
    rt.block_on(body());
  }

  TEST_CASE("urgent data is a readiness of its own") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      const Socket listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      sockaddr_storage address{};
      address.ss_family = AF_INET;
      socklen_t size = 16;
      REQUIRE(::bind(listener.as_raw_fd(), reinterpret_cast<sockaddr*>(&address), size) == 0);
      REQUIRE(::listen(listener.as_raw_fd(), 1) == 0);
      REQUIRE(::getsockname(listener.as_raw_fd(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
      const Socket sender(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
      REQUIRE(::connect(sender.as_raw_fd(), reinterpret_cast<sockaddr*>(&address), size) == 0);
      Socket receiver(::accept4(listener.as_raw_fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
      const auto fd =
          AsyncFd<Socket>::with_interest(std::move(receiver), Interest::Readable | Interest::Priority)
              .value();
      {
        auto waiting = fd.ready(Interest::Priority);
        CHECK((co_await time::timeout(1ms, waiting)).has_error());
      }
      REQUIRE(sender.send_urgent('!').has_value());
      auto urgent = co_await fd.ready(Interest::Priority);
      CHECK(urgent->ready().is_priority());
    };
    rt.block_on(body());
  }

  TEST_CASE("what it does not watch for cannot be waited for") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = socket_pair();
      const auto fd = AsyncFd<Socket>::with_interest(std::move(a), Interest::Readable).value();
      auto refused = co_await fd.writable();
      CHECK(refused.error() == io::ErrorKind::InvalidInput);
    };
    rt.block_on(body());
  }

  TEST_CASE("what cannot be watched is given back with the error") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    auto file = AsyncFd<Socket>::try_create(Socket(::open("/dev/null", O_RDWR | O_CLOEXEC)));
    REQUIRE(file.has_error());
    auto [inner, error] = std::move(file).error().into_parts();
    CHECK(error == boost::system::errc::operation_not_permitted);
    CHECK(is_open(inner.as_raw_fd()));

    auto [a, b] = socket_pair();
    const int raw = a.as_raw_fd();
    const auto first = AsyncFd<int>::create(raw).value();
    CHECK(AsyncFd<int>::create(raw).error() == boost::system::errc::file_exists);
  }

  TEST_CASE(
      "into_inner stops watching and leaves the descriptor open, destroying closes what the object closes") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    auto [a, b] = socket_pair();
    const int raw = a.as_raw_fd();
    Socket inner = AsyncFd<Socket>::create(std::move(a)).value().into_inner();
    CHECK(is_open(raw));
    {
      const auto again = AsyncFd<Socket>::create(std::move(inner)).value();
    }
    CHECK_FALSE(is_open(raw));
    const int other = b.as_raw_fd();
    {
      const auto borrowed = AsyncFd<int>::create(other).value();
    }
    CHECK(is_open(other));
  }

  TEST_CASE("moving one leaves it watching") {
    const runtime::Runtime rt = test::current_thread();
    auto body = []() -> Task<void> {
      auto [a, b] = socket_pair();
      auto [c, d] = socket_pair();
      auto fd = AsyncFd<Socket>::create(std::move(a)).value();
      const int replaced = c.as_raw_fd();
      auto target = AsyncFd<Socket>::create(std::move(c)).value();
      target = std::move(fd);
      CHECK_FALSE(is_open(replaced));
      REQUIRE(b.write("x").has_value());
      auto readable = co_await target.readable_mut();
      CHECK(drain(readable->get_inner()) == 1);
    };
    rt.block_on(body());
  }

  TEST_CASE("the end of the runtime ends every wait with an error") {
    std::optional<AsyncFd<Socket>> fd;
    auto [a, b] = socket_pair();
    {
      const runtime::Runtime rt = test::current_thread();
      const auto guard = rt.enter();
      fd.emplace(AsyncFd<Socket>::create(std::move(a)).value());
    }
    auto waiting = test::spawn([&] { return fd->readable(); });
    auto ended = waiting.poll();
    REQUIRE(ended.is_ready());
    CHECK(runtime::is_rt_shutdown_err(ended->error()));
  }

  TEST_CASE("eventfds are watched, too") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      auto body = []() -> Task<void> {
        const int event = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        const auto fd = AsyncFd<int>::with_interest(event, Interest::Readable).value();
        const auto take = [](int from) -> io::Result<std::uint64_t> {
          std::uint64_t count = 0;
          if (::read(from, &count, sizeof(count)) < 0)
            return io::Error(errno, boost::system::system_category());
          return count;
        };
        auto give = [](int to) -> Task<void> {
          for (std::uint64_t i = 1; i <= 3; ++i) {
            REQUIRE(::write(to, &i, sizeof(i)) == sizeof(i));
            co_await time::sleep(1ms);
          }
        };
        auto giver = task::spawn(give(event));
        std::uint64_t sum = 0;
        while (sum < 6) sum += (co_await fd.async_io(Interest::Readable, take)).value();
        CHECK(sum == 6);
        CHECK((co_await giver).has_value());
        ::close(event);
      };
      rt.block_on(body());
    });
  }
}
