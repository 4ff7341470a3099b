// Where an old declaration is mentioned: templates, concepts, and declarations that go with it.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

constexpr const char* kText =
    R"cpp(#pragma once
#include <ferry/annotate.hpp>
          namespace lib {
          struct Thing {
            int value = 0;
          };
          int fresh(int value);
          int fresh(const Thing& thing);
          FERRY_REPLACE("FN-01", safe, "lib::fresh($value)") int stale(int value);
          FERRY_REPLACE("FN-01", safe, "lib::fresh($value)") int stale(const Thing& value);
          struct Counter {
            int count(int from) const;
            FERRY_REPLACE("ME-01", safe, "$this.count($from)") int old_count(int from) const;
            template <class T>
            int tally(T from) const;
            template <class T>
            FERRY_REPLACE("ME-03", safe, "$this.tally($from)")
            int old_tally(T from) const;
            template <class T>
            int old_tally(T from, int to) const;
          };
          template <class T>
          struct Box {
            T value;
            Box(T v) : value(v) {}
            int size() const;
            FERRY_REPLACE("ME-02", safe, "$this.size()") int old_size() const;
          };
          template <class T>
          struct FERRY_REPLACE("TY-01", safe, "lib::Box") OldBox : Box<T> {
            using Box<T>::Box;
          };
          template <class T>
          OldBox(T) -> OldBox<T>;
          struct Fresh {
            int run();
          };
          struct FERRY_REPLACE("TY-02", safe, "lib::Fresh") Stale {
            int run();
          };
          template <class T>
          concept Countable = requires(const T& t) { t.count(1); };
          template <class T>
          concept OldCountable [[clang::annotate("ferry:replace:CO-01:safe:lib::Countable")]] = Countable<T>;
          class Handler {
           public:
            virtual ~Handler();
            virtual void on_event(int event);
            FERRY_REPLACE("VI-01", safe, "$this.on_event($event)") virtual void on(int event);
          };
          template <class T>
          int fresh_of(T value);
          template <class T>
          FERRY_REPLACE("TF-01", safe, "lib::fresh_of($value)")
          int stale_of(T value);
          }  // namespace lib
          namespace other {
          struct Thing {};
          int stale(const Thing& thing);
          struct Counter {
            int old_count(int from) const;
            int count(int from) const;
          };
          }  // namespace other
    )cpp";
const test::WithLibrary kLibrary(kText);

}  // namespace

