// Edits that a careful reviewer would accept: where names can stand, and how files can be written.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

constexpr const char* kText = R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                    namespace lib {
                                    constexpr int fresh(int value, int more = 0) { return value + more; }
                                    FERRY_REPLACE("FN-01", safe, "lib::fresh($value, $more)")
                                    constexpr int stale(int value, int more = 0) { return value + more; }
                                    struct Pair {
                                      int first;
                                      int second;
                                    };
                                    Pair pair_of(int value);
                                    FERRY_REPLACE("FN-02", safe, "lib::pair_of($value)") Pair old_pair(int value);
                                    struct Pairs {
                                      Pair* begin() const;
                                      Pair* end() const;
                                      Pairs all() const;
                                      FERRY_REPLACE("ME-02", safe, "$this.all()") Pairs old_all() const;
                                    };
                                    struct Counter {
                                      constexpr int count(int from) const { return from; }
                                      FERRY_REPLACE("ME-01", safe, "$this.count($from)")
                                      constexpr int old_count(int from) const { return from; }
                                      using size_type = int;
                                      using old_size FERRY_REPLACE("NT-01", safe, "size_type") = int;
                                      int total = 0;
                                      FERRY_REPLACE("FI-01", safe, "total") int old_total = 0;
                                    };
                                    struct Fresh {
                                      int run();
                                    };
                                    struct FERRY_REPLACE("TY-01", safe, "lib::Fresh") Stale {
                                      int run();
                                    };
                                    FERRY_REPLACE("CH-02", safe, "lib::fresh($value)") int second(int value);
                                    FERRY_REPLACE("CH-01", safe, "lib::second($value)") int first(int value);
                                    int ping(int value);
                                    FERRY_REPLACE("CI-02", safe, "lib::ping($value)") int pong(int value);
                                    FERRY_REPLACE("CI-01", safe, "lib::pong($value)") int ping(int value);
                                    int narrow(int value);
                                    FERRY_REPLACE("OV-01", safe, "lib::narrow($value)") int mixed(int value);
                                    int mixed(const char* text);
                                    }  // namespace lib
                                    template <class T>
                                    struct Hash {
                                      int operator()(const T&) const { return 0; }
                                    };
                                    template <auto Callee>
                                    struct Wrapper {
                                      int run(int value) { return Callee(value, 1); }
                                    };
                                    template <class F, class... A>
                                    auto invoke(F f, A... a) {
                                      return f(a...);
                                    }
)cpp";
const test::WithLibrary kLibrary(kText);

// The text as it is, the library included by the command line.
void check_bytes(const std::string& before, const std::string& after) {
  check_fix({.before = {{"lib/lib.hpp", kText}, {"a.cpp", before}},
             .after = {{"a.cpp", after}},
             .flags = {"-include", "lib.hpp"}});
}

}  // namespace

