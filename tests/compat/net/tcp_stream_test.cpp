#include <array>
#include <string>
#include <utility>

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

namespace {

// IOT-01: usable wherever either form of reading is wanted; 1.x has one form only.
static_assert(legacy::io::AsyncRead<legacy::net::TcpStream>);
static_assert(io::AsyncRead<legacy::net::TcpStream>);
static_assert(io::AsyncWrite<legacy::net::TcpStream>);
static_assert(!legacy::io::AsyncRead<net::TcpStream>);

using Pair = std::pair<legacy::net::TcpStream, legacy::net::TcpStream>;

Task<Pair> connected() {
  auto listener = (co_await legacy::net::TcpListener::bind("127.0.0.1:0")).value();
  auto client = (co_await legacy::net::TcpStream::connect(listener.local_addr().value())).value();
  auto accepted = (co_await listener.accept()).value();
  co_return Pair(std::move(client), std::move(accepted.first));
}

Task<void> read_by_count() {
  auto pair = co_await connected();
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
  auto pair = co_await connected();
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

}  // namespace

TEST_SUITE("compat.net.TcpStream") {
  TEST_CASE("poll_read into memory gives the number of bytes, 0 at the end (IOT-01)") {
    test::current_thread().block_on(read_by_count());
  }
  TEST_CASE("poll_read into a ReadBuf appends (IOT-01)") {
    test::current_thread().block_on(read_into_buffer());
  }
  TEST_CASE("connecting to nobody is an error") { test::current_thread().block_on(refuse()); }
}
