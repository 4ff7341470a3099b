#include "discover/database.hpp"

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

Database read(const std::string& text, const std::string& path = "/p/compile_commands.json") {
  Problem error;
  auto database = read_database(path, text, error);
  REQUIRE_MESSAGE(database, error.message);
  return *database;
}

// Whether a command for this file is one for a C++ unit.
bool is_taken(const std::string& file, const std::string& command) {
  return read("[" + entry("/p", file, command) + "]").jobs.size() == 1;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_SUITE("rewriter.discover.database") {
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
    const auto read = read_database("/p/build/compile_commands.json",
                                    "[" + entry("sub", "../../a.cpp", "g++ x") + "]", error);
    REQUIRE_MESSAGE(read, error.message);
    const Jobs& jobs = read->jobs;
    REQUIRE(jobs.size() == 1);
    CHECK(jobs.front().directory == "/p/build/sub");
    CHECK(jobs.front().file == "/p/a.cpp");
  }

  TEST_CASE("commands that differ in their output only are one job, other languages none") {
    Problem error;
    const auto read =
        read_database("/p/compile_commands.json",
                      "[" + entry("/p", "a.cpp", "g++ -c a.cpp -o 1.o") + "," +
                          entry("/p", "a.cpp", "g++ -c a.cpp -o 2.o") + "," +
                          entry("/p", "a.cpp", "g++ -DX -c a.cpp -o 3.o") + "," +
                          entry("/p", "b.c", "gcc -c b.c") + "," + entry("/p", "c.S", "gcc -c c.S") + "]",
                      error);
    REQUIRE_MESSAGE(read, error.message);
    const Jobs& jobs = read->jobs;
    CHECK(jobs.size() == 2);
  }

  TEST_CASE("arguments in a response file are part of the command") {
    const test::TempTree tree;
    tree.write("flags.rsp", "-DA=1 '-DB=two words'");
    Problem error;
    const auto read =
        read_database(tree.path("compile_commands.json"),
                      "[" + entry(tree.root(), "a.cpp", "g++ @flags.rsp -c a.cpp") + "]", error);
    REQUIRE_MESSAGE(read, error.message);
    const Jobs& jobs = read->jobs;
    CHECK(jobs.front().arguments == std::vector<std::string>{"g++", "-DA=1", "-DB=two words", "-c", "a.cpp"});
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

  TEST_CASE("libtool, shells, priorities and a wrapper of one's own are no compilers") {
    const std::vector<std::string> bare = {"g++", "-c", "a.cpp"};
    CHECK(unwrapped({"/bin/bash", "../libtool", "--silent", "--tag=CXX", "--mode=compile", "g++", "-c",
                     "a.cpp"}) == bare);
    CHECK(unwrapped({"libtool", "--mode=compile", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"CCACHE_DIR=/c", "LANG=C", "ccache", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"nice", "-n", "10", "timeout", "60s", "sccache", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"taskset", "0x3", "icecc", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"rewrapper", "-cfg=x.cfg", "-exec_root=/r", "g++", "-c", "a.cpp"}) == bare);
    CHECK(unwrapped({"/opt/company/launch", "g++", "-c", "a.cpp"}) == bare);
    // Whatever else stands in front is the compiler.
    CHECK(unwrapped({"/opt/x-c++wrap", "-c", "a.cpp"}).size() == 3);
    CHECK(unwrapped({"x86_64-linux-gnu-g++-12", "-c", "cc"}).size() == 3);
    CHECK(unwrapped({"/odd=path/g++", "-c", "a.cpp"}).size() == 3);
    CHECK(unwrapped({"ccache"}).empty());
  }

  TEST_CASE("a compiler is known by its name without directory, version and .exe") {
    CHECK(compiler_name({"/usr/bin/x86_64-linux-gnu-g++-12.2"}) == "x86_64-linux-gnu-g++");
    CHECK(compiler_name({"C:\\VC\\bin\\cl.exe"}) == "cl");
    CHECK(compiler_name({"clang++"}) == "clang++");
    CHECK(compiler_name({}).empty());
  }

  TEST_CASE("response files may name others, as seen from the command's directory") {
    const test::TempTree tree;
    tree.write("build/all.rsp", "-DA @sub/more.rsp");
    tree.write("build/sub/more.rsp", "-DB\n-DC=\\\"x\\\"");
    const auto jobs =
        read("[" + entry("build", "../a.cpp", "g++ @all.rsp -c ../a.cpp") + "]", tree.path("db.json")).jobs;
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0].directory == tree.path("build"));
    CHECK(jobs[0].arguments == std::vector<std::string>{"g++", "-DA", "-DB", "-DC=\"x\"", "-c", "../a.cpp"});
  }

  TEST_CASE("a response file that only a build writes is left out with one note for all commands") {
    const Database database = read("[" + entry("/p", "a.cpp", "clang++ @a.modmap -c a.cpp") + "," +
                                   entry("/p", "b.cpp", "clang++ @b.modmap -c b.cpp") + "]");
    REQUIRE(database.jobs.size() == 2);
    CHECK(database.jobs[0].arguments == std::vector<std::string>{"clang++", "-c", "a.cpp"});
    REQUIRE(database.notes.size() == 1);
    CHECK(database.notes[0].file == "/p/compile_commands.json");
    CHECK(database.notes[0].message ==
          "2 commands without their `@file`: it is not there; build the project if it is generated (the "
          "first is for "
          "/p/a.cpp)");
  }

  TEST_CASE("a response file that names itself does not go on for ever") {
    const test::TempTree tree;
    tree.write("a.rsp", "-DA @a.rsp");
    CHECK(read("[" + entry(tree.root(), "a.cpp", "g++ @a.rsp -c a.cpp") + "]").jobs.size() == 1);
  }

  TEST_CASE("what is C++ is known by -x, by the file's name, and by a compiler that takes C for it") {
    for (const char* file : {"a.cpp", "a.cc", "a.cxx", "a.C", "a.c++", "a.mm", "a.cppm", "a.ixx", "a.hpp"})
      CHECK_MESSAGE(is_taken(file, "gcc -c x"), file);
    for (const char* file :
         {"a.c", "a.m", "a.s", "a.S", "a.rc", "a.f90", "a.swift", "a.go", "a.rs", "a.cu", "a"})
      CHECK_MESSAGE(!is_taken(file, "gcc -c x"), file);
    CHECK(is_taken("a.c", "g++ -c a.c"));
    CHECK(is_taken("a.c", "gcc -x c++ -c a.c"));
    CHECK(is_taken("a.inc", "gcc -xc++-header a.inc"));
    CHECK(is_taken("a.c", "clang-cl /TP a.c"));
    CHECK_FALSE(is_taken("a.cpp", "g++ -x c -c a.cpp"));
    CHECK_FALSE(is_taken("a.cpp", "g++ -x assembler-with-cpp -c a.cpp"));
  }

  TEST_CASE("what cannot be read on this machine is left out with a note, and an error when it is all") {
    const std::string windows = R"({"directory": "C:\\p", "file": "a.cpp", "command": "cl.exe /c a.cpp"})";
    const Database database =
        read("[" + windows + "," + entry("/p", "b.cpp", "nvcc -c b.cpp") + "," +
             entry("/p", "c.cpp", "ccache") + "," + entry("/p", "d.cpp", "g++ d.cpp") + "]");
    CHECK(database.jobs.size() == 1);
    REQUIRE(database.notes.size() == 3);
    CHECK(has(database.notes[0].message, "1 command left out: Clang cannot imitate nvcc"));
    CHECK(has(database.notes[1].message, "there is no compiler in them"));
    CHECK(has(database.notes[2].message, "written on Windows"));

    const Database gone =
        read("[" + entry("/p", "c.cpp", "env @gone-cpp") + "," + entry("/p", "d.cpp", "g++ d.cpp") + "]");
    CHECK(gone.jobs.size() == 1);
    REQUIRE(gone.notes.size() == 1);
    CHECK(has(gone.notes[0].message, "there is no compiler in them"));

    const Database cl = read("[" + entry("/p", "e.cpp", "/opt/cl.exe /c e.cpp") + "]");
    CHECK(cl.jobs.size() == 1);
    REQUIRE(cl.notes.size() == 1);
    CHECK(has(cl.notes[0].message, "1 command in the style of cl: read as clang-cl does"));

    Problem error;
    CHECK_FALSE(read_database("/p/db.json", "[" + windows + "]", error));
    CHECK(has(error.message, "write the database on this machine"));
  }
}