TEST_SUITE("rewriter.rules.review") {
  TEST_CASE("structured bindings take from the new name, and hide it where they are called so") {
    kLibrary.becomes(
        "int f() {\n  auto [a, b] = lib::old_pair(1);\n  for (auto& [c, d] : lib::Pairs{}.old_all()) a += c "
        "* d;\n  return a + b;\n}\n",
        "int f() {\n  auto [a, b] = lib::pair_of(1);\n  for (auto& [c, d] : lib::Pairs{}.all()) a += c * "
        "d;\n  return a + b;\n}\n");
    kLibrary.becomes(
        "using namespace lib;\nint f() {\n  auto [fresh, b] = old_pair(1);\n  return stale(fresh);\n}\n",
        "using namespace lib;\nint f() {\n  auto [fresh, b] = pair_of(1);\n  return lib::fresh(fresh);\n}\n");
  }

  TEST_CASE("a name is edited in every place where an expression can stand") {
    kLibrary.becomes(
        "int a(int x = lib::stale(1));\ntemplate <int N = lib::stale(2)> struct B { int c[lib::stale(3)]; "
        "int d = lib::stale(4); };\nstruct E {\n  E() : f(lib::stale(5)) {}\n  explicit(lib::stale(6) == 6) "
        "E(int) noexcept(lib::stale(7) == 7) try : f(0) {\n  } catch (...) {\n  }\n  int f;\n  int g : "
        "lib::stale(8);\n};\nenum H { I = lib::stale(9) };\nstatic_assert(lib::stale(10) == 10);\n"
        "int j(int k) {\n  switch (k) {\n    case lib::stale(11): return 1;\n  }\n  if (int l = "
        "lib::stale(12); l > 0) return l;\n  auto m = [n = lib::stale(13)] { return n; };\n  return "
        "m();\n}\n",
        "int a(int x = lib::fresh(1));\ntemplate <int N = lib::fresh(2)> struct B { int c[lib::fresh(3)]; "
        "int d = lib::fresh(4); };\nstruct E {\n  E() : f(lib::fresh(5)) {}\n  explicit(lib::fresh(6) == 6) "
        "E(int) noexcept(lib::fresh(7) == 7) try : f(0) {\n  } catch (...) {\n  }\n  int f;\n  int g : "
        "lib::fresh(8);\n};\nenum H { I = lib::fresh(9) };\nstatic_assert(lib::fresh(10) == 10);\n"
        "int j(int k) {\n  switch (k) {\n    case lib::fresh(11): return 1;\n  }\n  if (int l = "
        "lib::fresh(12); l > 0) return l;\n  auto m = [n = lib::fresh(13)] { return n; };\n  return "
        "m();\n}\n");
  }

  TEST_CASE("a name is edited in attributes that are code, and not in those that are text") {
    kLibrary.becomes(
        "alignas(lib::stale(8)) int a;\nint b(int x) __attribute__((enable_if(lib::stale(1) == 1, "
        "\"lib::stale\")));\n[[deprecated(\"lib::stale\")]] int c();\n",
        "alignas(lib::fresh(8)) int a;\nint b(int x) __attribute__((enable_if(lib::fresh(1) == 1, "
        "\"lib::stale\")));\n[[deprecated(\"lib::stale\")]] int c();\n");
  }

  TEST_CASE("decltype, sizeof and noexcept name the new function, too") {
    kLibrary.becomes(
        "lib::Counter c;\ndecltype(c.old_count(1)) a = 1;\ndecltype(lib::stale(1, 2)) b = "
        "sizeof(lib::stale(1));\nauto f(const lib::Counter& t) -> decltype(t.old_count(1)) { return 1; "
        "}\nusing T = decltype(lib::Stale{}.run());\ntemplate <class T> auto g(T t) -> "
        "decltype(t.old_count(1)) { return t.old_count(1); }\nint h = g(lib::Counter{});\n",
        "lib::Counter c;\ndecltype(c.count(1)) a = 1;\ndecltype(lib::fresh(1, 2)) b = "
        "sizeof(lib::fresh(1));\nauto f(const lib::Counter& t) -> decltype(t.count(1)) { return 1; "
        "}\nusing T = decltype(lib::Fresh{}.run());\ntemplate <class T> auto g(T t) -> "
        "decltype(t.count(1)) { return t.count(1); }\nint h = g(lib::Counter{});\n");
  }

  TEST_CASE("packs are folded over the new name") {
    kLibrary.becomes(
        "template <class... T> int f(T... t) {\n  int a[] = {lib::stale(t)...};\n  return (lib::stale(t) + "
        "...) + a[0] + (t.old_count(1) + ...);\n}\n"
        "template <class... T> int g(T... t) { return (t.old_count(1) + ...); }\nint h = "
        "g(lib::Counter{}, lib::Counter{});\n",
        "template <class... T> int f(T... t) {\n  int a[] = {lib::fresh(t)...};\n  return (lib::fresh(t) + "
        "...) + a[0] + (t.old_count(1) + ...);\n}\n"
        "template <class... T> int g(T... t) { return (t.count(1) + ...); }\nint h = g(lib::Counter{}, "
        "lib::Counter{});\n");
  }

  TEST_CASE("a function or a member that is handed on is handed on by its new name") {
    kLibrary.becomes(
        "int a = Wrapper<lib::stale>{}.run(1);\nint b = Wrapper<&lib::stale>{}.run(1);\nint c = "
        "invoke(lib::stale, 1, 2);\nint d = invoke(&lib::stale, 1, 2);\nint (&e)(int, int) = "
        "lib::stale;\nint (lib::Counter::*f)(int) const = &lib::Counter::old_count;\nint g = "
        "(lib::Counter{}.*f)(1);\nint lib::Counter::*h = &lib::Counter::old_total;\n"
        "struct Table { int (*call)(int, int); } i = {.call = lib::stale};\n",
        "int a = Wrapper<lib::fresh>{}.run(1);\nint b = Wrapper<&lib::fresh>{}.run(1);\nint c = "
        "invoke(lib::fresh, 1, 2);\nint d = invoke(&lib::fresh, 1, 2);\nint (&e)(int, int) = "
        "lib::fresh;\nint (lib::Counter::*f)(int) const = &lib::Counter::count;\nint g = "
        "(lib::Counter{}.*f)(1);\nint lib::Counter::*h = &lib::Counter::total;\n"
        "struct Table { int (*call)(int, int); } i = {.call = lib::fresh};\n");
    kLibrary.becomes(
        "int (*a)(int) = lib::mixed;\nauto b = static_cast<int (*)(const char*)>(&lib::mixed);\n",
        "int (*a)(int) = lib::narrow;\nauto b = static_cast<int (*)(const char*)>(&lib::mixed);\n");
  }

  TEST_CASE("a type is renamed where templates are specialised for it, and as their argument") {
    kLibrary.becomes(
        "template <> struct Hash<lib::Stale> { int operator()(const lib::Stale&) const { return 1; } };\n"
        "int a = Hash<lib::Stale>{}(lib::Stale{});\ntemplate struct Hash<lib::Stale*>;\n"
        "extern template struct Hash<const lib::Stale>;\n",
        "template <> struct Hash<lib::Fresh> { int operator()(const lib::Fresh&) const { return 1; } };\n"
        "int a = Hash<lib::Fresh>{}(lib::Fresh{});\ntemplate struct Hash<lib::Fresh*>;\n"
        "extern template struct Hash<const lib::Fresh>;\n");
  }

  TEST_CASE("a nested type is renamed behind the class, and behind a template's parameter") {
    kLibrary.becomes("lib::Counter::old_size a = 1;\n", "lib::Counter::size_type a = 1;\n");
    kLibrary.becomes(
        "template <class T> typename T::old_size f(const T& t) {\n  typename T::old_size n = 1;\n  return "
        "n;\n}\nint a = f(lib::Counter{});\n",
        "template <class T> typename T::size_type f(const T& t) {\n  typename T::size_type n = 1;\n  return "
        "n;\n}\nint a = f(lib::Counter{});\n");
  }

  TEST_CASE("a using-declaration of a member is renamed with its uses") {
    kLibrary.becomes(
        "struct D : private lib::Counter {\n  using lib::Counter::old_count;\n  int f() { return "
        "old_count(1); }\n};\nint a = D{}.old_count(2);\n",
        "struct D : private lib::Counter {\n  using lib::Counter::count;\n  int f() { return count(1); "
        "}\n};\nint a = D{}.count(2);\n");
  }

  TEST_CASE("what one edit writes and another rule replaces is replaced in the same run") {
    kLibrary.becomes("int a = lib::first(1);\n", "int a = lib::fresh(1);\n");
    kLibrary.becomes("int a = lib::first(lib::first(1));\n", "int a = lib::fresh(lib::fresh(1));\n");
  }

  TEST_CASE("rules that lead round in a circle change nothing") {
    kLibrary.stays("int a = lib::ping(1);\nint b = lib::pong(1);\n",
                   {{1, "CI-01", "lead back to it"}, {2, "CI-02", "lead back to it"}});
  }

  TEST_CASE("an overriding member is the one that its base has under the new name") {
    const test::WithLibrary library(R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                          namespace lib {
                                          struct Base {
                                            virtual ~Base();
                                            virtual int go(int);
                                            FERRY_REPLACE("VI-01", safe, "$this.go($i)") int old_go(int i);
                                          };
                                          }  // namespace lib
    )cpp");
    library.becomes(
        "struct D : lib::Base { int go(int) override; int f() { return old_go(2); } };\nint f(D& d) { return "
        "d.old_go(1); }\n",
        "struct D : lib::Base { int go(int) override; int f() { return go(2); } };\nint f(D& d) { return "
        "d.go(1); }\n");
    library.stays(
        "struct D : lib::Base { int go(int) override; int go(char); };\nint f(D& d) { return d.old_go(1); "
        "}\n",
        {{2, "VI-01", "has a `go` of its own"}});
  }

  TEST_CASE("comments for readers and for tools stay as they are") {
    kLibrary.becomes(
        "/// Calls `lib::stale`; \\see lib::stale.\n/** @param x for lib::stale */\nint f(int x) {\n  return "
        "lib::stale(x);  // lib::stale is cheap\n}\n",
        "/// Calls `lib::stale`; \\see lib::stale.\n/** @param x for lib::stale */\nint f(int x) {\n  return "
        "lib::fresh(x);  // lib::stale is cheap\n}\n");
  }

  TEST_CASE("raw strings beside an edit keep their bytes") {
    kLibrary.becomes(
        "const char* f(int);\nauto a = f(lib::stale(1)), b = R\"x(\r\nlib::stale(1) \\\n)x\";\n",
        "const char* f(int);\nauto a = f(lib::fresh(1)), b = R\"x(\r\nlib::stale(1) \\\n)x\";\n");
  }

  TEST_CASE("line ends of Windows, a byte order mark and a missing last line end are kept") {
    check_bytes("int a = lib::stale(1);\r\nint b = lib::stale(\r\n    2);\r\n",
                "int a = lib::fresh(1);\r\nint b = lib::fresh(\r\n    2);\r\n");
    check_bytes("\xEF\xBB\xBFint a = lib::stale(1);", "\xEF\xBB\xBFint a = lib::fresh(1);");
    check_bytes("int a = lib::stale(1);\nint b = lib::stale(2);\r\n",
                "int a = lib::fresh(1);\nint b = lib::fresh(2);\r\n");
  }

  TEST_CASE("a line of many thousand calls is edited like any other") {
    std::string before = "int f() { return 0";
    std::string after = before;
    for (int i = 0; i < 4000; ++i) {
      before += " + lib::stale(1)";
      after += i % 2 == 0 ? " + lib::fresh(1)" : " - lib::fresh(1)";
      if (i % 2 == 1) before.replace(before.rfind('+'), 1, "-");
    }
    check_bytes(before + "; }", after + "; }");
  }
}
