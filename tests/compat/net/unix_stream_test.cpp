#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/compat/socket_options.hpp>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/stream.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/task.hpp>

#include "compat/net/text.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"
#include "support/temp_tree.hpp"

namespace ferry {

namespace legacy = ferry::v0_2;
using legacy::net::UnixListener;
using legacy::net::UnixStream;
using net::Shutdown;

namespace {

static_assert(legacy::io::AsyncRead<UnixStream> && io::AsyncRead<UnixStream> && io::AsyncWrite<UnixStream>);
static_assert(!legacy::io::AsyncRead<net::UnixStream>);
static_assert(stream::Stream<UnixListener> && stream::Stream<legacy::net::UnixIncoming>);
static_assert(!stream::Stream<net::UnixListener>);
// UNIX-01: accepting wanted the listener for itself.
template <class L>
concept Accepts = requires(L& listener) { listener.accept(); };
static_assert(Accepts<UnixListener> && !Accepts<const UnixListener> && Accepts<const net::UnixListener>);
// UNIX-05: 1.x has no synchronous shutdown.
template <class S>
concept ShutsDownAtOnce = requires(const S& stream) {
  { stream.shutdown(Shutdown::Both) } -> std::same_as<io::Result<void>>;
};
static_assert(ShutsDownAtOnce<UnixStream> && !ShutsDownAtOnce<net::UnixStream>);
// UNIX-07: what were members are functions; those of 0.2 can be called, too.
template <class C>
concept HasMembers = requires(const C& cred) {
  { cred.uid == uid_t() } -> std::same_as<bool>;
};
static_assert(HasMembers<legacy::net::UCred> && !HasMembers<net::UCred>);

Task<void> accept_as_stream() {
  const ::test::TempTree tree;
  const auto path = tree.path("socket");
  auto listening = UnixListener::bind(path).value();
  CHECK(UnixListener::bind(path).error() == boost::system::errc::address_in_use);
  auto incoming = listening.incoming();
  auto waiting = test::spawn([&] { return incoming.next(); });
  REQUIRE(waiting.poll().is_pending());

  auto first = (co_await UnixStream::connect(path)).value();
  auto accepted = co_await *waiting;
  CHECK((co_await first.write_all("1")).has_value());
  CHECK(co_await test::read_text(**accepted) == "1");

  auto second = (co_await UnixStream::connect(path)).value();
  auto next = co_await listening.next();
  CHECK((co_await second.write_all("2")).has_value());
  CHECK(co_await test::read_text(**next) == "2");

  const auto accept = [&](Context& cx) { return incoming.poll_accept(cx); };
  auto early = test::spawn([&] { return poll_fn(accept); });
  REQUIRE(early.poll().is_pending());
  auto third = (co_await UnixStream::connect(path)).value();
  auto polled = (co_await poll_fn(accept)).value();
  CHECK((co_await third.write_all("3")).has_value());
  CHECK(co_await test::read_text(polled) == "3");
}

Task<void> accept_in_1_x() {
  const ::test::TempTree tree;
  auto listening = net::UnixListener::bind(tree.path("socket")).value();
  const auto& shared = listening;
  auto first = (co_await net::UnixStream::connect(tree.path("socket"))).value();
  CHECK((co_await shared.accept()).has_value());
  stream::wrappers::UnixListenerStream stream(std::move(listening));
  auto second = (co_await net::UnixStream::connect(tree.path("socket"))).value();
  auto connection = co_await stream::next(stream);
  CHECK((co_await second.write_all("x")).has_value());
  CHECK(co_await test::read_text(**connection) == "x");
}

Task<void> accept_with_address() {
  const ::test::TempTree tree;
  auto listening = UnixListener::bind(tree.path("socket")).value();
  CHECK(listening.take_error().value() == std::nullopt);
  auto client = (co_await UnixStream::connect(tree.path("socket"))).value();
  auto accepted = (co_await listening.accept()).value();
  static_assert(std::same_as<decltype(accepted), std::pair<UnixStream, net::UnixSocketAddr>>);
  CHECK(accepted.second.is_unnamed());
  CHECK(client.peer_addr().value() == listening.local_addr().value());
  CHECK(client.take_error().value() == std::nullopt);
  const auto accept = [&](Context& cx) { return listening.poll_accept(cx); };
  auto again = (co_await UnixStream::connect(tree.path("socket"))).value();
  CHECK((co_await poll_fn(accept)).has_value());
  CHECK((co_await UnixStream::connect(tree.path("nobody"))).error() ==
        boost::system::errc::no_such_file_or_directory);
}

Task<void> look_at_addresses() {
  const ::test::TempTree tree;
  const auto path = tree.path("socket");
  auto listening = UnixListener::bind(path).value();
  const legacy::net::UnixSocketAddr addr = listening.local_addr().value();
  CHECK(addr.as_pathname() == path);
  // The system's own form, which is what 0.2 had.
  const net::NativeAddr native = net::to_native(addr);
  CHECK(std::string(reinterpret_cast<const sockaddr_un*>(native.get())->sun_path) == path);
  CHECK(net::from_native<net::UnixSocketAddr>(native).value() == addr);
  auto pair = UnixStream::pair().value();
  CHECK(pair.first.local_addr().value().is_unnamed());
  CHECK((co_await UnixStream::connect_addr(addr)).has_value());
}

Task<void> look_at_peer() {
  auto pair = UnixStream::pair().value();
  const legacy::net::UCred cred = pair.first.peer_cred().value();
  const uid_t uid = cred.uid;
  CHECK(uid == ::geteuid());
  CHECK(cred.gid == ::getegid());
  // Half migrated, and in 1.x.
  CHECK(cred.uid() == ::geteuid());
  CHECK(cred.gid() == ::getegid());
  CHECK(cred.pid() == ::getpid());
  CHECK(cred == pair.second.peer_cred().value());
  const net::UCred modern = net::UnixStream::pair().value().first.peer_cred().value();
  CHECK(modern.uid() == ::geteuid());
  CHECK(compat::from_legacy(cred) == modern);
  CHECK(compat::into_legacy(modern).gid == ::getegid());
  co_return;
}

Task<void> shut_down() {
  auto written = UnixStream::pair().value();
  CHECK(written.first.shutdown(Shutdown::Write).has_value());
  CHECK(co_await test::read_text(written.second) == "");
  CHECK((co_await written.second.write_all("still")).has_value());
  CHECK(co_await test::read_text(written.first) == "still");

  auto read = UnixStream::pair().value();
  std::array<char, 4> memory;
  auto reading = test::spawn([&] { return read.first.read(memory); });
  REQUIRE(reading.poll().is_pending());
  CHECK(read.first.shutdown(Shutdown::Read).has_value());
  CHECK((co_await *reading).value() == 0);
  CHECK((co_await read.first.write_all("still")).has_value());
  CHECK(co_await test::read_text(read.second) == "still");

  auto both = UnixStream::pair().value();
  CHECK(both.first.shutdown(Shutdown::Both).has_value());
  CHECK(co_await test::read_text(both.first) == "");
  CHECK((co_await both.first.write_all("x")).error() == boost::system::errc::broken_pipe);
  CHECK(co_await test::read_text(both.second) == "");
}

Task<void> shut_down_in_1_x() {
  auto pair = net::UnixStream::pair().value();
  auto shutdown = pair.first.shutdown();
  CHECK((co_await pair.first.write_all("open")).has_value());
  CHECK((co_await shutdown).has_value());
  CHECK(co_await test::read_text(pair.second) == "open");
  CHECK(co_await test::read_text(pair.second) == "");
  CHECK(compat::shutdown(pair.first, Shutdown::Both).has_value());
  CHECK(co_await test::read_text(pair.first) == "");
}

Task<void> cross() {
  const ::test::TempTree tree;
  auto listening = compat::into_legacy(net::UnixListener::bind(tree.path("socket")).value());
  auto client = compat::from_legacy((co_await UnixStream::connect(tree.path("socket"))).value());
  auto accepted = (co_await compat::from_legacy(std::move(listening)).accept()).value();
  auto stream = compat::into_legacy(std::move(accepted.first));
  CHECK((co_await client.write_all("x")).has_value());
  CHECK(co_await test::read_text(stream) == "x");
}

}  // namespace

TEST_SUITE("compat.net.UnixStream") {
  TEST_CASE("UNIX-01: a listener accepts with the peer's address") {
    test::current_thread().block_on(accept_with_address());
  }
  TEST_CASE("UNIX-02: a listener and its incoming() are streams of connections without addresses") {
    test::current_thread().block_on(accept_as_stream());
  }
  TEST_CASE("UNIX-01, UNIX-02: 1.x accepts through const listeners and has a wrapper for streams") {
    test::current_thread().block_on(accept_in_1_x());
  }
  TEST_CASE("UNIX-03: addresses go to the system's form and back") {
    test::current_thread().block_on(look_at_addresses());
  }
  TEST_CASE("UNIX-04, UNIX-07: the parts of the peer's credentials are members, and functions in 1.x") {
    test::current_thread().block_on(look_at_peer());
  }
  TEST_CASE("UNIX-05: shutdown ends the directions that it names, at once") {
    test::current_thread().block_on(shut_down());
  }
  TEST_CASE("UNIX-05: shutdown of 1.x ends what is sent, when it is awaited") {
    test::current_thread().block_on(shut_down_in_1_x());
  }
  TEST_CASE("UNIX-04: streams and listeners cross in both directions") {
    test::current_thread().block_on(cross());
  }
}

}  // namespace ferry
