#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <doctest/doctest.h>
#include <ferry/fs.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "runtime/fs/backends.hpp"
#include "support/spawn.hpp"

namespace ferry {
namespace {

using test::error_of;
using test::TempTree;

// Files that only their owner's permissions protect are open to root.
bool is_root() { return ::geteuid() == 0; }

TEST_SUITE("fs.paths") {
  TEST_CASE("a directory is made once, with those above it or without") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        CHECK((co_await fs::create_dir(tree.path("one"))).has_value());
        CHECK(error_of(co_await fs::create_dir(tree.path("one"))) == EEXIST);
        CHECK(error_of(co_await fs::create_dir(tree.path("no/such"))) == ENOENT);
        CHECK((co_await fs::create_dir_all(tree.path("no/such/dir/"))).has_value());
        CHECK(std::filesystem::is_directory(tree.path("no/such/dir")));
        CHECK((co_await fs::create_dir_all(tree.path("no/such/dir"))).has_value());
        CHECK((co_await fs::create_dir_all("")).has_value());
        tree.write("file", "");
        CHECK(error_of(co_await fs::create_dir_all(tree.path("file"))) == EEXIST);
        CHECK(error_of(co_await fs::create_dir_all(tree.path("file/below"))) == ENOTDIR);
      }());
    });
  }

  TEST_CASE("a DirBuilder's mode is what the directories have, less the umask") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        fs::DirBuilder builder;
        builder.mode(0500);
        CHECK((co_await builder.create(tree.path("plain"))).has_value());
        CHECK((co_await fs::metadata(tree.path("plain")))->permissions().mode() == 0500);
        CHECK(error_of(co_await builder.create(tree.path("a/b"))) == ENOENT);
        builder.recursive(true).mode(0700);
        CHECK((co_await builder.create(tree.path("a/b"))).has_value());
        CHECK((co_await fs::metadata(tree.path("a/b")))->permissions().mode() == 0700);
        CHECK((co_await fs::metadata(tree.path("a")))->permissions().mode() == 0700);
      }());
    });
  }

  TEST_CASE("what is removed is gone, directories only when they are empty, unless all goes") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        tree.write("dir/below/file", "text");
        tree.write("kept", "text");
        CHECK(error_of(co_await fs::remove_dir(tree.path("dir"))) == ENOTEMPTY);
        CHECK(error_of(co_await fs::remove_file(tree.path("dir"))) == EISDIR);
        CHECK(error_of(co_await fs::remove_dir(tree.path("kept"))) == ENOTDIR);
        CHECK(error_of(co_await fs::remove_dir_all(tree.path("kept"))) == ENOTDIR);
        CHECK((co_await fs::remove_file(tree.path("dir/below/file"))).has_value());
        CHECK(error_of(co_await fs::remove_file(tree.path("dir/below/file"))) == ENOENT);
        CHECK((co_await fs::remove_dir(tree.path("dir/below"))).has_value());

        tree.write("dir/again/file", "text");
        std::filesystem::create_symlink(tree.path("kept"), tree.path("dir/link"));
        std::filesystem::create_directory_symlink(tree.root(), tree.path("dir/up"));
        CHECK((co_await fs::remove_dir_all(tree.path("dir"))).has_value());
        CHECK(!tree.has("dir"));
        CHECK(tree.read("kept") == "text");
        CHECK(error_of(co_await fs::remove_dir_all(tree.path("dir"))) == ENOENT);

        tree.write("target/file", "text");
        std::filesystem::create_directory_symlink(tree.path("target"), tree.path("link"));
        CHECK((co_await fs::remove_dir_all(tree.path("link"))).has_value());
        CHECK(!std::filesystem::is_symlink(tree.path("link")));
        CHECK(tree.read("target/file") == "text");
      }());
    });
  }

  TEST_CASE("renaming replaces what had the name") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        tree.write("from", "new");
        tree.write("to", "old");
        CHECK((co_await fs::rename(tree.path("from"), tree.path("to"))).has_value());
        CHECK(tree.read("to") == "new");
        CHECK(!tree.has("from"));
        CHECK(error_of(co_await fs::rename(tree.path("from"), tree.path("to"))) == ENOENT);
        CHECK((co_await fs::create_dir(tree.path("dir"))).has_value());
        CHECK(error_of(co_await fs::rename(tree.path("to"), tree.path("dir"))) == EISDIR);
        CHECK((co_await fs::rename(tree.path("to"), tree.path("to"))).has_value());
        CHECK((co_await fs::rename(tree.path("dir"), tree.path("other"))).has_value());
        CHECK(std::filesystem::is_directory(tree.path("other")));
      }());
    });
  }

  TEST_CASE("a hard link is another name of the same file, a symlink leads to it") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const std::string file = tree.write("file", "hello");
        CHECK((co_await fs::hard_link(file, tree.path("hard"))).has_value());
        CHECK((co_await fs::symlink(file, tree.path("soft"))).has_value());
        CHECK(error_of(co_await fs::symlink(file, tree.path("soft"))) == EEXIST);
        CHECK(error_of(co_await fs::hard_link(tree.path("none"), tree.path("x"))) == ENOENT);
        CHECK((co_await fs::metadata(file))->nlink() == 2);
        CHECK((co_await fs::metadata(tree.path("hard")))->ino() == (co_await fs::metadata(file))->ino());

        CHECK((co_await fs::read_link(tree.path("soft"))).value() == file);
        CHECK(error_of(co_await fs::read_link(file)) == EINVAL);
        CHECK((co_await fs::metadata(tree.path("soft")))->is_file());
        const auto link = co_await fs::symlink_metadata(tree.path("soft"));
        CHECK(link->is_symlink());
        CHECK(!link->is_file());
        CHECK((co_await fs::canonicalize(tree.path("soft"))).value() == file);
        CHECK((co_await fs::canonicalize(tree.path("./x/../soft/"))).has_error());

        tree.write("file", "changed");
        CHECK((co_await fs::read_to_string(tree.path("hard"))).value() == "changed");
        CHECK((co_await fs::remove_file(file)).has_value());
        CHECK(error_of(co_await fs::metadata(tree.path("soft"))) == ENOENT);
        CHECK((co_await fs::symlink_metadata(tree.path("soft"))).has_value());
        CHECK((co_await fs::read_to_string(tree.path("hard"))).value() == "changed");
      }());
    });
  }

  TEST_CASE("canonicalize gives the path without detours") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        CHECK((co_await fs::canonicalize("/")).value() == "/");
        CHECK((co_await fs::canonicalize(tree.root() + "/./../" +
                                         std::filesystem::path(tree.root()).filename().string()))
                  .value() == tree.root());
        CHECK(error_of(co_await fs::canonicalize(tree.path("none"))) == ENOENT);
      }());
    });
  }

  TEST_CASE("try_exists tells missing files from those that cannot be told of") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        tree.write("dir/file", "");
        CHECK((co_await fs::try_exists(tree.path("dir/file"))).value() == true);
        CHECK((co_await fs::try_exists(tree.path("none"))).value() == false);
        CHECK((co_await fs::symlink(tree.path("none"), tree.path("dangling"))).has_value());
        CHECK((co_await fs::try_exists(tree.path("dangling"))).value() == false);
        CHECK((co_await fs::symlink(tree.path("two"), tree.path("one"))).has_value());
        CHECK((co_await fs::symlink(tree.path("one"), tree.path("two"))).has_value());
        CHECK(error_of(co_await fs::try_exists(tree.path("one"))) == ELOOP);
        CHECK(error_of(co_await fs::try_exists(tree.path(std::string(5000, 'a')))) == ENAMETOOLONG);
        CHECK(error_of(co_await fs::try_exists(tree.path("dir/file/below"))) == ENOTDIR);
      }());
    });
  }

  TEST_CASE("where permission is denied, the error says so") {
    if (is_root() && ::seteuid(65534) != 0) return;
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        tree.write("dir/file", "text");
        CHECK((co_await fs::set_permissions(tree.path("dir"), fs::Permissions::from_mode(0))).has_value());
        CHECK(error_of(co_await fs::try_exists(tree.path("dir/file"))) == EACCES);
        CHECK(error_of(co_await fs::read(tree.path("dir/file"))) == EACCES);
        CHECK(error_of(co_await fs::write(tree.path("dir/new"), "text")) == EACCES);
        CHECK(error_of(co_await fs::remove_file(tree.path("dir/file"))) == EACCES);
        CHECK(error_of(co_await fs::read_dir(tree.path("dir"))) == EACCES);
        CHECK(error_of(co_await fs::File::open(tree.path("dir/file"))) == EACCES);
        CHECK(error_of(co_await fs::rename(tree.path("dir/file"), tree.path("x"))) == EACCES);
        CHECK((co_await fs::set_permissions(tree.path("dir"), fs::Permissions::from_mode(0700))).has_value());
      }());
    });
    if (::getuid() == 0) CHECK(::seteuid(0) == 0);
  }

  TEST_CASE("metadata tells what there is to know") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const std::string file = tree.write("file", std::string(5000, 'x'));
        struct stat expected{};
        REQUIRE(::stat(file.c_str(), &expected) == 0);
        const auto known = co_await fs::metadata(file);
        CHECK(known->len() == 5000);
        CHECK(known->dev() == expected.st_dev);
        CHECK(known->ino() == expected.st_ino);
        CHECK(known->mode() == expected.st_mode);
        CHECK(known->uid() == expected.st_uid);
        CHECK(known->gid() == expected.st_gid);
        CHECK(known->blksize() == static_cast<std::uint64_t>(expected.st_blksize));
        CHECK(known->blocks() == static_cast<std::uint64_t>(expected.st_blocks));
        const auto time_of = [](const timespec& time) {
          return fs::Metadata::Time(std::chrono::seconds(time.tv_sec) +
                                    std::chrono::nanoseconds(time.tv_nsec));
        };
        CHECK(known->modified() == time_of(expected.st_mtim));
        CHECK(known->accessed() == time_of(expected.st_atim));
        CHECK(known->changed() == time_of(expected.st_ctim));
        const auto created = known->created();
        if (created.has_value()) CHECK(*created <= known->changed());
        if (created.has_error()) CHECK(error_of(created) == ENOTSUP);

        CHECK((co_await fs::metadata(tree.root()))->is_dir());
        const auto device = co_await fs::metadata("/dev/null");
        CHECK(device->file_type().is_char_device());
        REQUIRE(::stat("/dev/null", &expected) == 0);
        CHECK(device->rdev() == expected.st_rdev);
        REQUIRE(::mkfifo(tree.path("fifo").c_str(), 0600) == 0);
        const fs::FileType fifo = (co_await fs::metadata(tree.path("fifo")))->file_type();
        CHECK(fifo.is_fifo());
        CHECK(!(fifo.is_file() || fifo.is_dir() || fifo.is_symlink() || fifo.is_socket() ||
                fifo.is_block_device()));
      }());
    });
  }

  TEST_CASE("permissions are set, and readonly is a matter of everybody's right to write") {
    fs::Permissions permissions = fs::Permissions::from_mode(0100644);
    CHECK(permissions.mode() == 0644);
    CHECK(!permissions.readonly());
    permissions.set_readonly(true);
    CHECK(permissions.mode() == 0444);
    CHECK(permissions.readonly());
    permissions.set_readonly(false);
    CHECK(permissions.mode() == 0666);
    permissions.set_mode(0104755);
    CHECK(permissions == fs::Permissions::from_mode(04755));
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const std::string file = tree.write("file", "");
        CHECK((co_await fs::set_permissions(file, fs::Permissions::from_mode(0400))).has_value());
        CHECK((co_await fs::metadata(file))->permissions().readonly());
        CHECK(error_of(co_await fs::set_permissions(tree.path("none"), fs::Permissions::from_mode(0))) ==
              ENOENT);
      }());
    });
  }
}

