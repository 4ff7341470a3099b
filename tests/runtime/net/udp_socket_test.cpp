#include <algorithm>
#include <array>
#include <cerrno>
#include <concepts>
#include <fcntl.h>
#include <netinet/in.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/util/bytes_mut.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using boost::system::errc::operation_would_block;

static_assert(std::movable<net::UdpSocket> && !std::copyable<net::UdpSocket>);

namespace {

Task<net::UdpSocket> udp() {
  auto bound = co_await net::UdpSocket::bind("127.0.0.1:0");
  co_return std::move(bound).value();
}

/// Two sockets, each connected to the other.
Task<std::pair<net::UdpSocket, net::UdpSocket>> connected_pair() {
  net::UdpSocket first = co_await udp();
  net::UdpSocket second = co_await udp();
  CHECK((co_await first.connect(second.local_addr().value())).has_value());
  CHECK((co_await second.connect(first.local_addr().value())).has_value());
  co_return std::pair(std::move(first), std::move(second));
}

template <class F>
Poll<FutureOutput<F>> poll_once(F& future) {
  Context cx(Waker::noop());
  return future.poll(cx);
}

std::string text_of(const io::ReadBuf& buf) {
  return {reinterpret_cast<const char*>(buf.filled().data()), buf.filled().size()};
}

Task<void> send_and_receive() {
  const net::UdpSocket server = co_await udp();
  const net::UdpSocket client = co_await udp();
  CHECK((co_await client.send_to("question", server.local_addr().value())).value() == 8);
  std::string buffer(64, '\0');
  const auto received = co_await server.recv_from(buffer);
  CHECK(buffer.substr(0, received->first) == "question");
  CHECK(received->second == client.local_addr().value());
  CHECK((co_await server.send_to("answer", received->second)).value() == 6);
  const auto answer = co_await client.recv_from(buffer);
  CHECK(buffer.substr(0, answer->first) == "answer");
  CHECK(answer->second == server.local_addr().value());
}

}  // namespace

