#include <array>
#include <concepts>
#include <fcntl.h>
#include <filesystem>
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
#include <ferry/stream/stream.hpp>
#include <ferry/stream/wrappers/unix_listener.hpp>
#include <ferry/task.hpp>

#include "support/runtimes.hpp"
#include "support/temp_tree.hpp"

namespace ferry {

using boost::system::errc::operation_would_block;

static_assert(io::AsyncRead<const net::UnixStream> && io::AsyncWrite<const net::UnixStream>);
static_assert(io::VectoredWrite<net::UnixStream>);
static_assert(io::AsyncRead<net::UnixReadHalf> && !io::AsyncWrite<net::UnixReadHalf>);
static_assert(!io::AsyncRead<net::OwnedUnixWriteHalf> && io::AsyncWrite<net::OwnedUnixWriteHalf>);
static_assert(std::movable<net::UnixStream> && !std::copyable<net::UnixStream>);
static_assert(stream::Stream<stream::wrappers::UnixListenerStream>);

namespace {

template <class R>
Task<std::string> read_text(const R& reader) {
  std::string buffer(64, '\0');
  const auto n = co_await reader.read(buffer);
  buffer.resize(n.value());
  co_return buffer;
}

Task<void> echo(net::UnixStream stream) {
  auto [reader, writer] = std::move(stream).into_split();
  CHECK((co_await io::copy(reader, writer)).has_value());
}

template <class F>
Poll<FutureOutput<F>> poll_once(F& future) {
  Context cx(Waker::noop());
  return future.poll(cx);
}

/// A name that nobody else has.
std::string abstract_name(const char* what) {
  return "ferry-test-" + std::to_string(::getpid()) + '-' + what;
}

}  // namespace

TEST_SUITE("net.UnixSocketAddr") {
  TEST_CASE("an address is a path, an abstract name or neither") {
    const net::UnixSocketAddr none;
    CHECK(none.is_unnamed());
    CHECK_FALSE(none.as_pathname().has_value());
    CHECK_FALSE(none.as_abstract_name().has_value());

    const auto path = net::UnixSocketAddr::from_pathname("sockets/a");
    CHECK_FALSE(path->is_unnamed());
    CHECK(path->as_pathname() == "sockets/a");
    CHECK_FALSE(path->as_abstract_name().has_value());

    const auto name = net::UnixSocketAddr::from_abstract_name("a");
    CHECK_FALSE(name->is_unnamed());
    CHECK_FALSE(name->as_pathname().has_value());
    CHECK(name->as_abstract_name() == "a");

    CHECK(*path == net::UnixSocketAddr::from_pathname("sockets/a").value());
    CHECK(*path != *name);
    CHECK(net::UnixSocketAddr::from_abstract_name("").value() != none);
  }

  TEST_CASE("what is too long, empty or has a zero byte is no path") {
    using net::UnixSocketAddr;
    CHECK(UnixSocketAddr::from_pathname(std::string(107, 'a')).has_value());
    CHECK(UnixSocketAddr::from_pathname(std::string(108, 'a')).error() == io::ErrorKind::InvalidInput);
    CHECK(UnixSocketAddr::from_pathname("").error() == io::ErrorKind::InvalidInput);
    CHECK(UnixSocketAddr::from_pathname(std::string("a\0b", 3)).error() == io::ErrorKind::InvalidInput);
    CHECK(UnixSocketAddr::from_abstract_name(std::string(107, 'a')).has_value());
    CHECK(UnixSocketAddr::from_abstract_name(std::string(108, 'a')).error() == io::ErrorKind::InvalidInput);
  }
}

TEST_SUITE("net.UnixListener") {
  TEST_CASE("a connection is accepted at a path") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const ::test::TempTree tree;
        const std::filesystem::path path = tree.path("socket");
        const net::UnixListener listener = net::UnixListener::bind(path).value();
        CHECK(listener.local_addr()->as_pathname() == path);
        const auto client = co_await net::UnixStream::connect(path);
        auto accepted = co_await listener.accept();
        CHECK(accepted->second.is_unnamed());
        CHECK(client->peer_addr()->as_pathname() == path);
        CHECK(client->local_addr()->is_unnamed());
        auto echoing = spawn(echo(std::move(accepted->first)));
        CHECK((co_await client->write_all("hello")).has_value());
        CHECK(co_await read_text(*client) == "hello");
        CHECK((co_await client->shutdown()).has_value());
        CHECK(co_await read_text(*client) == "");
        CHECK((co_await echoing).has_value());
        CHECK_FALSE(listener.take_error().value().has_value());
      }());
    });
  }

  TEST_CASE("an abstract name is not in the file system, and free again when its listener is gone") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const std::string name = abstract_name("listener");
      const net::UnixSocketAddr addr = net::UnixSocketAddr::from_abstract_name(name).value();
      {
        const net::UnixListener listener = net::UnixListener::bind_addr(addr).value();
        CHECK(listener.local_addr()->as_abstract_name() == name);
        CHECK(net::UnixListener::bind_addr(addr).error() == boost::system::errc::address_in_use);
        const auto client = co_await net::UnixStream::connect_addr(addr);
        CHECK(client.has_value());
        // A path that begins with a zero byte means the same.
        const auto by_path = co_await net::UnixStream::connect('\0' + name);
        CHECK(by_path->peer_addr().value() == addr);
      }
      CHECK(net::UnixListener::bind('\0' + name).has_value());
    }());
  }

  TEST_CASE("a path stays when its listener is gone, and refuses") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const ::test::TempTree tree;
      const std::filesystem::path path = tree.path("socket");
      {
        CHECK(net::UnixListener::bind(path).has_value());
      }
      CHECK(net::UnixListener::bind(path).error() == boost::system::errc::address_in_use);
      const auto refused = co_await net::UnixStream::connect(path);
      CHECK(refused.error() == boost::system::errc::connection_refused);
      std::filesystem::remove(path);
      const auto missing = co_await net::UnixStream::connect(path);
      CHECK(missing.error() == boost::system::errc::no_such_file_or_directory);
      CHECK(net::UnixListener::bind(path).has_value());
      CHECK(net::UnixListener::bind(tree.path(std::string(200, 'x'))).error() == io::ErrorKind::InvalidInput);
      const auto too_long = co_await net::UnixStream::connect(tree.path(std::string(200, 'x')));
      CHECK(too_long.error() == io::ErrorKind::InvalidInput);
    }());
  }

  TEST_CASE("more than may wait to be accepted are told to come again") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const ::test::TempTree tree;
      net::UnixSocket socket = net::UnixSocket::new_stream().value();
      CHECK(socket.bind(tree.path("socket")).has_value());
      const auto listener = std::move(socket).listen(1);
      std::vector<net::UnixStream> waiting;
      for (;;) {
        auto client = co_await net::UnixStream::connect(tree.path("socket"));
        if (!client) {
          CHECK(client.error() == boost::system::errc::resource_unavailable_try_again);
          break;
        }
        waiting.push_back(*std::move(client));
        REQUIRE(waiting.size() < 10);
      }
      CHECK((co_await listener->accept()).has_value());
      CHECK((co_await net::UnixStream::connect(tree.path("socket"))).has_value());
    }());
  }

  TEST_CASE("a cancelled accept leaves the connection to the next one, which may be poll_accept") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const ::test::TempTree tree;
      const net::UnixListener listener = net::UnixListener::bind(tree.path("socket")).value();
      {
        auto cancelled = listener.accept();
        CHECK(poll_once(cancelled).is_pending());
      }
      const auto client = co_await net::UnixStream::connect(tree.path("socket"));
      auto accept = poll_fn([&](Context& cx) { return listener.poll_accept(cx); });
      const auto accepted = co_await accept;
      CHECK(accepted.has_value());
    }());
  }

  TEST_CASE("a listener goes to a descriptor and back, and becomes a stream of connections") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const ::test::TempTree tree;
      net::UnixListener listener = net::UnixListener::bind(tree.path("socket")).value();
      const int fd = std::move(listener).into_std().value();
      stream::wrappers::UnixListenerStream connections(net::UnixListener::from_std(fd).value());
      const auto client = co_await net::UnixStream::connect(tree.path("socket"));
      const auto accepted = co_await stream::next(connections);
      REQUIRE(accepted.has_value());
      CHECK((co_await (*accepted)->write_all("x")).has_value());
      CHECK(co_await read_text(*client) == "x");
      const net::UnixListener back = std::move(connections).into_inner();
      CHECK(back.as_raw_fd() == fd);
    }());
  }

  TEST_CASE("outside a runtime, binding throws") {
    const ::test::TempTree tree;
    CHECK_THROWS_AS(static_cast<void>(net::UnixListener::bind(tree.path("socket"))), std::logic_error);
  }
}

