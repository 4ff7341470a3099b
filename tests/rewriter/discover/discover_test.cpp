#include "discover/discover.hpp"

#include <chrono>

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

std::string entry(const std::string& directory, const std::string& file, const std::string& command) {
  return R"({"directory": ")" + directory + R"(", "file": ")" + file + R"(", "command": ")" + command + "\"}";
}

}  // namespace

TEST_SUITE("rewriter.discover") {
  TEST_CASE("the newest database of build*/ and its presets is found from a path below") {
    const test::TempTree tree;
    const std::string source = tree.write("src/deep/a.cpp", "");
    tree.write("build/release/compile_commands.json",
               "[" + entry(tree.root(), "src/deep/a.cpp", "g++ x") + "]");
    Problem error;
    const auto found = discover({.working_directory = "/", .paths = {source}}, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->selected == std::vector<std::size_t>{0});
  }

  TEST_CASE("paths choose jobs, a header is left for the scan to place") {
    const test::TempTree tree;
    tree.write("src/a.cpp", "");
    tree.write("lib/b.cpp", "");
    tree.write("src/a.hpp", "");
    tree.write("compile_commands.json", "[" + entry(tree.root(), "src/a.cpp", "g++ x") + "," +
                                            entry(tree.root(), "lib/b.cpp", "g++ x") + "]");
    Problem error;
    const auto found = discover({.working_directory = tree.root(), .paths = {"lib/", "src/a.hpp"}}, error);
    REQUIRE_MESSAGE(found, error.message);
    REQUIRE(found->selected.size() == 1);
    CHECK(found->jobs[found->selected[0]].file == tree.path("lib/b.cpp"));
    REQUIRE(found->headers.size() == 1);
    CHECK(found->headers[0].path == tree.path("src/a.hpp"));
    CHECK(found->headers[0].is_required);
  }

  TEST_CASE("the root is the directory of .git, or holds all sources") {
    const test::TempTree tree;
    tree.write("p/src/a.cpp", "");
    tree.write("p/lib/b.cpp", "");
    tree.write("p/build/compile_commands.json", "[" + entry(tree.path("p"), "src/a.cpp", "g++ x") + "," +
                                                    entry(tree.path("p"), "lib/b.cpp", "g++ x") + "]");
    Problem error;
    const DiscoverOptions options{.working_directory = tree.path("p/build"),
                                  .builds = {tree.path("p/build")}};
    CHECK(discover(options, error)->scope.root == tree.path("p"));
    tree.write(".git/HEAD", "");
    CHECK(discover(options, error)->scope.root == tree.root());
  }

  TEST_CASE("a directory reached by a link is the one that the database means") {
    const test::TempTree tree;
    tree.write("real/a.cpp", "");
    tree.write("real/compile_commands.json", "[" + entry(tree.path("real"), "a.cpp", "g++ x") + "]");
    std::filesystem::create_directory_symlink("real", tree.path("link"));
    Problem error;
    const auto found = discover({.working_directory = tree.path("link"), .paths = {"a.cpp"}}, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->scope.root == tree.path("real"));
    CHECK(found->selected.size() == 1);
  }

  TEST_CASE("a root without any of the database's files is an error, not an empty report") {
    const test::TempTree tree;
    tree.write("a/a.cpp", "");
    tree.write("b/b.cpp", "");
    tree.write("compile_commands.json", "[" + entry(tree.root(), "a/a.cpp", "g++ x") + "]");
    Problem error;
    CHECK_FALSE(discover({.working_directory = tree.root(), .root = "b"}, error));
    CHECK(error.file == tree.path("b"));
  }

  TEST_CASE("flags after -- need no database") {
    const test::TempTree tree;
    const std::string file = tree.write("a.cpp", "");
    Problem error;
    const auto found = discover({.working_directory = tree.root(),
                                 .paths = {"a.cpp"},
                                 .flags = std::vector<std::string>{"-DX"},
                                 .extra_args = {"-DY"}},
                                error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->jobs[0].arguments == std::vector<std::string>{"clang++", "-DX", file, "-DY"});
  }

  TEST_CASE("what is missing is named") {
    const test::TempTree tree;
    Problem error;
    CHECK_FALSE(discover({.working_directory = tree.root(), .paths = {"none.cpp"}}, error));
    CHECK(error.file == tree.path("none.cpp"));
    CHECK_FALSE(discover({.working_directory = tree.root(), .builds = {tree.root()}}, error));
    CHECK(error.message.find("-DCMAKE_EXPORT_COMPILE_COMMANDS=ON") != std::string::npos);
  }

  TEST_CASE("several databases are as many configurations of the same units") {
    const test::TempTree tree;
    const std::string a = tree.write("a.cpp", "");
    tree.write("b.cpp", "");
    tree.write("build/debug/compile_commands.json", "[" + entry(tree.root(), "b.cpp", "g++ x") + "," +
                                                        entry(tree.root(), "a.cpp", "g++ -g x") + "]");
    tree.write("build/release/compile_commands.json", "[" + entry(tree.root(), "a.cpp", "g++ -O2 x") + "]");
    Problem error;
    const auto found =
        discover({.working_directory = tree.root(),
                  .builds = {"build/release", "build/debug/compile_commands.json", "./build/release"}},
                 error);
    REQUIRE_MESSAGE(found, error.message);
    REQUIRE(found->jobs.size() == 3);
    CHECK(found->jobs[0].file == a);
    CHECK(found->jobs[0].configuration == "build/release");
    CHECK(found->jobs[1].file == a);
    CHECK(found->jobs[1].configuration == "build/debug");
    CHECK(found->jobs[2].configuration == "build/debug");
    CHECK(found->databases == std::vector<std::string>{tree.path("build/release/compile_commands.json"),
                                                       tree.path("build/debug/compile_commands.json")});
    // One alone needs no name.
    CHECK(discover({.working_directory = tree.root(), .builds = {"build/debug"}}, error)
              ->jobs.front()
              .configuration.empty());
  }

  TEST_CASE("the newest of several builds is taken, and that is said") {
    const test::TempTree tree;
    tree.write("a.cpp", "");
    const std::string database = "[" + entry(tree.root(), "a.cpp", "g++ x") + "]";
    tree.write("build/old/compile_commands.json", database);
    const std::string recent = tree.write("build-new/compile_commands.json", database);
    std::filesystem::last_write_time(tree.path("build/old/compile_commands.json"),
                                     std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    Problem error;
    const auto found = discover({.working_directory = tree.root()}, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->databases == std::vector<std::string>{recent});
    REQUIRE(found->notes.size() == 1);
    CHECK(found->notes[0].file == recent);
    CHECK(found->notes[0].message == "this compile database is used, the newest of 2; name others with -p");
  }

  TEST_CASE("a pattern that the shell left alone is expanded, and need not match compiled files only") {
    const test::TempTree tree;
    tree.write("src/a.cpp", "");
    tree.write("src/a.txt", "");
    tree.write("compile_commands.json", "[" + entry(tree.root(), "src/a.cpp", "g++ x") + "]");
    Problem error;
    const auto found = discover({.working_directory = tree.root(), .paths = {"**/a.*"}}, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->selected.size() == 1);
    REQUIRE(found->headers.size() == 1);
    CHECK_FALSE(found->headers[0].is_required);
    CHECK_FALSE(discover({.working_directory = tree.root(), .paths = {"**/b.*"}}, error));
    CHECK(error.message == "matches no file; check the PATH arguments");
  }

  TEST_CASE("a list of files may name what is gone and what is not compiled, and may be empty") {
    const test::TempTree tree;
    tree.write("a.cpp", "");
    tree.write("README", "");
    tree.write("compile_commands.json", "[" + entry(tree.root(), "a.cpp", "g++ x") + "]");
    Problem error;
    DiscoverOptions options{
        .working_directory = tree.root(),
        .listed = std::vector{tree.path("a.cpp"), tree.path("README"), tree.path("gone.cpp")}};
    auto found = discover(options, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->selected.size() == 1);
    REQUIRE(found->headers.size() == 1);
    CHECK_FALSE(found->headers[0].is_required);
    REQUIRE(found->notes.size() == 1);
    CHECK(found->notes[0].message == "1 of the listed files is not there; left out");

    options.listed->clear();
    found = discover(options, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->selected.empty());
    CHECK(found->headers.empty());
  }

  TEST_CASE("what a build makes is in nobody's scope, unless it is asked for") {
    const test::TempTree tree;
    tree.write(".git/HEAD", "");
    tree.write("a.cpp", "");
    tree.write("build/made.cpp", "");
    tree.write("build/CMakeCache.txt", "# x\nCMAKE_HOME_DIRECTORY:INTERNAL=" + tree.root() + "\n");
    tree.write("build/compile_commands.json", "[" + entry(tree.path("build"), "../a.cpp", "g++ x") + "," +
                                                  entry(tree.path("build"), "made.cpp", "g++ x") + "]");
    Problem error;
    auto found = discover({.working_directory = tree.root()}, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->selected.size() == 2);  // what it includes may be the project's
    CHECK(contains(found->scope, tree.path("a.cpp")));
    CHECK_FALSE(contains(found->scope, tree.path("build/made.cpp")));
    found = discover({.working_directory = tree.root(), .paths = {"build/made.cpp"}}, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(contains(found->scope, tree.path("build/made.cpp")));
  }

  TEST_CASE("a build in the source tree hides nothing") {
    const test::TempTree tree;
    tree.write(".git/HEAD", "");
    tree.write("sub/a.cpp", "");
    tree.write("sub/CMakeCache.txt", "# x\nCMAKE_HOME_DIRECTORY:INTERNAL=" + tree.path("sub") + "\n");
    tree.write("sub/compile_commands.json", "[" + entry(tree.path("sub"), "a.cpp", "g++ x") + "]");
    Problem error;
    const auto found = discover({.working_directory = tree.path("sub")}, error);
    REQUIRE_MESSAGE(found, error.message);
    CHECK(found->scope.root == tree.root());
    CHECK(contains(found->scope, tree.path("sub/a.cpp")));
  }

  TEST_CASE("a database none of whose files is there is told as written elsewhere") {
    const test::TempTree tree;
    tree.write("compile_commands.json", "[" + entry("/workspace/p", "a.cpp", "g++ x") + "]");
    Problem error;
    CHECK_FALSE(discover({.working_directory = tree.root()}, error));
    CHECK(error.file == tree.path("compile_commands.json"));
    CHECK(error.message.find("such as /workspace/p/a.cpp; write it on this machine") != std::string::npos);
  }
}
