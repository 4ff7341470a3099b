// Calls and names, and what takes their place.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

const test::WithLibrary kLibrary(R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                       namespace lib {
                                       int g();
                                       struct Value {
                                         Value(int = 0);
                                         int amount = 0;
                                         Value& fresh();
                                         int sum(int a, int b = 1) const;
                                         explicit operator bool() const;
                                         bool is_set() const;
                                       };
                                       int add(int a, int b);
                                       int fresh(int a, int b = 2);
                                       int apply(int (*f)(int, int));
                                       Value make(int a);
                                       int free_sum(const Value& value, int a);
                                       int wrap(int a);
                                       FERRY_REPLACE("SW-01", safe, "lib::add($b, $a)") int dda(int a, int b);
                                       FERRY_REPLACE("OP-01", safe, "$a + $b") int plus(int a, int b);
                                       FERRY_REPLACE("OP-02", safe, "$a * 2") int twice(int a);
                                       FERRY_REPLACE("DF-01", safe, "lib::fresh($a, $b)") int same_default(int a, int b = 2);
                                       FERRY_REPLACE("DF-02", safe, "lib::fresh($a, $b)") int other_default(int a, int b = 3);
                                       FERRY_REPLACE("DF-03", safe, "lib::fresh($a, $b)") int called_default(int a, int b = g());
                                       FERRY_REPLACE("DR-01", safe, "lib::wrap($a)") int dropped(int a, int b);
                                       FERRY_REPLACE("WR-01", safe, "lib::add(lib::wrap($a), $b)") int wrapped(int a, int b);
                                       FERRY_REPLACE("TW-01", safe, "lib::add($a, $a)") int doubled(int a);
                                       FERRY_REPLACE("CO-01", safe, "$a ? $b : 0") int either(int a, int b);
                                       FERRY_REPLACE("PT-01", safe, "lib::add") int added(int a, int b);
                                       FERRY_REPLACE("PT-02", safe, "lib::wrap") long wide(long a);
                                       struct Old : Value {
                                         FERRY_REPLACE("ME-01", safe, "$this.sum($a, $b)") int total(int a, int b) const;
                                         FERRY_REPLACE("ME-02", safe, "lib::free_sum($this, $a)") int total_of(int a) const;
                                         FERRY_REPLACE("ME-03", safe, "$this.sum($b, $a)") int latot(int a, int b) const;
                                         FERRY_REPLACE("ME-04", safe, "$this.fresh().sum($a)") int total_fresh(int a);
                                         FERRY_REPLACE("CV-01", safe, "$this.is_set()") operator bool() const;
                                         FERRY_REPLACE("CT-01", safe, "lib::make($a)") Old(int a, int b);
                                         Old();
                                         FERRY_REPLACE("FI-01", safe, "amount") int old_amount = 0;
                                       };
                                       FERRY_REPLACE("BI-01", safe, "lib::free_sum($l, $r)") int operator+(const Old& l, int r);
                                       FERRY_REPLACE("BI-02", safe, "lib::make($text)") Value operator""_old(unsigned long long text);
                                       template <class... T>
                                       int all(T... values);
                                       template <class... T>
                                       FERRY_REPLACE("PK-01", safe, "lib::all($values...)")
                                       int each(T... values);
                                       template <class... T>
                                       FERRY_REPLACE("PK-02", safe, "lib::all(0, $values...)")
                                       int each_from_0(T... values);
                                       template <class T>
                                       T convert(int a);
                                       template <class T>
                                       FERRY_REPLACE("TA-01", safe, "lib::convert<$T>($a)")
                                       T old_convert(int a);
                                       template <class T>
                                       FERRY_REPLACE("TA-02", safe, "lib::convert($a)")
                                       T renamed_convert(int a);
                                       }  // namespace lib
                                       int side_effect();
)cpp");

}  // namespace

