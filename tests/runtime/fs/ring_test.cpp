#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <ferry/fs.hpp>
#include <ferry/runtime.hpp>
#include <ferry/sync/oneshot.hpp>
#include <ferry/task.hpp>
#include <ferry/time.hpp>

#include "runtime/fs/backends.hpp"
#include "support/comes_true.hpp"
#include "support/runtimes.hpp"
#include "support/spawn.hpp"

using namespace std::chrono_literals;

namespace ferry {
namespace {

using fs::File;
using test::error_of;
using test::TempTree;

std::size_t open_descriptors() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
  return count;
}

std::string make_fifo(const TempTree& tree) {
  const std::string path = tree.path("fifo");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  return path;
}

// Lets the reactor turn.
Task<void> yield_until(const runtime::RuntimeMetrics& metrics, std::size_t in_flight) {
  for (int i = 0; i < 5000 && metrics.num_io_uring_in_flight() != in_flight; ++i) co_await time::sleep(1ms);
  CHECK(metrics.num_io_uring_in_flight() == in_flight);
}

TEST_SUITE("fs.ring") {
  TEST_CASE("a runtime uses io_uring only if its builder does not say no") {
    CHECK(!test::uses_io_uring(test::with_pool()));
    const bool has_ring = test::has_io_uring();
    if (!has_ring) MESSAGE("there is no io_uring here, or ferry was built without");
    CHECK(test::uses_io_uring(runtime::Builder::new_multi_thread().enable_all().build().value()) == has_ring);
    CHECK(test::uses_io_uring(runtime::Builder::new_current_thread().enable_io_uring().build().value()) ==
          has_ring);
    CHECK(!test::uses_io_uring(runtime::Builder::new_current_thread().enable_io().build().value()));
    CHECK(!test::uses_io_uring(
        runtime::Builder::new_current_thread().enable_all().shuffle_tasks(1).build().value()));
  }

  TEST_CASE("nothing is set up before the first operation on files, and one that is not polled is none") {
    if (!test::has_io_uring()) return;
    const runtime::Runtime rt = test::with_ring();
    const auto metrics = rt.handle().metrics();
    rt.block_on([](const runtime::RuntimeMetrics& metrics) -> Task<void> {
      const std::uint64_t before = metrics.io_driver_fd_registered_count();
      const auto unused = fs::read("/dev/null");
      CHECK(metrics.io_driver_fd_registered_count() == before);
      CHECK((co_await fs::try_exists("/dev/null")).value());
      CHECK(metrics.io_driver_fd_registered_count() == before + 1);
    }(metrics));
  }

  TEST_CASE("files go through the ring, and not through the pool") {
    if (!test::has_io_uring()) return;
    const runtime::Runtime rt = test::with_ring();
    const auto metrics = rt.handle().metrics();
    rt.block_on([](const runtime::RuntimeMetrics& metrics) -> Task<void> {
      const TempTree tree;
      const std::string path = tree.path("file");
      std::uint64_t seen = 0;
      // How many calls the last operation took.
      const auto calls = [&] {
        const std::uint64_t now = metrics.io_uring_submitted_count();
        return now - std::exchange(seen, now);
      };
      const auto file = co_await File::create_new(path);
      CHECK(calls() == 1);
      CHECK((co_await file->write_all("hello")).has_value());
      CHECK((co_await file->flush()).has_value());
      CHECK(calls() == 1);
      CHECK((co_await file->sync_all()).has_value());
      CHECK((co_await file->sync_data()).has_value());
      CHECK((co_await file->metadata())->len() == 5);
      CHECK(calls() == 3);
      std::string text(1, '\0');
      CHECK((co_await file->read(text)).value() == 0);
      CHECK(calls() == 1);
      CHECK((co_await fs::write(path, "hello")).has_value());
      CHECK(calls() == 3);  // open, write, close
      CHECK((co_await fs::read(path))->size() == 5);
      CHECK(calls() == 4);  // open, length, read, end
      CHECK((co_await fs::rename(path, tree.path("renamed"))).has_value());
      CHECK((co_await fs::hard_link(tree.path("renamed"), path)).has_value());
      CHECK((co_await fs::symlink(path, tree.path("link"))).has_value());
      CHECK((co_await fs::metadata(path)).has_value());
      CHECK((co_await fs::symlink_metadata(path)).has_value());
      CHECK((co_await fs::try_exists(path)).has_value());
      CHECK((co_await fs::remove_file(path)).has_value());
      CHECK((co_await fs::create_dir(path)).has_value());
      CHECK((co_await fs::remove_dir(path)).has_value());
      CHECK(calls() == 9);
      CHECK(metrics.num_blocking_threads() == 0);
      CHECK(metrics.num_io_uring_in_flight() == 0);
    }(metrics));
  }

  TEST_CASE("many at a time, more than the ring has room for, all complete") {
    if (!test::has_io_uring()) return;
    test::for_each_flavor([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        for (int i = 0; i < 64; ++i) tree.write("file" + std::to_string(i), std::string(1024, 'x'));
        task::JoinSet<bool> tasks;
        const auto look = [](std::string path) -> Task<bool> {
          const auto text = co_await fs::read_to_string(path);
          const auto exists = co_await fs::try_exists(path);
          co_return text.has_value() && *text == std::string(1024, 'x') && exists.value();
        };
        for (int i = 0; i < 2000; ++i) tasks.spawn(look(tree.path("file" + std::to_string(i % 64))));
        int good = 0;
        for (;;) {
          const auto done = co_await tasks.join_next();
          if (!done) break;
          good += done->value() ? 1 : 0;
        }
        CHECK(good == 2000);
      }());
    });
  }

  TEST_CASE("an open that waits is given up with its future, and so is a read") {
    if (!test::has_io_uring()) return;
    const runtime::Runtime rt = test::with_ring();
    const TempTree tree;
    const std::string fifo = make_fifo(tree);
    const std::size_t before = open_descriptors();
    rt.block_on([](std::string fifo, runtime::RuntimeMetrics metrics) -> Task<void> {
      {
        auto open = test::spawn([&] { return File::open(fifo); });
        auto read = test::spawn([&] { return fs::read(fifo); });
        CHECK(open.poll().is_pending());
        CHECK(read.poll().is_pending());
        CHECK(metrics.num_io_uring_in_flight() == 2);
      }
      co_await yield_until(metrics, 0);

      const int both = ::open(fifo.c_str(), O_RDWR | O_CLOEXEC);
      {
        // Opens, and then reads what nobody writes.
        auto read = test::spawn([&] { return fs::read(fifo); });
        CHECK(read.poll().is_pending());
        const std::uint64_t submitted = metrics.io_uring_submitted_count();
        for (int i = 0; i < 5000 && metrics.io_uring_submitted_count() < submitted + 2; ++i)
          co_await time::sleep(1ms);
        CHECK(metrics.num_io_uring_in_flight() == 1);
      }
      co_await yield_until(metrics, 0);
      {
        const File file = File::from_std(::fcntl(both, F_DUPFD_CLOEXEC, 0));
        std::array<char, 8> buffer{};
        auto read = test::spawn([&] { return file.read(buffer); });
        CHECK(read.poll().is_pending());
        CHECK(metrics.num_io_uring_in_flight() == 1);
      }
      co_await yield_until(metrics, 0);
      ::close(both);
    }(fifo, rt.handle().metrics()));
    CHECK(open_descriptors() == before + 2);  // the ring and its eventfd
  }

  TEST_CASE("a result that comes after its future is gone is given back to the system") {
    if (!test::has_io_uring()) return;
    const runtime::Runtime rt = test::with_ring();
    const TempTree tree;
    const std::string path = tree.write("file", "text");
    rt.block_on([](std::string path, runtime::RuntimeMetrics metrics) -> Task<void> {
      CHECK((co_await fs::try_exists(path)).value());
      const std::size_t before = open_descriptors();
      for (int i = 0; i < 128; ++i) {
        // Dropped while it is on its way, and when it has completed but was not polled again.
        auto given_up = std::make_optional(File::open(path));
        auto completed = File::open(path);
        Context cx(Waker::noop());
        CHECK(given_up->poll(cx).is_pending());
        CHECK(completed.poll(cx).is_pending());
        given_up.reset();
        co_await yield_until(metrics, 0);
      }
      CHECK(open_descriptors() == before);
    }(path, rt.handle().metrics()));
  }

  TEST_CASE("a buffer outlives the read that was given up") {
    if (!test::has_io_uring()) return;
    const runtime::Runtime rt = test::with_ring();
    const TempTree tree;
    const std::string path = tree.write("file", std::string(1 << 20, 'x'));
    rt.block_on([](std::string path, runtime::RuntimeMetrics metrics) -> Task<void> {
      for (int i = 0; i < 64; ++i) {
        auto file = std::make_optional(co_await File::open(path));
        {
          std::vector<char> memory(1 << 20);
          auto read = test::spawn([&] { return (*file)->read(memory); });
          CHECK(read.poll().is_pending());
        }
        file.reset();
      }
      co_await yield_until(metrics, 0);
    }(path, rt.handle().metrics()));
  }

  TEST_CASE("the runtime ends while operations are in flight, and nothing is left open") {
    if (!test::has_io_uring()) return;
    const TempTree tree;
    const std::string path = tree.write("file", std::string(10'000, 'x'));
    const std::string fifo = make_fifo(tree);
    const auto forever = [](std::string path, std::string fifo) -> Task<void> {
      auto open = File::open(fifo);
      auto read = fs::read(path);
      Context cx(Waker::noop());
      static_cast<void>(open.poll(cx));
      static_cast<void>(read.poll(cx));
      co_await time::sleep(1h);
    };
    const std::size_t before = open_descriptors();
    test::for_each_flavor_built([&](runtime::Builder builder) {
      for (int how = 0; how < 3; ++how) {
        runtime::Runtime rt = builder.build().value();
        // One that is not in a task: its future is told.
        auto outside = test::spawn([&] { return File::open(fifo); });
        {
          const runtime::EnterGuard guard = rt.enter();
          CHECK(outside.poll().is_pending());
        }
        rt.block_on([&]() -> Task<void> {
          for (int i = 0; i < 50; ++i) ferry::spawn(forever(path, fifo));
          co_await task::yield_now();
        }());
        if (how == 1) std::move(rt).shutdown_timeout(500ms);
        if (how == 2) std::move(rt).shutdown_background();
        if (how == 0) {
          const runtime::Runtime ended = std::move(rt);
        }
        CHECK(test::comes_true([&] { return outside.is_woken(); }));
        const auto told = outside.poll();
        REQUIRE(told.is_ready());
        CHECK_MESSAGE(runtime::is_rt_shutdown_err(told->error()), told->error().message());
      }
    });
    // Of a runtime that was left to itself, another thread does it.
    CHECK(test::comes_true([&] { return open_descriptors() == before; }));
  }

  TEST_CASE("an operation survives the thread that began it") {
    if (!test::has_io_uring()) return;
    const runtime::Runtime rt = test::with_ring();
    const TempTree tree;
    const std::string fifo = make_fifo(tree);
    auto open = File::open(fifo);
    std::thread([&] {
      const runtime::EnterGuard guard = rt.enter();
      Context cx(Waker::noop());
      CHECK(open.poll(cx).is_pending());
    }).join();  // the kernel has given the call up: the pool does it
    rt.block_on([](std::string fifo, fs::Operation<File> open) -> Task<void> {
      const auto writer = co_await File::options().write(true).open(fifo);
      const auto reader = co_await open;
      CHECK((co_await writer->write_all("hello")).has_value());
      CHECK((co_await writer->flush()).has_value());
      std::string text(5, '\0');
      CHECK((co_await reader->read_exact(text)).value() == 5);
      CHECK(text == "hello");
    }(fifo, std::move(open)));
  }

  TEST_CASE("a paused clock stands still while the kernel is at work") {
    if (!test::has_io_uring()) return;
    const runtime::Runtime rt = test::paused();
    const TempTree tree;
    const std::string fifo = make_fifo(tree);
    rt.block_on([](std::string fifo) -> Task<void> {
      const auto begin = time::Instant::now();
      const auto read = [](std::string fifo) -> Task<std::string> {
        const auto text = co_await fs::read_to_string(fifo);
        co_return text.value();
      };
      auto reader = ferry::spawn(read(fifo));
      const auto sleep = []() -> Task<void> { co_await time::sleep(1s); };
      auto timer = ferry::spawn(sleep());
      std::thread writer([&] {
        const int fd = ::open(fifo.c_str(), O_WRONLY | O_CLOEXEC);
        CHECK(::write(fd, "hello", 5) == 5);
        ::close(fd);
      });
      CHECK((co_await reader).value() == "hello");
      writer.join();
      CHECK(time::Instant::now() == begin);
      CHECK((co_await timer).has_value());
      CHECK(time::Instant::now() - begin >= 1s);
    }(fifo));
  }

  TEST_CASE("where the kernel has no ring to give, the pool does it") {
    // In a process of its own, as it can have no more descriptors.
    const pid_t child = ::fork();
    if (child == 0) {
      const runtime::Runtime rt = test::with_ring();
      const runtime::EnterGuard guard = rt.enter();
      std::vector<int> taken;
      for (int fd = 0; (fd = ::dup(0)) >= 0;) taken.push_back(fd);
      const bool has_ring = fs::uses_io_uring();
      for (const int fd : taken) ::close(fd);
      const auto exists = rt.block_on(fs::try_exists("/dev/null"));
      const bool is_by_pool = rt.handle().metrics().num_blocking_threads() == 1;
      ::_exit(!has_ring && !fs::uses_io_uring() && exists.value() && is_by_pool ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
}

}  // namespace
}  // namespace ferry
