#include <array>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"

using namespace ferry;

namespace {

template <class R>
Task<std::string> read_text(const R& reader) {
  std::string buffer(64, '\0');
  const auto n = co_await reader.read(buffer);
  buffer.resize(n.value());
  co_return buffer;
}

Task<void> copy_back(net::OwnedReadHalf reader, net::OwnedWriteHalf writer) {
  CHECK((co_await io::copy(reader, writer)).has_value());
}

}  // namespace

TEST_SUITE("net.TcpStream.split") {
  TEST_CASE("borrowed halves read and write the same stream") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      const auto [reader, writer] = client.split();
      CHECK((co_await writer.write_all("to server")).has_value());
      CHECK(co_await read_text(server) == "to server");
      CHECK((co_await server.write_all("to client")).has_value());
      CHECK(co_await read_text(reader) == "to client");
      CHECK(&reader.as_ref() == &client);
    }());
  }

  TEST_CASE("owned halves work in two tasks, and the write half's end is the peer's end of input") {
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        auto [client, server] = co_await test::tcp_pair();
        auto [server_reader, server_writer] = std::move(server).into_split();
        auto echo = spawn(copy_back(std::move(server_reader), std::move(server_writer)));
        auto [reader, writer] = std::move(client).into_split();
        CHECK((co_await writer.write_all("hello")).has_value());
        CHECK(co_await read_text(reader) == "hello");
        {
          const net::OwnedWriteHalf dropped = std::move(writer);
        }
        CHECK(co_await read_text(reader) == "");
        CHECK((co_await echo).has_value());
      }());
    });
  }

  TEST_CASE("a forgotten write half shuts nothing down while the read half lives") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      {
        auto [reader, writer] = std::move(client).into_split();
        std::move(writer).forget();
        CHECK((co_await server.write_all("x")).has_value());
        CHECK(co_await read_text(reader) == "x");
        CHECK(server.try_read(std::array<char, 1>()).error() == boost::system::errc::operation_would_block);
      }
      CHECK(co_await read_text(server) == "");
    }());
  }

  TEST_CASE("halves of one stream are reunited, those of two are given back") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      auto [client_reader, client_writer] = std::move(client).into_split();
      auto [server_reader, server_writer] = std::move(server).into_split();
      auto wrong = std::move(client_reader).reunite(std::move(server_writer));
      REQUIRE(wrong.has_error());
      auto [same_reader, foreign_writer] = wrong.error().into_halves();
      auto reunited = std::move(same_reader).reunite(std::move(client_writer));
      REQUIRE(reunited.has_value());
      CHECK((co_await reunited->write_all("whole")).has_value());
      CHECK(co_await read_text(server_reader) == "whole");
      CHECK((co_await foreign_writer.write_all("again")).has_value());
      CHECK(co_await read_text(*reunited) == "again");
    }());
  }
}

TEST_SUITE("net.TcpStream.from_std") {
  TEST_CASE("a stream goes to a descriptor and back, and stays non-blocking") {
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      const int fd = std::move(client).into_std().value();
      CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
      auto again = net::TcpStream::from_std(fd);
      REQUIRE(again.has_value());
      CHECK((co_await again->write_all("back")).has_value());
      CHECK(co_await read_text(server) == "back");
    }());
  }

  TEST_CASE("a descriptor that blocks is refused with the name of what is missing, and stays open") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(fd >= 0);
    try {
      static_cast<void>(net::TcpStream::from_std(fd));
      FAIL("a blocking descriptor was adopted");
    } catch (const std::logic_error& error) {
      CHECK(std::string(error.what()).find("net::nonblocking") != std::string::npos);
    }
    CHECK(net::TcpListener::from_std(net::nonblocking(fd)).has_value());  // closes it
    CHECK(::fcntl(fd, F_GETFL) < 0);
  }

  TEST_CASE("a descriptor that is not open is an error") {
    const runtime::Runtime rt = test::current_thread();
    const auto guard = rt.enter();
    CHECK(net::TcpStream::from_std(-1).error() == boost::system::errc::bad_file_descriptor);
    CHECK(net::TcpStream::from_std(net::nonblocking(-1)).error() == boost::system::errc::bad_file_descriptor);
  }

  TEST_CASE("what the reactor cannot watch is an error, closed, and leaves the next socket alone") {
    const runtime::Runtime rt = test::current_thread();
    const int file = ::open("/dev/null", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    REQUIRE(file >= 0);
    {
      const auto guard = rt.enter();
      CHECK(net::TcpStream::from_std(file).error() == boost::system::errc::operation_not_permitted);
      CHECK(::fcntl(file, F_GETFL) < 0);
    }
    rt.block_on([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      CHECK((co_await client.write_all("fine")).has_value());
      CHECK(co_await read_text(server) == "fine");
    }());
  }

  TEST_CASE("outside a runtime, adopting throws") {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    CHECK_THROWS_AS(static_cast<void>(net::TcpStream::from_std(fd)), std::logic_error);
    ::close(fd);
  }
}