TEST_SUITE("fs.contents") {
  TEST_CASE("a file is written and read as a whole") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const std::string path = tree.path("file");
        for (const std::size_t size : {0u, 1u, 31u, 32u, 33u, 4096u, 3'000'000u}) {
          std::string data(size, '\0');
          for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<char>('a' + i * 31 / 7 % 26);
          CHECK((co_await fs::write(path, data)).has_value());
          CHECK((co_await fs::read_to_string(path)).value() == data);
          const auto bytes = co_await fs::read(path);
          CHECK(std::string(reinterpret_cast<const char*>(bytes->data()), bytes->size()) == data);
        }
        CHECK((co_await fs::write(path, "a literal, without its end")).has_value());
        CHECK(tree.read("file") == "a literal, without its end");
        CHECK((co_await fs::write(path, std::string("moved"))).has_value());
        CHECK(tree.read("file") == "moved");
        CHECK((co_await fs::write(path, std::vector<std::byte>(3, std::byte{'x'}))).has_value());
        CHECK(tree.read("file") == "xxx");
      }());
    });
  }

  TEST_CASE("a file that does not tell its length is read to its end") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const auto status = co_await fs::read_to_string("/proc/self/status");
        CHECK(status.value().find("\nPid:") != std::string::npos);
        const TempTree tree;
        CHECK((co_await fs::copy("/proc/self/status", tree.path("copy"))).value() > 100);
        CHECK(tree.read("copy").find("\nPid:") != std::string::npos);
      }());
    });
  }

  TEST_CASE("text that is not UTF-8 is an error") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const std::string path = tree.write("file", "caf\xe9");
        CHECK((co_await fs::read_to_string(path)).error() == io::ErrorKind::InvalidData);
        CHECK((co_await fs::read(path))->size() == 4);
        CHECK(error_of(co_await fs::read_to_string(tree.path("none"))) == ENOENT);
        CHECK(error_of(co_await fs::read(tree.root())) == EISDIR);
        CHECK(error_of(co_await fs::write(tree.root(), "x")) == EISDIR);
        CHECK(error_of(co_await fs::write("/dev/full", "x")) == ENOSPC);
      }());
    });
  }

  TEST_CASE("a copy has the contents and the permissions") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const std::string from = tree.write("from", std::string(200'000, 'x'));
        const std::string to = tree.write("to", std::string(300'000, 'y'));
        CHECK((co_await fs::set_permissions(from, fs::Permissions::from_mode(0640))).has_value());
        CHECK((co_await fs::copy(from, to)).value() == 200'000);
        CHECK(tree.read("to") == tree.read("from"));
        CHECK((co_await fs::metadata(to))->permissions().mode() == 0640);
        CHECK((co_await fs::copy(from, tree.path("new"))).value() == 200'000);
        CHECK(tree.read("new") == tree.read("from"));
        CHECK((co_await fs::copy(tree.write("empty", ""), to)).value() == 0);
        CHECK(tree.read("to") == "");
        CHECK((co_await fs::copy(from, "/dev/null")).value() == 200'000);

        CHECK(error_of(co_await fs::copy(from, from)) == EINVAL);
        CHECK(tree.read("from").size() == 200'000);
        CHECK(error_of(co_await fs::copy(tree.root(), tree.path("x"))) == EINVAL);
        CHECK(error_of(co_await fs::copy(tree.path("none"), tree.path("x"))) == ENOENT);
        CHECK(!tree.has("x"));
        CHECK(error_of(co_await fs::copy(from, "/dev/full")) == ENOSPC);
      }());
    });
  }

  TEST_CASE("an operation that is not polled does nothing, and one that was moved from says so") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        {
          const auto unused = fs::write(tree.path("file"), "x");
        }
        CHECK(!tree.has("file"));
        auto first = fs::create_dir(tree.path("dir"));
        auto second = std::move(first);
        auto moved = test::spawn([&] { return std::move(first); });
        CHECK_THROWS_AS(static_cast<void>(moved.poll()), std::logic_error);
        CHECK(!tree.has("dir"));
        CHECK((co_await second).has_value());
        CHECK(tree.has("dir"));
      }());
    });
  }
}