TEST_SUITE("net.UnixSocket") {
  TEST_CASE("a stream socket is bound, and then listens or connects") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const ::test::TempTree tree;
      net::UnixSocket listening = net::UnixSocket::new_stream().value();
      CHECK(listening.bind(tree.path("server")).has_value());
      const auto listener = std::move(listening).listen(16);
      net::UnixSocket connecting = net::UnixSocket::new_stream().value();
      CHECK(connecting.bind(tree.path("client")).has_value());
      const auto client = co_await std::move(connecting).connect(tree.path("server"));
      REQUIRE(client.has_value());
      const auto accepted = co_await listener->accept();
      CHECK(accepted->second.as_pathname() == tree.path("client"));
    }());
  }

  TEST_CASE("a datagram socket neither listens nor connects, a stream socket gives no datagrams") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const ::test::TempTree tree;
      const auto not_supported = boost::system::errc::operation_not_supported;
      CHECK(net::UnixSocket::new_datagram()->bind(tree.path(std::string(200, 'x'))).error() ==
            io::ErrorKind::InvalidInput);
      CHECK(std::move(*net::UnixSocket::new_datagram()).listen(1).error() == not_supported);
      auto connecting = net::UnixSocket::new_datagram();
      const auto connected = co_await std::move(*connecting).connect(tree.path("socket"));
      CHECK(connected.error() == not_supported);
      CHECK(std::move(*net::UnixSocket::new_stream()).datagram().error() == not_supported);

      auto bound = net::UnixSocket::new_datagram();
      CHECK(bound->bind(tree.path("socket")).has_value());
      const auto datagram = std::move(*bound).datagram();
      CHECK(datagram->local_addr()->as_pathname() == tree.path("socket"));
    }());
  }
}

