// New names, written as a person would write them where the old ones stood, and meaning what they are to
// mean.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

constexpr const char* kText = R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                    namespace lib {
                                    struct Thing {
                                      int value;
                                    };
                                    int fresh(int value);
                                    int fresh(const Thing& thing);
                                    struct FreshType {
                                      int value = 0;
                                      int get() const;
                                    };
                                    enum class Color { Red, Crimson FERRY_REPLACE("EN-01", safe, "lib::Color::Red") };
                                    inline int new_count = 0;
                                    FERRY_REPLACE("VA-01", safe, "lib::new_count") inline int old_count = 0;
                                    FERRY_REPLACE("FN-01", safe, "lib::fresh($value)") int stale(int value);
                                    FERRY_REPLACE("FN-02", safe, "lib::fresh($thing)") int stale(const Thing& thing);
                                    using StaleType FERRY_REPLACE("TY-01", safe, "lib::FreshType") = FreshType;
                                    namespace deep {
                                    int deeper(int value);
                                    }
                                    FERRY_REPLACE("FN-03", safe, "lib::deep::deeper($value)") int shallow(int value);
                                    inline namespace v2 {
                                    int inlined(int value);
                                    FERRY_REPLACE("FN-04", safe, "lib::inlined($value)") int outlined(int value);
                                    }  // namespace v2
                                    class Base {
                                     public:
                                      int fresh_member(int value);
                                      FERRY_REPLACE("ME-01", safe, "$this.fresh_member($value)") int stale_member(int value);
                                      static int fresh_static(int value);
                                      FERRY_REPLACE("ME-02", safe, "lib::Base::fresh_static($value)") static int stale_static(int value);
                                      FERRY_REPLACE("ME-03", safe, "lib::fresh($value)") static int stale_free(int value);
                                    };
                                    }  // namespace lib
                                    int global_fresh(int value);
                                    FERRY_REPLACE("GL-01", safe, "global_fresh($value)") int global_stale(int value);
)cpp";
const test::WithLibrary kLibrary(kText);

}  // namespace

