#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

namespace ferry::rewriter::test {
namespace {

struct Case : Program {
  Case() {
    tree.write("home/.gitconfig", "[user]\nname = t\nemail = t@localhost\n");
    write("include/more.hpp", R"more(#pragma once
#include <ferry/annotate.hpp>
struct Old {};
struct New {
  New() = default;
  New(Old) {}
};
FERRY_REPLACE("MAKE-01", safe, "make_new()") Old make_old();
New make_new();
using OldName FERRY_REPLACE("TYPE-01", safe, "New") = Old;

struct Apart {};
struct Other {};
FERRY_REPLACE("PAIR-01", safe, "make_other()") Apart make_apart();
Other make_other();
using ApartName FERRY_REPLACE("PAIR-02", safe, "Other") = Apart;
)more");
  }
  void set_main(const std::string& text) const {
    write("src/a.cpp", "#include <api.hpp>\n#include <more.hpp>\n" + text);
    write_database({"src/a.cpp"});
    commit();
  }
  std::string subjects() const { return shell("git log --reverse --format=%s HEAD").out; }
  // Whether every commit compiles.
  bool compiles_everywhere() const {
    return shell(
               "for c in $(git rev-list HEAD); do git checkout -q $c; ferry check >/dev/null; test $? -le 1 "
               "|| exit 1; "
               "done; git checkout -q main")
               .status == 0;
  }
};

}  // namespace

TEST_SUITE("rewriter.cli.commits") {
  TEST_CASE("each rule has its commit, with its message, and the tree ends as without commits") {
    const Case c;
    c.set_main(
        "int f() { return api::delay(api::nap(1)) + api::nap(2); }\nint g() { return api::doze(3); }\n");
    CHECK(c.run("fix --unsafe").status == 1);
    const std::string fixed = c.read("src/a.cpp");
    CHECK(c.run("undo").status == 0);

    const Ran ran = c.run("fix --unsafe --per-rule-commits");
    CHECK_MESSAGE(ran.status == 1, ran.err);
    CHECK(c.subjects() ==
          "all\nMOCK-01: `delay` is now `api::rest(ms)`\nMOCK-02: `nap` is now `api::rest(ms)`\n");
    CHECK(has(c.shell("git log -1 --format=%b").out, "Rewritten by ferry: 2 places in 1 file."));
    CHECK(c.read("src/a.cpp") == fixed);
    CHECK(c.shell("git status --porcelain").out.empty());
    CHECK(c.compiles_everywhere());
    CHECK(has(ran.out, "Rewrote 3 places in 1 file"));
    const Ran undo = c.run("undo");
    CHECK(undo.status == 3);
    CHECK(has(undo.err, "is in 2 commits; `git revert "));
    const std::size_t begin = undo.err.find("git revert");
    CHECK(c.shell(undo.err.substr(begin, undo.err.find('`', begin) - begin) + " --no-edit").status == 0);
    CHECK(has(c.read("src/a.cpp"), "api::delay(api::nap(1))"));
    CHECK(c.run("fix --per-rule-commits").status == 1);
  }

  TEST_CASE("a rule that compiles only after another comes after it") {
    const Case c;
    c.set_main("OldName f() { return make_old(); }\n");
    const Ran ran = c.run("fix --per-rule-commits");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(has(c.subjects(), "all\nTYPE-01: "));
    CHECK(has(c.subjects(), "\nMAKE-01: "));
    CHECK(has(c.read("src/a.cpp"), "New f() { return make_new(); }"));
    CHECK(c.compiles_everywhere());
  }

  TEST_CASE("rules that compile only together share a commit, and its message says so") {
    const Case c;
    c.set_main("ApartName f() { return make_apart(); }\nint g() { return api::delay(1); }\n");
    const Ran ran = c.run("fix --per-rule-commits");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    const std::string subjects = c.subjects();
    CHECK_MESSAGE(subjects ==
                      "all\nMOCK-01: `delay` is now `api::rest(ms)`\n"
                      "PAIR-01, PAIR-02: rewrite what compiles only together\n",
                  subjects);
    CHECK(c.compiles_everywhere());
  }

  TEST_CASE("nothing but the edits is committed: neither what is staged nor what is changed elsewhere") {
    const Case c;
    c.write("src/other.cpp", "int other();\n");
    c.write("src/staged.cpp", "int staged();\n");
    c.set_main("int f() { return api::delay(1); }\n");
    c.write("src/other.cpp", "int other();  // mine\n");
    c.write("src/staged.cpp", "int staged();  // mine\n");
    c.write("src/new.cpp", "// mine\n");
    c.shell("git add src/staged.cpp");
    CHECK(c.run("fix --per-rule-commits").status == 0);
    CHECK(c.shell("git show --format= --name-only HEAD").out == "src/a.cpp\n");
    CHECK(c.shell("git status --porcelain").out == " M src/other.cpp\nM  src/staged.cpp\n?? src/new.cpp\n");
  }

  TEST_CASE("a file with changes of its own is not committed, not even if --allow-dirty is given") {
    const Case c;
    c.set_main("int f() { return api::delay(1); }\n");
    const std::string before = c.read("src/a.cpp");
    SUBCASE("changed") { c.write("src/a.cpp", before + "// mine\n"); }
    SUBCASE("staged") {
      c.write("src/a.cpp", before + "// mine\n");
      c.shell("git add -A");
    }
    SUBCASE("not in git") { c.shell("git rm -q --cached src/a.cpp && git commit -q -m gone"); }
    SUBCASE("ignored") {
      c.shell(
          "echo a.cpp >.gitignore && git rm -q --cached src/a.cpp && git add .gitignore && git commit -q -m "
          "gone");
    }
    const std::string now = c.read("src/a.cpp");
    const std::string subjects = c.subjects();
    const Ran ran = c.run("fix --per-rule-commits --allow-dirty");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "src/a.cpp: error: has changes that are not committed, or is not in git"));
    CHECK(has(ran.out, "not rewritten: not committed"));
    CHECK(c.read("src/a.cpp") == now);
    CHECK(c.subjects() == subjects);
  }

  TEST_CASE("a commit that a hook refuses is taken back, and those before it stay") {
    const Case c;
    c.set_main("int f() { return api::delay(1) + api::nap(2); }\n");
    c.write(".git/hooks/pre-commit",
            "#!/bin/sh\nif grep -q 'rest(2)' src/a.cpp; then echo 'no naps' >&2; exit 1; fi\n");
    c.shell("chmod +x .git/hooks/pre-commit");
    const Ran ran = c.run("fix --unsafe --per-rule-commits");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "git did not commit MOCK-02, so it was taken back: no naps"));
    CHECK(has(c.read("src/a.cpp"), "api::rest(1) + api::nap(2)"));
    CHECK(c.subjects() == "all\nMOCK-01: `delay` is now `api::rest(ms)`\n");
    CHECK(c.shell("git status --porcelain").out.empty());
    CHECK(has(ran.out, "Rewrote 1 place in 1 file (MOCK-01 1)."));
  }

  TEST_CASE("without git, and with files of a submodule, nothing is written and the reason is said") {
    const Case c;
    SUBCASE("no git") {
      c.set_main("int f() { return api::delay(1); }\n");
      std::filesystem::remove_all(c.path(".git"));
      const Ran ran = c.run("fix --per-rule-commits");
      CHECK(ran.status == 3);
      CHECK(has(ran.err, "--per-rule-commits needs a git work tree"));
      CHECK(has(c.read("src/a.cpp"), "delay(1)"));
    }
    SUBCASE("a submodule") {
      c.set_main("#include \"lib/lib.hpp\"\nint f() { return lib(); }\n");
      REQUIRE(
          c.shell(
               "mkdir ../lib && cd ../lib && git init -q -b main . && echo '#include <api.hpp>' >lib.hpp && "
               "echo 'inline int lib() { return api::delay(4); }' >>lib.hpp && git add -A && "
               "git commit -q -m lib && cd ../project && "
               "git -c protocol.file.allow=always submodule --quiet add ../lib src/lib && git commit -qam "
               "sub")
              .status == 0);
      const Ran ran = c.run("fix --per-rule-commits");
      CHECK(ran.status == 3);
      CHECK(has(ran.err, "src/lib/lib.hpp: error: belongs to another git work tree than the root"));
      CHECK(has(c.read("src/lib/lib.hpp"), "delay(4)"));
    }
  }

  TEST_CASE("it excludes what cannot be committed") {
    const Case c;
    CHECK(c.run("fix --per-rule-commits --diff").status == 2);
    CHECK(c.run("fix --per-rule-commits --interactive").status == 2);
  }
}

}  // namespace ferry::rewriter::test
