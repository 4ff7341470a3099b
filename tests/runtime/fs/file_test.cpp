#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <pthread.h>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/fs.hpp>
#include <ferry/io.hpp>
#include <ferry/io/seek.hpp>
#include <ferry/join.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "runtime/fs/backends.hpp"
#include "support/comes_true.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using fs::File;
using io::SeekFrom;

static_assert(io::AsyncRead<File> && io::AsyncWrite<File> && io::AsyncSeek<File>);
static_assert(io::AsyncRead<const File> && io::AsyncWrite<const File> && io::AsyncSeek<const File>);
static_assert(io::VectoredWrite<File>);
static_assert(std::movable<File> && !std::copyable<File>);
static_assert(std::movable<fs::Operation<File>> && Future<fs::Operation<File>>);
static_assert(Future<File::Sequel<void>> && Future<File::SetLen> && Future<File::IntoStd>);

constexpr std::string_view kHello = "hello world...";

Task<File> open_both(std::filesystem::path path) {
  auto file = co_await File::options().read(true).write(true).open(std::move(path));
  co_return std::move(file).value();
}

Task<std::string> read_some(const File& file, std::size_t size) {
  std::string text(size, '\0');
  const auto n = co_await file.read(text);
  text.resize(n.value());
  co_return text;
}

Task<std::string> read_rest(const File& file) {
  std::string text;
  const auto n = co_await file.read_to_string(text);
  CHECK(n.value() == text.size());
  co_return text;
}

// Leaves 20 bytes, less what the file has not, in the file's buffer: what was read for somebody who has gone.
Task<void> read_ahead(const File& file) {
  for (;;) {
    std::array<char, 20> large{};
    auto dropped = test::spawn([&] { return file.read(large); });
    const auto polled = dropped.poll();
    if (polled.is_pending()) co_return;
    // The thread was faster.
    const auto back = co_await file.seek(SeekFrom::current(-static_cast<std::int64_t>(polled->value())));
    CHECK(back.has_value());
  }
}

std::string pattern(std::size_t size) {
  std::string data(size, '\0');
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>('a' + i * 31 / 7 % 26);
  return data;
}

// The two ends of a FIFO: reading waits until something is written.
class Fifo {
 public:
  explicit Fifo(const test::TempTree& tree) : path(tree.path("fifo")) {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  }
  Fifo(const Fifo&) = delete;
  Fifo& operator=(const Fifo&) = delete;
  ~Fifo() { ::close(fd); }
  /// Another descriptor of both.
  int dup() const { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); }
  void put(std::string_view text) const { CHECK(::write(fd, text.data(), text.size()) > 0); }

  std::string path;
  int fd;
};

