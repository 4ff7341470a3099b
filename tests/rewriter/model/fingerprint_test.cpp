#include "model/fingerprint.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

TEST_SUITE("rewriter.model.fingerprint") {
  TEST_CASE("a line's text is the same however it is indented and spaced") {
    const std::string text = "a\n\tx  = old( 1 ) ;\r\nb";
    CHECK(line_text(text, text.find("old")) == "x = old( 1 ) ;");
    CHECK(line_text(text, 0) == "a");
    CHECK(line_text(text, text.size()) == "b");
    CHECK(line_text(text, 1000) == "b");
    CHECK(line_text("", 0) == "");
    CHECK(line_text("\n\n", 1) == "");
  }

  TEST_CASE("what does not print is spelled out, so that a line of the file is a line") {
    CHECK(line_text("größe", 0) == "größe");
    CHECK(line_text("a\\b\x01", 0) == "a\\\\b\\x01");
    CHECK(line_text("a\xff\xc3", 0) == "a\\xff\\xc3");
  }

  TEST_CASE("a long line is cut between characters, and lines that differ behind the cut differ") {
    const std::string common(159, 'a');
    const std::string one = line_text(common + "ä" + "one", 0);
    CHECK(one.starts_with(common + "... "));
    CHECK(one.size() == 159 + 4 + 12);
    CHECK(one != line_text(common + "ä" + "two", 0));
  }

  TEST_CASE("a fingerprint follows a line that moves, and tells copies of it apart") {
    const auto plan = [](const std::string& text) {
      Plan made{.texts = {{"/p/a.cpp", text}}};
      for (std::size_t at = 0; (at = text.find("old", at)) != std::string::npos; ++at)
        made.findings.push_back({.finding = {.rule = "R", .file = "/p/a.cpp", .offset = at}});
      return made;
    };
    const auto before = fingerprints(plan("old();\nold();\nold(1);\n"), "/p");
    const auto after = fingerprints(plan("// more\n  old();\n\nold();\nold(1);\n"), "/p");
    CHECK(before == after);
    CHECK(before[0] != before[1]);
    CHECK(before[0].size() == 40);
    CHECK(fingerprints(plan("old();"), "/p") != fingerprints(plan("old();"), "/"));
  }
}
