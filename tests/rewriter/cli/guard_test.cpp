// What `fix` asks before it writes: that git has what it changes, and that nobody else is at it.
#include <filesystem>

#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

namespace fs = std::filesystem;

namespace ferry::rewriter::test {
namespace {

struct Case : Program {
  Case() {
    write("src/a.cpp", "#include <api.hpp>\nint f() { return api::delay(1); }\n");
    write("src/b.cpp", "#include <api.hpp>\nint g() { return api::delay(2); }\n");
    write("src/other.cpp", "int other();\n");
    write_database({"src/a.cpp", "src/b.cpp", "src/other.cpp"});
    commit();
  }
  void dirty(const std::string& file) const { write(file, read(file) + "// mine\n"); }
  bool is_fixed() const { return has(read("src/a.cpp"), "rest(1)") && has(read("src/b.cpp"), "rest(2)"); }
  bool is_old() const { return has(read("src/a.cpp"), "delay(1)") && has(read("src/b.cpp"), "delay(2)"); }
};

}  // namespace

TEST_SUITE("rewriter.cli.guard") {
  TEST_CASE(
      "a file with changes that git does not have is not written, nor any other, unless that is allowed") {
    const Case c;
    c.dirty("src/b.cpp");
    const Ran ran = c.run("fix");
    CHECK(ran.status == 3);
    CHECK(has(
        ran.err,
        "src/b.cpp: error: has changes that git does not have; nothing was written: commit, stage or stash "
        "them, or pass --allow-dirty"));
    CHECK_FALSE(has(ran.err, "src/a.cpp"));
    CHECK(c.is_old());
    CHECK(c.run("fix --diff").status == 0);  // nothing would be written
    CHECK(c.run("check").status == 1);
    CHECK(c.run("fix --allow-dirty").status == 0);
    CHECK(c.is_fixed());
    CHECK(has(c.read("src/b.cpp"), "// mine"));
  }

  TEST_CASE("changes that git has are no obstacle: committed ones, staged ones, those of other files") {
    const Case c;
    c.dirty("src/b.cpp");
    c.shell("git add src/b.cpp");
    c.dirty("src/other.cpp");
    c.write("src/new.txt", "");
    const Ran ran = c.run("fix");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(ran.err.empty());
    CHECK(c.is_fixed());
    // What was staged still is what it was.
    CHECK(has(c.shell("git show :src/b.cpp").out, "delay(2); }\n// mine"));
  }

  TEST_CASE("a file that git does not know is not written, unless git is to ignore it") {
    const Case c;
    c.write("src/new.cpp", "#include <api.hpp>\nint h() { return api::delay(3); }\n");
    c.write_database({"src/new.cpp"});
    CHECK(has(c.run("fix").err, "src/new.cpp: error: has changes that git does not have"));
    c.write(".gitignore", "new.cpp\n");
    CHECK(c.run("fix").status == 0);
    CHECK(has(c.read("src/new.cpp"), "rest(3)"));
  }

  TEST_CASE(
      "without git, with a directory that git does not accept, and in a hook, fix goes on and says nothing") {
    const Case c;
    c.dirty("src/b.cpp");
    SUBCASE("no repository") { fs::remove_all(c.path(".git")); }
    SUBCASE("none that git accepts") { fs::remove_all(c.path(".git/objects")); }
    SUBCASE("no git") {
      // The path has nothing but the program.
      const Ran ran = c.shell("PATH=\"$(dirname " FERRY_PROGRAM ")\" ferry fix");
      CHECK_MESSAGE(ran.status == 0, ran.err);
      CHECK(ran.err.empty());
      CHECK(c.is_fixed());
      return;
    }
    SUBCASE("a hook's variables lead elsewhere") {
      c.shell("git add -A");
      const Ran ran =
          c.shell("GIT_DIR=/nowhere GIT_INDEX_FILE=/nowhere/index GIT_WORK_TREE=/nowhere ferry fix");
      CHECK_MESSAGE(ran.status == 0, ran.err);
      CHECK(ran.err.empty());
      CHECK(c.is_fixed());
      return;
    }
    const Ran ran = c.run("fix");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(ran.err.empty());
    CHECK(c.is_fixed());
  }

  TEST_CASE("each file is judged by the repository that it is in, be it a submodule") {
    const Case c;
    REQUIRE(
        c.shell("mkdir ../lib && cd ../lib && git init -q -b main . && echo '#include <api.hpp>' >lib.hpp && "
                "echo 'inline int lib() { return api::delay(4); }' >>lib.hpp && git add -A && "
                "git -c user.name=t -c user.email=t@localhost commit -q -m lib && cd ../project && "
                "git -c protocol.file.allow=always submodule --quiet add ../lib src/lib")
            .status == 0);
    c.write("src/a.cpp", "#include \"lib/lib.hpp\"\nint f() { return api::delay(1) + lib(); }\n");
    c.commit("with a submodule");
    c.dirty("src/lib/lib.hpp");
    CHECK(has(c.run("fix").err, "src/lib/lib.hpp: error: has changes that git does not have"));
    c.shell("git -C src/lib add lib.hpp");
    CHECK(c.run("fix").status == 0);
    CHECK(has(c.read("src/lib/lib.hpp"), "rest(4)"));
    CHECK(c.is_fixed());
  }

  TEST_CASE("a second run in the same tree is refused while one is at work, and a check is not") {
    const Case c;
    // One that waits for an answer.
    const Ran ran = c.shell(
        "(sleep 2) | ferry fix --interactive 2>../first & sleep 0.5; ferry fix; s=$?; "
        "ferry check >/dev/null; c=$?; wait; cat ../first >&2; exit $((s * 10 + c))");
    CHECK(ran.status == 31);
    CHECK(has(ran.err, "another run of ferry is at work in this tree; wait until it has ended"));
    CHECK(c.is_old());
    CHECK(c.run("fix").status == 0);
  }
}

}  // namespace ferry::rewriter::test
