#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "runtime/net/tcp_pair.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace ferry;
using namespace std::chrono_literals;

namespace {

/// Checks that as many descriptors are open at its end as at its beginning.
class NoLeak {
 public:
  NoLeak() : before_(count()) {}
  NoLeak(const NoLeak&) = delete;
  NoLeak& operator=(const NoLeak&) = delete;
  ~NoLeak() { CHECK(count() == before_); }

 private:
  static std::ptrdiff_t count() {
    const std::filesystem::directory_iterator open("/proc/self/fd");
    return std::distance(begin(open), end(open));
  }

  std::ptrdiff_t before_;
};

/// Runs a test body in a runtime of each flavour, and looks whether descriptors remain.
template <class F>
void for_each_flavor(F&& body) {
  const NoLeak no_leak;
  test::for_each_flavor([&](const runtime::Runtime& rt) { rt.block_on(body()); });
}

/// No more descriptors can be opened while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit now = before_;
    const int lowest = ::dup(0);
    ::close(lowest);
    now.rlim_cur = static_cast<rlim_t>(lowest);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &now) == 0);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

/// Interrupts system calls all the time while it lives.
class Interruptions {
 public:
  Interruptions() {
    struct sigaction action{};
    action.sa_handler = [](int) { count_.fetch_add(1, std::memory_order_relaxed); };
    ::sigaction(SIGALRM, &action, &before_);  // without SA_RESTART
    set(200);
  }
  Interruptions(const Interruptions&) = delete;
  Interruptions& operator=(const Interruptions&) = delete;
  ~Interruptions() {
    set(0);
    ::sigaction(SIGALRM, &before_, nullptr);
  }
  static int count() noexcept { return count_.load(std::memory_order_relaxed); }

 private:
  static void set(suseconds_t microseconds) {
    const itimerval often{{0, microseconds}, {0, microseconds}};
    ::setitimer(ITIMER_REAL, &often, nullptr);
  }

  inline static std::atomic<int> count_{0};
  struct sigaction before_{};
};

Task<std::string> read_text(const net::TcpStream& stream) {
  std::string buffer(64, '\0');
  const auto n = co_await stream.read(buffer);
  buffer.resize(n.value());
  co_return buffer;
}

/// Closes a connection so that its peer sees a reset.
void reset(net::TcpStream stream) { CHECK(stream.set_zero_linger().has_value()); }

bool is_gone(const io::Error& error) {
  return error == boost::system::errc::broken_pipe || error == boost::system::errc::connection_reset;
}

Task<io::Result<void>> write_much(const net::TcpStream& stream) {
  const std::string data(64 << 20, 'x');
  co_return co_await stream.write_all(data);
}

Task<void> round_trip(std::size_t size) {
  auto [client, server] = co_await test::tcp_pair();
  const auto answer = [](net::TcpStream stream) -> Task<void> {
    auto [reader, writer] = stream.split();
    CHECK((co_await io::copy(reader, writer)).has_value());
  };
  auto answering = spawn(answer(std::move(server)));
  auto [reader, writer] = std::move(client).into_split();
  const auto send = [](net::OwnedWriteHalf half, std::size_t bytes) -> Task<void> {
    const std::string data(bytes, 'x');
    CHECK((co_await half.write_all(data)).has_value());
  };
  auto sending = spawn(send(std::move(writer), size));
  std::vector<char> received;
  CHECK((co_await reader.read_to_end(received)).value() == size);
  CHECK((co_await sending).has_value());
  CHECK((co_await answering).has_value());
}

}  // namespace