TEST_SUITE("net.UnixStream") {
  TEST_CASE("a pair is connected, and says who is at the other end") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [first, second] = net::UnixStream::pair().value();
        CHECK((co_await first.write_all("hello")).has_value());
        CHECK(co_await read_text(second) == "hello");
        CHECK(first.local_addr()->is_unnamed());
        CHECK(first.peer_addr()->is_unnamed());
        const net::UCred peer = first.peer_cred().value();
        CHECK(peer == net::UCred(::geteuid(), ::getegid(), ::getpid()));
        CHECK(peer.uid() == ::geteuid());
        CHECK(peer.gid() == ::getegid());
        CHECK(peer.pid() == ::getpid());
      }());
    });
  }

  TEST_CASE("more than the socket holds arrives whole") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [first, second] = net::UnixStream::pair().value();
        const auto send = [](net::UnixStream stream) -> Task<void> {
          std::string data(2'000'000, '\0');
          for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i * 31 >> 8);
          CHECK((co_await stream.write_all(data)).has_value());
        };
        auto sending = spawn(send(std::move(first)));
        std::vector<char> received;
        CHECK((co_await second.read_to_end(received)).value() == 2'000'000);
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < received.size(); ++i)
          wrong += received[i] != static_cast<char>(i * 31 >> 8);
        CHECK(wrong == 0);
        CHECK((co_await sending).has_value());
      }());
    });
  }

  TEST_CASE("the try forms read and write what there is room for, in one piece or several") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = net::UnixStream::pair().value();
      std::string buffer(4, '\0');
      CHECK(second.try_read(buffer).error() == operation_would_block);
      const std::string one = "one", two = "two";
      const std::array pieces{std::as_bytes(std::span(one)), std::as_bytes(std::span(two))};
      CHECK(first.try_write_vectored(pieces).value() == 6);
      CHECK(first.try_write("!").value() == 1);
      CHECK((co_await second.readable()).has_value());
      std::array<std::byte, 2> head;
      std::array<std::byte, 3> tail;
      const std::array<std::span<std::byte>, 2> buffers{head, tail};
      CHECK(second.try_read_vectored(buffers).value() == 5);
      CHECK(head == std::array{std::byte{'o'}, std::byte{'n'}});
      CHECK(tail == std::array{std::byte{'e'}, std::byte{'t'}, std::byte{'w'}});
      io::ReadBuf buf(std::as_writable_bytes(std::span(buffer)));
      CHECK(second.try_read_buf(buf).value() == 2);
      CHECK(buf.filled().size() == 2);
      CHECK(buffer.starts_with("o!"));
      CHECK(second.try_read_buf(buf).error() == operation_would_block);
      CHECK(second.try_read_vectored(buffers).error() == operation_would_block);
      CHECK(first.try_write("more").value() == 4);
      CHECK((co_await second.readable()).has_value());
      std::string text = "and ";
      CHECK(second.try_read_buf(text).value() == 4);
      CHECK(text == "and more");
      CHECK(second.try_read_buf(text).error() == operation_would_block);
      CHECK(text == "and more");
      CHECK(second.peer_cred().has_value());
    }());
  }

  TEST_CASE("peek shows what read gives afterwards") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = net::UnixStream::pair().value();
      std::string buffer(64, '\0');
      auto waiting = second.peek(buffer);
      CHECK(poll_once(waiting).is_pending());
      CHECK((co_await first.write_all("look")).has_value());
      CHECK((co_await waiting).value() == 4);
      CHECK(co_await read_text(second) == "look");
    }());
  }

  TEST_CASE("halves are borrowed, or own the stream, and are put together again") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = net::UnixStream::pair().value();
      {
        const auto [reader, writer] = first.split();
        CHECK((co_await writer.write_all("out")).has_value());
        CHECK(co_await read_text(second) == "out");
        CHECK(reader.local_addr()->is_unnamed());
        CHECK(writer.peer_addr()->is_unnamed());
      }
      auto [reader, writer] = std::move(first).into_split();
      auto [other_reader, other_writer] = std::move(second).into_split();
      auto wrong = std::move(writer).reunite(std::move(other_reader));
      REQUIRE(wrong.has_error());
      CHECK_THROWS_AS(wrong.value(), std::logic_error);
      auto [given_back, same_writer] = wrong.error().into_halves();
      auto reunited = std::move(reader).reunite(std::move(same_writer));
      REQUIRE(reunited.has_value());
      CHECK((co_await reunited->write_all("whole")).has_value());
      CHECK(co_await read_text(given_back) == "whole");
      {
        const net::OwnedUnixWriteHalf dropped = std::move(other_writer);
      }
      CHECK(co_await read_text(*reunited) == "");
    }());
  }

  TEST_CASE("a stream goes to a descriptor and back, one that blocks is refused") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = net::UnixStream::pair().value();
      const int fd = std::move(first).into_std().value();
      CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
      const auto again = net::UnixStream::from_std(fd);
      CHECK((co_await again->write_all("back")).has_value());
      CHECK(co_await read_text(second) == "back");
      const int blocking = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
      CHECK_THROWS_WITH_AS(static_cast<void>(net::UnixStream::from_std(blocking)),
                           doctest::Contains("UnixStream::from_std"), std::logic_error);
      CHECK_THROWS_AS(static_cast<void>(net::UnixListener::from_std(blocking)), std::logic_error);
      CHECK(net::UnixStream::from_std(net::nonblocking(blocking)).has_value());
    }());
  }
}

