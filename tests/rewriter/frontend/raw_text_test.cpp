#include "frontend/raw_text.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

bool says(llvm::StringRef text) { return may_say({"delay_for", "x"}, text); }

std::string expanded(llvm::StringRef text) { return expanded_with({"MAKE", "GLUE"}, text); }

}  // namespace

TEST_SUITE("rewriter.frontend.raw_text") {
  TEST_CASE("words are found as names") {
    CHECK(says("delay_for(1);"));
    CHECK(says("a.delay_for();"));
    CHECK(says("#define A delay_for\n"));
    CHECK(says("#if 0\ndelay_for();\n#endif\n"));
    CHECK(says("#if 0\nit's\ndelay_for();\n#endif\n"));
    CHECK_FALSE(says("delay_for_ever(xx); // delay_for(x)\n\"x\" /* x */ 'x' R\"(x)\" 0x1 1x"));
    CHECK_FALSE(says(""));
  }

  TEST_CASE("a name may be written over several lines") {
    CHECK(says("delay\\\n_for();"));
    CHECK(says("#define A \\\ndelay_for"));
    CHECK(says("\\  \r\ndelay_for \\\n (1);"));
    CHECK_FALSE(says("#define A \\\ny\\\nx"));
    CHECK(expanded("\\\nMAKE(a);") == expanded("MA\\\nKE\\\n(a);"));
    CHECK(expanded("\\\nMAKE(a);") != expanded("\\\nMAKE(b);"));
  }

  TEST_CASE("a text that may have more words may say any") {
    CHECK(says("// ?\?/\ndelay_for();"));
    CHECK(says("d\\u00e9lai();"));
    CHECK(says("\\u00e9lai();"));
    CHECK(says("f();  // NOLINT(ferry-TIME-01)\n"));
    CHECK_FALSE(says("f();  // NOLINT(another-tools-check)\n"));
  }

  TEST_CASE("what is beside a macro does not count") {
    const std::string before =
        expanded("int a;\nMAKE(b, c) { f(1); }\nint d = e + GLUE(a, (1, 2))(3) - 4;\n");
    CHECK_FALSE(before.empty());
    CHECK(before ==
          expanded("static MAKE( b,c ) // one\n{ f(2); h(); }\nint z = 1 + GLUE(a, (1, 2)) (3) * 2; int y;"));
    CHECK(expanded("int a;\n#define X\nf(1); makes(2); // MAKE(b)\n\"MAKE\"").empty());
  }

  TEST_CASE("whatever a macro's arguments can come from counts") {
    const std::string before = expanded("f(1, [] { return GLUE(a, b)(c); }) D;");
    CHECK(before != expanded("f(1, [] { return GLUE(a, x)(c); }) D;"));
    CHECK(before != expanded("f(1, [] { return GLUE(a, b)(x); }) D;"));
    CHECK(before != expanded("x(1, [] { return GLUE(a, b)(c); }) D;"));
    CHECK(before != expanded("f(1, [] { return GLUE(a, b)(c); }) X;"));
    CHECK(before != expanded("f(2, [] { return GLUE(a, b)(c); }) D;"));
    CHECK(expanded("MAKE NOTHING (a);") != expanded("MAKE NOTHING (b);"));
    CHECK(expanded("MAKE(a);") != expanded("MAKE(a); MAKE(a);"));
  }

  TEST_CASE("where a macro stands among the directives counts") {
    const std::string before = expanded("#define A a\nint x; GLUE(A, b);\n#undef A\n");
    CHECK(before == expanded("#define A a\nGLUE(A, b); int y;\n#undef A\n"));
    CHECK(before != expanded("#define A a\nint x;\n#undef A\nGLUE(A, b);\n"));
    CHECK(expanded("GLUE\n#undef A\n(A, b);") != expanded("GLUE(A, b)\n#undef A\n;"));
    CHECK(expanded("f\n#undef A\n;GLUE(A, b);") != expanded("GLUE(A, b);\n#undef A\n"));
  }
}
