#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"
#include "rewriter/support/terminal.hpp"

namespace ferry::rewriter::test {
namespace {

struct Case : Program {
  Case() {
    write("src/a.cpp",
          "#include <api.hpp>\nint one() { return api::delay(1); }\nint two() { return api::delay(2); }\n"
          "int three() { return api::delay(3); }\n");
    write_database({"src/a.cpp"});
  }
  std::string in_terminal(const std::string& arguments) const {
    return "cd '" + root() + "' && " FERRY_PROGRAM " fix --interactive " + arguments;
  }
  // Which of the three calls are new.
  std::string rewritten() const {
    std::string calls;
    for (const char* number : {"1", "2", "3"})
      if (has(read("src/a.cpp"), "rest(" + std::string(number))) calls += number;
    return calls;
  }
};

// What is right only together, and what is right only when nothing old is left.
constexpr const char* kGroups = R"lib(
namespace ferry {
namespace time {
struct Sleep {
  Sleep(const Sleep&) = delete;
  void reset(int);
};
Sleep sleep(int);
}  // namespace time
template <class T>
struct Pin {
  T* operator->();
};
template <class T>
Pin<T> pin(T (*make)(int), int argument);
namespace [[clang::annotate("ferry:moved:MOCK-09:safe:ferry")]] old {
using ferry::Pin, ferry::pin;
namespace time {
using ferry::time::Sleep, ferry::time::sleep;
struct [[clang::annotate("ferry:native:TIME-03:safe:ferry::time::Sleep")]] Delay {
  void reset(int);
};
[[clang::annotate("ferry:replace:TIME-01:safe:ferry::time::sleep($duration)")]] Delay delay_for(int duration);
}  // namespace time
}  // namespace old
}  // namespace ferry
)lib";

}  // namespace

