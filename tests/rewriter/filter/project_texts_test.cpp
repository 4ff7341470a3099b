#include "filter/project_texts.hpp"

#include <doctest/doctest.h>

#include "frontend/raw_text.hpp"
#include "model/digest.hpp"
#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

TEST_SUITE("rewriter.filter.ProjectTexts") {
  TEST_CASE("texts that differ in code and in comments have the same directives") {
    const auto before = directives_of("#include <a>\n#define X 1 // one\nint a;\n#if X\nint b;\n#endif\n");
    REQUIRE(before);
    CHECK(before == directives_of("#include <a>\n\n#define X 1\n#if X\nvoid f();\n#endif\n// End.\n"));
    SUBCASE("an inclusion") { CHECK(before != directives_of("#define X 1\n#if X\n#endif\n")); }
    SUBCASE("the order") { CHECK(before != directives_of("#define X 1\n#include <a>\n#if X\n#endif\n")); }
    SUBCASE("a definition") { CHECK(before != directives_of("#include <a>\n#define X 2\n#if X\n#endif\n")); }
    SUBCASE("a condition") { CHECK(before != directives_of("#include <a>\n#define X 1\n#if !X\n#endif\n")); }
    SUBCASE("code behind an include guard") {
      CHECK(before == directives_of("#include <a>\n#define X 1\n#if X\n#endif\nint z;\n"));
    }
    SUBCASE("a pragma for macros") {
      CHECK(before != directives_of("#include <a>\n#define X 1\n#pragma push_macro(\"X\")\n#if X\n#endif\n"));
    }
  }

  TEST_CASE("the directives of a text with an annotation tell nothing") {
    CHECK_FALSE(directives_of("FERRY_REPLACE(\"A-01\", safe, \"b\") void a();\n"));
    CHECK_FALSE(directives_of("[[clang::annotate(\"ferry:replace:A-01:safe:b\")]] void a();\n"));
    CHECK_FALSE(directives_of("__attribute__((deprecated(\"old\", \"b\"))) void a();\n"));
    CHECK_FALSE(directives_of("int a = __COUNTER__;\n"));
  }

  TEST_CASE("what is read of a file that changes meanwhile tells nothing") {
    const test::TempTree tree;
    const std::string path = tree.write("a.cpp", "f();\n");
    FileStates states;
    ProjectTexts texts(states);
    const FileStates::Number file = states.find(path);
    tree.write("a.cpp", "delay_for();\n");
    CHECK(texts.directives(file).empty());
    CHECK(texts.may_say({}, {.expansions = digest("")}, file));
  }

  TEST_CASE("a changed text may say what is old by a word, a mark, or what macros make of it") {
    const test::TempTree tree;
    FileStates states;
    ProjectTexts texts(states);
    const FileStates::Number file = states.find(tree.write("a.hpp", "int x = GLUE(a, b);\n"));
    const Vocabulary::Text same = {.expansions = digest(expanded_with({"GLUE"}, "GLUE(a, b)"))};
    CHECK_FALSE(texts.may_say({.words = {"y"}, .pasting = {"GLUE"}, .marks = {"OLD"}}, same, file));
    CHECK(texts.may_say({.words = {"x"}, .pasting = {"GLUE"}}, same, file));
    CHECK(texts.may_say({.pasting = {"GLUE"}, .marks = {"x"}}, same, file));
    CHECK(texts.may_say({.pasting = {"GLUE"}}, {.expansions = digest("")}, file));
  }
}
