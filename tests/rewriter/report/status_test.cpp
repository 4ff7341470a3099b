// How far a migration is, as a table, as JSON and as a page.
#include "report/status.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <llvm/Support/JSON.h>

using namespace ferry::rewriter;

namespace {

PlannedFinding finding(const std::string& rule, const std::string& file, Applicability applicability,
                       Decision decision = Decision::Apply) {
  return {.finding = {.rule = rule, .applicability = applicability, .file = file}, .decision = decision};
}

Status example() {
  Plan plan;
  plan.findings = {finding("TIME-01", "/p/src/a.cpp", Applicability::Safe),
                   finding("TIME-01", "/p/src/a.cpp", Applicability::Unsafe, Decision::Report),
                   finding("TIME-02", "/p/src/net/b.cpp", Applicability::Manual, Decision::Withheld),
                   finding("TIME-01", "/p/main.cpp", Applicability::Safe),
                   finding("TIME-01", "/p/main.cpp", Applicability::Safe, Decision::Suppressed),
                   finding("NOLINT-01", "/p/main.cpp", Applicability::Safe)};
  plan.problems = {{.file = "/p/src/c.cpp", .line = 3, .column = 1, .message = "</script><b>"}};
  Status status = status_of(
      plan, {{"/p/src/a.cpp", 400}, {"/p/src/net/b.cpp", 10}, {"/p/src/net/d.cpp", 90}, {"/p/main.cpp", 7}},
      "/p", {{.id = "TIME-01", .pack = "", .title = "`a` is now `b`", .card = ""}});
  status.rewritten = 2;
  status.rewritten_unsafe = 3;
  status.version = "1.0";
  status.history = {{.revision = "0123456789abcdef",
                     .date = "2026-01-02T03:04:05Z",
                     .subject = "first",
                     .counts = {.safe = 9},
                     .errors = 1},
                    {.revision = "fedcba9876543210",
                     .date = "2026-02-02T03:04:05Z",
                     .subject = "second",
                     .counts = status.counts}};
  return status;
}

std::string printed(void (*print)(llvm::raw_ostream&, const Status&), const Status& status) {
  std::string text;
  llvm::raw_string_ostream out(text);
  print(out, status);
  return text;
}

const StatusRow& row(const std::vector<StatusRow>& rows, const std::string& name) {
  const auto found = std::ranges::find(rows, name, &StatusRow::name);
  REQUIRE(found != rows.end());
  return *found;
}

}  // namespace

TEST_SUITE("rewriter.report.status") {
  TEST_CASE("findings are counted by rule, file and directory, but for what is suppressed or no old call") {
    const Status status = example();
    CHECK(status.counts.total() == 4);
    CHECK(status.counts.safe == 2);
    CHECK(status.suppressed == 1);
    CHECK(status.rules.size() == 2);
    CHECK(row(status.rules, "TIME-01").counts.total() == 3);
    CHECK(row(status.rules, "TIME-01").files == 2);
    CHECK(row(status.rules, "TIME-01").title == "`a` is now `b`");
    CHECK(row(status.directories, ".").lines == 7);
    CHECK(row(status.directories, "src").counts.unsafe == 1);
    CHECK(row(status.directories, "src/net").lines == 100);
    CHECK(row(status.directories, "src/net").files == 1);
    CHECK(row(status.files, "src/net/d.cpp").counts.total() == 0);
  }

  TEST_CASE("the table has what a person asks first, with the fullest directory on top") {
    const std::string table = printed(print_status_table, example());
    CHECK_MESSAGE(
        table ==
            "rule       safe  unsafe  manual   total  what\n"
            "TIME-01       2       1       0       3  `a` is now `b`\n"
            "TIME-02       0       0       1       1\n"
            "\n"
            "directory    safe  unsafe  manual   total   lines  per 1000 lines\n"
            "src             1       1       0       2     400             5.0\n"
            ".               1       0       0       1       7           142.9\n"
            "src/net         0       0       1       1     100            10.0\n"
            "\n"
            "commit                    safe  unsafe  manual   total  message\n"
            "2026-01-02  0123456789       9       0       0       9  first (1 error: there may be more)\n"
            "2026-02-02  fedcba9876       2       1       1       4  second\n"
            "\n"
            "4 old call sites in 3 of 4 files: `ferry fix` rewrites 2, with --unsafe 3; 1 left to a person.\n"
            "Comments suppress 1 more.\n",
        table);
    CHECK(printed(print_status_table, status_of({}, {{"/p/a.cpp", 1}}, "/p", {})) ==
          "No old call sites in 1 file.\n");
  }

  TEST_CASE("the JSON is one object") {
    auto value = llvm::json::parse(printed(print_status_json, example()));
    REQUIRE(bool(value));
    const llvm::json::Object& report = *value->getAsObject();
    CHECK(report.getInteger("version") == 1);
    CHECK(report.getString("project") == llvm::StringRef("p"));
    CHECK(report.getObject("summary")->getInteger("findings") == 4);
    CHECK(report.getObject("summary")->getInteger("files_read") == 4);
    CHECK(report.getObject("summary")->getInteger("lines") == 507);
    CHECK(report.getArray("rules")->size() == 2);
    CHECK(report.getArray("directories")->size() == 3);
    CHECK(report.getArray("files")->size() == 4);
    const llvm::json::Object& sample = *(*report.getArray("history"))[0].getAsObject();
    CHECK(sample.getInteger("safe") == 9);
    CHECK(sample.getString("date") == llvm::StringRef("2026-01-02T03:04:05Z"));
    CHECK((*report.getArray("errors"))[0].getAsObject()->getString("file") == llvm::StringRef("src/c.cpp"));
  }

  TEST_CASE("nothing in the project's names can break out of the page, and the page loads nothing") {
    Status status = example();
    status.project = "<i>\"p\"</i> {{data}}";
    status.files.front().name = "src/</script><script>x.cpp";
    const std::string page = printed(print_status_html, status);
    CHECK(page.starts_with("<!doctype html>"));
    CHECK(page.find("<i>") == page.npos);
    CHECK(page.find("<title>&lt;i&gt;&quot;p&quot;") != page.npos);
    CHECK(page.find("</script><script>x") == page.npos);
    CHECK(page.find("{{project}}") == page.npos);
    for (const char* loading : {"src=", "href=\"http", "@import", "url(", "fetch(", "import("})
      CHECK_MESSAGE(page.find(loading) == page.npos, loading);
    const std::string mark = "<script type=\"application/json\" id=\"data\">";
    const std::size_t begin = page.find(mark) + mark.size();
    auto value = llvm::json::parse(llvm::StringRef(page).substr(begin).split("</script>").first);
    REQUIRE(bool(value));
    CHECK(value->getAsObject()->getObject("summary")->getInteger("findings") == 4);
  }
}