TEST_SUITE("rewriter.cli.interactive") {
  TEST_CASE("each place is shown in colour with its diff, and a key decides without Enter") {
    const Case c;
    Terminal terminal(c.in_terminal(""));
    REQUIRE(terminal.wait_for("src/a.cpp:2:"));
    REQUIRE(terminal.wait_for("31m-int one() { return api::delay(1); }"));
    REQUIRE(terminal.wait_for("32m+int one() { return api::rest(1); }"));
    REQUIRE(terminal.wait_for("(1 of 3) Rewrite? [y,n,a,q,?] "));
    terminal.type("y");
    REQUIRE(terminal.wait_for("(2 of 3) Rewrite? [y,n,a,q,?] "));
    terminal.type("?");
    REQUIRE(terminal.wait_for("leave it as it is"));
    REQUIRE(terminal.wait_for("`ferry explain MOCK-01`"));
    REQUIRE(terminal.wait_for("Rewrite? [y,n,a,q,?] "));
    terminal.type("\x1b[A");  // an arrow is no answer
    REQUIRE(terminal.wait_for("Rewrite? [y,n,a,q,?] "));
    CHECK(c.rewritten().empty());
    terminal.type("n");
    REQUIRE(terminal.wait_for("(3 of 3) Rewrite? [y,n,a,q,?] "));
    terminal.type("y");
    CHECK(terminal.wait_for("declined"));
    CHECK(terminal.status() == 1);
    CHECK(terminal.is_as_usual());
    CHECK(c.rewritten() == "13");
  }

  TEST_CASE("`a` accepts the rest, `q` leaves it, and both write what was accepted before") {
    const Case c;
    Ran ran = c.shell("printf 'na' | ferry fix --interactive");
    CHECK_MESSAGE(ran.status == 1, ran.err);
    CHECK(c.rewritten() == "23");
    CHECK(c.run("undo").status == 0);
    ran = c.shell("printf 'y\\nq\\n' | ferry fix --interactive");
    CHECK(ran.status == 1);
    CHECK(c.rewritten() == "1");
    CHECK(has(ran.out, "not rewritten: not asked any more"));
  }

  TEST_CASE("a session that is broken off writes nothing, and its answers are not asked for again") {
    for (const std::string how : {"\x03", "\x04"}) {  // Ctrl-C, Ctrl-D
      const Case c;
      const std::string before = c.read("src/a.cpp");
      Terminal terminal(c.in_terminal(""));
      REQUIRE(terminal.wait_for("(1 of 3)"));
      terminal.type("n");
      REQUIRE(terminal.wait_for("(2 of 3)"));
      terminal.type("y");
      REQUIRE(terminal.wait_for("(3 of 3) Rewrite? [y,n,a,q,?] "));
      terminal.type(how);
      CHECK(terminal.wait_for("broken off; nothing was written"));
      CHECK(terminal.status() == (how == "\x03" ? 128 + SIGINT : 1));
      CHECK(terminal.is_as_usual());
      CHECK(c.read("src/a.cpp") == before);

      const Ran ran = c.shell("printf 'y' | ferry fix --interactive");
      CHECK(has(ran.err, "2 places were answered in an earlier session; --ask-again asks about all"));
      CHECK(has(ran.err, "(1 of 1)"));
      CHECK_FALSE(has(ran.err, "(2 of"));
      CHECK(c.rewritten() == "23");
      // That session came to its end: the next one asks about what it left.
      CHECK(has(c.shell("printf 'y' | ferry fix --interactive").err, "(1 of 1)"));
      CHECK(c.rewritten() == "123");
    }
  }

  TEST_CASE("--ask-again forgets what was answered") {
    const Case c;
    CHECK(c.shell("printf 'nn' | ferry fix --interactive").status == 1);
    const Ran ran = c.shell("printf 'yyn' | ferry fix --interactive --ask-again");
    CHECK(has(ran.err, "(1 of 3)"));
    CHECK(c.rewritten() == "12");
  }

  TEST_CASE("answers survive a kill and changes elsewhere in the file, but not of their own line") {
    const Case c;
    {
      Terminal terminal(c.in_terminal(""));
      REQUIRE(terminal.wait_for("(1 of 3) Rewrite? [y,n,a,q,?] "));
      terminal.type("n");
      REQUIRE(terminal.wait_for("(2 of 3) Rewrite? [y,n,a,q,?] "));
      terminal.type("n");
      REQUIRE(terminal.wait_for("(3 of 3) Rewrite? [y,n,a,q,?] "));
    }  // killed
    c.write("src/a.cpp",
            "#include <api.hpp>\n\n// more\nint one() { return api::delay(1); }\nint two() { return "
            "api::delay(20); }\n"
            "int three() { return api::delay(3); }\n");
    const Ran ran = c.shell("printf 'yy' | ferry fix --interactive");
    CHECK(has(ran.err, "1 place was answered in an earlier session"));
    CHECK(has(ran.err, "(2 of 2)"));
    CHECK(c.rewritten() == "23");
  }

  TEST_CASE("declined places stay answered while a session is not at its end") {
    const Case c;
    c.shell("printf 'nyq' | ferry fix --interactive");
    CHECK(c.rewritten() == "2");
    const Ran ran = c.shell("printf 'y' | ferry fix --interactive");
    CHECK(has(ran.err, "(1 of 1)"));
    CHECK(c.rewritten() == "23");
  }

  TEST_CASE("without anybody to answer nothing is written") {
    const Case c;
    const Ran ran = c.shell("ferry fix --interactive </dev/null");
    CHECK(ran.status == 1);
    CHECK(has(ran.err, "broken off; nothing was written"));
    CHECK(c.rewritten().empty());
  }

  TEST_CASE("with --diff the patch has what was accepted, and answers are kept for the real run") {
    const Case c;
    const Ran ran = c.shell("printf 'nyn' | ferry fix --interactive --diff");
    CHECK(has(ran.out, "+int two() { return api::rest(2); }"));
    CHECK_FALSE(has(ran.out, "rest(1)"));
    CHECK_FALSE(has(ran.out, "Rewrite?"));
    CHECK(c.rewritten().empty());
    CHECK(c.shell("ferry fix --interactive </dev/null").status == 1);
    CHECK(c.rewritten() == "2");
  }

  TEST_CASE("what is right only together is one question, and what is right only at the end is the last") {
    const Case c;
    c.write("include/lib.hpp", kGroups);
    c.write("src/a.cpp", R"(#include <lib.hpp>
namespace rt = ferry::old;
struct Session {
  explicit Session(int idle) : idle_(rt::time::delay_for(idle)) {}
  void f() { idle_.reset(1); }
  rt::time::Delay idle_;
};
)");
    const std::string before = c.read("src/a.cpp");
    Ran ran = c.shell("printf 'ny' | ferry fix --interactive --unsafe");
    CHECK(has(ran.err, "These 3 places are right only together."));
    CHECK_FALSE(has(ran.err, "(2 of 2)"));
    CHECK(has(ran.out, "right only when nothing old is left; TIME-03 in line 4 is not rewritten"));
    CHECK(c.read("src/a.cpp") == before);
    ran = c.shell("printf 'yy' | ferry fix --interactive --unsafe");
    CHECK_MESSAGE(ran.status == 0, ran.out, ran.err);
    CHECK(ran.err.find("These 3 places") < ran.err.find("src/a.cpp:2:16: MOCK-09"));
    CHECK(c.read("src/a.cpp") == R"(#include <lib.hpp>
namespace rt = ferry;
struct Session {
  explicit Session(int idle) : idle_(rt::pin(rt::time::sleep, idle)) {}
  void f() { idle_->reset(1); }
  rt::Pin<rt::time::Sleep> idle_;
};
)");
  }

  TEST_CASE("what was accepted is verified, and what does not compile is taken back") {
    const Case c;
    c.write("include/outer.hpp",
            "#include <ferry/annotate.hpp>\n"
            "FERRY_REPLACE(\"MOCK-07\", safe, \"missing($n)\") int before(int n);\n");
    c.write("src/a.cpp",
            "#include <api.hpp>\n#include <outer.hpp>\nint one() { return api::delay(1) + before(2); }\n");
    const Ran ran = c.shell("printf 'yy' | ferry fix --interactive");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "the edit of MOCK-07 does not compile"));
    CHECK(has(c.read("src/a.cpp"), "return api::rest(1) + before(2);"));
  }

  TEST_CASE("a place inside one that was declined is asked about all the same") {
    const Case c;
    c.write("include/outer.hpp",
            "#include <ferry/annotate.hpp>\nnamespace api {\nint keep(int ms, int n);\n"
            "FERRY_REPLACE(\"MOCK-07\", safe, \"api::keep($n, $ms)\") int swap(int ms, int n);\n}\n");
    c.write("src/a.cpp",
            "#include <api.hpp>\n#include <outer.hpp>\nint one() { return api::swap(api::delay(1), 2); }\n");
    const Ran ran = c.shell("printf 'ny' | ferry fix --interactive");
    CAPTURE(ran.err);
    CHECK(c.rewritten() == "1");
  }
}

}  // namespace ferry::rewriter::test