TEST_SUITE("rewriter.analyse.spelling") {
  TEST_CASE("a name goes through a macro that stands for its namespace") {
    kLibrary.becomes(
        "#define LIB lib\nLIB::Thing thing;\nint f(LIB::Base& base) { return lib::Base::stale_static(1); }\n"
        "int g() { return LIB::shallow(1); }\n",
        "#define LIB lib\nLIB::Thing thing;\nint f(LIB::Base& base) { return lib::Base::fresh_static(1); }\n"
        "int g() { return LIB::deep::deeper(1); }\n");
  }

  TEST_CASE("a name goes through a namespace of the project that stands for the library's of the same name") {
    kLibrary.becomes(
        "namespace mine { namespace lib { using namespace ::lib; } }\nint a = mine::lib::shallow(1);\n"
        "namespace mine { int b = lib::shallow(2); }\n",
        "namespace mine { namespace lib { using namespace ::lib; } }\nint a = mine::lib::deep::deeper(1);\n"
        "namespace mine { int b = lib::deep::deeper(2); }\n");
  }

  TEST_CASE("a qualified name keeps its qualifier") {
    kLibrary.becomes("int a = lib::stale(1);\n", "int a = lib::fresh(1);\n");
    kLibrary.becomes("int a = ::lib::stale(1);\n", "int a = ::lib::fresh(1);\n");
    kLibrary.becomes("int a = ::lib::shallow(1);\n", "int a = ::lib::deep::deeper(1);\n");
    kLibrary.becomes("namespace l = lib;\nint a = l::stale(1) + l::shallow(2);\n",
                     "namespace l = lib;\nint a = l::fresh(1) + l::deep::deeper(2);\n");
    kLibrary.becomes("int a = ::global_stale(1) + global_stale(2);\n",
                     "int a = ::global_fresh(1) + global_fresh(2);\n");
  }

  TEST_CASE(
      "a free function in a class's place keeps the namespace as it is written, whatever is in effect") {
    kLibrary.becomes("using namespace lib;\nint a = lib::Base::stale_free(1) + Base::stale_free(2);\n",
                     "using namespace lib;\nint a = lib::fresh(1) + fresh(2);\n");
    kLibrary.becomes("namespace l = lib;\nint a = lib::Base::stale_free(1) + l::Base::stale_free(2);\n",
                     "namespace l = lib;\nint a = lib::fresh(1) + l::fresh(2);\n");
  }

  TEST_CASE("an alias is used where it is in effect, and not elsewhere") {
    kLibrary.becomes(
        "int f() {\n  { namespace d = lib::deep; }\n  return lib::shallow(1);\n}\n"
        "int g() {\n  namespace d = lib::deep;\n  return lib::shallow(1);\n}\n",
        "int f() {\n  { namespace d = lib::deep; }\n  return lib::deep::deeper(1);\n}\n"
        "int g() {\n  namespace d = lib::deep;\n  return d::deeper(1);\n}\n");
  }

  TEST_CASE("a name that a using-directive brings stays unqualified") {
    kLibrary.becomes("using namespace lib;\nint a = stale(1) + shallow(2);\n",
                     "using namespace lib;\nint a = fresh(1) + deep::deeper(2);\n");
  }

  TEST_CASE("a local name hides the new one, so that is qualified") {
    kLibrary.becomes("using namespace lib;\nint f(int fresh) { return stale(fresh); }\n",
                     "using namespace lib;\nint f(int fresh) { return lib::fresh(fresh); }\n");
    kLibrary.becomes("using namespace lib;\nint f() {\n  int fresh = 1;\n  return stale(fresh);\n}\n",
                     "using namespace lib;\nint f() {\n  int fresh = 1;\n  return lib::fresh(fresh);\n}\n");
    kLibrary.becomes(
        "using namespace lib;\nint f() {\n  auto g = [fresh = 1] { return stale(fresh); };\n  return "
        "g();\n}\n",
        "using namespace lib;\nint f() {\n  auto g = [fresh = 1] { return lib::fresh(fresh); };\n  return "
        "g();\n}\n");
    kLibrary.becomes(
        "using namespace lib;\nint f() {\n  for (int fresh = 0;;) return stale(fresh);\n}\n",
        "using namespace lib;\nint f() {\n  for (int fresh = 0;;) return lib::fresh(fresh);\n}\n");
    kLibrary.becomes(
        "using namespace lib;\nint f() {\n  if (int fresh = 1) return stale(2);\n  return stale(3);\n}\n",
        "using namespace lib;\nint f() {\n  if (int fresh = 1) return lib::fresh(2);\n  return "
        "fresh(3);\n}\n");
  }

  TEST_CASE("a local name declared behind the place hides nothing") {
    kLibrary.becomes(
        "using namespace lib;\nint f() {\n  int a = stale(1);\n  int fresh = a;\n  return fresh;\n}\n",
        "using namespace lib;\nint f() {\n  int a = fresh(1);\n  int fresh = a;\n  return fresh;\n}\n");
  }

  TEST_CASE("a namespace of the same name nearer by is stepped around") {
    kLibrary.becomes("namespace app {\nnamespace lib { int fresh(int); }\nint a = ::lib::stale(1);\n}\n",
                     "namespace app {\nnamespace lib { int fresh(int); }\nint a = ::lib::fresh(1);\n}\n");
    kLibrary.becomes(
        "namespace app {\nusing ::lib::stale;\nnamespace lib { int fresh(int); }\nint a = stale(1);\n}\n",
        "namespace app {\nusing ::lib::fresh;\nnamespace lib { int fresh(int); }\nint a = fresh(1);\n}\n");
    kLibrary.becomes(
        "namespace app {\nusing namespace ::lib;\nnamespace lib { int deep; }\nint f(int fresh) { return "
        "stale(fresh); }\n}\n",
        "namespace app {\nusing namespace ::lib;\nnamespace lib { int deep; }\nint f(int fresh) { return "
        "::lib::fresh(fresh); }\n}\n");
  }

  TEST_CASE("a variable named as the namespace is no hindrance") {
    kLibrary.becomes("int f(int lib) { return lib::stale(lib); }\n",
                     "int f(int lib) { return lib::fresh(lib); }\n");
  }

  TEST_CASE("a name that argument types find is found by them again") {
    kLibrary.becomes("int f(const lib::Thing& thing) { return stale(thing); }\n",
                     "int f(const lib::Thing& thing) { return fresh(thing); }\n");
    kLibrary.becomes("int fresh(int);\nint f(const lib::Thing& thing) { return stale(thing); }\n",
                     "int fresh(int);\nint f(const lib::Thing& thing) { return lib::fresh(thing); }\n");
    kLibrary.becomes("int f(const lib::Thing& fresh) { return stale(fresh); }\n",
                     "int f(const lib::Thing& fresh) { return lib::fresh(fresh); }\n");
  }

  TEST_CASE("a using-declaration is renamed with its uses") {
    kLibrary.becomes("using lib::StaleType;\nStaleType a;\n", "using lib::FreshType;\nFreshType a;\n");
    kLibrary.becomes("int f() {\n  using lib::old_count;\n  return old_count + old_count;\n}\n",
                     "int f() {\n  using lib::new_count;\n  return new_count + new_count;\n}\n");
    kLibrary.becomes("using lib::shallow;\nint a = shallow(1);\n",
                     "using lib::deep::deeper;\nint a = deeper(1);\n");
  }

  TEST_CASE("a using-declaration stays with all its uses when one of them has to stay") {
    kLibrary.stays("using lib::shallow;\nint a = shallow(1);\nint b = shallow(2);  // NOLINT(ferry-FN-03)\n",
                   {{1, "FN-03", "right only together with FN-03 in line 4"},
                    {2, "FN-03", "right only together with FN-03 in line 4"}});
  }

  TEST_CASE("a using-declaration that brings several old names is renamed when all become the same one") {
    kLibrary.becomes("using lib::stale;\nint a = stale(1);\nint b = stale(lib::Thing{});\n",
                     "using lib::fresh;\nint a = fresh(1);\nint b = fresh(lib::Thing{});\n");
  }

  TEST_CASE("a using-declaration that brings what is not old stays, and the calls are qualified") {
    const test::WithLibrary library(R"cpp(#pragma once
#include <ferry/annotate.hpp>
                                          namespace lib {
                                          int fresh(int value);
                                          FERRY_REPLACE("FN-01", safe, "lib::fresh($value)") int stale(int value);
                                          int stale(const char* text);
                                          }  // namespace lib
    )cpp");
    library.becomes("using lib::stale;\nint a = stale(1);\nint b = stale(\"\");\n",
                    "using lib::stale;\nint a = lib::fresh(1);\nint b = stale(\"\");\n");
  }

  TEST_CASE("types, variables and enumerators are renamed wherever they are named") {
    kLibrary.becomes(
        "lib::StaleType a{};\nint b = lib::old_count;\nbool c = lib::Color::Crimson == lib::Color::Red;\n",
        "lib::FreshType a{};\nint b = lib::new_count;\nbool c = lib::Color::Red == lib::Color::Red;\n");
    kLibrary.becomes(
        "int f(lib::Color color) {\n  using enum lib::Color;\n  switch (color) {\n    case Crimson: return "
        "1;\n"
        "    default: return 0;\n  }\n}\n",
        "int f(lib::Color color) {\n  using enum lib::Color;\n  switch (color) {\n    case Red: return 1;\n"
        "    default: return 0;\n  }\n}\n");
  }

  TEST_CASE("an inline namespace is not written out") {
    kLibrary.becomes("int a = lib::outlined(1);\nint b = lib::v2::outlined(2);\n",
                     "int a = lib::inlined(1);\nint b = lib::v2::inlined(2);\n");
  }

  TEST_CASE("a member is renamed behind its object, and behind this where something hides it") {
    kLibrary.becomes(
        "int f(lib::Base& b, lib::Base* p) { return b.stale_member(1) + p->stale_member(2); }\n",
        "int f(lib::Base& b, lib::Base* p) { return b.fresh_member(1) + p->fresh_member(2); }\n");
    kLibrary.becomes(
        "struct D : lib::Base {\n  int f() { return stale_member(1); }\n"
        "  int g(int fresh_member) { return stale_member(fresh_member); }\n};\n",
        "struct D : lib::Base {\n  int f() { return fresh_member(1); }\n"
        "  int g(int fresh_member) { return this->fresh_member(fresh_member); }\n};\n");
    kLibrary.becomes(
        "int a = lib::Base::stale_static(1);\nstruct D : lib::Base { int f() { return stale_static(1); } "
        "};\n",
        "int a = lib::Base::fresh_static(1);\nstruct D : lib::Base { int f() { return fresh_static(1); } "
        "};\n");
  }

  TEST_CASE("a member that a derived class hides under its new name stays") {
    kLibrary.stays(
        "struct D : lib::Base { int fresh_member(int); };\nint f(D& d) { return d.stale_member(1); }\n",
        {{2, "ME-01", "`D` has a `fresh_member` of its own"}});
  }

  TEST_CASE("code in the library's own namespace names the new function as it named the old one") {
    kLibrary.becomes(
        "namespace lib {\nint f() { return stale(1); }\nint Base::fresh_member(int value) { return "
        "stale(value); }\n}\n",
        "namespace lib {\nint f() { return fresh(1); }\nint Base::fresh_member(int value) { return "
        "fresh(value); }\n}\n");
  }

  TEST_CASE("a macro named as the new function stands in its way, from its definition on") {
    kLibrary.becomes(
        "int a = lib::stale(1);\n#define fresh(x) (x)\nint b = lib::stale(1);\n#undef fresh\nint c = "
        "lib::stale(1);\n",
        "int a = lib::fresh(1);\n#define fresh(x) (x)\nint b = lib::stale(1);\n#undef fresh\nint c = "
        "lib::fresh(1);\n",
        {{3, "FN-01", "`fresh` is a macro here"}});
  }

  TEST_CASE("names beyond ASCII are names") {
    const test::WithLibrary library(R"text(#pragma once
#include <ferry/annotate.hpp>
namespace größe {
int länge(int maß);
FERRY_REPLACE("UN-01", safe, "größe::länge($maß)") int weite(int maß);
}  // namespace größe
)text");
    library.becomes(
        "int größer(int länge) { using namespace größe; return weite(länge); }  // „weite“\n",
        "int größer(int länge) { using namespace größe; return größe::länge(länge); }  // „weite“\n");
  }
}
