// The examples of docs/io.md.
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/fs.hpp>
#include <ferry/io.hpp>
#include <ferry/join.hpp>
#include <ferry/net.hpp>
#include <ferry/process.hpp>
#include <ferry/runtime.hpp>
#include <ferry/select.hpp>
#include <ferry/signal.hpp>
#include <ferry/stream.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>
#include <ferry/util.hpp>

using namespace ferry;
using namespace std::chrono_literals;

namespace {

// [echo]
Task<void> echo(net::TcpStream socket) {
  std::vector<std::byte> buffer(1024);
  for (;;) {
    const auto size = co_await socket.read(buffer);
    if (!size || *size == 0) co_return;  // an error, or the peer has said all it has to say
    const auto written = co_await socket.write_all(std::span(buffer).first(*size));
    if (!written) co_return;
  }
}

Task<io::Result<void>> serve(const net::TcpListener& listener) {
  for (;;) {
    auto accepted = co_await listener.accept();
    if (!accepted) co_return accepted.error();
    auto& [socket, peer] = *accepted;
    spawn(echo(std::move(socket)));
  }
}
// [echo]

// [generic]
/// Copies what `reader` gives, in upper case. Works with sockets, files, pipes, and what tests make up.
template <io::AsyncRead R, io::AsyncWrite W>
Task<io::Result<void>> shout(R& reader, W& writer) {
  std::array<char, 256> buffer;
  for (;;) {
    const auto size = co_await io::read(reader, buffer);
    if (!size) co_return size.error();
    if (*size == 0) co_return co_await io::flush(writer);
    for (char& letter : std::span(buffer).first(*size))
      if ('a' <= letter && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    const auto written = co_await io::write_all(writer, std::span(buffer).first(*size));
    if (!written) co_return written.error();
  }
}
// [generic]

// [lines]
Task<io::Result<std::size_t>> longest_line(net::TcpStream& socket) {
  auto lines = io::lines(io::BufReader(socket));
  std::size_t longest = 0;
  for (;;) {
    auto line = co_await lines.next_line();
    if (!line) co_return line.error();
    if (!*line) co_return longest;
    longest = std::max(longest, (*line)->size());
  }
}
// [lines]

// [frames]
/// Answers each line with its length, until the peer ends, or says too much.
Task<void> measure(net::TcpStream socket) {
  util::codec::Framed frames(std::move(socket), util::codec::LinesCodec::new_with_max_length(1024));
  for (;;) {
    auto line = co_await frames.next();
    if (!line) co_return;
    const std::string answer = *line ? std::to_string((*line)->size()) : "too long";
    const auto sent = co_await frames.send(answer);
    if (!sent || !*line) co_return;
  }
}
// [frames]

// [halves]
Task<void> talk(net::TcpStream socket, sync::mpsc::Receiver<std::string> to_say) {
  auto [reader, writer] = std::move(socket).into_split();
  auto hearing = spawn([](net::OwnedStreamReadHalf<net::TcpStream> half) -> Task<std::size_t> {
    std::vector<std::byte> heard;
    const auto size = co_await half.read_to_end(heard);
    co_return size ? *size : 0;
  }(std::move(reader)));
  while (auto text = co_await to_say.recv()) {
    const auto written = co_await writer.write_all(*text);
    if (!written) break;
  }
  const auto ended = co_await writer.shutdown();
  CHECK(ended.has_value());
  const auto heard = co_await hearing;
  CHECK(heard.value() == 5);
}
// [halves]

// [cancel]
/// Passes on what comes in until `stop`. Nothing that was read is lost: `read` is safe to cancel.
Task<void> pass_on(net::TcpStream& from, net::TcpStream& to, sync::Notify& stop) {
  std::array<std::byte, 1024> buffer;
  auto stopped = stop.notified();
  for (;;) {
    auto first = co_await select(from.read(buffer), stopped);
    if (first.index() == 1) co_return;
    const auto& size = get<0>(first);
    if (!size || *size == 0) co_return;
    const auto written = co_await to.write_all(std::span(buffer).first(*size));
    if (!written) co_return;
  }
}
// [cancel]

// [files]
Task<io::Result<std::size_t>> keep(std::filesystem::path directory) {
  const auto made = co_await fs::create_dir_all(directory);
  if (!made) co_return made.error();

  auto file = co_await fs::File::create(directory / "log");
  if (!file) co_return file.error();
  for (const std::string_view line : {"first\n", "second\n"}) {
    const auto written = co_await file->write_all(line);
    if (!written) co_return written.error();
  }
  const auto synced = co_await file->sync_all();  // it is on the disk now
  if (!synced) co_return synced.error();

  const auto text = co_await fs::read_to_string(directory / "log");
  if (!text) co_return text.error();
  co_return text->size();
}
// [files]

// [process]
Task<io::Result<std::string>> sorted(std::string text) {
  process::Command sort("sort");
  sort.stdin(process::Stdio::piped()).stdout(process::Stdio::piped()).kill_on_drop(true);
  auto child = sort.spawn();
  if (!child) co_return child.error();

  const auto written = co_await child->stdin->write_all(text);
  if (!written) co_return written.error();
  const auto output = co_await std::move(*child).wait_with_output();  // closes its input
  if (!output) co_return output.error();
  co_return output->stdout;
}
// [process]

// [signal]
/// Runs until Ctrl-C, or until the terminal is closed.
Task<void> run_until_told(sync::Notify& is_listening) {
  auto closed = signal::signal(signal::SignalKind::hangup()).value();
  is_listening.notify_one();
  co_await select(signal::ctrl_c(), closed.recv());
}
// [signal]

// [streams]
Task<std::vector<std::string>> fetch_all(std::vector<int> numbers) {
  const auto fetch = [](int number) -> Task<std::string> {
    co_await time::sleep(1ms);  // stands for a request
    co_return "page " + std::to_string(number);
  };
  auto pages = stream::iter(std::move(numbers)) | stream::map(fetch) | stream::buffered(4);
  std::vector<std::string> texts;
  while (auto page = co_await stream::next(pages)) texts.push_back(std::move(*page));
  co_return texts;
}
// [streams]

// [descriptor]
/// Waits until an eventfd(2) of some library has been written to.
Task<io::Result<std::uint64_t>> next_event(const io::AsyncFd<int>& events) {
  for (;;) {
    auto guard = co_await events.readable();
    if (!guard) co_return guard.error();
    std::uint64_t count = 0;
    const auto size = guard->try_io([&count](const io::AsyncFd<int>& fd) -> io::Result<std::size_t> {
      const ssize_t got = ::read(fd.get_ref(), &count, sizeof(count));
      if (got < 0) return io::Error(errno, boost::system::system_category());
      return static_cast<std::size_t>(got);
    });
    if (!size) continue;  // it was not readable after all
    if (!*size) co_return size->error();
    co_return count;
  }
}
// [descriptor]

struct Pair {
  net::TcpStream client;
  net::TcpStream server;
};

Task<Pair> connect() {
  const auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
  auto client = (co_await net::TcpStream::connect(listener.local_addr().value())).value();
  auto accepted = co_await listener.accept();
  co_return Pair{std::move(client), std::move(accepted->first)};
}

Task<std::string> read_all(net::TcpStream& socket) {
  std::string text;
  const auto size = co_await socket.read_to_string(text);
  CHECK(size.has_value());
  co_return text;
}

// Says `text` and that this is all.
Task<void> say(net::TcpStream& socket, std::string_view text) {
  const auto written = co_await socket.write_all(text);
  CHECK(written.has_value());
  const auto ended = co_await socket.shutdown();
  CHECK(ended.has_value());
}

void run(Task<void> body) {
  const auto runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().value();
  runtime.block_on(std::move(body));
}

TEST_SUITE("docs.io") {
  TEST_CASE("a server") {
    run([]() -> Task<void> {
      const auto listener = (co_await net::TcpListener::bind("127.0.0.1:0")).value();
      auto serving = spawn(serve(listener));
      auto client = (co_await net::TcpStream::connect(listener.local_addr().value())).value();
      co_await say(client, "hello");
      const std::string reply = co_await read_all(client);
      CHECK(reply == "hello");
      serving.abort();
      const auto ended = co_await serving;
      CHECK(ended.error().is_cancelled());
    }());
  }

  TEST_CASE("readers and writers of any kind") {
    run([]() -> Task<void> {
      auto [client, server] = co_await connect();
      co_await say(client, "hello");
      std::vector<std::byte> out;
      io::Cursor writer(std::move(out));
      const auto shouted = co_await shout(server, writer);
      CHECK(shouted.has_value());
      CHECK(writer.get_ref().size() == 5);
      CHECK(writer.get_ref()[0] == std::byte('H'));
    }());
  }

  TEST_CASE("lines") {
    run([]() -> Task<void> {
      auto [client, server] = co_await connect();
      co_await say(client, "one\nthree\r\ntwo");
      const auto longest = co_await longest_line(server);
      CHECK(longest.value() == 5);
    }());
  }

  TEST_CASE("frames") {
    run([]() -> Task<void> {
      auto [client, server] = co_await connect();
      auto measuring = spawn(measure(std::move(server)));
      co_await say(client, "one\nthree\n" + std::string(1025, 'x'));
      const std::string answers = co_await read_all(client);
      CHECK(answers == "3\n5\ntoo long\n");
      const auto ended = co_await measuring;
      CHECK(ended.has_value());
    }());
  }

  TEST_CASE("halves") {
    run([]() -> Task<void> {
      auto [client, server] = co_await connect();
      auto [sender, receiver] = sync::mpsc::channel<std::string>(2);
      auto talking = spawn(talk(std::move(client), std::move(receiver)));
      co_await say(server, "hello");
      {
        auto last = std::move(sender);
        const auto sent = co_await last.send("to you");
        CHECK(sent.has_value());
      }
      const std::string heard = co_await read_all(server);
      CHECK(heard == "to you");
      const auto ended = co_await talking;
      CHECK(ended.has_value());
    }());
  }

  TEST_CASE("cancelling") {
    run([]() -> Task<void> {
      auto [a, b] = co_await connect();
      auto [c, d] = co_await connect();
      sync::Notify stop;
      const auto written = co_await a.write_all("in time");
      CHECK(written.has_value());
      std::array<std::byte, 7> passed;
      const auto both = co_await join(
          pass_on(b, c, stop),
          [](net::TcpStream& from, std::span<std::byte> to, sync::Notify& done) -> Task<std::size_t> {
            const auto size = co_await from.read_exact(to);
            done.notify_one();
            co_return size.value();
          }(d, passed, stop));
      CHECK(std::get<1>(both) == 7);
    }());
  }

  TEST_CASE("files") {
    const auto directory =
        std::filesystem::temp_directory_path() / ("ferry-docs-io." + std::to_string(::getpid()));
    run([](std::filesystem::path directory) -> Task<void> {
      const auto size = co_await keep(directory);
      CHECK(size.value() == 13);
      const auto removed = co_await fs::remove_dir_all(directory);
      CHECK(removed.has_value());
    }(directory));
  }

  TEST_CASE("processes") {
    run([]() -> Task<void> {
      const auto text = co_await sorted("pear\napple\n");
      CHECK(text.value() == "apple\npear\n");
    }());
  }

  TEST_CASE("signals") {
    run([]() -> Task<void> {
      sync::Notify is_listening;
      auto running = run_until_told(is_listening);
      auto telling = [](sync::Notify& listening) -> Task<void> {
        co_await listening.notified();
        ::raise(SIGHUP);
      }(is_listening);
      co_await join(running, telling);
    }());
  }

  TEST_CASE("streams") {
    run([]() -> Task<void> {
      const auto texts = co_await fetch_all({3, 1, 2});
      CHECK(texts == std::vector<std::string>{"page 3", "page 1", "page 2"});
    }());
  }

  TEST_CASE("descriptors") {
    run([]() -> Task<void> {
      const int fd = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
      {
        const auto events = io::AsyncFd<int>::create(fd).value();
        auto writing = [](int fd) -> Task<void> {
          co_await time::sleep(1ms);
          const std::uint64_t seven = 7;
          CHECK(::write(fd, &seven, sizeof(seven)) == sizeof(seven));
        }(fd);
        const auto both = co_await join(next_event(events), writing);
        CHECK(std::get<0>(both).value() == 7);
      }
      ::close(fd);
    }());
  }
}

}  // namespace
