#include "resolve/suppress.hpp"

#include <doctest/doctest.h>

#include "model/compose.hpp"

using namespace ferry::rewriter;

namespace {

constexpr const char* kFile = "/p/a.cpp";

const std::function<bool(std::string_view)> kAllRules = [](std::string_view) { return true; };

// Whether the comments of `text` accept a finding of TIME-01 at each `old`.
std::string accepted(std::string_view text, std::string_view today = "") {
  Suppressions suppressions(text, today);
  std::string result;
  for (std::size_t at = 0; (at = text.find("old", at)) != std::string_view::npos; ++at) {
    const auto verdict = suppressions.accept(at, "TIME-01");
    result += verdict.accepted_by ? 'y' : verdict.expired != nullptr ? 'x' : 'n';
  }
  return result;
}

// What a file is when everything unused is taken out of it; every `old` is a finding of TIME-01.
std::string pruned(const std::string& text, const LineRanges& unseen = {},
                   const std::function<bool(std::string_view)>& has_run = kAllRules) {
  Suppressions suppressions(text, "");
  for (std::size_t at = 0; (at = text.find("old", at)) != std::string::npos; ++at)
    suppressions.accept(at, "TIME-01");
  Plan plan{.texts = {{kFile, text}}};
  for (Finding& finding : suppressions.unused(kFile, unseen, has_run))
    plan.findings.push_back({.finding = std::move(finding), .decision = Decision::Apply});
  const auto composed = compose(plan, applied(plan));
  return composed.empty() ? text : composed.at(kFile).text;
}

std::string messages(const Findings& findings) {
  std::string all;
  for (const Finding& finding : findings)
    all += std::to_string(finding.line) + ":" + std::to_string(finding.column) + " " + finding.message + "\n";
  return all;
}

std::string malformed(std::string_view text) { return messages(Suppressions(text, "").malformed(kFile)); }

}  // namespace

