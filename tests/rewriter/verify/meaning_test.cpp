// Edits that compile and mean something else all the same, and edits that uncover others.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

constexpr const char* kText = R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                    namespace lib {
                                    long wide(int value);
                                    FERRY_REPLACE("WI-01", safe, "lib::wide($value)") int narrow(int value);
                                    int fresh(int value);
                                    FERRY_REPLACE("FN-01", safe, "lib::fresh($value)") int stale(int value);
                                    struct Counter {
                                      int count(int from) const;
                                      FERRY_REPLACE("ME-01", safe, "$this.count($from)") int old_count(int from) const;
                                    };
                                    struct Fresh {
                                      int run();
                                    };
                                    struct FERRY_REPLACE("TY-01", safe, "lib::Fresh") Stale {
                                      int run();
                                    };
                                    FERRY_REPLACE("CH-02", safe, "lib::fresh($value)") int second(int value);
                                    FERRY_REPLACE("CH-01", safe, "lib::second($value)") int first(int value);
                                    FERRY_REPLACE("CI-02", safe, "lib::ping($value)") int pong(int value);
                                    FERRY_REPLACE("CI-01", safe, "lib::pong($value)") int ping(int value);
                                    FERRY_REPLACE("SW-01", safe, "lib::sum($b, $a)") int mus(int a, int b);
                                    int sum(int a, int b);
                                    }  // namespace lib
)cpp";
const test::WithLibrary kLibrary(kText);

test::FixCase one_file(const std::string& before, const std::string& after,
                       std::vector<std::string> warnings) {
  const std::string head = "#include <lib.hpp>\n";
  return {.before = {{"lib/lib.hpp", kText}, {"a.cpp", head + before}},
          .after = {{"a.cpp", head + after}},
          .warnings = std::move(warnings)};
}

}  // namespace

TEST_SUITE("rewriter.verify.meaning") {
  TEST_CASE("a call that nobody edited and that means another overload is warned of") {
    check_fix(one_file("void log(int);\nvoid log(long);\nvoid f() { log(lib::narrow(1)); }\n",
                       "void log(int);\nvoid log(long);\nvoid f() { log(lib::wide(1)); }\n",
                       {"a.cpp:4:12: `log(long)` is called here with the edits, and `log(int)` was before"}));
    check_fix(one_file("struct S { S(int); S(long); };\nS f() { return S(lib::narrow(1)); }\n",
                       "struct S { S(int); S(long); };\nS f() { return S(lib::wide(1)); }\n",
                       {"`S::S(long)` is called here with the edits, and `S::S(int)` was before"}));
    check_fix(
        one_file("struct Out {};\nOut& operator<<(Out&, int);\nOut& operator<<(Out&, long);\nvoid f(Out& "
                 "out) { out << lib::narrow(1); }\n",
                 "struct Out {};\nOut& operator<<(Out&, int);\nOut& operator<<(Out&, long);\nvoid f(Out& "
                 "out) { out << lib::wide(1); }\n",
                 {"a.cpp:5:24: `operator<<(Out &, long)` is called here"}));
    check_fix(one_file(
        "void log(int);\nvoid log(long);\nvoid f() {\n  auto value = lib::narrow(1);\n  log(value);\n}\n",
        "void log(int);\nvoid log(long);\nvoid f() {\n  auto value = lib::wide(1);\n  log(value);\n}\n",
        {"a.cpp:6:3: `log(long)`"}));
  }

  TEST_CASE("a member of another class is called because the object is another one, and nobody is warned") {
    check_fix(one_file("int f(lib::Stale s) { return s.run(); }\n",
                       "int f(lib::Fresh s) { return s.run(); }\n", {}));
  }

  TEST_CASE("an edit whose new name means something else in an instantiation is taken back") {
    kLibrary.stays(
        "struct D : lib::Counter { int count(int) const; };\ntemplate <class T> int f(const T& t) { return "
        "t.old_count(1); }\nint a = f(D{});\n",
        {{2, "ME-01", "the new name would mean `D::count(int)` here"}});
  }

  TEST_CASE("a unit that knows nothing of the library and takes the name for its own holds the edit back") {
    check_fix({.before = {{"lib/lib.hpp", kText},
                          {"call.hpp", "inline int call() { return stale(1); }\n"},
                          {"a.cpp", "#include <lib.hpp>\nusing namespace lib;\n#include \"call.hpp\"\n"},
                          {"b.cpp", "int stale(int);\nint fresh(int);\n#include \"call.hpp\"\n"}},
               .left = {{1, "FN-01", "b.cpp means `stale(int)` here", "call.hpp"}}});
  }

  TEST_CASE("a template that units instantiate differently stays") {
    const std::string header = "template <class T> int count(const T& t) { return t.old_count(1); }\n";
    const std::string other = "struct Other { int old_count(int) const; int count(int) const; };\n";
    SUBCASE("both know the library") {
      check_fix({.before = {{"lib/lib.hpp", kText},
                            {"count.hpp", header},
                            {"a.cpp",
                             "#include <lib.hpp>\n#include \"count.hpp\"\nint a = count(lib::Counter{});\n"},
                            {"b.cpp", "#include <lib.hpp>\n#include \"count.hpp\"\n" + other +
                                          "int b = count(Other{});\n"}},
                 .left = {{1, "ME-01", "b.cpp means `Other::old_count(int)` here", "count.hpp"}}});
    }
    SUBCASE("one does not") {
      check_fix({.before = {{"lib/lib.hpp", kText},
                            {"count.hpp", header},
                            {"a.cpp",
                             "#include <lib.hpp>\n#include \"count.hpp\"\nint a = count(lib::Counter{});\n"},
                            {"b.cpp", "#include \"count.hpp\"\n" + other + "int b = count(Other{});\n"}},
                 .left = {{1, "ME-01", "b.cpp means `Other::old_count(int)` here", "count.hpp"}}});
    }
    SUBCASE("one does not instantiate it") {
      check_fix(
          {.before = {{"lib/lib.hpp", kText},
                      {"count.hpp", header},
                      {"a.cpp",
                       "#include <lib.hpp>\n#include \"count.hpp\"\nint a = count(lib::Counter{});\n"},
                      {"b.cpp", "#include <lib.hpp>\n#include \"count.hpp\"\n"}},
           .after = {{"count.hpp", "template <class T> int count(const T& t) { return t.count(1); }\n"}}});
    }
  }

  TEST_CASE("what one edit uncovers is edited in the same run") {
    kLibrary.becomes("int a = lib::first(1);\n", "int a = lib::fresh(1);\n");
    kLibrary.becomes("int a = lib::first(lib::first(1));\n", "int a = lib::fresh(lib::fresh(1));\n");
    kLibrary.becomes("int a = lib::mus(1, lib::mus(2, lib::mus(3, 4)));\n",
                     "int a = lib::sum(lib::sum(lib::sum(4, 3), 2), 1);\n");
  }

  TEST_CASE("rules that go round in a circle go round no further than once") {
    test::FixCase fix = one_file("int a = lib::ping(1);\n", "int a = lib::pong(1);\n", {});
    fix.left = {{2, "CI-02", "this would undo what another rule has just done"}};
    fix.is_stable = false;
    check_fix(fix);
  }
}
