#include "resolve/resolve.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "model/compose.hpp"

using namespace ferry::rewriter;

namespace {

const Jobs kJobs = {{.file = "/p/a.cpp"}, {.file = "/p/b.cpp"}};
const ResolveOptions kOptions{.scope = {.root = "/p"}};
const std::string kText = "one two three four\n";

Finding finding(std::size_t offset, std::size_t length, std::string replacement) {
  return {.rule = "R-1",
          .applicability = Applicability::Safe,
          .file = "/p/h.hpp",
          .offset = offset,
          .line = 1,
          .column = static_cast<unsigned>(offset) + 1,
          .edits = {{"/p/h.hpp", offset, length, std::move(replacement)}}};
}

Analysis analysis(Findings findings, std::string text = kText) {
  return {.findings = std::move(findings), .texts = {{"/p/h.hpp", std::move(text)}}};
}

std::string text_after(const Plan& plan) { return compose(plan, applied(plan)).at("/p/h.hpp").text; }

}  // namespace

TEST_SUITE("rewriter.resolve") {
  TEST_CASE("a finding seen through two includers is one finding of both") {
    const Plan plan =
        resolve(kJobs, {analysis({finding(0, 3, "1")}), analysis({finding(0, 3, "1")})}, kOptions);
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].jobs == std::vector<std::size_t>{0, 1});
    CHECK(plan.findings[0].decision == Decision::Apply);
  }

  TEST_CASE("where includers disagree the edit is withheld, and the reason names them") {
    const Plan plan =
        resolve(kJobs, {analysis({finding(0, 3, "1")}), analysis({finding(0, 3, "uno")})}, kOptions);
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].decision == Decision::Withheld);
    CHECK(plan.findings[0].reason == "a.cpp and b.cpp need different edits here");
  }

  TEST_CASE("jobs of one file that disagree are told apart by configuration, or by an argument") {
    const auto reason = [](const Job& first, const Job& second) {
      const Plan plan = resolve({first, second},
                                {analysis({finding(0, 3, "1")}), analysis({finding(0, 3, "uno")})}, kOptions);
      REQUIRE(plan.findings.size() == 1);
      return plan.findings[0].reason;
    };
    CHECK(reason({.file = "/p/a.cpp", .configuration = "build/debug"},
                 {.file = "/p/a.cpp", .configuration = "build/release"}) ==
          "a.cpp in build/debug and a.cpp in build/release need different edits here");
    CHECK(reason({.file = "/p/a.cpp", .arguments = {"c++", "-DX"}},
                 {.file = "/p/a.cpp", .arguments = {"c++"}}) ==
          "a.cpp with -DX and a.cpp without -DX need different edits here");
  }

  TEST_CASE("a finding outside the changed lines is dropped and holds its group back") {
    Finding first = finding(0, 3, "1");
    Finding second = finding(4, 3, "2");
    second.line = 2;
    first.end_line = 1;
    second.end_line = 2;
    ResolveOptions options = kOptions;
    options.scope.changed.emplace();
    (*options.scope.changed)["/p/h.hpp"] = {{.first = 1, .last = 1}};
    Plan plan = resolve(kJobs, {analysis({first, second}), {}}, options);
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].decision == Decision::Apply);
    first.group = second.group = "together";
    plan = resolve(kJobs, {analysis({first, second}), {}}, options);
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].decision == Decision::Withheld);
  }

  TEST_CASE("what is right only when nothing old is left is not made where some lines only are looked at") {
    Finding last = finding(0, 3, "1");
    last.end_line = 1;
    last.last = true;
    ResolveOptions options = kOptions;
    CHECK(resolve(kJobs, {analysis({last}), {}}, options).findings[0].decision == Decision::Apply);
    options.scope.changed.emplace();
    (*options.scope.changed)["/p/h.hpp"] = {{.first = 1, .last = 1}};
    CHECK(resolve(kJobs, {analysis({last}), {}}, options).findings[0].decision == Decision::Report);
  }

  TEST_CASE("of two opinions on how far an edit may be trusted the more careful one counts") {
    Finding careful = finding(0, 3, "1");
    careful.applicability = Applicability::Unsafe;
    const Plan plan = resolve(kJobs, {analysis({finding(0, 3, "1")}), analysis({careful})}, kOptions);
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].decision == Decision::Report);
  }

  TEST_CASE("the order in which jobs found something does not show") {
    const Findings forwards = {finding(0, 3, "1"), finding(4, 3, "2")};
    const Findings backwards = {forwards[1], forwards[0]};
    const Plan one = resolve(kJobs, {analysis(forwards), {}}, kOptions);
    const Plan other = resolve(kJobs, {analysis(backwards), {}}, kOptions);
    REQUIRE(one.findings.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) CHECK(one.findings[i].finding == other.findings[i].finding);
  }

  TEST_CASE("of overlapping edits the outer one is made and the inner one waits") {
    const Plan plan = resolve(kJobs, {analysis({finding(0, 13, "all"), finding(4, 3, "2")}), {}}, kOptions);
    REQUIRE(plan.findings.size() == 2);
    CHECK(plan.findings[0].decision == Decision::Apply);
    CHECK(plan.findings[1].decision == Decision::Deferred);
    CHECK(text_after(plan) == "all four\n");
  }

  TEST_CASE("an insertion within what another finding replaces waits, one at its border does not") {
    CHECK(resolve(kJobs, {analysis({finding(4, 3, "2"), finding(5, 0, "!")}), {}}, kOptions)
              .findings[1]
              .decision == Decision::Deferred);
    CHECK(text_after(resolve(kJobs, {analysis({finding(4, 3, "2"), finding(7, 0, "!")}), {}}, kOptions)) ==
          "one 2! three four\n");
    CHECK(text_after(resolve(kJobs, {analysis({finding(4, 0, "!"), finding(4, 3, "2")}), {}}, kOptions)) ==
          "one !2 three four\n");
  }

  TEST_CASE("minimal edits of nested findings are made together") {
    Finding outer = finding(0, 3, "1");
    outer.edits.push_back({"/p/h.hpp", 14, 4, "4"});
    const Plan plan = resolve(kJobs, {analysis({outer, finding(4, 3, "2")}), {}}, kOptions);
    CHECK(text_after(plan) == "1 2 three 4\n");
  }

  TEST_CASE("one member of a group that is not applied holds the others back") {
    Finding safe = finding(0, 3, "1");
    Finding unsafe = finding(4, 3, "2");
    unsafe.applicability = Applicability::Unsafe;
    safe.group = unsafe.group = "alias";
    SUBCASE("without --unsafe") {
      const Plan plan = resolve(kJobs, {analysis({safe, unsafe}), {}}, kOptions);
      CHECK(plan.findings[0].decision == Decision::Withheld);
      CHECK(plan.findings[0].reason.find("R-1 in line 1") != std::string::npos);
    }
    SUBCASE("with --unsafe") {
      const Plan plan =
          resolve(kJobs, {analysis({safe, unsafe}), {}}, {.scope = kOptions.scope, .unsafe = true});
      CHECK(text_after(plan) == "1 2 three four\n");
    }
  }

  TEST_CASE("a suppressed finding is kept out of the edits, and holds its group back all the same") {
    const std::string text = "one\ntwo // NOLINT(ferry-R-1)\n";
    Finding kept = finding(0, 3, "1");
    Finding suppressed = finding(4, 3, "2");
    SUBCASE("alone") {
      const Plan plan = resolve(kJobs, {analysis({kept, suppressed}, text), {}}, kOptions);
      REQUIRE(plan.findings.size() == 2);
      CHECK(plan.findings[0].decision == Decision::Apply);
      CHECK(plan.findings[1].decision == Decision::Suppressed);
    }
    SUBCASE("and what is right only when nothing old is left") {
      kept.last = true;
      const Plan plan = resolve(kJobs, {analysis({kept, suppressed}, text), {}}, kOptions);
      CHECK(plan.findings[0].decision == Decision::Withheld);
    }
    SUBCASE("in a group") {
      kept.group = suppressed.group = "alias";
      const Plan plan = resolve(kJobs, {analysis({kept, suppressed}, text), {}}, kOptions);
      REQUIRE(plan.findings.size() == 2);
      CHECK(plan.findings[0].decision == Decision::Withheld);
    }
  }

  TEST_CASE("an error in a header is one problem, however many includers it stops") {
    const Problem error{.file = "/p/h.hpp", .line = 3, .column = 1, .message = "expected ';'"};
    Analysis broken;
    broken.compiled = false;
    broken.problems = {error};
    Analysis worse = broken;
    worse.problems.push_back({.file = "/p/b.cpp", .line = 1, .column = 1, .message = "another"});
    const Plan plan = resolve(kJobs, {broken, worse}, kOptions);
    REQUIRE(plan.problems.size() == 1);
    CHECK(plan.problems[0].message ==
          "expected ';' (and 1 more); a.cpp and 1 more do not compile here: their edits are withheld until "
          "they do");
  }

  TEST_CASE("what only a job that does not compile has seen is withheld, what another has seen too is not") {
    Analysis broken = analysis({finding(0, 3, "1"), finding(4, 3, "2")});
    broken.compiled = false;
    broken.problems = {{.file = "/p/a.cpp", .line = 3, .column = 1, .message = "expected ';'"}};
    const Plan plan = resolve(kJobs, {broken, analysis({finding(4, 3, "2")})}, kOptions);
    REQUIRE(plan.findings.size() == 2);
    CHECK(plan.findings[0].decision == Decision::Withheld);
    CHECK(plan.findings[0].reason == "a.cpp does not compile");
    CHECK(plan.findings[1].decision == Decision::Apply);
    REQUIRE(plan.problems.size() == 1);
    CHECK(plan.problems[0].line == 3);
  }

  TEST_CASE("what is about the whole tree waits for what does not compile, and says so") {
    Finding whole = finding(0, 3, "1");
    whole.last = whole.quiet = true;
    Finding own = finding(4, 3, "2");
    own.last = true;
    Analysis broken;
    broken.compiled = false;
    const Plan plan = resolve(kJobs, {analysis({whole, own}), broken}, kOptions);
    REQUIRE(plan.findings.size() == 2);
    CHECK(plan.findings[0].decision == Decision::Withheld);
    CHECK(plan.findings[0].reason == "right only when nothing old is left, and b.cpp does not compile");
    CHECK(is_open(plan.findings[0]));
    CHECK(plan.findings[1].decision == Decision::Apply);
    CHECK(text_after(resolve(kJobs, {analysis({whole, own}), {}}, kOptions)) == "1 2 three four\n");
  }

  TEST_CASE("a file that two jobs read differently has changed meanwhile: nothing in it is edited") {
    const Plan plan = resolve(
        kJobs, {analysis({finding(0, 3, "1")}), analysis({finding(0, 3, "1")}, "one more\n")}, kOptions);
    CHECK(plan.problems.size() == 1);
    CHECK(plan.findings[0].decision == Decision::Withheld);
  }

  TEST_CASE("no edit is made outside the root or in an excluded file") {
    Finding reaching = finding(0, 3, "1");
    reaching.edits.push_back({"/q/other.hpp", 0, 1, "x"});
    Analysis found = analysis({reaching});
    found.texts.emplace("/q/other.hpp", "text");
    const Plan plan = resolve(kJobs, {found, {}}, kOptions);
    REQUIRE(plan.findings.size() == 1);
    CHECK(plan.findings[0].decision == Decision::Report);
    CHECK(
        resolve(kJobs, {analysis({finding(0, 3, "1")}), {}}, {.scope = {.root = "/p", .excludes = {"h.hpp"}}})
            .findings.empty());
  }
}
