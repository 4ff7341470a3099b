#include <array>
#include <concepts>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/compat/legacy.hpp>
#include <ferry/fs.hpp>
#include <ferry/io.hpp>
#include <ferry/task.hpp>
#include <ferry/v0_2/fs.hpp>
#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/stream.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"
#include "support/temp_tree.hpp"

using namespace ferry;
namespace legacy = ferry::v0_2;
using io::SeekFrom;
using ::test::TempTree;

namespace {

// What it needs exclusive access for is not const in 0.2; in 1.x any number of tasks may use a file.
template <class F>
concept SyncsAsConst = requires(const F& file) { file.sync_all(); };
template <class F>
concept SeeksAsConst = requires(const F& file) { file.seek(SeekFrom::start(0)); };
template <class F>
concept ReadsAsConst = requires(const F& file, std::array<std::byte, 4>& memory) { file.read(memory); };
static_assert(SyncsAsConst<fs::File> && SeeksAsConst<fs::File> && ReadsAsConst<fs::File>);
static_assert(!SyncsAsConst<legacy::fs::File> && !SeeksAsConst<legacy::fs::File> &&
              !ReadsAsConst<legacy::fs::File>);
static_assert(legacy::io::AsyncRead<legacy::fs::File> && legacy::io::AsyncSeek<legacy::fs::File>);
#if !defined(unix)
static_assert(std::same_as<legacy::fs::os::unix::OpenOptionsExt, legacy::fs::os::unix_::OpenOptionsExt>);
#endif
static_assert(std::same_as<legacy::fs::os::unix_::OpenOptionsExt, legacy::fs::OpenOptions>);
static_assert(std::same_as<legacy::fs::os::unix_::DirBuilderExt, fs::DirBuilder>);
static_assert(std::same_as<legacy::fs::os::unix_::DirEntryExt, fs::DirEntry>);
static_assert(stream::Stream<legacy::fs::ReadDir> && !stream::Stream<fs::ReadDir>);

Task<void> use_paths(const TempTree& tree) {
  auto written = co_await legacy::fs::write(tree.path("a"), "hello");
  CHECK(written.has_value());
  auto copied = co_await legacy::fs::copy(tree.path("a"), tree.path("b"));
  CHECK(copied.value() == 5);
  auto text = co_await legacy::fs::read_to_string(tree.path("b"));
  CHECK(text.value() == "hello");
  auto removed = co_await legacy::fs::remove_file(tree.path("a"));
  CHECK(removed.has_value());
  auto exists = co_await legacy::fs::try_exists(tree.path("a"));
  CHECK(!exists.value());
}

Task<void> link_and_build(const TempTree& tree) {
  auto linked = co_await legacy::fs::os::unix_::symlink("target", tree.path("old"));
  CHECK(linked.has_value());
  auto again = co_await fs::symlink("target", tree.path("new"));
  CHECK(again.has_value());
  auto old_target = co_await legacy::fs::read_link(tree.path("old"));
  auto new_target = co_await fs::read_link(tree.path("new"));
  CHECK(old_target.value() == new_target.value());

  legacy::fs::os::unix_::OpenOptionsExt options;
  auto file =
      co_await options.write(true).create(true).mode(0600).custom_flags(O_NOFOLLOW).open(tree.path("file"));
  auto status = co_await file.value().metadata();
  CHECK(status.value().permissions().mode() == 0600);
  auto refused =
      co_await legacy::fs::OpenOptions().read(true).custom_flags(O_NOFOLLOW).open(tree.path("old"));
  CHECK(refused.has_error());

  legacy::fs::os::unix_::DirBuilderExt builder;
  auto made = co_await builder.recursive(true).mode(0700).create(tree.path("x/y"));
  CHECK(made.has_value());
  auto dir = co_await legacy::fs::metadata(tree.path("x/y"));
  CHECK(dir.value().permissions().mode() == 0700);
}

Task<void> list(const TempTree& tree) {
  tree.write("dir/one", "1");
  tree.write("dir/two", "22");
  auto old = (co_await legacy::fs::read_dir(tree.path("dir"))).value();
  std::uint64_t inodes = 0;
  std::size_t count = 0;
  while (auto item = co_await old.next()) {
    const legacy::fs::os::unix_::DirEntryExt entry = item->value();
    CHECK(entry.path() == std::filesystem::path(tree.path("dir")) / entry.file_name());
    inodes += entry.ino();
    ++count;
  }
  CHECK(count == 2);

  auto mixed = (co_await legacy::fs::read_dir(tree.path("dir"))).value();
  auto first = co_await legacy::stream::next(mixed);
  CHECK(first.has_value());
  auto second = co_await mixed.next_entry();
  CHECK(second.value().has_value());
  auto end = co_await mixed.next_entry();
  CHECK(!end.value().has_value());

  auto modern = (co_await fs::read_dir(tree.path("dir"))).value();
  while (true) {
    auto entry = co_await modern.next_entry();
    if (!entry.value()) break;
    inodes -= entry.value()->ino();
  }
  CHECK(inodes == 0);

  auto missing = co_await legacy::fs::read_dir(tree.path("none"));
  CHECK(missing.error() == boost::system::errc::no_such_file_or_directory);
}

Task<void> seek(const TempTree& tree) {
  tree.write("file", "abcdef");
  auto old = (co_await legacy::fs::File::open(tree.path("file"))).value();
  auto moved = co_await old.seek(SeekFrom::start(2));
  CHECK(moved.value() == 2);
  std::array<char, 2> two;
  auto read = co_await old.read_exact(two);
  CHECK(read.value() == 2);
  CHECK(two[0] == 'c');
  auto position = co_await legacy::io::seek(old, SeekFrom::current(-1));
  CHECK(position.value() == 3);
  auto start = [&](Context& cx) { return old.start_seek(cx, SeekFrom::end(-1)); };
  auto begun = co_await poll_fn(start);
  CHECK(begun.has_value());
  auto finish = [&](Context& cx) { return old.poll_complete(cx); };
  auto complete = co_await poll_fn(finish);
  CHECK(complete.value() == 5);

  auto modern = (co_await fs::File::open(tree.path("file"))).value();
  auto there = co_await io::seek(modern, SeekFrom::start(2));
  CHECK(there.value() == 2);
}

Task<void> sync_and_clone(const TempTree& tree) {
  auto file = (co_await legacy::fs::File::create(tree.path("file"))).value();
  auto written = co_await file.write_all("abcdef");
  CHECK(written.has_value());
  auto cut = co_await file.set_len(3);
  CHECK(cut.has_value());
  auto synced = co_await file.sync_all();
  CHECK(synced.has_value());
  auto data = co_await file.sync_data();
  CHECK(data.has_value());
  CHECK(tree.read("file") == "abc");
  auto clone = co_await file.try_clone();
  auto status = co_await clone.value().metadata();
  CHECK(status.value().len() == 3);
  const int fd = (co_await std::move(file).into_std()).value();
  auto adopted = legacy::fs::File::from_std(fd);
  CHECK(adopted.as_raw_fd() == fd);

  // The same in 1.x.
  auto modern = compat::from_legacy(std::move(adopted));
  static_assert(std::same_as<decltype(modern), fs::File>);
  const fs::File& shared = modern;
  auto again = co_await shared.set_len(1);
  CHECK(again.has_value());
  auto old = compat::into_legacy(std::move(modern));
  auto length = co_await old.metadata();
  CHECK(length.value().len() == 1);
}

/// A file opened to be read only: what is written to it fails in the background.
Task<void> shut_down(const TempTree& tree) {
  tree.write("file", "");
  auto old = (co_await legacy::fs::File::open(tree.path("file"))).value();
  auto taken = co_await old.write_all("x");
  CHECK(taken.has_value());
  auto ended = co_await old.shutdown();
  CHECK(ended.has_value());  // waits for nothing
  auto told = co_await old.flush();
  CHECK(told.error() == boost::system::errc::bad_file_descriptor);

  auto modern = (co_await fs::File::open(tree.path("file"))).value();
  auto handed = co_await modern.write_all("x");
  CHECK(handed.has_value());
  auto flushed = co_await modern.shutdown();
  CHECK(flushed.error() == boost::system::errc::bad_file_descriptor);
}

Task<void> count(const TempTree& tree) {
  tree.write("file", "abc");
  auto old = (co_await legacy::fs::File::open(tree.path("file"))).value();
  std::array<std::byte, 8> memory;
  auto fill = [&](Context& cx) { return old.poll_read(cx, memory); };
  auto counted = co_await poll_fn(fill);
  CHECK(counted.value() == 3);
  auto end = co_await poll_fn(fill);
  CHECK(end.value() == 0);

  const auto modern = (co_await fs::File::open(tree.path("file"))).value();
  io::ReadBuf buf(memory);
  auto append = [&](Context& cx) { return modern.poll_read(cx, buf); };
  auto appended = co_await poll_fn(append);
  CHECK(appended.has_value());
  CHECK(buf.filled().size() == 3);
}

Task<void> open_in_both(const TempTree& tree) {
  const auto options = compat::into_legacy(fs::OpenOptions().read(true).write(true).create_new(true));
  auto made = co_await options.open(tree.path("new"));
  CHECK(made.has_value());
  auto exists = co_await compat::from_legacy(options).open(tree.path("new"));
  CHECK(exists.error() == boost::system::errc::file_exists);
  auto appending = co_await legacy::fs::OpenOptions().append(true).open(tree.path("new"));
  auto wrote = co_await legacy::io::write_all(appending.value(), "ab");
  CHECK(wrote.has_value());
  auto emptied = co_await legacy::fs::OpenOptions().write(true).truncate(true).open(tree.path("new"));
  CHECK(emptied.has_value());
  auto added = co_await legacy::fs::File::create_new(tree.path("newer"));
  CHECK(added.has_value());
}

}  // namespace

