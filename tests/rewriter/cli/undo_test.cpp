#include <filesystem>

#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

namespace fs = std::filesystem;

namespace ferry::rewriter::test {
namespace {

struct Case : Program {
  Case() {
    write("src/a.cpp",
          "#include <api.hpp>\nint f() { return api::delay(1); }\nint g() { return api::nap(2); }\n");
    write_database({"src/a.cpp"});
    old_text = read("src/a.cpp");
  }
  std::string old_text;
};

}  // namespace

TEST_SUITE("rewriter.cli.undo") {
  TEST_CASE("the last run is taken back, then the run before it, then there is none") {
    const Case c;
    CHECK(c.run("fix").status == 1);
    const std::string safe_text = c.read("src/a.cpp");
    CHECK(c.run("fix --unsafe").status == 0);
    Ran ran = c.run("undo");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(has(ran.out, "Took back the run of "));
    CHECK(has(ran.out, "(ferry fix --unsafe): 1 file."));
    CHECK(c.read("src/a.cpp") == safe_text);
    CHECK(c.run("undo").status == 0);
    CHECK(c.read("src/a.cpp") == c.old_text);
    ran = c.run("undo");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "no run is known that could be taken back here"));
  }

  TEST_CASE("--diff shows what would be taken back and writes nothing") {
    const Case c;
    c.run("fix");
    const std::string fixed = c.read("src/a.cpp");
    const Ran ran = c.run("undo --diff");
    CHECK(ran.status == 0);
    CHECK(has(ran.out, "-int f() { return api::rest(1); }\n+int f() { return api::delay(1); }\n"));
    CHECK(c.read("src/a.cpp") == fixed);
  }

  TEST_CASE("nothing is taken back when a file has changed since, and every such file is named") {
    const Case c;
    c.write("src/b.cpp", "#include <api.hpp>\nint h() { return api::delay(1); }\n");
    c.write_database({"src/a.cpp", "src/b.cpp"});
    c.run("fix");
    const std::string a = c.read("src/a.cpp");
    c.write("src/b.cpp", "int h();\n");
    const Ran ran = c.run("undo");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "cannot be taken back; nothing was changed:"));
    CHECK(has(ran.err, "src/b.cpp: changed since that run"));
    CHECK_FALSE(has(ran.err, "src/a.cpp:"));
    CHECK(c.read("src/a.cpp") == a);
  }

  TEST_CASE("the tree is found from any directory in it, and from another by --root") {
    const Case c;
    c.run("fix");
    CHECK(c.shell("cd src && ferry undo").status == 0);
    CHECK(c.read("src/a.cpp") == c.old_text);
    c.run("fix");
    CHECK(c.shell("cd / && ferry undo --root '" + c.root() + "/src'").status == 0);
    CHECK(c.read("src/a.cpp") == c.old_text);
    CHECK(c.run("undo --root nowhere").status == 2);
  }

  TEST_CASE(
      "what is kept of a run is below .git, or without git in the user's cache, and never in the tree") {
    const Case c;
    const auto names = [&] {
      std::size_t count = 0;
      for (const auto& file : fs::recursive_directory_iterator(c.root()))
        count += has(file.path().string(), "/.git/") ? 0 : 1;
      return count;
    };
    const std::size_t before = names();
    c.run("fix");
    CHECK(names() == before);
    CHECK(fs::exists(c.path(".git/ferry/undo")));
    CHECK(c.run("undo").status == 0);

    fs::remove_all(c.path(".git"));
    c.run("fix");
    CHECK(names() == before - 1);
    CHECK(fs::exists(c.tree.path("home/.cache/ferry/trees")));
    CHECK(c.shell("cd src && ferry undo").status == 0);
    CHECK(c.read("src/a.cpp") == c.old_text);
  }

  TEST_CASE("git does not see what is kept of a run, in a further work tree neither") {
    const Case c;
    c.commit();
    REQUIRE(c.shell("git worktree add -q ../second && cp -r build ../second && sed -i s,/project,/second,g "
                    "../second/build/compile_commands.json && cd ../second && ferry fix")
                .status == 1);
    CHECK(has(c.tree.read("second/src/a.cpp"), "rest(1)"));
    CHECK(c.shell("cd ../second && git status --porcelain").out ==
          " M build/compile_commands.json\n M src/a.cpp\n");
    CHECK(c.run("undo").status == 2);  // the first work tree has had no run
    CHECK(c.shell("cd ../second && ferry undo").status == 0);
    CHECK(c.tree.read("second/src/a.cpp") == c.old_text);
  }

  TEST_CASE("a tree can be moved between a run and its undo") {
    const Case c;
    c.run("fix");
    CHECK(c.shell("cd .. && mv project moved && cd moved && ferry undo").status == 0);
    CHECK(c.tree.read("moved/src/a.cpp") == c.old_text);
  }
}

}  // namespace ferry::rewriter::test
