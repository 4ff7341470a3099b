#include <array>
#include <concepts>
#include <string>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "compat/net/tcp_pair.hpp"
#include "compat/net/text.hpp"
#include "runtime/io/script.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using legacy::net::TcpStream;
using legacy::net::UnixStream;

namespace {

template <class Half>
constexpr bool kReadsBothWays = legacy::io::AsyncRead<Half> && io::AsyncRead<Half>;
static_assert(kReadsBothWays<legacy::net::ReadHalf> && kReadsBothWays<legacy::net::OwnedReadHalf>);
static_assert(kReadsBothWays<legacy::net::UnixReadHalf> && kReadsBothWays<legacy::net::OwnedUnixReadHalf>);
static_assert(io::AsyncWrite<legacy::net::WriteHalf> && io::AsyncWrite<legacy::net::OwnedUnixWriteHalf>);
static_assert(!io::AsyncWrite<legacy::net::OwnedReadHalf> && !io::AsyncRead<legacy::net::OwnedWriteHalf>);
// Usable wherever those of 1.x are wanted.
static_assert(std::derived_from<legacy::net::OwnedReadHalf, net::OwnedReadHalf>);
static_assert(std::derived_from<legacy::net::UnixWriteHalf, net::UnixWriteHalf>);
static_assert(std::convertible_to<legacy::net::ReuniteError, net::ReuniteError>);

template <class Stream>
Task<std::pair<Stream, Stream>> connected() {
  if constexpr (std::same_as<Stream, TcpStream>)
    return test::legacy_tcp_pair();
  else
    return []() -> Task<std::pair<UnixStream, UnixStream>> { co_return UnixStream::pair().value(); }();
}

// Reads in the style of 0.2, then in that of 1.x, what was sent in between.
template <class Reader, class Peer>
Task<void> check_reads_both_ways(Reader& reader, Peer& peer) {
  std::array<std::byte, 8> memory;
  const auto count = [&](Context& cx) { return reader.poll_read(cx, std::span(memory)); };
  auto early = test::spawn([&] { return poll_fn(count); });
  REQUIRE(early.poll().is_pending());
  co_await test::send_text(peer, "counted");
  const auto counted = co_await poll_fn(count);
  CHECK(test::text_of(std::span(memory).first(counted.value())) == "counted");

  co_await test::send_text(peer, "buf");
  io::ReadBuf buf(memory);
  buf.put_slice(std::as_bytes(std::span("> ", 2)));
  const auto fill = [&](Context& cx) { return reader.poll_read(cx, buf); };
  const auto filled = co_await poll_fn(fill);
  CHECK(filled.has_value());
  CHECK(test::text_of(buf.filled()) == "> buf");

  co_await test::send_text(peer, "peeked");
  const auto peek = [&](Context& cx) { return reader.poll_peek(cx, std::span(memory)); };
  const auto peeked = co_await poll_fn(peek);
  CHECK(peeked.value() == 6);
  co_await test::expect_text(reader, "peeked");
}

template <class Stream>
Task<void> borrow() {
  auto pair = co_await connected<Stream>();
  auto halves = pair.first.split();
  static_assert(std::same_as<decltype(halves.first), legacy::net::StreamReadHalf<Stream>>);
  co_await check_reads_both_ways(halves.first, pair.second);
  co_await test::send_text(halves.second, "out");
  co_await test::expect_text(pair.second, "out");
  CHECK(&halves.first.as_ref() == &pair.first);
  CHECK(&halves.second.as_ref() == &pair.first);
}

template <class Stream>
Task<void> own() {
  auto pair = co_await connected<Stream>();
  auto& peer = pair.second;
  auto halves = std::move(pair.first).into_split();
  co_await check_reads_both_ways(halves.first, peer);
  co_await test::send_text(halves.second, "out");
  co_await test::expect_text(peer, "out");
  {
    const auto dropped = std::move(halves.second);
  }
  co_await test::expect_text(peer, "");  // shut down
  co_await test::send_text(peer, "in");
  co_await test::expect_text(halves.first, "in");
}

template <class Stream>
Task<void> forget() {
  auto pair = co_await connected<Stream>();
  auto halves = std::move(pair.first).into_split();
  std::move(halves.second).forget();
  auto reading = test::spawn([&] { return test::read_text(pair.second); });
  REQUIRE(reading.poll().is_pending());
  {
    const auto last = std::move(halves.first);
  }
  const std::string text = co_await *reading;
  CHECK(text == "");
}

template <class Stream>
Task<void> reunite() {
  auto pair = co_await connected<Stream>();
  auto other = co_await connected<Stream>();
  const int fd = pair.first.as_raw_fd();
  auto halves = std::move(pair.first).into_split();
  auto other_halves = std::move(other.first).into_split();

  auto failed = std::move(halves.first).reunite(std::move(other_halves.second));
  static_assert(std::same_as<decltype(failed), Result<Stream, legacy::net::StreamReuniteError<Stream>>>);
  REQUIRE(failed.has_error());
  auto back = std::move(failed.error()).into_halves();
  co_await test::send_text(back.second, "x");  // nothing was shut down
  co_await test::expect_text(other.second, "x");

  Stream whole = std::move(halves.second).reunite(std::move(back.first)).value();
  CHECK(whole.as_raw_fd() == fd);
  co_await test::send_text(whole, "y");
  co_await test::expect_text(pair.second, "y");
}

template <class Stream>
Task<void> cross() {
  auto pair = co_await connected<Stream>();
  // A stream of 1.x, whose halves code of 0.2 reads from; and back.
  auto modern = compat::from_legacy(std::move(pair.first)).into_split();
  auto reader = compat::into_legacy(std::move(modern.first));
  auto writer = compat::into_legacy(std::move(modern.second));
  co_await check_reads_both_ways(reader, pair.second);
  using Modern = typename Stream::Modern;
  net::OwnedStreamReadHalf<Modern> back = compat::from_legacy(std::move(reader));
  const Modern whole = std::move(back).reunite(compat::from_legacy(std::move(writer))).value();
  auto halves = whole.split();
  auto borrowed = compat::into_legacy(halves.first);
  co_await check_reads_both_ways(borrowed, pair.second);
  CHECK(&compat::from_legacy(borrowed).as_ref() == &whole);
  auto sending = compat::into_legacy(halves.second);
  co_await test::send_text(sending, "z");
  co_await test::expect_text(pair.second, "z");
}

}  // namespace

