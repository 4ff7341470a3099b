#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;

namespace {

constexpr const char* kLibrary = R"cpp(#pragma once
#define RENAMED(name) __attribute__((deprecated("renamed", name)))
                                       namespace lib {
                                       int fresh(int a);
                                       int fresh(long a);
                                       __attribute__((deprecated("use fresh", "fresh"))) int stale(int a);
                                       RENAMED("fresh") int by_macro(int a);
                                       RENAMED("int") int no_name(int a);
                                       RENAMED("fresh(1)") int no_identifier(int a);
                                       RENAMED("Box") int other_sort(int a);
                                       namespace inner {
                                       int deep(int a);
                                       }
                                       RENAMED("inner::deep") int shallow(int a);
                                       struct Box {
                                         int get() const;
                                         RENAMED("get") int value() const;
                                         static int count();
                                         RENAMED("count") int counted() const;
                                       };
                                       using Crate RENAMED("Box") = Box;
                                       struct RENAMED("Box") Chest {
                                         int get() const;
                                       };
                                       enum Shade { kDark, kBlack RENAMED("kDark") = kDark, kGrey RENAMED("kDark") };
                                       extern int level;
                                       RENAMED("level") extern int height;
                                       template <class T>
                                       int fresh_of(T value) {
                                         return 0;
                                       }
                                       template <class T>
                                       RENAMED("fresh_of")
                                       int stale_of(T value) {
                                         return 0;
                                       }
                                       }  // namespace lib
)cpp";

void check(const std::string& before, const std::string& after, std::vector<test::Left> left = {},
           bool unsafe = true) {
  test::check_fix({.before = {{"lib/lib.hpp", kLibrary}, {"a.cpp", before}},
                   .after = {{"a.cpp", after}},
                   .left = std::move(left),
                   .unsafe = unsafe,
                   .flags = {"-include", "lib.hpp"}});
}

}  // namespace

TEST_SUITE("rewriter.rules.named_replacement") {
  TEST_CASE("the replacement takes the place of the name, spelled as it is found there") {
    check("int a = lib::stale(1) + lib::by_macro(2) + lib::shallow(3);\n",
          "int a = lib::fresh(1) + lib::fresh(2) + lib::inner::deep(3);\n");
    check("int f(lib::Box b, lib::Box* p) { return b.value() + p->value(); }\n",
          "int f(lib::Box b, lib::Box* p) { return b.get() + p->get(); }\n");
    check("namespace user {\nusing namespace lib;\nint a = stale(1);\n}\n",
          "namespace user {\nusing namespace lib;\nint a = fresh(1);\n}\n");
    check(
        "int fresh = 1;\nnamespace user {\nusing namespace lib;\nint f(int fresh) { return stale(fresh); "
        "}\n}\n",
        "int fresh = 1;\nnamespace user {\nusing namespace lib;\nint f(int fresh) { return "
        "lib::fresh(fresh); }\n}\n");
    check("lib::Chest a;\nint b = lib::height;\nint c = lib::stale_of<int>(1);\n",
          "lib::Box a;\nint b = lib::level;\nint c = lib::fresh_of<int>(1);\n");
  }

  TEST_CASE("only a name for the same type or value is safe") {
    check("lib::Crate a;\nlib::Shade b = lib::kBlack;\n", "lib::Box a;\nlib::Shade b = lib::kDark;\n", {},
          /*unsafe=*/false);
    const std::string others = "int a = lib::stale(1);\nlib::Shade b = lib::kGrey;\nlib::Chest c;\n";
    check(others, others, {{1, "INLINE-02", ""}, {2, "INLINE-02", ""}, {3, "INLINE-02", ""}},
          /*unsafe=*/false);
  }

  TEST_CASE("what names no declaration of the same sort beside it is for a person") {
    const std::string text =
        "int a = lib::no_name(1);\nint b = lib::no_identifier(2);\nint c = lib::other_sort(3);\n"
        "int d(lib::Box b) { return b.counted(); }\n";
    check(text, text,
          {{1, "INLINE-02", "names `int`"},
           {2, "INLINE-02", "names `fresh(1)`"},
           {3, "INLINE-02", "names `Box`"},
           {4, "INLINE-02", "names `count`"}});
  }
}