TEST_SUITE("net.faults") {
  TEST_CASE("a reset is an error of one read, then the input has ended, writing is EPIPE") {
    for_each_flavor([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      reset(std::move(client));
      std::string buffer(8, '\0');
      const auto first = co_await server.read(buffer);
      CHECK(first.error() == boost::system::errc::connection_reset);
      CHECK((co_await server.read(buffer)).value() == 0);
      CHECK((co_await server.write("x")).error() == boost::system::errc::broken_pipe);
    });
  }

  TEST_CASE("a peer that has ended its output still receives") {
    for_each_flavor([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      CHECK((co_await client.shutdown()).has_value());
      CHECK(co_await read_text(server) == "");
      CHECK(co_await read_text(server) == "");  // the end stays the end
      CHECK((co_await server.write_all("still")).has_value());
      CHECK(co_await read_text(client) == "still");
    });
  }

  TEST_CASE("writing to a peer that has closed fails soon, and raises no signal") {
    for_each_flavor([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      {
        const net::TcpStream closed = std::move(client);
      }
      const auto written = co_await write_much(server);
      CHECK(is_gone(written.error()));
      const std::string data = "x";
      const std::array pieces{std::as_bytes(std::span(data))};
      CHECK((co_await server.write_vectored(pieces)).error() == boost::system::errc::broken_pipe);
      CHECK(server.try_write(data).error() == boost::system::errc::broken_pipe);
    });
  }

  TEST_CASE("a peer that vanishes ends the writes and reads that wait") {
    for_each_flavor([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      auto writing = spawn(write_much(server));
      auto also_writing = spawn(write_much(server));
      const auto read = [](const net::TcpStream& stream) -> Task<io::Result<std::size_t>> {
        std::string buffer(8, '\0');
        co_return co_await stream.read(buffer);
      };
      auto reading = spawn(read(server));
      // The first writes have filled the connection up once the peer has something to read.
      CHECK((co_await client.readable()).has_value());
      reset(std::move(client));
      const auto read_result = (co_await reading).value();
      const auto first = (co_await writing).value();
      const auto second = (co_await also_writing).value();
      // Who comes first is told of the reset.
      CHECK((read_result ? *read_result == 0 : is_gone(read_result.error())));
      CHECK(is_gone(first.error()));
      CHECK(is_gone(second.error()));
    });
  }

  TEST_CASE("the same over a Unix domain socket") {
    for_each_flavor([]() -> Task<void> {
      auto pair = net::UnixStream::pair();
      std::optional<net::UnixStream> gone = std::move(pair->first);
      const auto write = [](const net::UnixStream& stream) -> Task<io::Result<void>> {
        const std::string data(8 << 20, 'x');
        co_return co_await stream.write_all(data);
      };
      auto writing = spawn(write(pair->second));
      CHECK((co_await gone->readable()).has_value());
      gone.reset();
      CHECK(is_gone((co_await writing)->error()));
      CHECK(is_gone((co_await pair->second.write("x")).error()));
    });
  }

  TEST_CASE("small buffers split large writes, and everything arrives in order") {
    for_each_flavor([]() -> Task<void> {
      const net::TcpListener listener = co_await test::listener();
      net::TcpSocket socket = net::TcpSocket::new_v4().value();
      CHECK(socket.set_send_buffer_size(4096).has_value());
      const auto client = co_await std::move(socket).connect(listener.local_addr().value());
      const auto accepted = co_await listener.accept();
      const auto receive = [](const net::TcpStream& stream) -> Task<std::size_t> {
        std::size_t size = 0;
        std::string buffer(777, '\0');
        for (;;) {
          const auto n = co_await stream.read(buffer);
          if (n.value() == 0) co_return size;
          for (std::size_t i = 0; i < *n; ++i, ++size) {
            const bool is_right = buffer[i] == static_cast<char>(size * 31 >> 4);
            if (!is_right) co_return 0;
          }
        }
      };
      auto receiving = spawn(receive(accepted->first));
      std::string data(300'000, '\0');
      for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i * 31 >> 4);
      auto rest = std::as_bytes(std::span(data));
      while (!rest.empty()) {
        // Three pieces of what is left, of which some are taken.
        const std::size_t third = rest.size() / 3;
        const std::array pieces{rest.first(third), rest.subspan(third, third), rest.subspan(2 * third)};
        const auto size = co_await client->write_vectored(pieces);
        rest = rest.subspan(size.value());
      }
      CHECK((co_await client->shutdown()).has_value());
      CHECK((co_await receiving).value() == data.size());
    });
  }

  TEST_CASE("without descriptors accept gives the error, and the connection once there are some again") {
    for_each_flavor([]() -> Task<void> {
      const net::TcpListener listener = co_await test::listener();
      const net::SocketAddr addr = listener.local_addr().value();
      net::TcpSocket socket = net::TcpSocket::new_v4().value();
      auto waiting = test::spawn([&] { return listener.accept(); });
      CHECK(waiting.poll().is_pending());
      auto connecting = std::move(socket).connect(addr);
      std::optional<io::Result<net::TcpStream>> client;
      {
        const NoDescriptors none;
        client.emplace(co_await connecting);
        CHECK((co_await listener.accept()).error() == boost::system::errc::too_many_files_open);
        CHECK((co_await listener.accept()).error() == boost::system::errc::too_many_files_open);
        while (!waiting.is_woken()) co_await task::yield_now();  // the others may see the event before
        CHECK((*waiting.poll()).error() == boost::system::errc::too_many_files_open);
        CHECK((co_await net::TcpListener::bind("127.0.0.1:0")).error() ==
              boost::system::errc::too_many_files_open);
        CHECK((co_await net::TcpStream::connect(addr)).error() == boost::system::errc::too_many_files_open);
        CHECK((co_await net::UdpSocket::bind("127.0.0.1:0")).error() ==
              boost::system::errc::too_many_files_open);
        CHECK(net::UnixStream::pair().error() == boost::system::errc::too_many_files_open);
        CHECK(net::UnixDatagram::unbound().error() == boost::system::errc::too_many_files_open);
        CHECK(net::UnixSocket::new_stream().error() == boost::system::errc::too_many_files_open);
        CHECK(net::TcpSocket::new_v4().error() == boost::system::errc::too_many_files_open);
      }
      const auto accepted = co_await listener.accept();
      CHECK(accepted->second == client->value().local_addr().value());
      CHECK(((co_await accepted->first.write_all("served")).has_value()));
      CHECK(co_await read_text(client->value()) == "served");
    });
  }

  TEST_CASE("nothing runs while a listener waits for descriptors") {
    const NoLeak no_leak;
    const runtime::Runtime rt = test::current_thread();
    rt.block_on([]() -> Task<void> {
      const net::TcpListener listener = co_await test::listener();
      net::TcpSocket socket = net::TcpSocket::new_v4().value();
      auto connecting = std::move(socket).connect(listener.local_addr().value());
      const NoDescriptors none;
      const auto client = co_await connecting;
      CHECK((co_await listener.accept()).error() == boost::system::errc::too_many_files_open);
      const auto events = [] { return runtime::Handle::current().metrics().io_driver_ready_count(); };
      for (int i = 0; i < 10; ++i) co_await task::yield_now();
      const std::uint64_t before = events();
      co_await time::sleep(5ms);
      CHECK(events() < before + 200);  // those of the sleep: a loop that is busy makes thousands
    }());
  }

  TEST_CASE("a descriptor that somebody else has closed is EBADF, and waits for it can be given up") {
    for_each_flavor([]() -> Task<void> {
      auto pair = co_await test::tcp_pair();
      std::optional<net::TcpStream> client = std::move(pair.first);
      CHECK((co_await pair.second.write_all("unread")).has_value());
      CHECK((co_await client->readable()).has_value());
      ::close(client->as_raw_fd());
      std::string buffer(8, '\0');
      const auto bad = boost::system::errc::bad_file_descriptor;
      CHECK((co_await client->read(buffer)).error() == bad);
      CHECK((co_await client->peek(buffer)).error() == bad);
      CHECK((co_await client->write_all("x")).error() == bad);
      CHECK(client->try_read(buffer).error() == bad);
      CHECK(client->peer_addr().error() == bad);
      CHECK((co_await client->shutdown()).error() == bad);
      CHECK((co_await pair.second.read(buffer)).has_error());  // closed with data unread: a reset
      client.reset();
      // The reactor watches the next socket of that number as any other.
      auto [next, other] = co_await test::tcp_pair();
      CHECK((co_await other.write_all("fine")).has_value());
      CHECK(co_await read_text(next) == "fine");
    });
  }

  TEST_CASE("what is opened in place of a descriptor that somebody else closed stays open") {
    for_each_flavor([]() -> Task<void> {
      for (const bool is_taken_out : {false, true}) {
        auto pair = co_await test::tcp_pair();
        std::optional<net::TcpStream> client = std::move(pair.first);
        const int fd = client->as_raw_fd();
        ::close(fd);
        const int file = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        if (file != fd) {
          REQUIRE(::dup3(file, fd, O_CLOEXEC) == fd);
          ::close(file);
        }
        if (is_taken_out)
          CHECK(std::move(*client).into_std().error() == boost::system::errc::bad_file_descriptor);
        client.reset();
        CHECK(::fcntl(fd, F_GETFD) != -1);
        ::close(fd);
      }
    });
  }

  TEST_CASE(
      "a socket that got the number of a descriptor that somebody else closed is not touched by its owner") {
    const auto bad = boost::system::errc::bad_file_descriptor;
    for_each_flavor([bad]() -> Task<void> {
      auto pair = co_await test::tcp_pair();
      std::optional<net::TcpStream> lost = std::move(pair.first);
      auto [taken, other] = net::UnixStream::pair().value();
      const auto wait = [](const net::TcpStream& stream) -> Task<io::Error> {
        std::string buffer(8, '\0');
        co_return (co_await stream.read(buffer)).error();
      };
      auto waiting = spawn(wait(*lost));
      co_await task::yield_now();
      const int fd = lost->as_raw_fd();
      // As the next socket gets the number by itself.
      REQUIRE(::dup3(taken.as_raw_fd(), fd, O_CLOEXEC) == fd);
      const net::UnixStream next = net::UnixStream::from_std(fd).value();
      CHECK((co_await waiting).value() == bad);
      std::string buffer(8, '\0');
      CHECK((co_await other.write_all("hello")).has_value());
      CHECK((co_await lost->read(buffer)).error() == bad);
      CHECK(lost->try_read(buffer).error() == bad);
      CHECK((co_await lost->write_all("x")).error() == bad);
      lost.reset();
      CHECK((co_await next.read(buffer)).value() == 5);
      CHECK((co_await next.write_all("again")).has_value());
      CHECK((co_await other.read(buffer)).value() == 5);
    });
  }

  TEST_CASE("a wait for a descriptor that is closed meanwhile does not end by itself, but can be cancelled") {
    for_each_flavor([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      const auto wait = [](net::TcpStream stream) -> Task<void> {
        std::string buffer(8, '\0');
        static_cast<void>(co_await stream.read(buffer));
      };
      const int fd = client.as_raw_fd();
      auto waiting = spawn(wait(std::move(client)));
      co_await task::yield_now();
      ::close(fd);
      waiting.abort();
      CHECK((co_await waiting).error().is_cancelled());
      CHECK(co_await read_text(server) == "");
    });
  }

  TEST_CASE("who has another descriptor of a connection ends its waits by shutting it down") {
    for_each_flavor([]() -> Task<void> {
      auto [client, server] = co_await test::tcp_pair();
      const int other = ::dup(client.as_raw_fd());
      const auto wait = [](const net::TcpStream& stream) -> Task<std::size_t> {
        std::string buffer(8, '\0');
        co_return (co_await stream.read(buffer)).value();
      };
      auto waiting = spawn(wait(client));
      co_await task::yield_now();
      ::shutdown(other, SHUT_RDWR);
      ::close(other);
      CHECK((co_await waiting).value() == 0);
    });
  }

  TEST_CASE("signals that interrupt system calls are not seen") {
    for_each_flavor([]() -> Task<void> {
      const Interruptions interruptions;
      const int before = Interruptions::count();
      while (Interruptions::count() < before + 20) {
        co_await round_trip(200'000);
        auto datagrams = net::UnixDatagram::pair();
        CHECK((co_await datagrams->first.send("x")).has_value());
        std::string buffer(1, '\0');
        CHECK((co_await datagrams->second.recv(buffer)).has_value());
      }
    });
  }
}