namespace {

Task<void> datagrams_between_paths() {
  const ::test::TempTree tree;
  const net::UnixDatagram server = net::UnixDatagram::bind(tree.path("server")).value();
  const net::UnixDatagram client = net::UnixDatagram::bind(tree.path("client")).value();
  CHECK((co_await client.send_to("question", tree.path("server"))).value() == 8);
  std::string buffer(64, '\0');
  const auto received = co_await server.recv_from(buffer);
  CHECK(buffer.substr(0, received->first) == "question");
  CHECK(received->second.as_pathname() == tree.path("client"));
  CHECK((co_await server.send_to("answer", received->second)).value() == 6);
  CHECK((co_await client.recv(buffer)).value() == 6);
}

}  // namespace

TEST_SUITE("net.UnixDatagram") {
  TEST_CASE("a datagram comes with its sender's path, and is answered there") {
    test::for_each_flavor([](const runtime::Runtime& rt) { rt.block_on(datagrams_between_paths()); });
  }

  TEST_CASE("a socket without a name can send, and its datagrams come from nowhere") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const ::test::TempTree tree;
      const net::UnixDatagram server = net::UnixDatagram::bind(tree.path("server")).value();
      const net::UnixDatagram client = net::UnixDatagram::unbound().value();
      CHECK(client.local_addr()->is_unnamed());
      CHECK((co_await client.send("x")).error() == boost::system::errc::not_connected);
      CHECK(client.connect(tree.path("server")).has_value());
      CHECK(client.peer_addr()->as_pathname() == tree.path("server"));
      CHECK((co_await client.send("hello")).value() == 5);
      std::string buffer(64, '\0');
      CHECK((co_await server.recv_from(buffer))->second.is_unnamed());
      CHECK(client.connect(tree.path("nobody")).error() == boost::system::errc::no_such_file_or_directory);
      const auto sent = co_await client.send_to("x", tree.path(std::string(200, 'x')));
      CHECK(sent.error() == io::ErrorKind::InvalidInput);
      CHECK(client.connect(tree.path(std::string(200, 'x'))).error() == io::ErrorKind::InvalidInput);
    }());
  }

  TEST_CASE("abstract names are bound and sent to by paths that begin with a zero byte") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const std::string name = '\0' + abstract_name("datagram");
      const net::UnixDatagram server = net::UnixDatagram::bind(name).value();
      const net::UnixDatagram client = net::UnixDatagram::unbound().value();
      CHECK((co_await client.send_to("x", std::filesystem::path(name))).has_value());
      CHECK((co_await client.send_to("x", server.local_addr().value())).has_value());
      std::string buffer(64, '\0');
      for (int i = 0; i < 2; ++i) CHECK((co_await server.recv(buffer)).value() == 1);
    }());
  }

  TEST_CASE("a pair keeps datagrams apart and in order, what does not fit is lost") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = net::UnixDatagram::pair().value();
      CHECK((co_await first.send("too long")).has_value());
      CHECK((co_await first.send("next")).has_value());
      std::string buffer(3, '\0');
      CHECK((co_await second.recv(buffer)).value() == 3);
      CHECK(buffer == "too");
      std::array<std::byte, 8> memory;
      io::ReadBuf buf = io::ReadBuf::uninit(memory);
      CHECK((co_await second.recv_buf(buf)).value() == 4);
      CHECK(buf.filled().size() == 4);
    }());
  }

  TEST_CASE("who sends too many waits until some are received") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = net::UnixDatagram::pair().value();
      std::size_t sent = 0;
      while (first.try_send("x")) ++sent;
      CHECK(first.try_send("x").error() == operation_would_block);
      auto sending = first.send("last");
      CHECK(poll_once(sending).is_pending());
      std::string buffer(8, '\0');
      for (; sent > 0; --sent) CHECK((co_await second.recv(buffer)).value() == 1);
      CHECK((co_await sending).value() == 4);
      CHECK((co_await second.recv(buffer)).value() == 4);
    }());
  }

  TEST_CASE("the try and poll forms send to paths") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const ::test::TempTree tree;
      const std::filesystem::path path = tree.path("server");
      const net::UnixDatagram server = net::UnixDatagram::bind(path).value();
      const net::UnixDatagram client = net::UnixDatagram::bind(tree.path("client")).value();
      std::string buffer(8, '\0');
      CHECK(server.try_recv_from(buffer).error() == operation_would_block);
      CHECK(client.try_send_to("x", path).value() == 1);
      Context cx(Waker::noop());
      CHECK((*client.poll_send_to(cx, std::as_bytes(std::span("yz", 2)), path)).value() == 2);
      CHECK((co_await server.readable()).has_value());
      CHECK(server.try_recv_from(buffer)->second.as_pathname() == tree.path("client"));
      std::array<std::byte, 8> memory;
      io::ReadBuf buf(memory);
      CHECK((*server.poll_recv_from(cx, buf))->as_pathname() == tree.path("client"));
      CHECK(buf.filled().size() == 2);
      CHECK(server.poll_recv(cx, buf).is_pending());
      CHECK(client.try_send_to("x", tree.path("nobody")).error() ==
            boost::system::errc::no_such_file_or_directory);
    }());
  }

  TEST_CASE("shutdown ends the directions that are named, here and at the peer") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      std::string buffer(8, '\0');
      {
        auto [first, second] = net::UnixDatagram::pair().value();
        CHECK(first.shutdown(net::Shutdown::Write).has_value());
        CHECK((co_await first.send("x")).error() == boost::system::errc::broken_pipe);
        CHECK((co_await second.send("still")).has_value());
        CHECK((co_await first.recv(buffer)).value() == 5);
      }
      {
        auto [first, second] = net::UnixDatagram::pair().value();
        CHECK(first.shutdown(net::Shutdown::Read).has_value());
        CHECK((co_await first.recv(buffer)).value() == 0);
        CHECK((co_await second.send("x")).error() == boost::system::errc::broken_pipe);
        CHECK((co_await first.send("still")).has_value());
      }
      {
        auto [first, second] = net::UnixDatagram::pair().value();
        auto waiting = first.recv(buffer);
        CHECK(poll_once(waiting).is_pending());
        CHECK(first.shutdown(net::Shutdown::Both).has_value());
        CHECK((co_await waiting).value() == 0);
        CHECK((co_await first.send("x")).error() == boost::system::errc::broken_pipe);
      }
    }());
  }

  TEST_CASE("a datagram socket goes to a descriptor and back, one that blocks is refused") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [first, second] = net::UnixDatagram::pair().value();
      const auto again = net::UnixDatagram::from_std(std::move(first).into_std().value());
      CHECK((co_await again->send("back")).has_value());
      std::string buffer(8, '\0');
      CHECK((co_await second.recv(buffer)).value() == 4);
      CHECK_FALSE(second.take_error().value().has_value());
      const int blocking = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      CHECK_THROWS_WITH_AS(static_cast<void>(net::UnixDatagram::from_std(blocking)),
                           doctest::Contains("UnixDatagram::from_std"), std::logic_error);
      CHECK(net::UnixDatagram::from_std(net::nonblocking(blocking)).has_value());
    }());
  }
}

}  // namespace ferry