TEST_SUITE("rewriter.rules.replace") {
  TEST_CASE("arguments without effects change places, others do not") {
    kLibrary.becomes("int f(int x, int y) { return lib::dda(x, y + 1); }\n",
                     "int f(int x, int y) { return lib::add(y + 1, x); }\n");
    kLibrary.becomes("int f(int x) { return lib::dda(x, side_effect()); }\n",
                     "int f(int x) { return lib::add(side_effect(), x); }\n");
    kLibrary.stays("int f() { return lib::dda(side_effect(), side_effect()); }\n",
                   {{1, "SW-01", "evaluated in another order"}});
  }

  TEST_CASE("an object becomes an argument where it is fixed, whatever the arguments do") {
    // Getters of members, which are there, whichever is evaluated first.
    kLibrary.becomes(
        "struct Holder { lib::Old old; lib::Old& get() { return old; } int go() { return "
        "get().total_of(side_effect()); } };\n",
        "struct Holder { lib::Old old; lib::Old& get() { return old; } int go() { return "
        "lib::free_sum(get(), side_effect()); } };\n");
    // A copy of a local, which the getter cannot see.
    kLibrary.becomes(
        "lib::Old& get();\nint twice(int n);\ninline int same(int n) { return n; }\n"
        "int f(int n) { return get().total_of(same(n)); }\n",
        "lib::Old& get();\nint twice(int n);\ninline int same(int n) { return n; }\n"
        "int f(int n) { return lib::free_sum(get(), same(n)); }\n");
    kLibrary.stays(
        "lib::Old& get();\nextern int n;\ninline int same(int n) { return n; }\nint f() { return "
        "get().total_of(same(n)); }\n",
        {{4, "ME-02", "whose order would be open"}});
    // Either may change what the other one sees.
    kLibrary.stays("lib::Old& get();\nint f() { return get().total_of(side_effect()); }\n",
                   {{2, "ME-02", "whose order would be open"}});
    kLibrary.stays(
        "struct Pointer { lib::Old* p; lib::Old* operator->(); };\nint f(Pointer p) { return "
        "p->total_of(side_effect()); }\n",
        {{2, "ME-02", "whose order would be open"}});
    kLibrary.stays(
        "struct Holder { virtual lib::Old& get(); };\nint f(Holder& h) { return "
        "h.get().total_of(side_effect()); }\n",
        {{2, "ME-02", "whose order would be open"}});
  }

  TEST_CASE("what is pointed to by an overloaded arrow is written without it") {
    const std::string pointer =
        "struct Pointer { const lib::Old* operator->() const; const lib::Old& operator*() const; };\n";
    kLibrary.becomes(
        pointer +
            "Pointer& get();\nint f(Pointer p) { return p->total_of(1) + get()->total_of(2); }\n"
            "int g(Pointer* p) { return (*p)->total_of(1) + p[1]->total(1, 2); }\n",
        pointer +
            "Pointer& get();\nint f(Pointer p) { return lib::free_sum(*p, 1) + lib::free_sum(*get(), 2); }\n"
            "int g(Pointer* p) { return lib::free_sum(*(*p), 1) + p[1]->sum(1, 2); }\n");
    // In a template, too.
    kLibrary.becomes(pointer +
                         "template <class T> struct S { Pointer p; int f(T t) { return p->total_of(t) + "
                         "p->latot(1, 2); } };\n"
                         "int a = S<int>().f(1);\n",
                     pointer +
                         "template <class T> struct S { Pointer p; int f(T t) { return lib::free_sum(*p, t) "
                         "+ p->sum(2, 1); } };\n"
                         "int a = S<int>().f(1);\n");
  }

  TEST_CASE("a template argument keeps its qualifiers") {
    kLibrary.becomes(
        "auto a = lib::old_convert<const char*>(1);\nauto b = lib::old_convert<char const* const>(1);\n",
        "auto a = lib::convert<const char*>(1);\nauto b = lib::convert<char const* const>(1);\n");
  }

  TEST_CASE("what becomes an operator gets the parentheses it needs, and no others") {
    kLibrary.becomes(
        "int a = lib::plus(1, 2);\nint b = -lib::plus(1, 2);\nint c = lib::plus(1, 2) * 3;\n"
        "int d = lib::plus(1 ? 2 : 3, 4);\nint e = (lib::plus(1, 2));\nint f = (int)lib::plus(1, 2);\n"
        "int g = int(lib::plus(1, 2));\nint h = lib::add(lib::plus(1, 2), 3);\nint i[2] = {lib::plus(1, "
        "2)};\n"
        "unsigned long j = sizeof lib::plus(1, 2);\nint k = i[lib::plus(0, 1)];\n",
        "int a = 1 + 2;\nint b = -(1 + 2);\nint c = (1 + 2) * 3;\n"
        "int d = (1 ? 2 : 3) + 4;\nint e = (1 + 2);\nint f = (int)(1 + 2);\n"
        "int g = int(1 + 2);\nint h = lib::add(1 + 2, 3);\nint i[2] = {1 + 2};\n"
        "unsigned long j = sizeof (1 + 2);\nint k = i[0 + 1];\n");
    kLibrary.becomes(
        "int f(bool b) {\n  int a = b ? lib::plus(1, 2) : lib::plus(3, 4);\n  a = lib::plus(5, 6);\n"
        "  return lib::plus(a, 1);\n}\n",
        "int f(bool b) {\n  int a = b ? 1 + 2 : (3 + 4);\n  a = 5 + 6;\n  return a + 1;\n}\n");
  }

  TEST_CASE("nested calls are rewritten in one pass, each in its place") {
    kLibrary.becomes("int a = lib::plus(lib::plus(1, 2), lib::twice(lib::plus(3, 4)));\n",
                     "int a = (1 + 2) + ((3 + 4) * 2);\n");
    kLibrary.becomes("int a = lib::wrapped(lib::wrapped(1, 2), lib::dda(3, lib::twice(4)));\n",
                     "int a = lib::add(lib::wrap(lib::add(lib::wrap(1), 2)), lib::add(4 * 2, 3));\n");
  }

  TEST_CASE("comments and line breaks in and beside a call stay") {
    kLibrary.becomes("int a = lib::plus(/* one */ 1,  // first\n                  2 /* two */);  // sum\n",
                     "int a = /* one */ 1 +  // first\n                  2 /* two */;  // sum\n");
    kLibrary.becomes("int a = lib::wrapped( 1 ,\n  // why\n  2 );\n",
                     "int a = lib::add( lib::wrap(1) ,\n  // why\n  2 );\n");
    kLibrary.stays("int a = lib::dda(/* left */ 1, /* right */ 2);\n", {{1, "SW-01", "a comment"}});
    kLibrary.stays("int a = lib::plus /* why */ (1, 2);\n", {{1, "OP-01", "a comment"}});
  }

  TEST_CASE("a preprocessor directive inside a call is never swept away") {
    kLibrary.stays("int a = lib::dda(1,\n#ifdef X\n  2\n#else\n  3\n#endif\n);\n",
                   {{1, "SW-01", "a preprocessor directive stands in it"}});
    kLibrary.becomes("int a = lib::wrapped(1,\n#ifdef X\n  2\n#else\n  3\n#endif\n);\n",
                     "int a = lib::add(lib::wrap(1),\n#ifdef X\n  2\n#else\n  3\n#endif\n);\n");
  }

  TEST_CASE("a default that both functions have stays unwritten, any other is written out") {
    kLibrary.becomes(
        "int a = lib::same_default(1);\nint b = lib::other_default(1);\nint c = lib::other_default(1, 4);\n",
        "int a = lib::fresh(1);\nint b = lib::fresh(1, 3);\nint c = lib::fresh(1, 4);\n");
    kLibrary.stays("int a = lib::called_default(1);\n", {{1, "DF-03", "an argument is left to its default"}});
  }

  TEST_CASE("an argument is dropped or repeated only when it has no effects") {
    kLibrary.becomes("int f(int x) { return lib::dropped(x, x) + lib::doubled(x); }\n",
                     "int f(int x) { return lib::wrap(x) + lib::add(x, x); }\n");
    kLibrary.stays("int f(int x) { return lib::dropped(x, side_effect()) + lib::doubled(x++); }\n",
                   {{1, "DR-01", "an argument with effects"}, {1, "TW-01", "an argument with effects"}});
    kLibrary.becomes("int f(int x) { return lib::either(x, 2); }\n", "int f(int x) { return x ? 2 : 0; }\n");
    kLibrary.stays("int f(int x) { return lib::either(x, side_effect()); }\n",
                   {{1, "CO-01", "might not be evaluated"}});
  }

  TEST_CASE("members keep their object, whatever it is written as") {
    kLibrary.becomes(
        "int f(lib::Old& o, lib::Old* p) { return o.total(1, 2) + p->total(3, 4) + (*p).total(5, 6); }\n",
        "int f(lib::Old& o, lib::Old* p) { return o.sum(1, 2) + p->sum(3, 4) + (*p).sum(5, 6); }\n");
    kLibrary.becomes(
        "int f(lib::Old& o, lib::Old* p) { return o.total_of(1) + p->total_of(2); }\n",
        "int f(lib::Old& o, lib::Old* p) { return lib::free_sum(o, 1) + lib::free_sum(*p, 2); }\n");
    kLibrary.becomes("int f(lib::Old& o, lib::Old* p) { return o.latot(1, 2) + p->latot(3, 4); }\n",
                     "int f(lib::Old& o, lib::Old* p) { return o.sum(2, 1) + p->sum(4, 3); }\n");
    kLibrary.becomes("int f(lib::Old& o, lib::Old* p) { return o.total_fresh(1) + p->total_fresh(2); }\n",
                     "int f(lib::Old& o, lib::Old* p) { return o.fresh().sum(1) + p->fresh().sum(2); }\n");
    kLibrary.becomes(
        "struct D : lib::Old {\n  int f() { return total_of(1) + latot(2, 3) + total_fresh(4); }\n};\n",
        "struct D : lib::Old {\n  int f() { return lib::free_sum(*this, 1) + this->sum(3, 2) + "
        "this->fresh().sum(4); }\n};\n");
    kLibrary.stays("lib::Old& o();\nint a = o().total_of(side_effect());\n",
                   {{2, "ME-02", "whose order would be open"}});
  }

  TEST_CASE("an operator becomes a call of its operands") {
    kLibrary.becomes("int f(const lib::Old& o) { return o + 1; }\n",
                     "int f(const lib::Old& o) { return lib::free_sum(o, 1); }\n");
    kLibrary.stays("int f(const lib::Old& o) { return lib::operator+(o, 1); }\n", {{1, "BI-01", ""}});
  }

  TEST_CASE("a conversion that nobody wrote is written out") {
    kLibrary.becomes(
        "bool f(const lib::Old& o) {\n  if (o) return true;\n  return !o;\n}\n",
        "bool f(const lib::Old& o) {\n  if (o.is_set()) return true;\n  return !o.is_set();\n}\n");
    kLibrary.becomes("bool f(const lib::Old* o) { return *o && true; }\n",
                     "bool f(const lib::Old* o) { return o->is_set() && true; }\n");
  }

  TEST_CASE("an object that is made by name is made anew, any other is left") {
    kLibrary.becomes("int f() { return lib::Old(1, 2).amount; }\n",
                     "int f() { return lib::make(1).amount; }\n");
    kLibrary.stays("lib::Old a(1, 2);\n", {{1, "CT-01", ""}});
  }

  TEST_CASE("a literal's operator is left") {
    kLibrary.stays("using namespace lib;\nValue a = 5_old;\n", {{2, "BI-02", ""}});
  }

  TEST_CASE("a function that is not called is renamed where the new one has its type") {
    kLibrary.becomes(
        "int (*p)(int, int) = lib::added;\nint a = lib::apply(&lib::added);\nauto q = lib::added;\n"
        "decltype(lib::added)* r = p;\nusing F = decltype(lib::added(1, 2));\nconstexpr bool n = "
        "noexcept(lib::added(1, 2));\n",
        "int (*p)(int, int) = lib::add;\nint a = lib::apply(&lib::add);\nauto q = lib::add;\n"
        "decltype(lib::add)* r = p;\nusing F = decltype(lib::add(1, 2));\nconstexpr bool n = "
        "noexcept(lib::add(1, 2));\n");
    kLibrary.stays("auto p = &lib::wide;\n", {{1, "PT-02", "no function of the same type"}});
    kLibrary.stays("auto p = &lib::dda;\n", {{1, "SW-01", "it is not called here"}});
    kLibrary.becomes("auto p = &lib::Old::total;\n", "auto p = &lib::Old::sum;\n");
    kLibrary.stays("auto p = &lib::Old::latot;\n", {{1, "ME-03", "it is not called here"}});
  }

  TEST_CASE("a member variable is renamed in accesses, initialisers, designators and pointers") {
    kLibrary.becomes(
        "int f(lib::Old& o) { return o.old_amount; }\nauto p = &lib::Old::old_amount;\n"
        "struct D : lib::Old { int f() { return old_amount; } };\n",
        "int f(lib::Old& o) { return o.amount; }\nauto p = &lib::Old::amount;\n"
        "struct D : lib::Old { int f() { return amount; } };\n");
    const test::WithLibrary library(R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                          namespace lib {
                                          struct Options {
                                            int size = 0;
                                            union {
                                              int limit;
                                              FERRY_REPLACE("FI-02", safe, "limit") int max;
                                            };
                                          };
                                          }  // namespace lib
    )cpp");
    library.becomes("lib::Options a{.size = 1, .max = 2};\nint b = a.max;\n",
                    "lib::Options a{.size = 1, .limit = 2};\nint b = a.limit;\n");
  }

  TEST_CASE("packs are handed on whole") {
    kLibrary.becomes(
        "int a = lib::each(1, 2, 3);\nint b = lib::each();\nint c = lib::each_from_0(1, 2);\nint d = "
        "lib::each_from_0();\n",
        "int a = lib::all(1, 2, 3);\nint b = lib::all();\nint c = lib::all(0, 1, 2);\nint d = "
        "lib::all(0);\n");
    kLibrary.becomes(
        "template <class... T> int f(T... t) { return lib::each(t...) + lib::each_from_0(t * 2 ...); }\nint "
        "a = f(1, 2);\n",
        "template <class... T> int f(T... t) { return lib::all(t...) + lib::all(0, t * 2 ...); }\nint a = "
        "f(1, 2);\n");
  }

  TEST_CASE("template arguments go along where they mean the same") {
    kLibrary.becomes("long a = lib::old_convert<long>(1);\nlong b = lib::renamed_convert<long>(2);\n",
                     "long a = lib::convert<long>(1);\nlong b = lib::convert<long>(2);\n");
  }

  TEST_CASE("line splices and digraphs are tokens like any other") {
    kLibrary.becomes("int a = lib::pl\\\nus(1, 2);\nint b <:2:> = <%lib::plus(1, 2)%>;\n",
                     "int a = 1 + 2;\nint b <:2:> = <%1 + 2%>;\n");
  }

  TEST_CASE("what only looks like an old call stays") {
    kLibrary.stays(
        "const char* a = R\"(lib::plus(1, 2))\";\nconst char* b = \"lib::plus\";\n// lib::plus(1, 2)\n"
        "/* lib::plus(1, 2) */\nnamespace app { int plus(int, int); }\nint c = app::plus(1, 2);\n"
        "struct S { int twice(int); };\nint d(S s) { return s.twice(1); }\n");
  }
}
