#include <array>
#include <chrono>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/compat/socket_options.hpp>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "compat/net/plain_sockets.hpp"
#include "compat/net/tcp_pair.hpp"
#include "compat/net/text.hpp"
#include "runtime/io/script.hpp"
#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;
using net::Shutdown;

namespace {

// IOT-01: usable wherever either form of reading is wanted; 1.x has one form only.
static_assert(legacy::io::AsyncRead<legacy::net::TcpStream>);
static_assert(io::AsyncRead<legacy::net::TcpStream>);
static_assert(io::AsyncWrite<legacy::net::TcpStream>);
static_assert(!legacy::io::AsyncRead<net::TcpStream>);
// TCP-08: peeking wanted the stream for itself.
template <class S>
concept Peeks = requires(S& stream, std::array<char, 1>& buffer) { stream.peek(buffer); };
static_assert(Peeks<legacy::net::TcpStream> && !Peeks<const legacy::net::TcpStream>);
static_assert(Peeks<const net::TcpStream>);
// TCP-09: 1.x has no synchronous shutdown.
template <class S>
concept ShutsDownAtOnce = requires(const S& stream) {
  { stream.shutdown(Shutdown::Both) } -> std::same_as<io::Result<void>>;
};
static_assert(ShutsDownAtOnce<legacy::net::TcpStream> && !ShutsDownAtOnce<net::TcpStream>);
// TCP-10, TCP-11: nor options that are set before it connects.
template <class S>
concept HasBufferSizes = requires(const S& stream) {
  stream.recv_buffer_size();
  stream.keepalive();
};
static_assert(HasBufferSizes<legacy::net::TcpStream> && !HasBufferSizes<net::TcpStream>);

Task<void> read_by_count() {
  auto pair = co_await test::legacy_tcp_pair();
  std::array<std::byte, 16> memory;
  auto fill = [&](Context& cx) { return pair.second.poll_read(cx, std::span(memory)); };
  auto reading = test::spawn([&] { return poll_fn(fill); });
  REQUIRE(reading.poll().is_pending());

  CHECK((co_await legacy::io::write_all(pair.first, "hello")).has_value());
  const auto count = (co_await poll_fn(fill)).value();
  CHECK(test::text_of(std::span(memory).first(count)) == "hello");

  CHECK((co_await legacy::io::shutdown(pair.first)).has_value());
  CHECK((co_await poll_fn(fill)).value() == 0);
}

Task<void> read_into_buffer() {
  auto pair = co_await test::legacy_tcp_pair();
  CHECK((co_await pair.first.write_all("hello")).has_value());
  std::array<std::byte, 16> memory;
  io::ReadBuf buf(memory);
  buf.put_slice(std::as_bytes(std::span("> ", 2)));
  auto fill = [&](Context& cx) { return pair.second.poll_read(cx, buf); };
  CHECK((co_await poll_fn(fill)).has_value());
  CHECK(test::text_of(buf.filled()) == "> hello");  // what was there is kept
}

Task<void> refuse() {
  auto listener = (co_await legacy::net::TcpListener::bind("127.0.0.1:0")).value();
  const auto addr = listener.local_addr().value();
  {
    auto closed = std::move(listener);
  }
  auto refused = co_await legacy::net::TcpStream::connect(addr);
  REQUIRE(refused.has_error());
  CHECK(refused.error() == boost::system::errc::connection_refused);
}

Task<void> connect_prepared() {
  auto listener = (co_await legacy::net::TcpListener::bind("127.0.0.1:0")).value();
  const auto addr = listener.local_addr().value();

  const int fd = test::plain_bound(SOCK_STREAM);
  auto stream = (co_await legacy::net::TcpStream::connect_std(fd, addr)).value();
  CHECK(stream.as_raw_fd() == fd);
  CHECK(test::is_nonblocking(fd));
  auto accepted = (co_await listener.accept()).value();
  CHECK(accepted.second == stream.local_addr().value());

  CHECK((co_await legacy::net::TcpStream::connect_std(-1, addr)).error() ==
        boost::system::errc::bad_file_descriptor);
  const int other = test::plain_bound(SOCK_STREAM);
  CHECK((co_await legacy::net::TcpStream::connect_std(other, stream.local_addr().value())).has_error());
}

Task<void> connect_prepared_in_1_x() {
  auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
  const auto addr = listener.local_addr().value();
  const int fd = test::plain_bound(SOCK_STREAM);
  CHECK_THROWS_AS(static_cast<void>(net::TcpSocket::from_std_stream(fd)), std::logic_error);
  auto socket = net::TcpSocket::from_std_stream(net::nonblocking(fd)).value();
  auto stream = (co_await std::move(socket).connect(addr)).value();
  CHECK(stream.as_raw_fd() == fd);
}

Task<void> peek() {
  auto pair = co_await test::legacy_tcp_pair();
  std::array<std::byte, 8> memory;
  const auto count = [&](Context& cx) { return pair.second.poll_peek(cx, std::span(memory)); };
  auto early = test::spawn([&] { return poll_fn(count); });
  REQUIRE(early.poll().is_pending());
  CHECK((co_await pair.first.write_all("look")).has_value());
  CHECK((co_await poll_fn(count)).value() == 4);
  io::ReadBuf buf(memory);
  const auto fill = [&](Context& cx) { return pair.second.poll_peek(cx, buf); };
  CHECK((co_await poll_fn(fill)).value() == 4);
  CHECK(test::text_of(buf.filled()) == "look");
  std::string text(8, '\0');
  CHECK((co_await pair.second.peek(text)).value() == 4);
  CHECK(co_await test::read_text(pair.second) == "look");
}

Task<void> shut_down_writing() {
  auto pair = co_await test::legacy_tcp_pair();
  CHECK((co_await pair.first.write_all("last")).has_value());
  CHECK(pair.first.shutdown(Shutdown::Write).has_value());
  CHECK(pair.first.try_write("x").error() == boost::system::errc::broken_pipe);
  CHECK(co_await test::read_text(pair.second) == "last");
  CHECK(co_await test::read_text(pair.second) == "");
  CHECK((co_await pair.second.write_all("still")).has_value());
  CHECK(co_await test::read_text(pair.first) == "still");
}

Task<void> shut_down_reading() {
  auto pair = co_await test::legacy_tcp_pair();
  std::array<char, 4> memory;
  auto reading = test::spawn([&] { return pair.first.read(memory); });
  REQUIRE(reading.poll().is_pending());
  CHECK(pair.first.shutdown(Shutdown::Read).has_value());
  CHECK((co_await *reading).value() == 0);
  CHECK((co_await pair.first.write_all("still")).has_value());
  CHECK(co_await test::read_text(pair.second) == "still");
}

Task<void> shut_down_both() {
  auto pair = co_await test::legacy_tcp_pair();
  CHECK(pair.first.shutdown(Shutdown::Both).has_value());
  CHECK(co_await test::read_text(pair.first) == "");
  CHECK((co_await pair.first.write_all("x")).error() == boost::system::errc::broken_pipe);
  CHECK(co_await test::read_text(pair.second) == "");
  auto modern = co_await test::tcp_pair();
  CHECK(compat::shutdown(modern.first, Shutdown::Both).has_value());
  CHECK(co_await test::read_text(modern.first) == "");
  CHECK(co_await test::read_text(modern.second) == "");
}

// The future of 1.x, on streams of both: nothing happens before it is polled, and one direction ends.
template <class S>
Task<void> check_shuts_down_when_awaited(std::pair<S, S> pair) {
  auto shutdown = pair.first.shutdown();
  co_await test::send_text(pair.first, "open");
  co_await test::expect_text(pair.second, "open");
  const auto done = co_await shutdown;
  CHECK(done.has_value());
  co_await test::expect_text(pair.second, "");
  co_await test::send_text(pair.second, "still");
  co_await test::expect_text(pair.first, "still");
}

Task<void> shut_down_when_awaited() {
  co_await check_shuts_down_when_awaited(co_await test::legacy_tcp_pair());
  co_await check_shuts_down_when_awaited(co_await test::tcp_pair());
}

template <class Option>
int raw_option(const net::Socket& socket, int level, Option name) {
  int value = 0;
  socklen_t size = sizeof value;
  REQUIRE(::getsockopt(socket.as_raw_fd(), level, name, &value, &size) == 0);
  return value;
}

Task<void> size_buffers() {
  auto pair = co_await test::legacy_tcp_pair();
  CHECK(pair.first.set_recv_buffer_size(8192).has_value());
  CHECK(pair.first.set_send_buffer_size(16384).has_value());
  CHECK(pair.first.recv_buffer_size().value() == 2 * 8192);  // Linux doubles them
  CHECK(pair.first.send_buffer_size().value() == 2 * 16384);
  CHECK(raw_option(pair.first, SOL_SOCKET, SO_RCVBUF) == 2 * 8192);

  // In 1.x: before it connects.
  auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
  auto socket = net::TcpSocket::new_v4().value();
  CHECK(socket.set_recv_buffer_size(8192).has_value());
  auto stream = (co_await std::move(socket).connect(listener.local_addr().value())).value();
  CHECK(compat::recv_buffer_size(stream).value() == 2 * 8192);
}

Task<void> keep_alive() {
  auto pair = co_await test::legacy_tcp_pair();
  auto& stream = pair.first;
  CHECK(stream.keepalive().value() == std::nullopt);
  CHECK(stream.set_keepalive(45s).has_value());
  CHECK(stream.keepalive().value() == 45s);
  CHECK(raw_option(stream, SOL_SOCKET, SO_KEEPALIVE) == 1);
  CHECK(stream.set_keepalive(1900ms).has_value());
  CHECK(stream.keepalive().value() == 1s);
  CHECK(stream.set_keepalive(900ms).error() == boost::system::errc::invalid_argument);
  CHECK(stream.set_keepalive(std::nullopt).has_value());
  CHECK(stream.keepalive().value() == std::nullopt);
  CHECK(raw_option(stream, SOL_SOCKET, SO_KEEPALIVE) == 0);

  // In 1.x: on or off, before it connects; for how long is the system's.
  auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
  auto socket = net::TcpSocket::new_v4().value();
  CHECK(socket.set_keepalive(true).has_value());
  auto modern = (co_await std::move(socket).connect(listener.local_addr().value())).value();
  CHECK(compat::keepalive(modern).value().has_value());
  CHECK(compat::set_keepalive(modern, 45s).has_value());
  CHECK(compat::keepalive(modern).value() == 45s);
}

Task<void> use_options() {
  auto pair = co_await test::legacy_tcp_pair();
  auto& stream = pair.first;
  CHECK(stream.local_addr().value() == pair.second.peer_addr().value());
  CHECK(stream.set_nodelay(true).has_value());
  CHECK(stream.nodelay().value());
  CHECK(stream.set_ttl(33).has_value());
  CHECK(stream.ttl().value() == 33);
  CHECK(stream.set_linger(3s).has_value());
  CHECK(stream.linger().value() == 3s);
  CHECK(stream.set_linger(std::nullopt).has_value());
}

Task<void> prepare_and_cross() {
  auto listener = (co_await legacy::net::TcpListener::bind("127.0.0.1:0")).value();
  auto socket = legacy::net::TcpSocket::new_v4().value();
  CHECK(socket.set_nodelay(true).has_value());
  auto modern = (co_await std::move(socket).connect(listener.local_addr().value())).value();
  auto stream = compat::into_legacy(std::move(modern));
  CHECK(stream.nodelay().value());
  auto accepted = (co_await listener.accept()).value();
  CHECK((co_await stream.write_all("x")).has_value());
  CHECK(co_await test::read_text(accepted.first) == "x");
}

}  // namespace

