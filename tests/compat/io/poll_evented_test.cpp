#include <algorithm>
#include <array>
#include <cerrno>
#include <concepts>
#include <fcntl.h>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
namespace mio = ferry::v0_2::mio;
using boost::system::errc::operation_would_block;

namespace {

// A descriptor that closes, and reads and writes by itself: what another library would have.
class Foreign {
 public:
  explicit Foreign(int fd) : fd_(fd) {}
  Foreign(Foreign&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Foreign& operator=(Foreign&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Foreign() {
    if (fd_ >= 0) ::close(fd_);
  }
  int as_raw_fd() const { return fd_; }

  io::Result<std::size_t> read(std::span<std::byte> memory) {
    return result(::recv(fd_, memory.data(), memory.size(), 0));
  }
  io::Result<std::size_t> write(std::span<const std::byte> data) {
    return result(::send(fd_, data.data(), data.size(), MSG_NOSIGNAL));
  }
  io::Result<void> flush() {
    ++flushes;
    return {};
  }

  int flushes = 0;

 private:
  static io::Result<std::size_t> result(ssize_t size) {
    if (size < 0) return io::last_os_error();
    return static_cast<std::size_t>(size);
  }
  int fd_;
};

using Evented = legacy::io::PollEvented<Foreign>;
static_assert(legacy::io::AsyncRead<Evented> && io::AsyncRead<Evented> && io::AsyncWrite<Evented>);
static_assert(!io::AsyncRead<legacy::io::PollEvented<int>> && !io::AsyncWrite<legacy::io::PollEvented<int>>);
// 1.x waits, and leaves reading and writing to others.
static_assert(!io::AsyncRead<io::AsyncFd<Foreign>> && !io::AsyncWrite<io::AsyncFd<Foreign>>);
static_assert(std::same_as<legacy::io::AsyncFd<int>, io::AsyncFd<int>>);

std::pair<Foreign, Foreign> socket_pair() {
  std::array<int, 2> fds{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) == 0);
  return {Foreign(fds[0]), Foreign(fds[1])};
}

void write_text(Foreign& socket, std::string_view text) {
  REQUIRE(socket.write(std::as_bytes(std::span(text))).value() == text.size());
}
std::string read_text(Foreign& socket) {
  std::array<std::byte, 64> memory;
  const auto size = socket.read(memory);
  return size ? test::text_of(std::span(memory).first(*size)) : std::string("?");
}

// Waits for what a poll of readiness gives.
template <class Io>
auto read_ready(const Io& io, mio::Ready mask) {
  return test::spawn(
      [&io, mask] { return poll_fn([&io, mask](Context& cx) { return io.poll_read_ready(cx, mask); }); });
}

Task<void> remember() {
  auto [a, b] = socket_pair();
  auto evented = Evented::create(std::move(a)).value();
  auto waiting = read_ready(evented, mio::Ready::readable());
  REQUIRE(waiting.poll().is_pending());
  write_text(b, "x");
  const mio::Ready ready = (co_await *waiting).value();
  CHECK(ready.is_readable());
  CHECK_FALSE(ready.is_writable());
  CHECK(read_text(evented.get_mut()) == "x");
  // It stays until it is cleared, whatever there is to read.
  auto again = read_ready(evented, mio::Ready::readable());
  CHECK((*again.poll()).value().is_readable());

  const auto clear = [&](Context& cx) {
    return Poll<io::Result<void>>(evented.clear_read_ready(cx, mio::Ready::readable()));
  };
  auto clearing = test::spawn([&] { return poll_fn(clear); });
  CHECK((*clearing.poll()).has_value());
  CHECK_FALSE(clearing.is_woken());
  write_text(b, "y");
  while (!clearing.is_woken()) co_await task::yield_now();  // who cleared is woken
  auto last = read_ready(evented, mio::Ready::readable());
  CHECK((*last.poll()).value().is_readable());
}

Task<void> keep_event_that_came_before_clearing() {
  auto [a, b] = socket_pair();
  auto evented = Evented::create(std::move(a)).value();
  write_text(b, "x");
  auto waiting = read_ready(evented, mio::Ready::readable());
  CHECK((co_await *waiting).has_value());
  CHECK(read_text(evented.get_mut()) == "x");
  write_text(b, "y");  // behind the read that found nothing more
  const auto clear = [&](Context& cx) {
    return Poll<io::Result<void>>(evented.clear_read_ready(cx, mio::Ready::readable()));
  };
  CHECK((co_await poll_fn(clear)).has_value());
  auto again = read_ready(evented, mio::Ready::readable());
  CHECK((co_await *again).value().is_readable());
  CHECK(read_text(evented.get_mut()) == "y");
}

Task<void> read_both_ways() {
  auto [a, b] = socket_pair();
  auto evented = Evented::create(std::move(a)).value();
  std::array<std::byte, 8> memory;
  const auto count = [&](Context& cx) { return evented.poll_read(cx, std::span(memory)); };
  auto early = test::spawn([&] { return poll_fn(count); });
  REQUIRE(early.poll().is_pending());
  write_text(b, "counted");
  CHECK((co_await *early).value() == 7);
  write_text(b, "buf");
  io::ReadBuf buf(memory);
  const auto fill = [&](Context& cx) { return evented.poll_read(cx, buf); };
  CHECK((co_await poll_fn(fill)).has_value());
  CHECK(test::text_of(buf.filled()) == "buf");

  std::string text(4, '\0');
  auto reading = test::spawn([&] { return io::read(evented, text); });
  REQUIRE(reading.poll().is_pending());
  {
    const Foreign closed = std::move(b);
  }
  CHECK((co_await *reading).value() == 0);
  auto hung_up = read_ready(evented, mio::Ready::empty());
  CHECK((*hung_up.poll()).value().is_hup());  // whatever is asked for, and for ever
}

Task<void> write_until_full() {
  auto [a, b] = socket_pair();
  auto evented = Evented::create(std::move(a)).value();
  const std::vector<std::byte> data(1 << 16);
  const auto write = [&](Context& cx) { return evented.poll_write(cx, data); };
  auto writing = test::spawn([&] { return poll_fn(write); });
  std::size_t written = 0;
  for (auto polled = writing.poll(); polled.is_ready(); polled = writing.poll()) {
    REQUIRE((*polled).has_value());
    written += **polled;
  }
  std::vector<std::byte> drained(written);
  std::size_t size = 0;
  while (size < written) size += b.read(drained).value();
  CHECK((co_await *writing).value() > 0);

  CHECK((co_await io::flush(evented)).has_value());
  CHECK(evented.get_ref().flushes == 1);
  CHECK((co_await io::shutdown(evented)).has_value());
  CHECK((co_await io::write(evented, "open")).has_value());  // the object knows how it ends
  Foreign back = std::move(evented).into_inner().value();
  CHECK(::fcntl(back.as_raw_fd(), F_GETFD) >= 0);
}

Task<void> refuse() {
  auto [a, b] = socket_pair();
  const auto evented = Evented::create_with_ready(std::move(a), mio::Ready::readable()).value();
  Context nobody(Waker::noop());
  CHECK_THROWS_AS(static_cast<void>(evented.poll_read_ready(nobody, mio::Ready::writable())),
                  std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(evented.clear_read_ready(nobody, mio::Ready::hup())), std::logic_error);
  CHECK(evented.poll_write_ready(nobody).is_pending());  // not asked for
  auto other = Evented::create(std::move(b)).value();
  CHECK((*other.poll_write_ready(nobody)).value().is_writable());
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  CHECK(legacy::io::PollEvented<int>::create(file).error() == boost::system::errc::operation_not_permitted);
  ::close(file);
  co_return;
}

// The same with an AsyncFd: what its owner does is what PollEvented did by itself.
Task<void> read_in_1_x() {
  auto [a, b] = socket_pair();
  const auto fd = io::AsyncFd<Foreign>::create(std::move(a)).value();
  write_text(b, "x");
  auto guard = (co_await fd.readable()).value();
  CHECK(guard.ready().is_readable());
  std::array<std::byte, 4> memory;
  CHECK(::recv(fd.get_ref().as_raw_fd(), memory.data(), memory.size(), 0) == 1);
  const auto nothing = [&](const io::AsyncFd<Foreign>& owner) -> io::Result<void> {
    CHECK(::recv(owner.get_ref().as_raw_fd(), memory.data(), memory.size(), 0) < 0);
    return io::last_os_error();
  };
  CHECK(guard.try_io(nothing).has_error());  // clears the readiness
  auto waiting = test::spawn([&] { return fd.readable(); });
  CHECK(waiting.poll().is_pending());
}

Task<void> register_only() {
  auto [a, b] = socket_pair();
  auto registration = legacy::io::Registration::create(a).value();
  const auto poll = [&](Context& cx) { return registration.poll_read_ready(cx); };
  auto waiting = test::spawn([&] { return poll_fn(poll); });
  REQUIRE(waiting.poll().is_pending());
  CHECK(registration.take_read_ready().value() == std::nullopt);
  write_text(b, "x");
  // The task that waits was not forgotten when somebody looked.
  while (!waiting.is_woken()) co_await task::yield_now();
  CHECK((*waiting.poll()).value().is_readable());
  CHECK(waiting.poll().is_pending());  // told once, and there is still something to read
  write_text(b, "y");
  CHECK((co_await *waiting).value().is_readable());
  CHECK(registration.take_read_ready().value() == std::nullopt);

  const auto writable = registration.take_write_ready().value();
  REQUIRE(writable.has_value());
  CHECK(writable->is_writable());
  CHECK(registration.deregister(a).has_value());
  CHECK(registration.deregister(a).error() == boost::system::errc::bad_file_descriptor);
  CHECK(registration.take_read_ready().error() == boost::system::errc::bad_file_descriptor);
  CHECK((co_await *waiting).error() == boost::system::errc::bad_file_descriptor);
  CHECK(read_text(a) == "xy");  // it is still open

  const auto only_reading = legacy::io::Registration::create_with_ready(a, mio::Ready::readable()).value();
  CHECK(only_reading.take_write_ready().value() == std::nullopt);
  CHECK(io::AsyncFd<int>::create(a.as_raw_fd()).error() == boost::system::errc::file_exists);
}

Task<void> look_at_sockets() {
  auto [a, b] = legacy::net::UnixStream::pair().value();
  CHECK((co_await a.writable()).has_value());
  CHECK(a.try_write("x").value() == 1);
  CHECK((co_await b.ready(io::Interest::Readable)).value().is_readable());
  std::string text(4, '\0');
  CHECK(b.try_read(text).value() == 1);
  CHECK(b.try_read(text).error() == operation_would_block);
}

// Two tasks that wait in one direction: by polls the last is woken, by the futures of 1.x both are.
Task<void> wait_twice() {
  auto socket = (co_await legacy::net::UdpSocket::bind("127.0.0.1:0")).value();
  const auto addr = socket.local_addr().value();
  std::array<std::byte, 4> memory;
  const auto poll = [&](Context& cx) { return socket.poll_recv(cx, std::span(memory)); };
  auto first = test::spawn([&] { return poll_fn(poll); });
  auto second = test::spawn([&] { return poll_fn(poll); });
  const net::UdpSocket& modern = socket;
  auto one = test::spawn([&] { return modern.readable(); });
  auto other = test::spawn([&] { return modern.readable(); });
  REQUIRE(first.poll().is_pending());
  REQUIRE(second.poll().is_pending());
  REQUIRE(one.poll().is_pending());
  REQUIRE(other.poll().is_pending());
  CHECK((co_await socket.send_to("x", addr)).has_value());
  while (!second.is_woken()) co_await task::yield_now();
  CHECK_FALSE(first.is_woken());
  CHECK(one.is_woken());
  CHECK(other.is_woken());
}

}  // namespace

TEST_SUITE("compat.io.PollEvented") {
  TEST_CASE("IOR-01: readiness is remembered until it is cleared, and comes again with the next event") {
    test::for_each_flavor([](const runtime::Runtime& rt) { rt.block_on(remember()); });
  }
  TEST_CASE("IOR-01: what comes before readiness is cleared is not lost") {
    test::current_thread().block_on(keep_event_that_came_before_clearing());
  }
  TEST_CASE("IOR-01: an object that reads can be read from in both ways") {
    test::current_thread().block_on(read_both_ways());
  }
  TEST_CASE("IOR-01: an object that writes is written to until it is full, and then when it has room") {
    test::current_thread().block_on(write_until_full());
  }
  TEST_CASE("IOR-01: what is not asked for does not come, and files cannot be waited for") {
    test::current_thread().block_on(refuse());
  }
  TEST_CASE("IOR-01: in 1.x an AsyncFd gives guards, and its owner reads and clears") {
    test::current_thread().block_on(read_in_1_x());
  }
  TEST_CASE("IOR-02: a registration tells each event once") {
    test::current_thread().block_on(register_only());
  }
  TEST_CASE("IOR-03: masks of mio are sets of 1.x, in which a hang-up is two ends that were closed") {
    using mio::Ready;
    CHECK(Ready::hup() == (io::Ready::ReadClosed | io::Ready::WriteClosed));
    CHECK(Ready(io::Ready::ReadClosed).is_hup());
    CHECK_FALSE(Ready(io::Ready::ReadClosed).is_readable());  // 1.x: a read would give the end
    CHECK(io::Ready::ReadClosed.is_readable());
    Ready mask = Ready::readable() | Ready::writable();
    CHECK(mask.contains(Ready::readable()));
    mask.remove(Ready::readable());
    CHECK(mask == Ready::writable());
    mask.insert(Ready::error());
    CHECK(mask.is_error());
    CHECK(Ready::all() == (mask | Ready::readable() | Ready::hup()));
    CHECK(Ready::empty().is_none());
    CHECK(io::Interest::Readable.mask().intersects(Ready::readable()));
  }
  TEST_CASE("IOR-04: sockets of 0.2 have the readiness of 1.x") {
    test::current_thread().block_on(look_at_sockets());
  }
  TEST_CASE("IOR-05: the last of those that poll is woken, and all that wait as 1.x does") {
    test::current_thread().block_on(wait_twice());
  }
}
