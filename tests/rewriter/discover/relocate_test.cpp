// Commands for a copy of the tree at another revision.
#include "discover/relocate.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "discover/database.hpp"
#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

Job job_of(const std::string& top, const std::string& file, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "c++");
  arguments.push_back(top + "/" + file);
  return {.file = top + "/" + file, .directory = top + "/build", .arguments = std::move(arguments)};
}

}  // namespace

TEST_SUITE("rewriter.discover.relocate") {
  TEST_CASE("paths lead to the copy where it has them, and stay where it has not") {
    const ::test::TempTree tree;
    tree.write("now/src/a.cpp", "");
    tree.write("now/src/b.cpp", "");
    tree.write("now/include/x.hpp", "");
    tree.write("now/build/made/y.hpp", "");
    tree.write("now/module/z.hpp", "");
    tree.write("then/src/a.cpp", "");
    tree.write("then/include/x.hpp", "");
    std::filesystem::create_directory(tree.path("then/module"));  // a submodule that is not checked out
    const std::string now = tree.path("now");
    const std::string then = tree.path("then");
    const Jobs jobs = relocate({job_of(now, "src/a.cpp",
                                       {"-I" + now + "/include", "-isystem", now + "/build/made",
                                        "-I../include", "-Imade", "-I" + now + "/module", "-DROOT=" + now,
                                        "-I/usr/include", "-o", "a.o", "-include", "../include/x.hpp"}),
                                job_of(now, "src/b.cpp", {})},
                               now, then, {"src/a.cpp"});
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0].file == then + "/src/a.cpp");
    CHECK(jobs[0].directory == then + "/build");
    CHECK(jobs[0].arguments ==
          std::vector<std::string>{"c++", "-I" + then + "/include", "-isystem", now + "/build/made",
                                   "-I" + then + "/include", "-I" + now + "/build/made",
                                   "-I" + now + "/module", "-DROOT=" + now, "-I/usr/include", "-o", "a.o",
                                   "-include", then + "/include/x.hpp", then + "/src/a.cpp"});
  }

  TEST_CASE("a source that has gone since is compiled as its nearest neighbour is") {
    const ::test::TempTree tree;
    for (const char* name :
         {"now/src/a.cpp", "now/lib/b.cpp", "now/lib/unbuilt.cpp", "then/src/a.cpp", "then/lib/b.cpp",
          "then/lib/gone.cpp", "then/lib/unbuilt.cpp", "then/lib/notes.txt"})
      tree.write(name, "");
    const std::string now = tree.path("now");
    const std::string then = tree.path("then");
    const Jobs jobs =
        relocate({job_of(now, "lib/b.cpp", {"-DLIB"}), job_of(now, "src/a.cpp", {"-DSRC"})}, now, then,
                 {"lib/b.cpp", "lib/gone.cpp", "lib/notes.txt", "lib/unbuilt.cpp", "src/a.cpp"});
    REQUIRE(jobs.size() == 3);
    CHECK(jobs[1].file == then + "/lib/gone.cpp");
    CHECK(jobs[1].arguments == std::vector<std::string>{"c++", "-DLIB", then + "/lib/gone.cpp"});
  }

  TEST_CASE("what is written as a database is read again") {
    const Jobs jobs = {job_of("/p", "a \"b\".cpp", {"-DX=\"1 2\""})};
    Problem error;
    const auto read = read_database("/d.json", write_database(jobs), error);
    REQUIRE_MESSAGE(read, error.message);
    REQUIRE(read->jobs.size() == 1);
    CHECK(read->jobs[0].file == jobs[0].file);
    CHECK(read->jobs[0].arguments == jobs[0].arguments);
  }
}