TEST_SUITE("fs.OpenOptions") {
  TEST_CASE("options that contradict each other are refused") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const std::string file = tree.write("file", "text");
        CHECK(error_of(co_await fs::OpenOptions().open(file)) == EINVAL);
        CHECK(error_of(co_await fs::OpenOptions().read(true).create(true).open(file)) == EINVAL);
        CHECK(error_of(co_await fs::OpenOptions().read(true).truncate(true).open(file)) == EINVAL);
        CHECK(error_of(co_await fs::OpenOptions().read(true).create_new(true).open(file)) == EINVAL);
        CHECK(error_of(co_await fs::OpenOptions().append(true).truncate(true).open(file)) == EINVAL);
        CHECK(tree.read("file") == "text");
      }());
    });
  }

  TEST_CASE("each option does what its name says") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        const auto put = [](const fs::OpenOptions& options, std::string path, std::string text) -> Task<int> {
          const auto file = co_await options.open(path);
          if (!file) co_return error_of(file);
          CHECK((co_await file->write_all(text)).has_value());
          const auto flushed = co_await file->flush();
          co_return error_of(flushed);
        };
        const std::string path = tree.path("file");
        fs::OpenOptions writing;
        writing.write(true);
        CHECK(co_await put(writing, path, "x") == ENOENT);
        CHECK(co_await put(writing.create(true), path, "hello") == 0);
        CHECK(co_await put(writing, path, "J") == 0);
        CHECK(tree.read("file") == "Jello");
        CHECK(co_await put(writing.truncate(true), path, "new") == 0);
        CHECK(tree.read("file") == "new");
        CHECK(co_await put(fs::OpenOptions().append(true), path, "er") == 0);
        CHECK(tree.read("file") == "newer");
        CHECK(co_await put(writing.create_new(true), path, "x") == EEXIST);
        CHECK(co_await put(writing.mode(0600), tree.path("other"), "x") == 0);
        CHECK((co_await fs::metadata(tree.path("other")))->permissions().mode() == 0600);
        CHECK((co_await fs::symlink(path, tree.path("link"))).has_value());
        fs::OpenOptions direct;
        direct.read(true).custom_flags(O_NOFOLLOW | O_WRONLY);
        CHECK(error_of(co_await direct.open(tree.path("link"))) == ELOOP);
        const auto opened = co_await direct.open(path);
        CHECK((::fcntl(opened->as_raw_fd(), F_GETFL) & O_ACCMODE) == O_RDONLY);
        CHECK((::fcntl(opened->as_raw_fd(), F_GETFD) & FD_CLOEXEC) != 0);
      }());
    });
  }

  TEST_CASE("appending goes to the end, whatever the position is") {
    test::for_each_backend([](const runtime::Runtime& rt) {
      rt.block_on([]() -> Task<void> {
        const TempTree tree;
        fs::OpenOptions options;
        const auto file = co_await options.read(true).append(true).open(tree.write("file", "one"));
        CHECK((co_await file->rewind()).has_value());
        CHECK((co_await file->write_all(" two")).has_value());
        CHECK((co_await file->flush()).has_value());
        CHECK(tree.read("file") == "one two");
        CHECK((co_await file->stream_position()).value() == 7);
      }());
    });
  }
}

}  // namespace
}  // namespace ferry