TEST_SUITE("compat.fs") {
  TEST_CASE("FS-01, FS-15: what is done by path is the same") {
    const TempTree tree;
    ferry::test::current_thread().block_on(use_paths(tree));
    static_assert(std::same_as<legacy::fs::Metadata, fs::Metadata>);
    static_assert(std::same_as<legacy::fs::Permissions, fs::Permissions>);
    static_assert(std::same_as<legacy::fs::DirEntry, fs::DirEntry>);
  }
  TEST_CASE("FS-02, FS-03, FS-04, FS-06: links, modes and flags, with the names of the system's own module") {
    const TempTree tree;
    ferry::test::current_thread().block_on(link_and_build(tree));
    static_assert(std::same_as<legacy::fs::DirBuilder, fs::DirBuilder>);
  }
  TEST_CASE("FS-14, FS-12, FS-13, FS-05: a directory is a stream in 0.2, and goes on with next_entry") {
    const TempTree tree;
    ferry::test::current_thread().block_on(list(tree));
  }
  TEST_CASE("FS-07, IOT-07: a file seeks by itself, and in both ways of start_seek") {
    const TempTree tree;
    ferry::test::current_thread().block_on(seek(tree));
  }
  TEST_CASE("FS-08, FS-09: syncing, cutting, cloning and adopting, exclusively in 0.2 and shared in 1.x") {
    const TempTree tree;
    ferry::test::current_thread().block_on(sync_and_clone(tree));
  }
  TEST_CASE("FS-10: shutting a file down does nothing in 0.2, and flushes in 1.x") {
    const TempTree tree;
    ferry::test::current_thread().block_on(shut_down(tree));
  }
  TEST_CASE("FS-11: options are collected as in 1.x, and open a file of 0.2") {
    const TempTree tree;
    ferry::test::current_thread().block_on(open_in_both(tree));
  }
  TEST_CASE("IOT-01: a file counts in 0.2, and fills a ReadBuf in 1.x") {
    const TempTree tree;
    ferry::test::current_thread().block_on(count(tree));
  }
}
