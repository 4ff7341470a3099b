#include <cerrno>
#include <set>
#include <string>
#include <sys/stat.h>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/fs.hpp>
#include <ferry/runtime.hpp>
#include <ferry/stream/stream.hpp>
#include <ferry/stream/wrappers/read_dir.hpp>
#include <ferry/task.hpp>

#include "runtime/fs/backends.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using stream::wrappers::ReadDirStream;
using test::error_of;
using test::TempTree;

static_assert(std::movable<fs::ReadDir> && !std::copyable<fs::ReadDir>);
static_assert(std::copyable<fs::DirEntry>);
static_assert(Future<fs::ReadDir::NextEntry>);
static_assert(stream::Stream<ReadDirStream> && std::movable<ReadDirStream>);

Task<std::set<std::string>> names_of(fs::ReadDir& dir) {
  std::set<std::string> names;
  for (;;) {
    const auto entry = co_await dir.next_entry();
    if (!entry.value()) co_return names;
    CHECK(names.insert((*entry)->file_name().string()).second);
  }
}

std::set<std::string> fill(const TempTree& tree, int count) {
  std::set<std::string> names;
  for (int i = 0; i < count; ++i) {
    names.insert("file" + std::to_string(i));
    tree.write("dir/file" + std::to_string(i), "");
  }
  return names;
}

TEST_SUITE("fs.ReadDir") {
  TEST_CASE("every entry comes once, in however many batches") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        for (const int count : {0, 1, 31, 32, 33, 200}) {
          const TempTree tree;
          CHECK((co_await fs::create_dir(tree.path("dir"))).has_value());
          const std::set<std::string> expected = fill(tree, count);
          auto dir = co_await fs::read_dir(tree.path("dir"));
          const std::set<std::string> names = co_await names_of(*dir);
          CHECK(names == expected);
          const auto after = co_await dir->next_entry();
          CHECK(!after.value());
        }
      }());
    });
  }

  TEST_CASE("a batch is 32 entries: those need no thread") {
    const runtime::Runtime rt = test::with_pool();
    rt.block_on([]() -> Task<void> {
      const TempTree tree;
      fill(tree, 40);
      auto dir = co_await fs::read_dir(tree.path("dir"));
      for (int i = 0; i < 32; ++i) {
        auto next = test::spawn([&] { return dir->next_entry(); });
        REQUIRE(next.poll().is_ready());
      }
      std::size_t left = 8;
      {
        // Given up, unless the thread was faster.
        auto next = test::spawn([&] { return dir->next_entry(); });
        if (next.poll().is_ready()) --left;
      }
      const std::set<std::string> rest = co_await names_of(*dir);
      CHECK(rest.size() == left);
    }());
  }

  TEST_CASE("an entry knows its path, number, kind and metadata") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        tree.write("dir/file", "text");
        std::filesystem::create_directory(tree.path("dir/sub"));
        std::filesystem::create_symlink("file", tree.path("dir/link"));
        auto dir = co_await fs::read_dir(tree.path("dir"));
        int seen = 0;
        for (;;) {
          const auto next = co_await dir->next_entry();
          if (!next.value()) break;
          const fs::DirEntry& entry = **next;
          ++seen;
          CHECK(entry.path() == tree.path("dir/" + entry.file_name().string()));
          const auto metadata = co_await entry.metadata();
          const auto type = co_await entry.file_type();
          CHECK(metadata->ino() == entry.ino());
          CHECK(metadata->file_type() == type.value());
          CHECK(type->is_file() == (entry.file_name() == "file"));
          CHECK(type->is_dir() == (entry.file_name() == "sub"));
          CHECK(type->is_symlink() == (entry.file_name() == "link"));
        }
        CHECK(seen == 3);
      }());
    });
  }

  TEST_CASE("an entry that was removed meanwhile has no metadata, but a name and a kind") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        tree.write("dir/file", "text");
        auto dir = co_await fs::read_dir(tree.path("dir"));
        const auto entry = co_await dir->next_entry();
        REQUIRE(entry.value().has_value());
        CHECK((co_await fs::remove_file((*entry)->path())).has_value());
        CHECK(error_of(co_await (*entry)->metadata()) == ENOENT);
        CHECK((co_await (*entry)->file_type())->is_file());
        CHECK((*entry)->file_name() == "file");
      }());
    });
  }

  TEST_CASE("what is no directory cannot be read as one") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        CHECK(error_of(co_await fs::read_dir(tree.write("file", ""))) == ENOTDIR);
        CHECK(error_of(co_await fs::read_dir(tree.path("none"))) == ENOENT);
      }());
    });
  }

  TEST_CASE("when the runtime ends in between, that is an error, and then the end") {
    const TempTree tree;
    fill(tree, 40);
    std::optional<runtime::Runtime> rt(test::with_pool());
    const runtime::Handle handle = rt->handle();
    auto dir = rt->block_on(fs::read_dir(tree.path("dir")));
    rt.reset();
    const runtime::EnterGuard guard = handle.enter();
    for (int i = 0; i < 32; ++i) {
      auto next = test::spawn([&] { return dir->next_entry(); });
      CHECK((*next.poll()).value().has_value());
    }
    auto failed = test::spawn([&] { return dir->next_entry(); });
    CHECK(runtime::is_rt_shutdown_err(failed.poll()->error()));
    auto ended = test::spawn([&] { return dir->next_entry(); });
    CHECK(!(*ended.poll()).value().has_value());
  }
}

TEST_SUITE("stream.ReadDirStream") {
  TEST_CASE("a directory's stream gives its entries and ends") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const std::set<std::string> expected = fill(tree, 70);
        auto dir = co_await fs::read_dir(tree.path("dir"));
        ReadDirStream entries(std::move(*dir));
        std::set<std::string> names;
        for (;;) {
          const auto entry = co_await stream::next(entries);
          if (!entry) break;
          names.insert(entry->value().file_name().string());
        }
        CHECK(names == expected);
        fs::ReadDir inner = std::move(entries).into_inner();
        const auto after = co_await inner.next_entry();
        CHECK(!after.value());
      }());
    });
  }
}

}  // namespace
}  // namespace ferry
