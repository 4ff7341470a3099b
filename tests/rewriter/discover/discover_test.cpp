#include "discover/discover.hpp"

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

std::vector<std::string> unwrapped(std::vector<std::string> command) {
  remove_wrappers(command);
  return command;
}

std::string entry(const std::string& directory, const std::string& file, const std::string& command) {
  return R"({"directory": ")" + directory + R"(", "file": ")" + file + R"(", "command": ")" + command + "\"}";
}

}  // namespace

TEST_SUITE("rewriter.discover") {
  TEST_CASE("whatever launches the compiler is removed from its command") {
    const std::vector<std::string> bare = {"g++", "-c", "a.cpp"};
    CHECK(unwrapped({"g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"/usr/bin/ccache", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"ccache", "distcc", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"env", "-u", "X", "A=b", "ccache", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"/usr/bin/cmake", "-E", "env", "CCACHE_X=1", "ccache", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"cmake", "-E", "__run_co_compile", "--tidy=x", "--", "g++", "-c", "a.cpp"}) == bare);
  }

  TEST_CASE("file names in a database are relative to the command's directory, that to the database") {
    Problem error;
    const auto jobs = read_database("/p/build/compile_commands.json",
                                    "[" + entry("sub", "../../a.cpp", "g++ x") + "]", error);
    REQUIRE(jobs);
    REQUIRE(jobs->size() == 1);
    CHECK(jobs->front().directory == "/p/build/sub");
    CHECK(jobs->front().file == "/p/a.cpp");
  }

  TEST_CASE("commands that differ in their output only are one job, other languages none") {
    Problem error;
    const auto jobs =
        read_database("/p/compile_commands.json",
                      "[" + entry("/p", "a.cpp", "g++ -c a.cpp -o 1.o") + "," +
                          entry("/p", "a.cpp", "g++ -c a.cpp -o 2.o") + "," +
                          entry("/p", "a.cpp", "g++ -DX -c a.cpp -o 3.o") + "," +
                          entry("/p", "b.c", "gcc -c b.c") + "," + entry("/p", "c.S", "gcc -c c.S") + "]",
                      error);
    REQUIRE(jobs);
    CHECK(jobs->size() == 2);
  }

  TEST_CASE("arguments in a response file are part of the command") {
    const test::TempTree tree;
    tree.write("flags.rsp", "-DA=1 '-DB=two words'");
    Problem error;
    const auto jobs =
        read_database(tree.path("compile_commands.json"),
                      "[" + entry(tree.root(), "a.cpp", "g++ @flags.rsp -c a.cpp") + "]", error);
    REQUIRE(jobs);
    CHECK(jobs->front().arguments ==
          std::vector<std::string>{"g++", "-DA=1", "-DB=two words", "-c", "a.cpp"});
  }

  TEST_CASE("a malformed database is reported with line and column and what to do") {
    Problem error;
    SUBCASE("no JSON") {
      CHECK_FALSE(read_database("/p/db.json", "[\n  {\"directory\": }\n]", error));
      CHECK(error.file == "/p/db.json");
      CHECK(error.line == 2);
      CHECK(error.column > 1);
      CHECK(error.message.find("generate it again") != std::string::npos);
    }
    SUBCASE("an entry without a command") {
      CHECK_FALSE(read_database(
          "/p/db.json", "[" + entry("/p", "a.cpp", "g++ [{,") + ",\n  {\"file\": \"b.cpp\"}]", error));
      CHECK(error.line == 2);
      CHECK(error.column == 3);
    }
    SUBCASE("no array") {
      CHECK_FALSE(read_database("/p/db.json", "{}", error));
      CHECK(error.line == 1);
    }
  }

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
    CHECK(found->headers == std::vector<std::string>{tree.path("src/a.hpp")});
  }

  TEST_CASE("the root is the directory of .git, or holds all sources") {
    const test::TempTree tree;
    tree.write("p/src/a.cpp", "");
    tree.write("p/lib/b.cpp", "");
    tree.write("p/build/compile_commands.json", "[" + entry(tree.path("p"), "src/a.cpp", "g++ x") + "," +
                                                    entry(tree.path("p"), "lib/b.cpp", "g++ x") + "]");
    Problem error;
    const DiscoverOptions options{.working_directory = tree.path("p/build"), .build = tree.path("p/build")};
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
    CHECK_FALSE(discover({.working_directory = tree.root(), .build = tree.root()}, error));
    CHECK(error.message.find("-DCMAKE_EXPORT_COMPILE_COMMANDS=ON") != std::string::npos);
  }
}