TEST_SUITE("fs.File") {
  TEST_CASE("what was written is read again, whatever the backend") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const std::string path = tree.path("file");
        {
          const auto file = co_await File::create(path);
          CHECK((co_await file->write_all(kHello)).has_value());
          CHECK((co_await file->flush()).has_value());
          CHECK(tree.read("file") == kHello);
        }
        const auto file = co_await File::open(path);
        CHECK(co_await read_some(*file, 1024) == kHello);
        CHECK(co_await read_some(*file, 1024) == "");
        CHECK(co_await read_some(*file, 1024) == "");
      }());
    });
  }

  TEST_CASE("shutting down flushes") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const auto file = co_await File::create(tree.path("file"));
        CHECK((co_await file->write_all(kHello)).has_value());
        CHECK((co_await file->shutdown()).has_value());
        CHECK(tree.read("file") == kHello);
      }());
    });
  }

  TEST_CASE("files that are larger than a buffer arrive whole, both ways") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const std::string data = pattern((4 << 20) + 1000);
        const auto file = co_await File::create_new(tree.path("file"));
        CHECK((co_await file->write_all(data)).has_value());
        CHECK((co_await file->rewind()).has_value());
        const std::string text = co_await read_rest(*file);
        CHECK(text == data);
      }());
    });
  }

  TEST_CASE("pieces are written as if they were one") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const auto file = co_await File::create(tree.path("file"));
        const auto bytes = std::as_bytes(std::span(kHello));
        const std::array<std::span<const std::byte>, 3> pieces{bytes, bytes.first(0), bytes};
        CHECK((co_await file->write_vectored(pieces)).value() == 2 * kHello.size());
        CHECK((co_await file->flush()).has_value());
        CHECK(tree.read("file") == std::string(kHello) + std::string(kHello));
        file->set_max_buf_size(16);
        CHECK((co_await file->write_vectored(pieces)).value() == 16);
        CHECK((co_await file->flush()).has_value());
        CHECK(tree.read("file").substr(2 * kHello.size()) == "hello world...he");
      }());
    });
  }

  TEST_CASE("max_buf_size limits what is read and written at a time, and is what a clone has") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const std::string path = tree.write("file", kHello);
        const File file = co_await open_both(path);
        CHECK(file.max_buf_size() == std::size_t{2} << 20);
        file.set_max_buf_size(1);
        CHECK_THROWS_WITH(file.set_max_buf_size(0), "fs::File::set_max_buf_size must be greater than zero");
        CHECK(co_await read_some(file, 1024) == "h");
        CHECK((co_await file.write(kHello)).value() == 1);
        CHECK((co_await file.flush()).has_value());
        CHECK(tree.read("file") == "hhllo world...");
        const auto clone = co_await file.try_clone();
        CHECK(clone->max_buf_size() == 1);
        CHECK(co_await read_rest(file) == "llo world...");
      }());
    });
  }

  TEST_CASE("reading and writing nothing changes nothing") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const File file = co_await open_both(tree.write("file", kHello));
        auto nothing = test::spawn([&] { return file.read(std::span<std::byte>()); });
        const auto polled = nothing.poll();
        REQUIRE(polled.is_ready());
        CHECK(polled->value() == 0);
        CHECK((co_await file.write("")).value() == 0);
        CHECK(co_await read_some(file, 5) == "hello");
      }());
    });
  }

  TEST_CASE("a write completes when it is handed over, and the next operation waits for it") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const Fifo fifo(tree);
        const File file = File::from_std(fifo.dup());
        // More than a pipe takes.
        const std::string data = pattern(std::size_t{1} << 20);
        auto write = test::spawn([&] { return file.write(data); });
        CHECK(write.poll().is_ready());
        auto flush = test::spawn([&] { return file.flush(); });
        auto next = test::spawn([&] { return file.write("next"); });
        auto read = test::spawn([&] {
          static std::array<char, 8> buffer;
          return file.read(buffer);
        });
        CHECK(flush.poll().is_pending());
        CHECK(next.poll().is_pending());
        CHECK(read.poll().is_pending());
        CHECK(test::error_of(file.start_seek(SeekFrom::start(0))) == EBUSY);

        // Blocks this thread until the other side has come to the end.
        std::string got;
        while (got.size() < data.size()) {
          std::array<char, 65536> part{};
          const ssize_t size = ::read(fifo.fd, part.data(), part.size());
          REQUIRE(size > 0);
          got.append(part.data(), static_cast<std::size_t>(size));
          co_await task::yield_now();
        }
        CHECK(got == data);
        CHECK((co_await *flush).has_value());
        CHECK(next.is_woken());
        CHECK(read.is_woken());
        CHECK((co_await *next).value() == 4);
        CHECK((co_await *read).value() == 4);
      }());
    });
  }

  TEST_CASE("an error of a write is told by the next write or flush, once, and not by reads") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const auto full = co_await File::options().read(true).write(true).open("/dev/full");
        REQUIRE(full.has_value());
        CHECK((co_await full->write("lost")).value() == 4);
        CHECK(test::error_of(co_await full->flush()) == ENOSPC);
        CHECK((co_await full->flush()).has_value());

        CHECK((co_await full->write("lost")).value() == 4);
        CHECK(test::error_of(co_await full->write("not taken")) == ENOSPC);

        CHECK((co_await full->write("lost")).value() == 4);
        CHECK(co_await read_some(*full, 4) == std::string(4, '\0'));
        CHECK((co_await full->sync_all()).has_value() == false);  // a device; what the write gave is kept
        CHECK((co_await full->metadata()).has_value());
        CHECK(test::error_of(co_await full->shutdown()) == ENOSPC);
        CHECK((co_await full->shutdown()).has_value());

        const auto read_only = co_await File::open(tree.write("file", kHello));
        CHECK((co_await read_only->write("x")).value() == 1);
        CHECK(test::error_of(co_await read_only->flush()) == EBADF);
        const auto write_only = co_await File::create(tree.path("other"));
        std::string text(4, '\0');
        CHECK(test::error_of(co_await write_only->read(text)) == EBADF);
        CHECK((co_await write_only->write(kHello)).value() == kHello.size());
        CHECK((co_await write_only->flush()).has_value());
      }());
    });
  }

  TEST_CASE("a file that may not grow fails with EFBIG, and what fits is there") {
    // For what this process writes from now on, until it is put back.
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    auto* const previous = ::signal(SIGXFSZ, SIG_IGN);
    rlimit limited = before;
    limited.rlim_cur = 10000;
    const test::TempTree tree;
    test::for_each_backend([&](const runtime::Runtime& rt) {
      REQUIRE(::setrlimit(RLIMIT_FSIZE, &limited) == 0);
      rt.block_on([](std::string path) -> Task<void> {
        const auto file = co_await File::create(path);
        CHECK((co_await file->write(pattern(20000))).value() == 20000);
        CHECK(test::error_of(co_await file->flush()) == EFBIG);
        CHECK((co_await file->stream_position()).value() == 10000);
        CHECK(test::error_of(co_await fs::write(path + "2", pattern(20000))) == EFBIG);
        fs::OpenOptions appending;
        const auto end = co_await appending.append(true).create(true).open(path + "3");
        for (int i = 0; i < 2; ++i) CHECK((co_await end->write(pattern(6000))).has_value());
        CHECK(test::error_of(co_await end->flush()) == EFBIG);
      }(tree.path("file")));
      REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
      CHECK(tree.read("file") == pattern(10000));
      CHECK(tree.read("file2") == pattern(10000));
      CHECK(tree.read("file3") == pattern(6000) + pattern(4000));
      std::filesystem::remove(tree.path("file3"));
    });
    ::signal(SIGXFSZ, previous);
  }

  TEST_CASE("writing goes on from where was read up to, not from what was read ahead") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const File file = co_await open_both(tree.write("file", "abcdefghijklmnopqrstuvwxyz"));
        co_await read_ahead(file);
        CHECK(co_await read_some(file, 3) == "abc");
        CHECK((co_await file.write_all("DEF")).has_value());
        CHECK((co_await file.flush()).has_value());
        CHECK(tree.read("file") == "abcDEFghijklmnopqrstuvwxyz");
        CHECK(co_await read_some(file, 3) == "ghi");
      }());
    });
  }

  TEST_CASE("seeking counts from where was read up to") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const File file = co_await open_both(tree.write("file", "abcdefghijklmnopqrstuvwxyz"));
        co_await read_ahead(file);
        CHECK(co_await read_some(file, 3) == "abc");
        CHECK((co_await file.stream_position()).value() == 3);
        CHECK((co_await file.seek(SeekFrom::current(2))).value() == 5);
        CHECK(co_await read_some(file, 1) == "f");
        co_await read_ahead(file);
        CHECK((co_await file.seek(SeekFrom::end(-1))).value() == 25);
        CHECK(co_await read_some(file, 5) == "z");
        CHECK((co_await file.seek(SeekFrom::start(1))).value() == 1);
        CHECK(co_await read_some(file, 1) == "b");
        CHECK((co_await file.rewind()).has_value());
        CHECK(co_await read_some(file, 1) == "a");
        CHECK(test::error_of(co_await file.seek(SeekFrom::current(-5))) == EINVAL);
        CHECK((co_await file.stream_position()).value() == 1);
        // Past the end: zeros come in between.
        CHECK((co_await file.seek(SeekFrom::end(2))).value() == 28);
        CHECK((co_await file.write_all("!")).has_value());
        CHECK((co_await file.sync_all()).has_value());
        CHECK(tree.read("file") == std::string("abcdefghijklmnopqrstuvwxyz\0\0!", 29));
      }());
    });
  }

  TEST_CASE("poll_complete without a seek tells where the last one has ended") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const File file = co_await open_both(tree.write("file", kHello));
        const auto complete = [&](Context& cx) { return file.poll_complete(cx); };
        CHECK((co_await poll_fn(complete)).value() == 0);
        CHECK(file.start_seek(SeekFrom::start(7)).has_value());
        CHECK((co_await poll_fn(complete)).value() == 7);
        CHECK((co_await poll_fn(complete)).value() == 7);
      }());
    });
  }

  TEST_CASE("set_len cuts a file off or extends it, and leaves the position where it is") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const File file = co_await open_both(tree.write("file", kHello));
        CHECK(co_await read_some(file, 2) == "he");
        CHECK((co_await file.set_len(5)).has_value());
        CHECK(tree.read("file") == "hello");
        CHECK(co_await read_some(file, 10) == "llo");
        CHECK((co_await file.set_len(7)).has_value());
        CHECK(co_await read_some(file, 10) == std::string(2, '\0'));
        CHECK((co_await file.write_all("handed over")).has_value());
        CHECK((co_await file.set_len(10)).has_value());
        CHECK(tree.read("file") == std::string("hello\0\0han", 10));
        const auto read_only = co_await File::open(tree.path("file"));
        CHECK(test::error_of(co_await read_only->set_len(1)) == EINVAL);
      }());
    });
  }

  TEST_CASE("sync_all and sync_data wait for what was handed over") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const auto file = co_await File::create(tree.path("file"));
        CHECK((co_await file->write(kHello)).value() == kHello.size());
        CHECK((co_await file->sync_all()).has_value());
        CHECK(tree.read("file") == kHello);
        CHECK((co_await file->write("!")).value() == 1);
        CHECK((co_await file->sync_data()).has_value());
        CHECK(tree.read("file") == std::string(kHello) + "!");
      }());
    });
  }

  TEST_CASE("metadata and permissions are the open file's, removed or not") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const auto file = co_await File::open(tree.write("file", kHello));
        CHECK((co_await file->set_permissions(fs::Permissions::from_mode(0640))).has_value());
        const auto before = co_await file->metadata();
        CHECK(before->len() == kHello.size());
        CHECK(before->is_file());
        CHECK(before->permissions().mode() == 0640);
        CHECK(before->nlink() == 1);
        CHECK((co_await fs::remove_file(tree.path("file"))).has_value());
        const auto after = co_await file->metadata();
        CHECK(after->nlink() == 0);
        CHECK(after->ino() == before->ino());
        CHECK(co_await read_rest(*file) == kHello);
      }());
    });
  }

  TEST_CASE("a clone shares the position") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const auto file = co_await File::create_new(tree.path("file"));
        CHECK((co_await file->write_all("one ")).has_value());
        const auto clone = co_await file->try_clone();
        CHECK(clone->as_raw_fd() != file->as_raw_fd());
        CHECK((co_await clone->write_all("two")).has_value());
        CHECK((co_await clone->flush()).has_value());
        CHECK(tree.read("file") == "one two");
        CHECK((co_await file->stream_position()).value() == 7);
      }());
    });
  }

  TEST_CASE("a descriptor goes in and out, and what was handed over first is written") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        auto file = co_await File::create_new(tree.path("file"));
        CHECK((co_await file->write_all(kHello)).has_value());
        const auto fd = co_await std::move(*file).into_std();
        CHECK(tree.read("file") == kHello);
        File again = File::from_std(fd.value());
        CHECK(again.as_raw_fd() == fd.value());
        CHECK((co_await again.rewind()).has_value());
        CHECK(co_await read_some(again, 5) == "hello");
        const auto released = std::move(again).try_into_std();
        REQUIRE(released.has_value());
        CHECK(*released == *fd);
        CHECK(::close(*released) == 0);
      }());
    });
  }

  TEST_CASE("try_into_std gives the file back while something is in flight") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const Fifo fifo(tree);
        File file = File::from_std(fifo.dup());
        std::string text(4, '\0');
        {
          auto read = test::spawn([&] { return file.read(text); });
          CHECK(read.poll().is_pending());
        }
        auto refused = std::move(file).try_into_std();
        REQUIRE(refused.has_error());
        file = refused.error().into_inner();
        fifo.put("here");
        CHECK(co_await read_some(file, 4) == "here");
        auto moved = std::move(file).try_into_std();
        CHECK(moved.has_value());
        ::close(*moved);
        CHECK_THROWS_WITH(
            [&] {
              File busy = File::from_std(fifo.dup());
              std::string buffer(4, '\0');
              {
                auto read = test::spawn([&] { return busy.read(buffer); });
                CHECK(read.poll().is_pending());
              }
              auto kept = std::move(busy).try_into_std();
              fifo.put("late");
              static_cast<void>(kept.value());
            }(),
            "fs::File::try_into_std: something is in flight on the file; await into_std instead");
      }());
    });
  }

  TEST_CASE("a read that was given up loses nothing") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const Fifo fifo(tree);
        const File file = File::from_std(fifo.dup());
        for (int round = 0; round < 20; ++round) {
          std::string text(64, '\0');
          {
            auto cancelled = test::spawn([&] { return file.read(text); });
            CHECK(cancelled.poll().is_pending());
          }
          fifo.put("data");
          CHECK(co_await read_some(file, 2) == "da");
          CHECK(co_await read_some(file, 64) == "ta");
        }
      }());
    });
  }

  TEST_CASE("a signal does not end what waits in the system") {
    // Without SA_RESTART, so that it interrupts the call.
    struct sigaction action{};
    struct sigaction previous{};
    action.sa_handler = [](int) {};
    REQUIRE(::sigaction(SIGUSR2, &action, &previous) == 0);
    test::for_each_backend_built([](runtime::Builder builder) {
      std::mutex mutex;
      std::vector<pthread_t> threads;
      builder.on_thread_start([&] {
        std::lock_guard lock(mutex);
        threads.push_back(::pthread_self());
      });
      const runtime::Runtime rt = builder.build().value();
      const test::TempTree tree;
      const Fifo fifo(tree);
      rt.block_on([&]() -> Task<void> {
        const File file = File::from_std(fifo.dup());
        std::string text(8, '\0');
        auto read = test::spawn([&] { return file.read(text); });
        CHECK(read.poll().is_pending());
        for (int i = 0; i < 50; ++i) {
          {
            std::lock_guard lock(mutex);
            for (const pthread_t thread : threads) ::pthread_kill(thread, SIGUSR2);
          }
          ::pthread_kill(::pthread_self(), SIGUSR2);
          co_await time::sleep(std::chrono::microseconds(100));
          REQUIRE(read.poll().is_pending());
        }
        fifo.put("answer");
        CHECK((co_await *read).value() == 6);
      }());
    });
    CHECK(::sigaction(SIGUSR2, &previous, nullptr) == 0);
  }

  TEST_CASE("tasks may use a file at the same time, and each gets its answer") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const auto file = co_await File::create_new(tree.path("file"));
        const auto work = [](const File& shared, char letter) -> Task<void> {
          const std::string word(100, letter);
          for (int i = 0; i < 50; ++i) {
            CHECK((co_await shared.write(word)).value() == word.size());
            CHECK((co_await shared.flush()).has_value());
            CHECK((co_await shared.metadata()).has_value());
          }
        };
        auto one = work(*file, 'a');
        auto two = work(*file, 'b');
        co_await join(std::move(one), std::move(two));
        const std::string text = tree.read("file");
        CHECK(text.size() == 10000);
        CHECK(std::ranges::count(text, 'a') == 5000);
      }());
    });
  }

  TEST_CASE("a task that reads lets others run") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        auto endless = [](std::string path) -> Task<void> {
          const auto file = co_await File::open(path);
          for (;;) {
            CHECK(co_await read_some(*file, 1) == "h");
            CHECK((co_await file->rewind()).has_value());
          }
        };
        auto reader = spawn(endless(tree.write("file", kHello)));
        for (int i = 0; i < 100; ++i) co_await task::yield_now();
        reader.abort();
        CHECK((co_await reader).error().is_cancelled());
      }());
    });
  }

  TEST_CASE("what was handed over is written although the file is closed and the runtime ends") {
    test::for_each_backend_built([](runtime::Builder builder) {
      const test::TempTree tree;
      const std::string data = pattern(300'000);
      const Fifo fifo(tree);
      {
        // The write to the FIFO keeps the only thread, so that the others wait in the queue.
        const runtime::Runtime rt = builder.max_blocking_threads(1).build().value();
        rt.block_on([](std::string path, int full, std::string data) -> Task<void> {
          const File blocked = File::from_std(full);
          CHECK((co_await blocked.write(data)).has_value());
          for (int i = 0; i < 4; ++i) {
            auto fd = ::open((path + std::to_string(i)).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
            const File file = File::from_std(fd);
            CHECK((co_await file.write(data)).value() == data.size());
          }
        }(tree.path("file"), fifo.dup(), data));
        std::thread reader([&] {
          std::string got;
          std::array<char, 65536> part{};
          while (got.size() < data.size())
            got.append(part.data(), static_cast<std::size_t>(::read(fifo.fd, part.data(), part.size())));
          CHECK(got == data);
        });
        // Ends while the FIFO is still full for most of it.
        std::move(const_cast<runtime::Runtime&>(rt)).shutdown_timeout(std::chrono::minutes(1));
        reader.join();
      }
      for (int i = 0; i < 4; ++i) CHECK(tree.read("file" + std::to_string(i)) == data);
    });
  }

  TEST_CASE("after the runtime has ended operations fail, and the file stays sound") {
    test::for_each_backend_built([](runtime::Builder builder) {
      const test::TempTree tree;
      const std::string path = tree.write("file", kHello);
      const auto operations = [&](const auto& use) {
        std::optional<runtime::Runtime> rt(builder.build().value());
        const runtime::Handle handle = rt->handle();
        const File file = File::from_std(::open(path.c_str(), O_RDWR | O_CLOEXEC));
        rt.reset();
        const runtime::EnterGuard guard = handle.enter();
        for (int i = 0; i < 2; ++i) use(file);
      };
      const auto ended = [](const auto& result) {
        return result.has_error() && runtime::is_rt_shutdown_err(result.error());
      };
      std::string text(4, '\0');
      operations([&](const File& file) {
        auto read = test::spawn([&] { return file.read(text); });
        CHECK(ended(*read.poll()));
      });
      operations([&](const File& file) {
        auto seek = test::spawn([&] { return file.seek(SeekFrom::start(1)); });
        CHECK(ended(*seek.poll()));
      });
      operations([&](const File& file) {
        auto set_len = test::spawn([&] { return file.set_len(0); });
        CHECK(ended(*set_len.poll()));
      });
      operations([&](const File& file) {
        auto write = test::spawn([&] { return file.write("z"); });
        static_cast<void>(write.poll());
        auto flush = test::spawn([&] { return file.flush(); });
        CHECK(ended(*flush.poll()));
      });
      operations([&](const File& file) {
        auto metadata = test::spawn([&] { return file.metadata(); });
        CHECK(ended(*metadata.poll()));
      });
      CHECK(tree.read("file") == kHello);
    });
  }

  TEST_CASE("a descriptor that somebody else has closed gives errors, and the file still goes away") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const auto file = co_await File::create(tree.path("file"));
        ::close(file->as_raw_fd());
        CHECK((co_await file->write(kHello)).has_value());
        CHECK(test::error_of(co_await file->flush()) == EBADF);
        CHECK(test::error_of(co_await file->sync_all()) == EBADF);
        CHECK(test::error_of(co_await file->metadata()) == EBADF);
        CHECK(test::error_of(co_await file->set_len(1)) == EBADF);
        CHECK(test::error_of(co_await file->try_clone()) == EBADF);
      }());
    });
  }

  TEST_CASE("no descriptor is left open") {
    const auto open_descriptors = [] {
      std::size_t count = 0;
      for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
      return count;
    };
    const std::size_t before = open_descriptors();
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const test::TempTree tree;
        const std::string path = tree.write("file", kHello);
        for (int i = 0; i < 200; ++i) {
          auto given_up = test::spawn([&] { return File::open(path); });
          static_cast<void>(given_up.poll());
          auto statted = test::spawn([&] { return fs::read(path); });
          static_cast<void>(statted.poll());
        }
        CHECK((co_await fs::read(path)).has_value());
      }());
    });
    CHECK(test::comes_true([&] { return open_descriptors() == before; }));
  }

  TEST_CASE("outside a runtime operations say what is missing") {
    auto open = test::spawn([] { return File::open("/dev/null"); });
    CHECK_THROWS_AS(static_cast<void>(open.poll()), std::logic_error);
    const File file = File::from_std(::open("/dev/null", O_RDWR | O_CLOEXEC));
    auto write = test::spawn([&] { return file.write("x"); });
    CHECK_THROWS_AS(static_cast<void>(write.poll()), std::logic_error);
    CHECK_THROWS_AS(static_cast<void>(fs::uses_io_uring()), std::logic_error);
  }
}

}  // namespace
}  // namespace ferry
