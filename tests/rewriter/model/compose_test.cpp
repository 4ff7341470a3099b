#include "model/compose.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

Plan plan_of(std::string text, std::vector<Edits> edits) {
  Plan plan{.texts = {{"/f", std::move(text)}}};
  for (Edits& of_one : edits)
    plan.findings.push_back(
        {.finding = {.rule = "R", .file = "/f", .edits = std::move(of_one)}, .decision = Decision::Apply});
  return plan;
}

std::string composed(const Plan& plan) { return compose(plan, applied(plan)).at("/f").text; }

}  // namespace

TEST_SUITE("rewriter.model.compose") {
  TEST_CASE("insertions at one place nest as their findings do") {
    // f(g(x)) with a wrapper around each call: both begin at 0 or end at the same place.
    const Plan plan = plan_of("a.b().c();", {{{"/f", 0, 0, "outer("}, {"/f", 9, 0, ")"}},
                                             {{"/f", 0, 0, "inner("}, {"/f", 5, 0, "]"}},
                                             {{"/f", 5, 0, "next("}, {"/f", 9, 0, "}"}}});
    CHECK(composed(plan) == "outer(inner(a.b()]next(.c()});");
  }

  TEST_CASE("two findings that insert the same text at one place both get theirs") {
    const Plan plan =
        plan_of("ab", {{{"/f", 0, 0, "("}, {"/f", 2, 0, ")"}}, {{"/f", 0, 0, "("}, {"/f", 2, 0, ")"}}});
    CHECK(composed(plan) == "((ab))");
  }

  TEST_CASE("the same include and the same renaming are made once") {
    const Edit include{"/f", 0, 0, "#include <new.hpp>\n"};
    const Plan plan = plan_of("old x;", {{include, {"/f", 0, 3, "new"}}, {include, {"/f", 0, 3, "new"}}});
    CHECK(composed(plan) == "#include <new.hpp>\nnew x;");
  }

  TEST_CASE("what is inserted takes the file's line ends") {
    CHECK(composed(plan_of("a;\r\nb;\r\n", {{{"/f", 4, 0, "x;\ny;\n"}}})) == "a;\r\nx;\r\ny;\r\nb;\r\n");
    CHECK(composed(plan_of("a;\nb;\n", {{{"/f", 3, 0, "x;\n"}}})) == "a;\nx;\nb;\n");
  }

  TEST_CASE("a place in the new text leads back to where it was") {
    const Plan plan = plan_of("one two three", {{{"/f", 4, 3, "TWENTY"}}});
    const Composed text = compose(plan, applied(plan)).at("/f");
    CHECK(offset_before(text, 2) == 2);
    CHECK(offset_before(text, 6) == 4);   // inside what was replaced
    CHECK(offset_before(text, 11) == 8);  // "three"
    CHECK(offset_after(text, 2) == 2);
    CHECK(offset_after(text, 5) == 10);  // inside what was replaced
    CHECK(offset_after(text, 8) == 11);
  }

  TEST_CASE("findings that are not applied leave the text alone") {
    Plan plan = plan_of("ab", {{{"/f", 0, 1, "x"}}, {{"/f", 1, 1, "y"}}});
    plan.findings[0].decision = Decision::Withheld;
    CHECK(composed(plan) == "ay");
  }

  TEST_CASE("lines and columns count from one, in bytes") {
    CHECK(position_of("ab\ncd", 4).line == 2);
    CHECK(position_of("ab\ncd", 4).column == 2);
    CHECK(offset_of("ab\ncd", {.line = 2, .column = 2}) == 4);
    CHECK(offset_of("ab\ncd", {.line = 9, .column = 1}) == 5);
  }
}
