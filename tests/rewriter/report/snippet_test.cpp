#include "report/snippet.hpp"

#include <doctest/doctest.h>

#include "rewriter/report/printed.hpp"

using namespace ferry::rewriter;
using ferry::rewriter::test::finding_at;

namespace {

std::string snippet(const std::string& text, const Finding& finding, Texts others = {}) {
  others.emplace("/p/src/a.cpp", text);
  std::string shown;
  llvm::raw_string_ostream out(shown);
  print_snippet(out, finding, others, /*with_fix=*/true, "/p");
  return shown;
}

}  // namespace

TEST_SUITE("rewriter.report.snippet") {
  TEST_CASE("a finding is underlined in its line, and its fix is the line below") {
    const std::string text = "one;\n  x = old(1);\n";
    CHECK(snippet(text, finding_at(text, "old", "fresh")) ==
          "   2 |   x = old(1);\n"
          "     |       ^~~\n"
          "   2 +   x = fresh(1);\n");
    CHECK(snippet(text, finding_at(text, "old")) == "   2 |   x = old(1);\n     |       ^~~\n");
  }

  TEST_CASE("the underline fits tabs, wide characters and what cannot be shown") {
    const std::string text = "\t日本\xff = old;";
    CHECK(snippet(text, finding_at(text, "old")) ==
          "   1 |     日本<FF> = old;\n"
          "     |                ^~~\n");
  }

  TEST_CASE("what goes on in the next line is underlined to the end of its own") {
    const std::string text = "x = old(1,\n        2);\n";
    CHECK(snippet(text, finding_at(text, "old(1,\n        2)")) ==
          "   1 | x = old(1,\n"
          "     |     ^~~~~~\n");
  }

  TEST_CASE("line ends of Windows do not show") {
    const std::string text = "one;\r\nx = old;\r\n";
    CHECK(snippet(text, finding_at(text, "old", "a\nb")) ==
          "   2 | x = old;\n"
          "     |     ^~~\n"
          "   2 + x = a\n"
          "   3 + b;\n");
  }

  TEST_CASE("a long line is cut around what it is about") {
    const std::string before(500, 'a');
    const std::string after(500, 'b');
    const std::string text = before + " old " + after;
    const std::string shown = snippet(text, finding_at(text, "old", "fresh"));
    CHECK(shown.find("   1 | ..." + std::string(39, 'a') + " old ") == 0);
    CHECK(shown.find("b...\n     | " + std::string(3 + 40, ' ') + "^~~\n") != std::string::npos);
    CHECK(shown.find("   1 + ..." + std::string(39, 'a') + " fresh ") != std::string::npos);
    for (std::size_t at = 0, end; (end = shown.find('\n', at)) != std::string::npos; at = end + 1)
      CHECK(end - at < 125);
  }

  TEST_CASE("other lines of a fix are shown before and after, those that stay are not") {
    const std::string text = "#include <old.h>\n\nf(old, 1,\n  2, last);\n";
    Finding finding = finding_at(text, "old, 1", "fresh, 1");
    finding.edits.push_back({finding.file, 0, 16, "#include <new.h>"});
    finding.edits.push_back({finding.file, text.find("last"), 4, "end"});
    CHECK(snippet(text, finding) ==
          "   3 | f(old, 1,\n"
          "     |   ^~~~~~\n"
          "   1 - #include <old.h>\n"
          "   1 + #include <new.h>\n"
          "   3 + f(fresh, 1,\n"
          "   4 -   2, last);\n"
          "   4 +   2, end);\n");
  }

  TEST_CASE("inserted and removed lines are shown by themselves") {
    const std::string text = "one;\nold;\ntwo;\n";
    Finding finding = finding_at(text, "old");
    finding.edits.push_back({finding.file, 0, 0, "#include <new.h>\n"});
    CHECK(snippet(text, finding) ==
          "   2 | old;\n"
          "     | ^~~\n"
          "   1 + #include <new.h>\n");
    finding.edits = {{finding.file, 5, 5, ""}};
    CHECK(snippet(text, finding) ==
          "   2 | old;\n"
          "     | ^~~\n"
          "   2 - old;\n");
  }

  TEST_CASE("what changes in another file follows its name") {
    const std::string text = "old;\n";
    Finding finding = finding_at(text, "old", "fresh");
    finding.edits.push_back({"/p/b.hpp", 0, 3, "other"});
    CHECK(snippet(text, finding, {{"/p/b.hpp", "old\n"}}) ==
          "   1 | old;\n"
          "     | ^~~\n"
          "   1 + fresh;\n"
          "    --> b.hpp\n"
          "   1 - old\n"
          "   1 + other\n");
  }

  TEST_CASE("a long fix is cut") {
    const std::string text = "old;\n";
    std::string lines;
    for (int i = 0; i < 100; ++i) lines += "line\n";
    const std::string shown = snippet(text, finding_at(text, "old", lines));
    CHECK(std::ranges::count(shown, '\n') == 2 + 12 + 1);
    CHECK(shown.ends_with("...\n"));
  }

  TEST_CASE("nothing is printed of what is not there") {
    const std::string text = "old;\n";
    Finding finding = finding_at(text, "old", "fresh");
    finding.file = "/p/gone.cpp";
    CHECK(snippet(text, finding).empty());
    finding = finding_at(text, "old");
    finding.edits = {{finding.file, 1000, 3, "x"}};
    CHECK(snippet(text, finding) == "   1 | old;\n     | ^~~\n");
    finding.offset = 1000;
    finding.line = 9;
    finding.column = 50;
    CHECK_FALSE(snippet(text, finding).empty());
  }
}