TEST_SUITE("rewriter.rules.uses") {
  TEST_CASE("overloads that take another number of arguments leave nothing open in a template") {
    kLibrary.becomes("template <class T> int f(lib::Counter& c, T t) { return c.old_tally(t); }\n",
                     "template <class T> int f(lib::Counter& c, T t) { return c.tally(t); }\n");
    kLibrary.stays("template <class T> int f(lib::Counter& c, T t) { return c.old_tally(t, 1); }\n");
  }

  TEST_CASE("a call in a template that does not depend on it is edited, instantiated or not") {
    kLibrary.becomes("template <class T> int f(T) { return lib::stale(1); }\n",
                     "template <class T> int f(T) { return lib::fresh(1); }\n");
    kLibrary.becomes("template <class T> int f(T t) { return lib::stale(t); }\n",
                     "template <class T> int f(T t) { return lib::fresh(t); }\n");
  }

  TEST_CASE(
      "a name that argument types may change is edited where all instantiations mean the old function") {
    kLibrary.becomes(
        "using namespace lib;\ntemplate <class T> int f(T t) { return stale(t); }\nint a = f(1) + "
        "f(Thing{});\n",
        "using namespace lib;\ntemplate <class T> int f(T t) { return fresh(t); }\nint a = f(1) + "
        "f(Thing{});\n");
    kLibrary.stays(
        "using lib::stale;\ntemplate <class T> int f(T t) { return stale(t); }\nint a = f(lib::Thing{}) + "
        "f(other::Thing{});\n",
        {{1, "FN-01", "right only together with FN-01 in line 3"},
         {2, "FN-01", "instantiations of the template mean different declarations"}});
    kLibrary.stays("using namespace lib;\ntemplate <class T> int f(T t) { return stale(t); }\n",
                   {{2, "FN-01", "nothing here instantiates the template"}});
  }

  TEST_CASE("a member of a template's parameter is edited where all instantiations agree") {
    const std::string open = "template <class T> int f(const T& t) { return t.old_count(1); }\n";
    const std::string done = "template <class T> int f(const T& t) { return t.count(1); }\n";
    kLibrary.becomes(open + "int a = f(lib::Counter{});\n", done + "int a = f(lib::Counter{});\n");
    kLibrary.stays(open + "int a = f(lib::Counter{}) + f(other::Counter{});\n",
                   {{1, "ME-01", "instantiations of the template mean different declarations"}});
    kLibrary.stays(open);
    kLibrary.stays(open + "int a = f(other::Counter{});\n");
  }

  TEST_CASE("it does not matter in which order a template, its definition and its uses come") {
    kLibrary.becomes(
        "template <class T> int f(const T& t);\nint a = f(lib::Counter{});\n"
        "template <class T> int f(const T& t) { return t.old_count(1); }\n",
        "template <class T> int f(const T& t);\nint a = f(lib::Counter{});\n"
        "template <class T> int f(const T& t) { return t.count(1); }\n");
    kLibrary.becomes(
        "template <class T> struct S { int f(const T& t); };\n"
        "template <class T> int S<T>::f(const T& t) { return t.old_count(1); }\nint a = "
        "S<lib::Counter>{}.f({});\n",
        "template <class T> struct S { int f(const T& t); };\n"
        "template <class T> int S<T>::f(const T& t) { return t.count(1); }\nint a = "
        "S<lib::Counter>{}.f({});\n");
  }

  TEST_CASE("explicit instantiations count like implicit ones") {
    kLibrary.becomes(
        "template <class T> struct S { int f(const T& t) { return t.old_count(1); } };\ntemplate struct "
        "S<lib::Counter>;\n",
        "template <class T> struct S { int f(const T& t) { return t.count(1); } };\ntemplate struct "
        "S<lib::Counter>;\n");
    kLibrary.stays(
        "template <class T> struct S { int f(const T& t) { return t.old_count(1); } };\n"
        "template struct S<lib::Counter>;\nint a = S<other::Counter>{}.f({});\n",
        {{1, "ME-01", "instantiations of the template mean different declarations"}});
    kLibrary.becomes(
        "template <class T> int f(const T& t) { return t.old_count(1); }\ntemplate int f<lib::Counter>(const "
        "lib::Counter&);\n",
        "template <class T> int f(const T& t) { return t.count(1); }\ntemplate int f<lib::Counter>(const "
        "lib::Counter&);\n");
  }

  TEST_CASE("specialisations that are written out are code of their own") {
    kLibrary.becomes(
        "template <class T> int f(const T&) { return 0; }\n"
        "template <> int f(const lib::Counter& c) { return c.old_count(1); }\n"
        "template <class T> struct S { int g(T) { return 0; } };\n"
        "template <class T> struct S<T*> { int g(T* p) { return p->old_count(2); } };\n"
        "template <> struct S<int> { int g(int i) { return lib::stale(i); } };\nint a = "
        "S<lib::Counter*>{}.g(nullptr);\n",
        "template <class T> int f(const T&) { return 0; }\n"
        "template <> int f(const lib::Counter& c) { return c.count(1); }\n"
        "template <class T> struct S { int g(T) { return 0; } };\n"
        "template <class T> struct S<T*> { int g(T* p) { return p->count(2); } };\n"
        "template <> struct S<int> { int g(int i) { return lib::fresh(i); } };\nint a = "
        "S<lib::Counter*>{}.g(nullptr);\n");
  }

  TEST_CASE("generic lambdas and abbreviated templates are templates") {
    kLibrary.becomes(
        "int f() {\n  auto g = [](const auto& c) { return c.old_count(1); };\n  return "
        "g(lib::Counter{});\n}\n",
        "int f() {\n  auto g = [](const auto& c) { return c.count(1); };\n  return g(lib::Counter{});\n}\n");
    kLibrary.stays(
        "int f() {\n  auto g = [](const auto& c) { return c.old_count(1); };\n  return g(lib::Counter{}) + "
        "g(other::Counter{});\n}\n",
        {{2, "ME-01", "instantiations of the template mean different declarations"}});
    kLibrary.becomes("int f(const auto& c) { return c.old_count(1); }\nint a = f(lib::Counter{});\n",
                     "int f(const auto& c) { return c.count(1); }\nint a = f(lib::Counter{});\n");
    kLibrary.becomes(
        "template <class T> int f(const T& t) {\n  auto g = [&](auto n) { return t.old_count(n); };\n  "
        "return g(1);\n}\nint a = f(lib::Counter{});\n",
        "template <class T> int f(const T& t) {\n  auto g = [&](auto n) { return t.count(n); };\n  return "
        "g(1);\n}\nint a = f(lib::Counter{});\n");
  }

  TEST_CASE("a branch that if constexpr drops says nothing") {
    kLibrary.becomes(
        "template <bool Old, class T> int f(const T& t) {\n  if constexpr (Old) return t.old_count(1);\n  "
        "else return t.value;\n}\n"
        "int a = f<true>(lib::Counter{}) + f<false>(lib::Thing{});\n",
        "template <bool Old, class T> int f(const T& t) {\n  if constexpr (Old) return t.count(1);\n  else "
        "return t.value;\n}\n"
        "int a = f<true>(lib::Counter{}) + f<false>(lib::Thing{});\n");
    kLibrary.becomes("int f() {\n  if constexpr (false) return lib::stale(1);\n  return 0;\n}\n",
                     "int f() {\n  if constexpr (false) return lib::fresh(1);\n  return 0;\n}\n");
  }

  TEST_CASE("a concept is renamed wherever it constrains") {
    kLibrary.becomes(
        "template <lib::OldCountable T> int f(const T&);\ntemplate <class T> requires lib::OldCountable<T> "
        "int g(const T&);\n"
        "int h(const lib::OldCountable auto&);\ntemplate <class T> int i(const T&) requires "
        "lib::OldCountable<T>;\n"
        "static_assert(lib::OldCountable<lib::Counter>);\nlib::OldCountable auto c = lib::Counter{};\n"
        "template <class T> concept Both = lib::OldCountable<T> && requires(T t) { { t } -> "
        "lib::OldCountable; };\n",
        "template <lib::Countable T> int f(const T&);\ntemplate <class T> requires lib::Countable<T> int "
        "g(const T&);\n"
        "int h(const lib::Countable auto&);\ntemplate <class T> int i(const T&) requires lib::Countable<T>;\n"
        "static_assert(lib::Countable<lib::Counter>);\nlib::Countable auto c = lib::Counter{};\n"
        "template <class T> concept Both = lib::Countable<T> && requires(T t) { { t } -> lib::Countable; "
        "};\n");
  }

  TEST_CASE("a requires-expression asks for the new name where it asked for the old one") {
    kLibrary.becomes(
        "template <class T> concept Stale = requires(const T& t) { lib::stale(t); "
        "};\nstatic_assert(Stale<int> && !Stale<other::Thing>);\n",
        "template <class T> concept Stale = requires(const T& t) { lib::fresh(t); "
        "};\nstatic_assert(Stale<int> && !Stale<other::Thing>);\n");
  }

  TEST_CASE("a class template is renamed with its arguments, deduced or not, and as an argument itself") {
    kLibrary.becomes(
        "lib::OldBox<int> a(1);\nlib::OldBox b(2);\nauto c = lib::OldBox(3);\n"
        "template <template <class> class B> struct Holder { B<int> box{1}; };\nHolder<lib::OldBox> d;\n"
        "template <template <class> class B = lib::OldBox> struct Defaulted { B<int> box{1}; };\n"
        "template <class T = lib::OldBox<int>> T e();\nstruct D : lib::OldBox<int> { D() : "
        "lib::OldBox<int>(1) {} };\n"
        "auto f() -> lib::OldBox<int>;\ntypedef lib::OldBox<int> G;\nusing H = "
        "lib::OldBox<lib::OldBox<int>>;\n",
        "lib::Box<int> a(1);\nlib::Box b(2);\nauto c = lib::Box(3);\n"
        "template <template <class> class B> struct Holder { B<int> box{1}; };\nHolder<lib::Box> d;\n"
        "template <template <class> class B = lib::Box> struct Defaulted { B<int> box{1}; };\n"
        "template <class T = lib::Box<int>> T e();\nstruct D : lib::Box<int> { D() : lib::Box<int>(1) {} };\n"
        "auto f() -> lib::Box<int>;\ntypedef lib::Box<int> G;\nusing H = lib::Box<lib::Box<int>>;\n");
  }

  TEST_CASE("a member of a class template is edited in the template's own users") {
    kLibrary.becomes(
        "template <class T> int f(const lib::Box<T>& box) { return box.old_size(); }\nint a = "
        "f(lib::Box<int>(1));\nint b = lib::Box<int>(2).old_size();\n",
        "template <class T> int f(const lib::Box<T>& box) { return box.size(); }\nint a = "
        "f(lib::Box<int>(1));\nint b = lib::Box<int>(2).size();\n");
    kLibrary.becomes(
        "template <class T> struct D : lib::Box<T> {\n  using lib::Box<T>::Box;\n  int f() { return "
        "this->old_size(); }\n};\nint a = D<int>(1).f();\n",
        "template <class T> struct D : lib::Box<T> {\n  using lib::Box<T>::Box;\n  int f() { return "
        "this->size(); }\n};\nint a = D<int>(1).f();\n");
  }

  TEST_CASE("inherited constructors name the class twice") {
    kLibrary.becomes("struct D : lib::Stale { using lib::Stale::Stale; };\n",
                     "struct D : lib::Fresh { using lib::Fresh::Fresh; };\n");
  }

  TEST_CASE("a type is renamed in sizeof, alignas, casts, exception handlers and friend declarations") {
    kLibrary.becomes(
        "unsigned long a = sizeof(lib::Stale);\nalignas(lib::Stale) char b;\nauto c = "
        "static_cast<lib::Stale*>(nullptr);\n"
        "void f() { try {} catch (const lib::Stale&) {} }\nclass S { friend struct lib::Stale; };\n"
        "int g(lib::Stale s) { s.~Stale(); return s.run(); }\nint (lib::Stale::*h)() = &lib::Stale::run;\n",
        "unsigned long a = sizeof(lib::Fresh);\nalignas(lib::Fresh) char b;\nauto c = "
        "static_cast<lib::Fresh*>(nullptr);\n"
        "void f() { try {} catch (const lib::Fresh&) {} }\nclass S { friend struct lib::Fresh; };\n"
        "int g(lib::Fresh s) { s.~Fresh(); return s.run(); }\nint (lib::Fresh::*h)() = &lib::Fresh::run;\n");
  }

  TEST_CASE("a class that is declared again is declared by its new name") {
    kLibrary.becomes("namespace lib { struct Stale; }\nlib::Stale* a;\n",
                     "namespace lib { struct Fresh; }\nlib::Fresh* a;\n");
    check_fix({.before = {{"lib/lib.hpp", kText},
                          {"forward.hpp",
                           "#pragma once\nnamespace lib { struct Stale; }\nint use(lib::Stale* s);\n"},
                          {"a.cpp", "#include \"forward.hpp\"\n#include <lib.hpp>\nint a = use(nullptr);\n"},
                          {"b.cpp", "#include \"forward.hpp\"\nint b = use(nullptr);\n"}},
               .after = {{"forward.hpp",
                          "#pragma once\nnamespace lib { struct Fresh; }\nint use(lib::Fresh* s);\n"}}});
  }

  TEST_CASE("a function that is declared again, as a friend or not, is left to a person") {
    kLibrary.stays("namespace lib { int stale(int value); }\nclass S { friend int lib::stale(int); };\n",
                   {{1, "FN-01", "it is declared here again"}, {2, "FN-01", "it is declared here again"}});
  }

  TEST_CASE("a template that is specialised by hand keeps its old name, and so do its uses") {
    kLibrary.stays("template <> struct lib::OldBox<char> { OldBox(int); };\nlib::OldBox<int> a(1);\n",
                   {{1, "TY-01", "it is specialised or instantiated here"},
                    {2, "TY-01", "right only together with TY-01 in line 2"}});
    kLibrary.stays("template <> int lib::stale_of(char) { return 1; }\nint a = lib::stale_of(2);\n",
                   {{1, "TF-01", "it is specialised or instantiated here"},
                    {2, "TF-01", "right only together with TF-01 in line 2"}});
    kLibrary.stays("template struct lib::OldBox<char>;\n",
                   {{1, "TY-01", "it is specialised or instantiated here"}});
  }

  TEST_CASE("a virtual function that is overridden keeps its old name, and so do its calls, in every unit") {
    kLibrary.becomes("void f(lib::Handler& h) { h.on(1); }\n",
                     "void f(lib::Handler& h) { h.on_event(1); }\n");
    check_fix(
        {.before = {{"lib/lib.hpp", kText},
                    {"a.cpp", "#include <lib.hpp>\nstruct D : lib::Handler { void on(int) override; };\n"},
                    {"b.cpp", "#include <lib.hpp>\nvoid f(lib::Handler& h) { h.on(1); }\n"}},
         .left = {{2, "VI-01", "`D` overrides it"},
                  {2, "VI-01", "right only together with VI-01 in a.cpp:2", "b.cpp"}}});
  }

  TEST_CASE("every annotation of a declaration speaks") {
    const test::WithLibrary library(R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                          namespace lib {
                                          int fresh(int value);
                                          FERRY_REPLACE("FN-01", safe, "lib::fresh($value)")
                                          FERRY_REVIEW("FN-02", "negative values are errors now")
                                          int stale(int value);
                                          }  // namespace lib
    )cpp");
    library.becomes("int a = lib::stale(1);\n", "int a = lib::fresh(1);\n",
                    {{1, "FN-02", "negative values are errors now"}});
  }
}