TEST_SUITE("rewriter.resolve.suppress") {
  TEST_CASE("NOLINT speaks for its own line") {
    CHECK(accepted("old(); // NOLINT\n") == "y");
    CHECK(accepted("old(); // NOLINT(ferry-TIME-01)") == "y");
    CHECK(accepted("old(); // NOLINT(ferry-TIME-02)\n") == "n");
    CHECK(accepted("x; // NOLINT\nold();\n") == "n");
    CHECK(accepted("old(\n 1); // NOLINT\n") == "n");
  }

  TEST_CASE("NOLINTNEXTLINE speaks for the line after it and no other") {
    CHECK(accepted("// NOLINTNEXTLINE(ferry-TIME-01)\nold();\nold();\n") == "yn");
    CHECK(accepted("old(); // NOLINTNEXTLINE\n\nold();") == "nn");
  }

  // What clang-tidy 19 does with the same blocks.
  TEST_CASE("NOLINTBEGIN and NOLINTEND speak for what stands between them") {
    CHECK(accepted("old; /* NOLINTBEGIN */ old;\nold;\nold; /* NOLINTEND */ old;\n") == "nyyyn");
    CHECK(accepted("// NOLINTBEGIN(ferry-*)\nold;\n// NOLINTBEGIN(x)\nold;\n// NOLINTEND(x)\nold;\n"
                   "// NOLINTEND(ferry-*)\nold;") == "yyyn");
    CHECK(accepted("// NOLINTBEGIN( ferry-*,x )\nold;\n// NOLINTEND(ferry-*, x)\nold;") == "yn");
  }

  TEST_CASE("a block whose ends do not match suppresses nothing") {
    CHECK(accepted("// NOLINTBEGIN(ferry-*)\nold;\n") == "n");
    CHECK(accepted("// NOLINTBEGIN(ferry-*)\nold;\n// NOLINTEND\nold;\n") == "nn");
    CHECK(accepted("// NOLINTBEGIN(ferry-*)\nold;\n// NOLINTBEGIN(x)\nold;\n// NOLINTEND(ferry-*)\nold;\n"
                   "// NOLINTEND(x)\n") == "nnn");
  }

  TEST_CASE("the reason is kept with the place") {
    Suppressions suppressions("old(); // NOLINT(ferry-TIME-01): why\n", "");
    const auto verdict = suppressions.accept(0, "TIME-01");
    REQUIRE(verdict.accepted_by);
    CHECK(*verdict.accepted_by == Suppression{.line = 1, .column = 11, .reason = "why"});
  }

  TEST_CASE("a date is the last day on which a suppression holds") {
    const std::string_view text = "old(); // NOLINT(ferry-TIME-01): until=2027-06-30\n";
    CHECK(accepted(text) == "y");
    CHECK(accepted(text, "2027-06-30") == "y");
    CHECK(accepted(text, "2027-07-01") == "x");
    CHECK(accepted("// NOLINTBEGIN(ferry-*): until=2027-06-30\nold\n// NOLINTEND(ferry-*)", "2028-01-01") ==
          "x");
    CHECK(accepted("old(); // NOLINT(ferry-*): until=2027-06-30 NOLINT(ferry-TIME-01)", "2028-01-01") == "y");
    CHECK(accepted("old(); // NOLINT(ferry-*): until=tomorrow", "2028-01-01") == "y");
  }

  TEST_CASE(
      "an unused suppression is taken out with its reason, its comment and its line, if nothing is left "
      "there") {
    CHECK(pruned("x;  // NOLINT(ferry-TIME-01)\ny;\n") == "x;\ny;\n");
    CHECK(pruned("x;  // NOLINT(ferry-TIME-01): why\ny;\n") == "x;\ny;\n");
    CHECK(pruned("x;  // NOLINT(ferry-TIME-01) until=2027-01-01\ny;\n") == "x;\ny;\n");
    CHECK(pruned("  // NOLINTNEXTLINE(ferry-TIME-01)\r\nx;\r\n") == "x;\r\n");
    CHECK(pruned("/* NOLINTNEXTLINE(ferry-TIME-01) */\nx;") == "x;");
    CHECK(pruned("/// NOLINTNEXTLINE(ferry-TIME-01)\nx;") == "x;");
    CHECK(pruned("x; // NOLINT(ferry-TIME-01)") == "x;");
    CHECK(pruned("// NOLINTBEGIN(ferry-TIME-01)\nx;\n// NOLINTEND(ferry-TIME-01)\ny;\n") == "x;\ny;\n");
  }

  TEST_CASE("what else a comment says stays") {
    CHECK(pruned("x; // first NOLINT(ferry-TIME-01): why\n") == "x; // first\n");
    CHECK(pruned("x; // NOLINT(ferry-TIME-01) see ticket 12\n") == "x; // see ticket 12\n");
    CHECK(pruned("x; // NOLINT(ferry-TIME-01): why NOLINT(other)\n") == "x; // NOLINT(other)\n");
    CHECK(pruned("x; // NOLINT(ferry-TIME-02, other): why\n") == "x; // NOLINT(other): why\n");
    CHECK(pruned("x; // NOLINT(a,ferry-TIME-02,b)\n") == "x; // NOLINT(a, b)\n");
    CHECK(pruned("/* one\n   NOLINT(ferry-TIME-01)\n   two */\n") == "/* one\n   two */\n");
  }

  TEST_CASE("what a removal leaves means the same to a compiler") {
    CHECK(pruned("int/* NOLINT(ferry-TIME-01) */x;\n") == "int x;\n");
    CHECK(pruned("f(/* NOLINT(ferry-TIME-01) */ x);\n") == "f(x);\n");
    CHECK(pruned("#define A \\\n  x /* NOLINT(ferry-TIME-01) */ \\\n  y\n") == "#define A \\\n  x \\\n  y\n");
    CHECK(pruned("#define A \\\n  /* NOLINT(ferry-TIME-01) */\ny;\n") == "#define A \\\n\ny;\n");
    CHECK(pruned("#define A \\\n  x // NOLINT(ferry-TIME-01): why \\\n  y\n") ==
          "#define A \\\n  x // \\\n  y\n");
  }

  TEST_CASE("a removal leaves no backslash at the end of its line") {
    CHECK(pruned("f();  // in C:\\ NOLINT(ferry-TIME-01)\ng();\n") == "f();  // in C:\\ //\ng();\n");
    CHECK(pruned("#define A \\ // NOLINT(ferry-TIME-01): so\r\ng();\r\n") == "#define A \\ //\r\ng();\r\n");
  }

  TEST_CASE("only what ran and found nothing is unused") {
    const auto stays = [](const std::string& text, const LineRanges& unseen = {},
                          const std::function<bool(std::string_view)>& has_run = kAllRules) {
      return pruned(text, unseen, has_run) == text;
    };
    CHECK(stays("old(); // NOLINT(ferry-TIME-01)\n"));
    CHECK(stays("old(); // NOLINT(ferry-TIME-*)\n"));
    CHECK(stays("x; // NOLINT\n"));
    CHECK(stays("x; // NOLINT()\n"));
    CHECK(stays("x; // NOLINT(other, *, ferry*)\n"));
    CHECK(stays("x; // NOLINT(ferry-TIME-01\n"));
    CHECK(stays("x; // NOLINT(ferry-TIME-01)\n", {{.first = 1, .last = 1}}));
    CHECK(stays("// NOLINTNEXTLINE(ferry-TIME-01)\nx;\n", {{.first = 2, .last = 4}}));
    CHECK(stays("// NOLINTBEGIN(ferry-X)\nx;\ny;\n// NOLINTEND(ferry-X)\n", {{.first = 2, .last = 2}}));
    CHECK(
        stays("x; // NOLINT(ferry-TIME-01)\n", {}, [](std::string_view name) { return name != "TIME-01"; }));
    CHECK_FALSE(stays("// NOLINTNEXTLINE(ferry-TIME-01)\nx;\n", {{.first = 1, .last = 1}}));
    CHECK_FALSE(
        stays("x; // NOLINT(ferry-TIME-02)\n", {}, [](std::string_view name) { return name == "TIME-02"; }));
  }

  TEST_CASE("one that has expired is used while its finding is there, and unused afterwards") {
    CHECK(pruned("old(); // NOLINT(ferry-TIME-01): until=2000-01-01\n") ==
          "old(); // NOLINT(ferry-TIME-01): until=2000-01-01\n");
    CHECK(pruned("x(); // NOLINT(ferry-TIME-01): until=2000-01-01\n") == "x();\n");
  }

  TEST_CASE("the report of an unused one says where nothing was found") {
    const auto said = [](std::string_view text) {
      return messages(Suppressions(text, "").unused(kFile, {}, kAllRules));
    };
    CHECK(said("x; // NOLINT(ferry-A-1, ferry-B-*)") ==
          "1:7 suppresses nothing: no finding of A-1, B-* in this line\n");
    CHECK(said("// NOLINTNEXTLINE(ferry-A-1)") ==
          "1:4 suppresses nothing: no finding of A-1 in the next line\n");
    CHECK(said("// NOLINTBEGIN(ferry-A-1)\n\n// NOLINTEND(ferry-A-1)") ==
          "1:4 suppresses nothing: no finding of A-1 up to line 3\n");
  }

  TEST_CASE("a suppression of ours that does not say what it means is told, others' are not") {
    CHECK(malformed("// NOLINT(ferry-A-1): until=2027-02-30\n") ==
          "1:4 `until=2027-02-30` is no date; write until=YYYY-MM-DD\n");
    CHECK(malformed("// NOLINT(ferry-A-1\n") ==
          "1:4 its list lacks the closing parenthesis, so it is taken for none\n");
    CHECK(malformed("\n// NOLINTBEGIN(ferry-A-1)\n") ==
          "2:4 NOLINTBEGIN without NOLINTEND after it that has the same list: it suppresses nothing\n");
    CHECK(malformed("// NOLINTEND(ferry-A-1)\n") ==
          "1:4 NOLINTEND without NOLINTBEGIN before it that has the same list: it suppresses nothing\n");
    CHECK(malformed("// NOLINT(other): until=x\n// NOLINT: until=x\n// NOLINTBEGIN\n// NOLINTEND(other)\n")
              .empty());
  }

  TEST_CASE("a plan keeps what is suppressed, and says why") {
    Plan plan{
        .findings =
            {{.finding = {.rule = "TIME-01", .file = kFile, .offset = 0, .line = 1, .message = "old"}},
             {.finding = {.rule = "TIME-01", .file = kFile, .offset = 30, .line = 2, .message = "old"}}},
        .texts = {{kFile, "old; // NOLINT(ferry-*): why\n old; // NOLINT(ferry-*): until=2020-01-01\n"}}};
    suppress(plan, {}, {.scope = {.root = "/p"}, .today = "2026-01-01"});
    CHECK(plan.findings[0].decision == Decision::Suppressed);
    CHECK(plan.findings[0].reason == "suppressed in line 1: why");
    CHECK(plan.findings[0].suppression->reason == "why");
    CHECK_FALSE(is_open(plan.findings[0]));
    CHECK(is_open(plan.findings[1]));
    CHECK(plan.findings[1].finding.message ==
          "old; its suppression in line 2 has expired (until=2020-01-01)");
  }

  TEST_CASE("a rule that is named without its prefix is not suppressed, and told of") {
    Plan plan{.findings =
                  {{.finding = {.rule = "TIME-01", .file = kFile, .offset = 0, .line = 1, .message = "old"}},
                   {.finding = {.rule = "TIME-02", .file = kFile, .offset = 0, .line = 1, .message = "old"}}},
              .texts = {{kFile, "old; // NOLINT(TIME-01, ferry-TIME-03)\n"}}};
    suppress(plan, {}, {.scope = {.root = "/p"}});
    CHECK(is_open(plan.findings[0]));
    CHECK(plan.findings[0].finding.message == "old; to suppress it, line 1 has to name `ferry-TIME-01`");
    CHECK(plan.findings[1].finding.message == "old");
  }

  TEST_CASE("what is wrong with suppressions is found in files without any other finding, in scope only") {
    const ResolveOptions options{.scope = {.root = "/p", .excludes = {"b.cpp"}}, .has_run = kAllRules};
    Plan plan;
    const std::string text = "x; // NOLINT(ferry-TIME-01): until=soon\n";
    suppress(plan, {{.names = {kFile}, .text = text}, {.names = {"/p/b.cpp"}, .text = text}}, options);
    REQUIRE(plan.findings.size() == 2);
    CHECK(plan.findings[0].finding.rule == "NOLINT-01");
    CHECK(plan.findings[1].finding.rule == "NOLINT-02");
    CHECK(plan.texts.contains(kFile));
  }

  TEST_CASE("a comment may suppress what is said about it") {
    const ResolveOptions options{.scope = {.root = "/p"}, .has_run = kAllRules};
    Plan plan;
    suppress(plan, {{.names = {kFile}, .text = "x; // NOLINT(ferry-TIME-01, ferry-NOLINT-01)\n"}}, options);
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].decision == Decision::Suppressed);
  }
}