TEST_SUITE("net.UdpSocket") {
  TEST_CASE("a datagram comes with its sender's address, and is answered there") {
    test::for_each_flavor([](const runtime::Runtime& rt) { rt.block_on(send_and_receive()); });
  }

  TEST_CASE("connected sockets send and receive without addresses") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [first, second] = co_await connected_pair();
        CHECK(first.peer_addr().value() == second.local_addr().value());
        CHECK((co_await first.send("hello")).value() == 5);
        std::string buffer(64, '\0');
        const auto n = co_await second.recv(buffer);
        CHECK(buffer.substr(0, n.value()) == "hello");
      }());
    });
  }

  TEST_CASE("a connected socket does not hear others") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      const net::UdpSocket stranger = co_await udp();
      CHECK((co_await stranger.send_to("not for you", first.local_addr().value())).has_value());
      CHECK((co_await second.send("for you")).has_value());
      std::string buffer(64, '\0');
      const auto n = co_await first.recv(buffer);
      CHECK(buffer.substr(0, n.value()) == "for you");
      CHECK(first.try_recv(buffer).error() == operation_would_block);
    }());
  }

  TEST_CASE("without a peer, send says so") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::UdpSocket alone = co_await udp();
      CHECK((co_await alone.send("x")).error() == boost::system::errc::destination_address_required);
      CHECK(alone.peer_addr().error() == boost::system::errc::not_connected);
    }());
  }

  TEST_CASE("an empty datagram is received as one") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      CHECK((co_await first.send("")).value() == 0);
      CHECK((co_await first.send("x")).value() == 1);
      std::string buffer(64, '\0');
      CHECK((co_await second.recv(buffer)).value() == 0);
      CHECK((co_await second.recv(buffer)).value() == 1);
    }());
  }

  TEST_CASE("what does not fit into the buffer is lost, and the next datagram is whole") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      CHECK((co_await first.send("too long")).has_value());
      CHECK((co_await first.send("next")).has_value());
      std::string buffer(3, '\0');
      CHECK((co_await second.recv(buffer)).value() == 3);
      CHECK(buffer == "too");
      std::string large(64, '\0');
      const auto from = co_await second.recv_from(large);
      CHECK(large.substr(0, from->first) == "next");
    }());
  }

  TEST_CASE("a datagram larger than any can be is EMSGSIZE") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      const std::vector<char> data(70'000);
      CHECK((co_await first.send(data)).error() == boost::system::errc::message_size);
    }());
  }

  TEST_CASE("peeking shows what is received afterwards, and its sender") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      const net::SocketAddr sender = first.local_addr().value();
      CHECK((co_await first.send("look")).has_value());
      std::string buffer(64, '\0');
      CHECK((co_await second.peek(buffer)).value() == 4);
      CHECK(buffer.starts_with("look"));
      buffer.assign(64, '\0');
      const auto from = co_await second.peek_from(buffer);
      CHECK(from.value() == std::pair(std::size_t{4}, sender));
      CHECK(buffer.starts_with("look"));
      CHECK((co_await second.peek_sender()).value() == sender);
      CHECK(second.try_peek(buffer).value() == 4);
      CHECK(second.try_peek_from(buffer).value() == *from);
      CHECK(second.try_peek_sender().value() == sender);
      CHECK((co_await second.recv(buffer)).value() == 4);
      CHECK(second.try_peek(buffer).error() == operation_would_block);
      CHECK(second.try_peek_from(buffer).error() == operation_would_block);
      CHECK(second.try_peek_sender().error() == operation_would_block);
    }());
  }

  TEST_CASE("recv_buf appends to what is filled, up to the capacity") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      for (int i = 0; i < 2; ++i) CHECK((co_await first.send("abcd")).has_value());
      std::array<std::byte, 6> memory;
      io::ReadBuf buf = io::ReadBuf::uninit(memory);
      CHECK((co_await second.recv_buf(buf)).value() == 4);
      const auto from = co_await second.recv_buf_from(buf);
      CHECK(from.value() == std::pair(std::size_t{2}, first.local_addr().value()));
      CHECK(text_of(buf) == "abcdab");
      CHECK(buf.remaining() == 0);
    }());
  }

  TEST_CASE("recv_buf fills the room that a vector or string has, and leaves it as it was on an error") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      std::string text = "got: ";
      text.reserve(100);
      CHECK(second.try_recv_buf(text).error() == operation_would_block);
      CHECK(text == "got: ");
      CHECK((co_await first.send("one")).has_value());
      CHECK((co_await second.recv_buf(text)).value() == 3);
      CHECK(text == "got: one");
      std::vector<char> bytes;
      bytes.reserve(2);
      CHECK((co_await first.send("two")).has_value());
      CHECK((co_await second.recv_buf_from(bytes))->first == 2);  // no room for the rest
      CHECK(bytes == std::vector{'t', 'w'});
      util::BytesMut frames = util::BytesMut::with_capacity(64);
      CHECK((co_await first.send("three")).has_value());
      CHECK((co_await second.readable()).has_value());
      CHECK(second.try_recv_buf_from(frames)->second == first.local_addr().value());
      CHECK(frames.size() == 5);
    }());
  }

  TEST_CASE("the try forms say EAGAIN until readable completes, and again when all is received") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      std::string buffer(64, '\0');
      std::array<std::byte, 64> memory;
      io::ReadBuf buf(memory);
      CHECK(second.try_recv(buffer).error() == operation_would_block);
      CHECK(second.try_recv_from(buffer).error() == operation_would_block);
      CHECK(second.try_recv_buf(buf).error() == operation_would_block);
      CHECK(second.try_recv_buf_from(buf).error() == operation_would_block);

      CHECK((co_await first.writable()).has_value());
      CHECK(first.try_send("one").value() == 3);
      CHECK(first.try_send_to("two", second.local_addr().value()).value() == 3);
      CHECK(first.try_send("three").value() == 5);
      CHECK(first.try_send("four").value() == 4);

      CHECK((co_await second.readable()).has_value());
      CHECK(second.try_recv(buffer).value() == 3);
      CHECK(second.try_recv_from(buffer).value() == std::pair(std::size_t{3}, first.local_addr().value()));
      CHECK(second.try_recv_buf(buf).value() == 5);
      CHECK(second.try_recv_buf_from(buf)->first == 4);
      CHECK(text_of(buf) == "threefour");
      CHECK(second.try_recv(buffer).error() == operation_would_block);
      auto readable = second.readable();
      CHECK(poll_once(readable).is_pending());
    }());
  }

  TEST_CASE("the poll forms do what the futures do") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      const net::SocketAddr sender = first.local_addr().value();
      const std::string data = "data";
      const auto bytes = std::as_bytes(std::span(data));
      Context cx(Waker::noop());
      std::array<std::byte, 64> memory;
      io::ReadBuf buf(memory);
      CHECK(second.poll_recv_ready(cx).is_pending());
      CHECK(second.poll_recv(cx, buf).is_pending());
      CHECK(second.poll_recv_from(cx, buf).is_pending());
      CHECK(second.poll_peek(cx, buf).is_pending());
      CHECK(second.poll_peek_from(cx, buf).is_pending());
      CHECK(second.poll_peek_sender(cx).is_pending());

      CHECK(first.poll_send_ready(cx).is_ready());
      CHECK((*first.poll_send(cx, bytes)).value() == 4);
      CHECK((*first.poll_send_to(cx, bytes, second.local_addr().value())).value() == 4);
      auto ready = poll_fn([&](Context& context) { return second.poll_recv_ready(context); });
      CHECK((co_await ready).has_value());
      CHECK((*second.poll_peek(cx, buf)).has_value());
      CHECK((*second.poll_peek_from(cx, buf)).value() == sender);
      CHECK((*second.poll_peek_sender(cx)).value() == sender);
      CHECK((*second.poll_recv(cx, buf)).has_value());
      CHECK((*second.poll_recv_from(cx, buf)).value() == sender);
      CHECK(text_of(buf) == "datadatadatadata");
      CHECK(second.poll_recv(cx, buf).is_pending());
    }());
  }

  TEST_CASE("a receive that was cancelled while it waited has taken nothing") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      std::string buffer(64, '\0');
      {
        auto cancelled = second.recv(buffer);
        CHECK(poll_once(cancelled).is_pending());
      }
      CHECK((co_await first.send("kept")).has_value());
      CHECK((co_await second.recv(buffer)).value() == 4);
    }());
  }

  TEST_CASE("ready says for what of that which was asked") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      const auto both = io::Interest::Readable | io::Interest::Writable;
      const auto before = co_await second.ready(both);
      CHECK(before->is_writable());
      CHECK_FALSE(before->is_readable());
      CHECK((co_await first.send("x")).has_value());
      const auto after = co_await second.ready(io::Interest::Readable);
      CHECK(after->is_readable());
      CHECK_FALSE(after->is_writable());
    }());
  }

  TEST_CASE("try_io and async_io make calls of one's own, and EAGAIN clears the readiness") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      int calls = 0;
      const auto receive = [&calls, fd = second.as_raw_fd()]() -> io::Result<std::size_t> {
        ++calls;
        char byte = 0;
        const ssize_t size = ::recv(fd, &byte, 1, 0);
        if (size < 0) return io::last_os_error();
        return static_cast<std::size_t>(size);
      };
      CHECK(second.try_io(io::Interest::Readable, receive).error() == operation_would_block);
      CHECK(calls == 0);
      CHECK((co_await first.send("x")).has_value());
      CHECK((co_await second.readable()).has_value());
      CHECK(second.try_io(io::Interest::Readable, receive).value() == 1);
      CHECK(second.try_io(io::Interest::Readable, receive).error() == operation_would_block);
      CHECK(calls == 2);
      CHECK(second.try_io(io::Interest::Readable, receive).error() == operation_would_block);
      CHECK(calls == 2);  // the socket was not ready, so nothing was called

      auto receiving = second.async_io(io::Interest::Readable, receive);
      CHECK(poll_once(receiving).is_pending());
      CHECK(calls == 2);
      CHECK((co_await first.send("y")).has_value());
      CHECK((co_await receiving).value() == 1);
      CHECK(calls == 3);
      const auto fail = []() -> io::Result<int> { return io::Error(EIO, boost::system::system_category()); };
      CHECK(second.try_io(io::Interest::Writable, fail).error() == boost::system::errc::io_error);
      const auto failed = co_await second.async_io(io::Interest::Writable, fail);
      CHECK(failed.error() == boost::system::errc::io_error);
    }());
  }

  TEST_CASE("many tasks receive from one socket and send through it, and each datagram comes once") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        constexpr int kTasks = 4;
        constexpr int kEach = 50;
        auto [server, client] = co_await connected_pair();
        const auto receive = [](const net::UdpSocket& from) -> Task<std::vector<int>> {
          std::vector<int> seen;
          for (int i = 0; i < kEach; ++i) {
            int number = -1;
            const auto n = co_await from.recv(std::as_writable_bytes(std::span(&number, 1)));
            CHECK(n.value() == sizeof(number));
            seen.push_back(number);
          }
          co_return seen;
        };
        // Ask for the next only when one has come, lest the socket's buffer overflows.
        const auto answer = [](const net::UdpSocket& socket) -> Task<void> {
          std::array<std::byte, sizeof(int)> buffer;
          for (int i = 0; i < kEach; ++i) {
            CHECK((co_await socket.recv(buffer)).has_value());
            CHECK((co_await socket.send(buffer)).has_value());
          }
        };
        std::vector<task::JoinHandle<std::vector<int>>> receiving;
        std::vector<task::JoinHandle<void>> answering;
        for (int i = 0; i < kTasks; ++i) {
          receiving.push_back(spawn(receive(client)));
          answering.push_back(spawn(answer(server)));
        }
        for (int number = 0; number < kTasks * kEach; ++number) {
          CHECK((co_await client.send(std::as_bytes(std::span(&number, 1)))).has_value());
          if (number % 8 == 7) co_await task::yield_now();
        }
        std::vector<int> all;
        for (auto& task : receiving) {
          const std::vector<int> seen = (co_await task).value();
          all.insert(all.end(), seen.begin(), seen.end());
        }
        for (auto& task : answering) CHECK((co_await task).has_value());
        std::ranges::sort(all);
        for (int number = 0; number < kTasks * kEach; ++number)
          CHECK(all[static_cast<std::size_t>(number)] == number);
      }());
    });
  }

  TEST_CASE("a datagram that found nobody is an error of the next call, once") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::UdpSocket client = co_await udp();
      std::optional<net::UdpSocket> gone = co_await udp();
      CHECK((co_await client.connect(gone->local_addr().value())).has_value());
      gone.reset();
      CHECK((co_await client.send("anybody there?")).has_value());
      std::string buffer(8, '\0');
      CHECK((co_await client.recv(buffer)).error() == boost::system::errc::connection_refused);
      CHECK_FALSE(client.take_error().value().has_value());
      CHECK(client.try_recv(buffer).error() == operation_would_block);
    }());
  }

  TEST_CASE("send_to, bind and connect look names up, and take the first address that does") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::UdpSocket taken = co_await udp();
      const net::SocketAddr free(net::IpAddr::localhost_v4(), 0);
      const std::vector two{taken.local_addr().value(), free};
      const auto second = co_await net::UdpSocket::bind(two);
      CHECK(second.has_value());
      const auto used = co_await net::UdpSocket::bind(taken.local_addr().value());
      CHECK(used.error() == boost::system::errc::address_in_use);
      CHECK((co_await taken.connect("no port")).error() == io::ErrorKind::InvalidInput);
      const net::SocketAddr other_family(net::IpAddr::localhost_v6(), 9);
      const std::vector addrs{other_family, second->local_addr().value()};
      CHECK((co_await taken.connect(addrs)).has_value());
      CHECK(taken.peer_addr().value() == second->local_addr().value());

      const std::string text = taken.local_addr()->to_string();
      CHECK((co_await second->send_to("by name", text)).value() == 7);
      std::string buffer(64, '\0');
      CHECK((co_await taken.recv(buffer)).value() == 7);
      const auto nobody = co_await second->send_to("x", std::vector<net::SocketAddr>());
      CHECK(nobody.error() == io::ErrorKind::InvalidInput);
    }());
  }

  TEST_CASE("options are set and read back") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::UdpSocket socket = co_await udp();
      CHECK_FALSE(socket.broadcast().value());
      CHECK(socket.set_broadcast(true).has_value());
      CHECK(socket.broadcast().value());
      CHECK(socket.multicast_loop_v4().value());
      CHECK(socket.set_multicast_loop_v4(false).has_value());
      CHECK_FALSE(socket.multicast_loop_v4().value());
      CHECK(socket.multicast_ttl_v4().value() == 1);
      CHECK(socket.set_multicast_ttl_v4(7).has_value());
      CHECK(socket.multicast_ttl_v4().value() == 7);
      CHECK(socket.set_ttl(42).has_value());
      CHECK(socket.ttl().value() == 42);
      CHECK(socket.set_tos_v4(0x10).has_value());
      CHECK(socket.tos_v4().value() == 0x10);
      CHECK_FALSE(socket.device().value().has_value());
      CHECK(socket.bind_device(std::nullopt).has_value());
      CHECK(socket.bind_device("no-such-device").has_error());
      CHECK_FALSE(socket.take_error().value().has_value());
    }());
  }

  TEST_CASE("a socket of version 6 has its own options, where the machine has it") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const auto bound = co_await net::UdpSocket::bind("[::1]:0");
      if (!bound) {
        MESSAGE("skipped: " << bound.error().message());
        co_return;
      }
      CHECK(bound->set_multicast_loop_v6(false).has_value());
      CHECK_FALSE(bound->multicast_loop_v6().value());
      CHECK(bound->set_tclass_v6(0x20).has_value());
      CHECK(bound->tclass_v6().value() == 0x20);
      CHECK(bound->set_ttl(9).has_value());
      CHECK(bound->ttl().value() == 9);
      CHECK((co_await bound->send_to("x", bound->local_addr().value())).has_value());
      std::string buffer(1, '\0');
      CHECK((co_await bound->recv_from(buffer))->second == bound->local_addr().value());
    }());
  }

  TEST_CASE("a member of a group receives what is sent to it, until it leaves") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::IpAddr group = net::IpAddr::v4(239, 255, 77, 77);
      const net::IpAddr here = net::IpAddr::localhost_v4();
      const auto bound = co_await net::UdpSocket::bind("0.0.0.0:0");
      const net::SocketAddr target(group, bound->local_addr()->port());
      CHECK(bound->join_multicast_v4(net::IpAddr::localhost_v6(), here).error() ==
            io::ErrorKind::InvalidInput);
      CHECK(bound->join_multicast_v6(group, 0).error() == io::ErrorKind::InvalidInput);
      REQUIRE(bound->join_multicast_v4(group, here).has_value());
      const auto sender = co_await net::UdpSocket::bind("127.0.0.1:0");
      // Through the loopback, which is where the group was joined.
      const in_addr_t loopback = htonl(INADDR_LOOPBACK);
      REQUIRE(::setsockopt(sender->as_raw_fd(), IPPROTO_IP, IP_MULTICAST_IF, &loopback, sizeof(loopback)) ==
              0);
      CHECK((co_await sender->send_to("to all", target)).has_value());
      std::string buffer(64, '\0');
      const auto received = co_await bound->recv_from(buffer);
      CHECK(buffer.substr(0, received->first) == "to all");
      CHECK(bound->leave_multicast_v4(group, here).has_value());
      CHECK(bound->leave_multicast_v4(group, here).has_error());
    }());
  }

  TEST_CASE("a socket goes to a descriptor and back, one that blocks is refused") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = co_await connected_pair();
      const int fd = std::move(first).into_std().value();
      CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
      const auto again = net::UdpSocket::from_std(fd);
      CHECK((co_await again->send("back")).has_value());
      std::string buffer(64, '\0');
      CHECK((co_await second.recv(buffer)).value() == 4);

      const int blocking = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      CHECK_THROWS_WITH_AS(static_cast<void>(net::UdpSocket::from_std(blocking)),
                           doctest::Contains("UdpSocket::from_std"), std::logic_error);
      CHECK(net::UdpSocket::from_std(net::nonblocking(blocking)).has_value());
    }());
  }

  TEST_CASE("binding outside a runtime throws") {
    auto bind = net::UdpSocket::bind("127.0.0.1:0");
    Context cx(Waker::noop());
    CHECK_THROWS_AS(static_cast<void>(bind.poll(cx)), std::logic_error);
  }
}
