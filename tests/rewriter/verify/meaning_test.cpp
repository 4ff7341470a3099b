// Edits that compile and mean something else all the same.
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
                                      Fresh();
                                      explicit Fresh(int);
                                      int run();
                                    };
                                    struct FERRY_REPLACE("TY-01", safe, "lib::Fresh") Stale {
                                      Stale();
                                      explicit Stale(int);
                                      int run();
                                    };
                                    void show(const Fresh&);
                                    void show(const Stale&);
                                    template <class T>
                                    int convert(T value);
                                    template <>
                                    int convert(long value);
                                    template <class T>
                                    FERRY_REPLACE("TE-01", safe, "lib::convert($value)")
                                    int old_convert(T value);
                                    struct Base {
                                      virtual ~Base();
                                      virtual int go(int);
                                      FERRY_REPLACE("VI-01", safe, "$this.go($i)") int old_go(int i);
                                    };
                                    int swap(int a, int b);
                                    FERRY_REPLACE("SW-01", safe, "lib::swap($b, $a)") int paws(int a, int b);
                                    }  // namespace lib
)cpp";
const test::WithLibrary kLibrary(kText);

void check_one_file(const std::string& before, const std::string& after, std::vector<std::string> warnings) {
  const std::string head = "#include <lib.hpp>\n";
  check_fix({.before = {{"lib/lib.hpp", kText}, {"a.cpp", head + before}},
             .after = {{"a.cpp", head + after}},
             .warnings = std::move(warnings)});
}

}  // namespace