TEST_SUITE("compat.net.TcpStream") {
  TEST_CASE("TCP-15: poll_read into memory gives the number of bytes, 0 at the end") {
    test::current_thread().block_on(read_by_count());
  }
  TEST_CASE("TCP-15: poll_read into a ReadBuf appends") {
    test::current_thread().block_on(read_into_buffer());
  }
  TEST_CASE("TCP-06: connecting to nobody is an error") { test::current_thread().block_on(refuse()); }
  TEST_CASE("TCP-07: connect_std connects a socket that is prepared, in whatever mode it is") {
    test::current_thread().block_on(connect_prepared());
  }
  TEST_CASE("TCP-07: a TcpSocket of 1.x takes one that is prepared and does not block") {
    test::current_thread().block_on(connect_prepared_in_1_x());
  }
  TEST_CASE("TCP-08: poll_peek looks into memory as into a ReadBuf") {
    test::current_thread().block_on(peek());
  }
  TEST_CASE("TCP-09: shutdown of writing ends the peer's input, at once") {
    test::current_thread().block_on(shut_down_writing());
  }
  TEST_CASE("TCP-09: shutdown of reading ends the own input, at once") {
    test::current_thread().block_on(shut_down_reading());
  }
  TEST_CASE("TCP-09: shutdown of both ends both, at once") {
    test::current_thread().block_on(shut_down_both());
  }
  TEST_CASE("TCP-09: shutdown without an argument is that of 1.x, which does nothing unless it is awaited") {
    test::current_thread().block_on(shut_down_when_awaited());
  }
  TEST_CASE("TCP-10: buffer sizes are set on a stream in 0.2, and before it connects in 1.x") {
    test::current_thread().block_on(size_buffers());
  }
  TEST_CASE("TCP-11: set_keepalive sets the idle time, too, in 1.x it is on or off") {
    test::current_thread().block_on(keep_alive());
  }
  TEST_CASE("TCP-12: the other options of a stream are the same in both") {
    test::current_thread().block_on(use_options());
  }
  TEST_CASE("TCP-16: a TcpSocket of 1.x makes streams that 0.2 can have") {
    static_assert(std::same_as<legacy::net::TcpSocket, net::TcpSocket>);
    test::current_thread().block_on(prepare_and_cross());
  }
}
