#include "discover/paths.hpp"

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

using Paths = std::vector<std::string>;

}  // namespace

TEST_SUITE("rewriter.discover.paths") {
  TEST_CASE("a pattern's wildcards stay within a name, but for **") {
    const test::TempTree tree;
    for (const char* name : {"src/a.cpp", "src/b.cpp", "src/a.hpp", "src/deep/er/c.cpp", "src/.hidden/d.cpp",
                             "lib/e.cc", "src/.f.cpp"})
      tree.write(name, "");
    CHECK(expand_glob(tree.path("src/*.cpp")) == Paths{tree.path("src/a.cpp"), tree.path("src/b.cpp")});
    CHECK(expand_glob(tree.path("src/**/*.cpp")) ==
          Paths{tree.path("src/a.cpp"), tree.path("src/b.cpp"), tree.path("src/deep/er/c.cpp")});
    CHECK(expand_glob(tree.path("**/c.cpp")) == Paths{tree.path("src/deep/er/c.cpp")});
    CHECK(expand_glob(tree.path("*/[a-b].?pp")) ==
          Paths{tree.path("src/a.cpp"), tree.path("src/a.hpp"), tree.path("src/b.cpp")});
    CHECK(expand_glob(tree.path("{lib,none}/*.{cc,cpp}")) == Paths{tree.path("lib/e.cc")});
    CHECK(expand_glob(tree.path("src/.hid*/*.cpp")) == Paths{tree.path("src/.hidden/d.cpp")});
    CHECK(expand_glob(tree.path("src/*.cxx")).empty());
    CHECK(expand_glob(tree.path("nowhere/*")).empty());
    CHECK(expand_glob(tree.path("src/[")).empty());
  }

  TEST_CASE("a pattern that ends in a directory means the directory") {
    const test::TempTree tree;
    tree.write("src/deep/c.cpp", "");
    CHECK(expand_glob(tree.path("s*")) == Paths{tree.path("src")});
  }

  TEST_CASE("a link that leads back does not keep ** from ending") {
    const test::TempTree tree;
    tree.write("src/a.cpp", "");
    std::filesystem::create_directory_symlink(".", tree.path("src/again"));
    CHECK(expand_glob(tree.path("src/**/*.cpp")) == Paths{tree.path("src/a.cpp")});
  }

  TEST_CASE("a list has one path a line, or zero bytes between them") {
    const test::TempTree tree;
    Problem error;
    tree.write("lines", "src/a.cpp\r\n\n/abs/b.cpp\n./c d.cpp");
    CHECK(*read_list("lines", tree.root(), error) ==
          Paths{tree.path("src/a.cpp"), "/abs/b.cpp", tree.path("c d.cpp")});
    using namespace std::string_literals;
    tree.write("zeros", "a.cpp\0two\nlines.cpp\0"s);
    CHECK(*read_list("zeros", tree.root(), error) == Paths{tree.path("a.cpp"), tree.path("two\nlines.cpp")});
    tree.write("empty", "");
    CHECK(read_list("empty", tree.root(), error)->empty());
  }

  TEST_CASE("a list that cannot be read is an error") {
    const test::TempTree tree;
    Problem error;
    CHECK_FALSE(read_list("none", tree.root(), error));
    CHECK(error.file == tree.path("none"));
    CHECK(error.message.find("--files-from") != std::string::npos);
  }
}