TEST_SUITE("compat.net.split") {
  TEST_CASE("TCP-13, UNIX-06: borrowed halves read in both ways") {
    SUBCASE("TCP") { test::current_thread().block_on(borrow<TcpStream>()); }
    SUBCASE("Unix") { test::current_thread().block_on(borrow<UnixStream>()); }
  }
  TEST_CASE("TCP-14, UNIX-06: owned halves read in both ways, and the writing one shuts down") {
    SUBCASE("TCP") { test::current_thread().block_on(own<TcpStream>()); }
    SUBCASE("Unix") { test::current_thread().block_on(own<UnixStream>()); }
  }
  TEST_CASE("TCP-14, UNIX-06: a half that was given up with forget shuts nothing down") {
    SUBCASE("TCP") { test::current_thread().block_on(forget<TcpStream>()); }
    SUBCASE("Unix") { test::current_thread().block_on(forget<UnixStream>()); }
  }
  TEST_CASE("TCP-14, UNIX-06: halves of one stream make a stream of 0.2 again, others come back") {
    SUBCASE("TCP") { test::current_thread().block_on(reunite<TcpStream>()); }
    SUBCASE("Unix") { test::current_thread().block_on(reunite<UnixStream>()); }
  }
  TEST_CASE("TCP-13, TCP-14, UNIX-06: halves cross between 0.2 and 1.x") {
    SUBCASE("TCP") { test::current_thread().block_on(cross<TcpStream>()); }
    SUBCASE("Unix") { test::current_thread().block_on(cross<UnixStream>()); }
  }
}
