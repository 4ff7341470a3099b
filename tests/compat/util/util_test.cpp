#include <chrono>
#include <concepts>
#include <optional>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/net.hpp>
#include <ferry/util.hpp>
#include <ferry/v0_2/net.hpp>
#include <ferry/v0_2/runtime.hpp>
#include <ferry/v0_2/task.hpp>
#include <ferry/v0_2/time.hpp>
#include <ferry/v0_2/util.hpp>

#include "support/runtimes.hpp"

using namespace ferry;
using namespace std::chrono_literals;
namespace legacy = ferry::v0_2;

namespace {

using legacy::util::codec::LinesCodec;
static_assert(std::same_as<legacy::util::BytesMut, util::BytesMut>);
static_assert(std::same_as<legacy::util::UdpFramed<LinesCodec>, util::UdpFramed<LinesCodec>>);
static_assert(std::same_as<legacy::util::TokioContext<time::Sleep&>, util::TokioContext<time::Sleep&>>);

/// A socket that says more than one of 1.x, and hides some of that, as those of 0.2 do.
class OldSocket : public net::UdpSocket {
 public:
  explicit OldSocket(net::UdpSocket socket) : net::UdpSocket(std::move(socket)) {}
  void poll_recv_from() = delete;
  void poll_send_to() = delete;
};

legacy::Task<void> exchange_datagrams() {
  auto bound = co_await net::UdpSocket::bind("127.0.0.1:0");
  legacy::util::UdpFramed old(OldSocket(std::move(bound).value()), LinesCodec());
  static_assert(std::same_as<decltype(old), util::UdpFramed<LinesCodec, OldSocket>>);
  auto peer = co_await net::UdpSocket::bind("127.0.0.1:0");
  util::UdpFramed modern(std::move(peer).value(), LinesCodec());

  auto to_modern = std::pair(std::string("one\ntwo"), modern.get_ref().local_addr().value());
  CHECK((co_await old.send(to_modern)).has_value());
  for (const char* expected : {"one", "two"}) {
    auto received = co_await modern.next();
    CHECK((*received)->first == expected);
    CHECK((*received)->second == old.get_ref().local_addr().value());
  }
  auto to_old = std::pair(std::string("three"), old.get_ref().local_addr().value());
  CHECK((co_await modern.send(to_old)).has_value());
  auto answer = co_await old.next();
  CHECK((*answer)->first == "three");
  const OldSocket socket = std::move(old).into_inner();
  CHECK(socket.local_addr().value() == to_old.second);
}

// Needs timers.
legacy::Task<int> late() {
  co_await time::sleep(1ms);
  co_return 7;
}

}  // namespace

TEST_SUITE("compat.util") {
  TEST_CASE("UTIL-07: frames come in datagrams, also of a socket of 0.2") {
    test::current_thread().block_on(exchange_datagrams());
  }

  TEST_CASE("UTIL-10: a future is polled in the context of another runtime") {
    const auto with_timers =
        legacy::runtime::Builder().threaded_scheduler().core_threads(1).enable_all().build();
    auto without = legacy::runtime::Builder().basic_scheduler().build();
    const legacy::runtime::Handle& handle = with_timers->handle();
    CHECK(without->block_on(legacy::util::wrap(handle, late())) == 7);
    CHECK_THROWS_AS(without->block_on(late()), std::logic_error);

    auto wrapped = legacy::util::wrap(handle, late());
    static_assert(std::same_as<decltype(wrapped), util::TokioContext<Task<int>>>);
    const runtime::Runtime modern = test::current_thread();
    CHECK(modern.block_on(std::move(wrapped)) == 7);
  }

  TEST_CASE("UTIL-11, UTIL-12, UTIL-13: what 1.x has besides is found under the old module, too") {
    static_assert(
        std::same_as<legacy::util::Either<Task<int>, Task<int>>, util::Either<Task<int>, Task<int>>>);
    static_assert(requires { legacy::util::codec::AnyDelimiterCodec(); });
    util::BytesMut bytes;
    bytes.put_slice("abc");
    class Sponge {
     public:
      Poll<io::Result<std::size_t>> poll_write(Context&, std::span<const std::byte>) {
        return io::Result<std::size_t>(2);
      }
      Poll<io::Result<void>> poll_flush(Context&) { return io::Result<void>(); }
      Poll<io::Result<void>> poll_shutdown(Context&) { return io::Result<void>(); }
    };
    Sponge sponge;
    Context cx(Waker::noop());
    CHECK((*legacy::util::poll_write_buf(sponge, cx, bytes)).value() == 2);
    CHECK(bytes.size() == 1);
  }
}
