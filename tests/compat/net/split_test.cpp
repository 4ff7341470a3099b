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
  if constexpr (std::same_as<Stream, TcpStream>) {
    co_return co_await test::legacy_tcp_pair();
  } else {
    co_return UnixStream::pair().value();
  }
}

// Reads in the style of 0.2, then in that of 1.x, what was sent in between.
template <class Reader, class Peer>
Task<void> check_reads_both_ways(Reader& reader, Peer& peer) {
  std::array<std::byte, 8> memory;
  const auto count = [&](Context& cx) { return reader.poll_read(cx, std::span(memory)); };
  auto early = test::spawn([&] { return poll_fn(count); });
  REQUIRE(early.poll().is_pending());
  CHECK((co_await peer.write_all("counted")).has_value());
  const auto size = (co_await poll_fn(count)).value();
  CHECK(test::text_of(std::span(memory).first(size)) == "counted");

  CHECK((co_await peer.write_all("buf")).has_value());
  io::ReadBuf buf(memory);
  buf.put_slice(std::as_bytes(std::span("> ", 2)));
  const auto fill = [&](Context& cx) { return reader.poll_read(cx, buf); };
  CHECK((co_await poll_fn(fill)).has_value());
  CHECK(test::text_of(buf.filled()) == "> buf");

  CHECK((co_await peer.write_all("peeked")).has_value());
  const auto peek = [&](Context& cx) { return reader.poll_peek(cx, std::span(memory)); };
  CHECK((co_await poll_fn(peek)).value() == 6);
  std::string text(8, '\0');
  CHECK((co_await reader.read(text)).value() == 6);
}

template <class Stream>
Task<void> borrow() {
  auto [stream, peer] = co_await connected<Stream>();
  auto [reader, writer] = stream.split();
  static_assert(std::same_as<decltype(reader), legacy::net::StreamReadHalf<Stream>>);
  co_await check_reads_both_ways(reader, peer);
  CHECK((co_await writer.write_all("out")).has_value());
  std::string text(3, '\0');
  CHECK((co_await peer.read_exact(text)).has_value());
  CHECK(text == "out");
  CHECK(&reader.as_ref() == &stream);
}

template <class Stream>
Task<void> own() {
  auto [stream, peer] = co_await connected<Stream>();
  auto [reader, writer] = std::move(stream).into_split();
  co_await check_reads_both_ways(reader, peer);
  CHECK((co_await writer.write_all("out")).has_value());
  std::string text(3, '\0');
  CHECK((co_await peer.read_exact(text)).has_value());
  {
    const auto dropped = std::move(writer);
  }
  CHECK((co_await peer.read(text)).value() == 0);  // shut down
  CHECK((co_await peer.write_all("in")).has_value());
  CHECK((co_await reader.read(text)).value() == 2);
}

template <class Stream>
Task<void> forget() {
  auto [stream, peer] = co_await connected<Stream>();
  auto [reader, writer] = std::move(stream).into_split();
  std::move(writer).forget();
  std::string text(1, '\0');
  auto reading = test::spawn([&] { return peer.read(text); });
  REQUIRE(reading.poll().is_pending());
  {
    const auto last = std::move(reader);
  }
  CHECK((co_await *reading).value() == 0);
}

template <class Stream>
Task<void> reunite() {
  auto [stream, peer] = co_await connected<Stream>();
  auto [other, other_peer] = co_await connected<Stream>();
  const int fd = stream.as_raw_fd();
  auto [reader, writer] = std::move(stream).into_split();
  auto [other_reader, other_writer] = std::move(other).into_split();

  auto failed = std::move(reader).reunite(std::move(other_writer));
  static_assert(std::same_as<decltype(failed), Result<Stream, legacy::net::StreamReuniteError<Stream>>>);
  REQUIRE(failed.has_error());
  auto [own_reader, not_own_writer] = std::move(failed.error()).into_halves();
  CHECK((co_await not_own_writer.write_all("x")).has_value());  // nothing was shut down
  std::string text(1, '\0');
  CHECK((co_await other_peer.read(text)).value() == 1);

  Stream whole = std::move(writer).reunite(std::move(own_reader)).value();
  CHECK(whole.as_raw_fd() == fd);
  CHECK((co_await whole.write_all("y")).has_value());
  CHECK((co_await peer.read(text)).value() == 1);
  CHECK(text == "y");
}

template <class Stream>
Task<void> cross() {
  auto [stream, peer] = co_await connected<Stream>();
  // A stream of 1.x, whose halves code of 0.2 reads from; and back.
  auto modern = compat::from_legacy(std::move(stream)).into_split();
  auto reader = compat::into_legacy(std::move(modern.first));
  auto writer = compat::into_legacy(std::move(modern.second));
  co_await check_reads_both_ways(reader, peer);
  using Modern = typename Stream::Modern;
  net::OwnedStreamReadHalf<Modern> back = compat::from_legacy(std::move(reader));
  auto whole = std::move(back).reunite(compat::from_legacy(std::move(writer)));
  static_assert(std::same_as<typename decltype(whole)::value_type, Modern>);
  auto halves = whole.value().split();
  auto borrowed = compat::into_legacy(halves.first);
  co_await check_reads_both_ways(borrowed, peer);
  CHECK(&compat::from_legacy(borrowed).as_ref() == &whole.value());
  CHECK((co_await compat::into_legacy(halves.second).write_all("z")).has_value());
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