TEST_SUITE("rewriter.verify.meaning") {
  TEST_CASE("a call that nobody edited and that means another overload is warned of") {
    check_one_file("void log(int);\nvoid log(long);\nvoid f() { log(lib::narrow(1)); }\n",
                   "void log(int);\nvoid log(long);\nvoid f() { log(lib::wide(1)); }\n",
                   {"a.cpp:4:12: with the edits, this calls `log(long)`, and no longer `log(int)`"});
    check_one_file("struct S { S(int); S(long); };\nS f() { return S(lib::narrow(1)); }\n",
                   "struct S { S(int); S(long); };\nS f() { return S(lib::wide(1)); }\n",
                   {"a.cpp:3:16: with the edits, this calls `S::S(long)`, and no longer `S::S(int)`"});
    check_one_file(
        "struct Out {};\nOut& operator<<(Out&, int);\nOut& operator<<(Out&, long);\nvoid f(Out& out) { out "
        "<< lib::narrow(1); }\n",
        "struct Out {};\nOut& operator<<(Out&, int);\nOut& operator<<(Out&, long);\nvoid f(Out& out) { out "
        "<< lib::wide(1); }\n",
        {"a.cpp:5:24: with the edits, this calls `operator<<(Out &, long)`"});
  }

  TEST_CASE("the edit may be far from the call, or in another file") {
    check_one_file(
        "void log(int);\nvoid log(long);\nvoid f() {\n  auto value = lib::narrow(1);\n  log(value);\n}\n",
        "void log(int);\nvoid log(long);\nvoid f() {\n  auto value = lib::wide(1);\n  log(value);\n}\n",
        {"a.cpp:6:3: with the edits, this calls `log(long)`"});
    check_fix({.before = {{"lib/lib.hpp", kText},
                          {"make.hpp", "#include <lib.hpp>\ninline auto make() { return lib::narrow(1); }\n"},
                          {"a.cpp",
                           "#include \"make.hpp\"\nvoid log(int);\nvoid log(long);\nvoid f() { "
                           "log(make()); }\n"}},
               .after = {{"make.hpp", "#include <lib.hpp>\ninline auto make() { return lib::wide(1); }\n"}},
               .warnings = {"a.cpp:4:12: with the edits, this calls `log(long)`"}});
  }

  TEST_CASE("a call in a template is warned of where an instantiation means another overload") {
    check_one_file(
        "void log(int);\nvoid log(long);\ntemplate <class T> void f(T t) { log(t); }\nvoid g() { "
        "f(lib::narrow(1)); }\n",
        "void log(int);\nvoid log(long);\ntemplate <class T> void f(T t) { log(t); }\nvoid g() { "
        "f(lib::wide(1)); }\n",
        {"a.cpp:4:34: with the edits, this calls `log(long)`"});
  }

  TEST_CASE("what follows from the type that an edit changes is no surprise") {
    // Another class's member, its constructor, and the overload for it.
    check_one_file("int f(lib::Stale s) {\n  lib::show(s);\n  show(lib::Stale(1));\n  return s.run();\n}\n",
                   "int f(lib::Fresh s) {\n  lib::show(s);\n  show(lib::Fresh(1));\n  return s.run();\n}\n",
                   {});
    // The user's own function is the same one, though its parameter's type is edited.
    check_one_file("void take(lib::Stale s);\nvoid f(lib::Stale s) { take(s); }\n",
                   "void take(lib::Fresh s);\nvoid f(lib::Fresh s) { take(s); }\n", {});
  }

  TEST_CASE("an edit whose new name means something else in an instantiation is taken back") {
    kLibrary.stays(
        "struct D : lib::Counter { int count(int) const; };\ntemplate <class T> int f(const T& t) { return "
        "t.old_count(1); }\nint a = f(D{});\n",
        {{2, "ME-01", "the new name would mean `D::count(int)` here"}});
  }

  TEST_CASE("an edit of a header is taken back where another unit takes the new name for its own") {
    check_fix({.before = {{"lib/lib.hpp", kText},
                          {"call.hpp", "inline int call() { return stale(1); }\n"},
                          {"a.cpp", "#include <lib.hpp>\nusing namespace lib;\n#include \"call.hpp\"\n"},
                          {"b.cpp", "int stale(int);\nint fresh(int);\n#include \"call.hpp\"\n"}},
               .left = {{1, "FN-01", "the new name would mean `fresh(int)` here", "call.hpp"}}});
  }

  TEST_CASE("a name that a macro takes from another library is what that library's rule names") {
    const std::string both =
        "#include <ferry/annotate.hpp>\nnamespace one { int fresh(int); FERRY_REPLACE(\"FN-01\", safe, "
        "\"one::fresh($i)\") int stale(int i); }\nnamespace two { int fresh(int); FERRY_REPLACE(\"FN-01\", "
        "safe, "
        "\"two::fresh($i)\") int stale(int i); }\n";
    const std::string header =
        "#ifdef TWO\nnamespace lib { using namespace two; }\n#else\nnamespace lib { using namespace one; }\n"
        "#endif\n";
    check_fix({.before = {{"lib/lib.hpp", both},
                          {"call.hpp", header + "inline int call() { return lib::stale(1); }\n"},
                          {"a.cpp", "#include <lib.hpp>\n#include \"call.hpp\"\n"},
                          {"b.cpp", "#include <lib.hpp>\n#define TWO\n#include \"call.hpp\"\n"}},
               .after = {{"call.hpp", header + "inline int call() { return lib::fresh(1); }\n"}}});
  }

  TEST_CASE("a template that units instantiate differently stays") {
    const std::string header = "template <class T> int count(const T& t) { return t.old_count(1); }\n";
    const std::string other = "struct Other { int old_count(int) const; int count(int) const; };\n";
    check_fix(
        {.before = {{"lib/lib.hpp", kText},
                    {"count.hpp", header},
                    {"a.cpp", "#include <lib.hpp>\n#include \"count.hpp\"\nint a = count(lib::Counter{});\n"},
                    {"b.cpp", "#include \"count.hpp\"\n" + other + "int b = count(Other{});\n"}},
         .left = {{1, "ME-01", "the new name would mean `Other::count(int)` here", "count.hpp"}}});
  }

  TEST_CASE("specialisations, overriding members and constructors are what the rule names") {
    kLibrary.becomes(
        "int a = lib::old_convert(1) + lib::old_convert(2L);\nstruct D : lib::Base { int go(int) override; "
        "};\ntemplate <class T> int go(T& t) { return t.old_go(1); }\nint b(D& d) { return go(d); }\nint c = "
        "lib::Stale(3).run();\nauto d = new lib::Stale{4};\n",
        "int a = lib::convert(1) + lib::convert(2L);\nstruct D : lib::Base { int go(int) override; "
        "};\ntemplate <class T> int go(T& t) { return t.go(1); }\nint b(D& d) { return go(d); }\nint c = "
        "lib::Fresh(3).run();\nauto d = new lib::Fresh{4};\n");
  }

  TEST_CASE("an argument may be a call of the user's own function by the new name") {
    kLibrary.becomes("namespace app { int swap(int, int); }\nint a = lib::paws(app::swap(1, 2), 3);\n",
                     "namespace app { int swap(int, int); }\nint a = lib::swap(3, app::swap(1, 2));\n");
  }
}
