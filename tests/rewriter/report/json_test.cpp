#include <doctest/doctest.h>
#include <llvm/Support/JSON.h>

#include "report/report.hpp"

using namespace ferry::rewriter;

TEST_SUITE("rewriter.report.json") {
  TEST_CASE("the report is one object with the places relative to the root, whatever bytes a file holds") {
    Outcome outcome;
    outcome.plan.findings.push_back({.finding = {.rule = "TIME-01",
                                                 .applicability = Applicability::Unsafe,
                                                 .file = "/p/src/a.cpp",
                                                 .line = 3,
                                                 .column = 4,
                                                 .end_line = 3,
                                                 .end_column = 9,
                                                 .message = "use \xFF",
                                                 .edits = {{"/p/src/a.cpp", 10, 2, "x\n"}}},
                                     .decision = Decision::Apply});
    outcome.plan.problems.push_back({.file = "/p/b.cpp", .line = 1, .column = 2, .message = "expected ';'"});
    outcome.plan.warnings.push_back({.file = "/p/c.cpp", .line = 3, .column = 4, .message = "look"});
    std::string text;
    llvm::raw_string_ostream out(text);
    print_json(out, outcome, {.command = Command::Fix, .root = "/p", .working_directory = "/"});

    auto value = llvm::json::parse(text);
    REQUIRE(bool(value));
    const llvm::json::Object& report = *value->getAsObject();
    CHECK(report.getInteger("version") == 1);
    CHECK(report.getObject("summary")->getInteger("fixed") == 1);
    const llvm::json::Object& finding = *(*report.getArray("findings"))[0].getAsObject();
    CHECK(finding.getString("rule") == llvm::StringRef("TIME-01"));
    CHECK(finding.getString("applicability") == llvm::StringRef("unsafe"));
    CHECK(finding.getString("file") == llvm::StringRef("src/a.cpp"));
    CHECK(finding.getInteger("end_column") == 9);
    CHECK(finding.getBoolean("fixed") == true);
    const llvm::json::Object& edit = *(*finding.getArray("edits"))[0].getAsObject();
    CHECK(edit.getInteger("offset") == 10);
    CHECK(edit.getString("replacement") == llvm::StringRef("x\n"));
    CHECK((*report.getArray("errors"))[0].getAsObject()->getString("file") == llvm::StringRef("b.cpp"));
    CHECK((*report.getArray("warnings"))[0].getAsObject()->getString("file") == llvm::StringRef("c.cpp"));
  }

  TEST_CASE("nothing is fixed by a run that only looks") {
    Outcome outcome;
    outcome.plan.findings.push_back(
        {.finding = {.rule = "R", .file = "/p/a.cpp"}, .decision = Decision::Apply});
    for (const Command command : {Command::Check, Command::Diff}) {
      std::string text;
      llvm::raw_string_ostream out(text);
      print_json(out, outcome, {.command = command, .root = "/p", .working_directory = "/"});
      CHECK(text.find("\"fixed\": false") != std::string::npos);
    }
  }
}
