#include "resolve/accept.hpp"

#include <doctest/doctest.h>

#include "model/compose.hpp"
#include "resolve/suppress.hpp"

using namespace ferry::rewriter;

namespace {

constexpr const char* kFile = "/p/a.cpp";

// The text with every `old` suppressed for TIME-01, and every `bad` for TIME-02. Checks that all are.
std::string accepted(const std::string& text, const std::string& reason = "why") {
  Plan plan{.texts = {{kFile, text}}};
  for (const char* code : {"old", "bad"})
    for (std::size_t at = 0; (at = text.find(code, at)) != std::string::npos; ++at)
      plan.findings.push_back({.finding = {.rule = code[0] == 'o' ? "TIME-01" : "TIME-02",
                                           .applicability = Applicability::Manual,
                                           .file = kFile,
                                           .offset = at,
                                           .line = position_of(text, at).line,
                                           .edits = {{kFile, at, 3, "new"}}}});
  plan = accept_findings(std::move(plan), reason, {.root = "/p"});
  const std::string after = compose(plan, applied(plan)).at(kFile).text;
  Suppressions suppressions(after, "");
  for (const char* code : {"old", "bad"})
    for (std::size_t at = 0; (at = after.find(code, at)) != std::string::npos; ++at)
      CHECK_MESSAGE(suppressions.accept(at, code[0] == 'o' ? "TIME-01" : "TIME-02").accepted_by, after);
  return after;
}

}  // namespace

TEST_SUITE("rewriter.resolve.accept") {
  TEST_CASE("a line gets a comment at its end, one for all that is found in it") {
    CHECK(accepted("x = old();\ny;\n") == "x = old();  // NOLINT(ferry-TIME-01): why\ny;\n");
    CHECK(accepted("old() + bad() + old();") ==
          "old() + bad() + old();  // NOLINT(ferry-TIME-01, ferry-TIME-02): why");
    CHECK(accepted("old();\r\nbad();\r\n") ==
          "old();  // NOLINT(ferry-TIME-01): why\r\nbad();  // NOLINT(ferry-TIME-02): why\r\n");
    CHECK(accepted("#define A(x) old(x)\n") == "#define A(x) old(x)  // NOLINT(ferry-TIME-01): why\n");
    CHECK(accepted("#include <old.h>\n") == "#include <old.h>  // NOLINT(ferry-TIME-01): why\n");
  }

  TEST_CASE("a comment that is there is gone on with") {
    CHECK(accepted("old(); // first\n") == "old(); // first NOLINT(ferry-TIME-01): why\n");
    CHECK(accepted("old(); /* first */\n") == "old(); /* first */  // NOLINT(ferry-TIME-01): why\n");
  }

  TEST_CASE("a suppression that is there is extended") {
    CHECK(accepted("old(); // NOLINT(other): so\n") == "old(); // NOLINT(other, ferry-TIME-01): so\n");
    CHECK(accepted("old(); // NOLINT(other)\n") == "old(); // NOLINT(other, ferry-TIME-01): why\n");
    CHECK(accepted("old(); /* NOLINT() */\n") == "old(); /* NOLINT(ferry-TIME-01): why */\n");
    CHECK(accepted("// NOLINTNEXTLINE(other)\nold();\n") ==
          "// NOLINTNEXTLINE(other, ferry-TIME-01): why\nold();\n");
  }

  TEST_CASE("a list that is not closed takes in nothing more") {
    CHECK(accepted("old(); // NOLINT(other\n") ==
          "/* NOLINT(ferry-TIME-01): why */ old(); // NOLINT(other\n");
    CHECK(accepted("old(); // NOLINTEND( x\n") ==
          "/* NOLINT(ferry-TIME-01): why */ old(); // NOLINTEND( x\n");
    CHECK(accepted("old(); // NOLINT(other) (and\n") == "old(); // NOLINT(other, ferry-TIME-01) (and\n");
  }

  TEST_CASE("one with a date keeps it to itself") {
    CHECK(accepted("old(); // NOLINT(ferry-TIME-02): until=2020-01-01\n") ==
          "old(); // NOLINT(ferry-TIME-02): until=2020-01-01 NOLINT(ferry-TIME-01): why\n");
    CHECK(accepted("old(); // NOLINT(other)\n", "until=2030-01-01 why") ==
          "old(); // NOLINT(other) NOLINT(ferry-TIME-01): until=2030-01-01 why\n");
  }

  TEST_CASE("a line that would become too long gets one before it, indented as it is") {
    const std::string code = "\told(" + std::string(70, '1') + ");\r\n";
    CHECK(accepted("x;\r\n" + code) == "x;\r\n\t// NOLINTNEXTLINE(ferry-TIME-01): why\r\n" + code);
  }

  TEST_CASE("where a backslash continues the line the comment goes before it") {
    CHECK(accepted("#define A \\\n  old() + \\\n  1\n") ==
          "#define A \\\n  old() + /* NOLINT(ferry-TIME-01): why */ \\\n  1\n");
    CHECK(accepted("#define A old() + \\\r\n  bad()\r\n") ==
          "#define A old() + /* NOLINT(ferry-TIME-01): why */ \\\r\n  bad()  // NOLINT(ferry-TIME-02): "
          "why\r\n");
  }

  TEST_CASE("where the line ends in no code the comment goes before the place") {
    CHECK(accepted("old(); /* one\n two */\n") ==
          "/* NOLINT(ferry-TIME-01): why */ old(); /* one\n two */\n");
    CHECK(accepted("f(old(), R\"(one\ntwo)\");\n") ==
          "f(/* NOLINT(ferry-TIME-01): why */ old(), R\"(one\ntwo)\");\n");
    CHECK(accepted("old(); // one \\\n two\n") ==
          "/* NOLINT(ferry-TIME-01): why */ old(); // one \\\n two\n");
    CHECK(accepted("f(old(), \"a\\\nb\");\n") == "f(/* NOLINT(ferry-TIME-01): why */ old(), \"a\\\nb\");\n");
    CHECK(accepted("old(); \"never closed\n") == "/* NOLINT(ferry-TIME-01): why */ old(); \"never closed\n");
    const std::string inside = "R\"(\n)\", old(" + std::string(90, '1') + "); /*\n*/";
    CHECK(accepted(inside) ==
          "R\"(\n)\", /* NOLINT(ferry-TIME-01): why */ old(" + std::string(90, '1') + "); /*\n*/");
  }

  TEST_CASE("a long line in the middle of something gets no line before it") {
    const std::string code = "  old(" + std::string(90, '1') + ")\n";
    CHECK(accepted("#define A \\\n" + code) ==
          "#define A \\\n  old(" + std::string(90, '1') + ")  // NOLINT(ferry-TIME-01): why\n");
  }

  TEST_CASE("what is accepted already, and what is wrong with suppressions, is left alone") {
    Plan plan{.findings = {{.finding = {.rule = "TIME-01", .file = kFile, .line = 1},
                            .decision = Decision::Suppressed},
                           {.finding = {.rule = "TIME-01", .file = kFile, .line = 1}, .is_known = true},
                           {.finding = {.rule = "NOLINT-02", .file = kFile, .line = 1}},
                           {.finding = {.rule = "TIME-01", .file = "/q/b.cpp", .line = 1}}},
              .texts = {{kFile, "old\n"}, {"/q/b.cpp", "old\n"}}};
    plan = accept_findings(std::move(plan), "why", {.root = "/p"});
    CHECK(compose(plan, applied(plan)).empty());
    CHECK(plan.findings[2].decision == Decision::Report);
    CHECK(plan.findings[3].decision == Decision::Report);
  }

  TEST_CASE("a reason that would not stay in its comment, or says a day that is none, is refused") {
    CHECK(fault_of_reason("why not; until=2027-06-30").empty());
    CHECK(fault_of_reason("größe").empty());
    for (const char* reason :
         {"", "  ", "a */ b", "a /* b", "a \\", "a\nb", "a\x01", "a\xff", "NOLINT", "until=soon"})
      CHECK_FALSE_MESSAGE(fault_of_reason(reason).empty(), reason);
  }
}
