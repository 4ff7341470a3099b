#include "filter/project_texts.hpp"

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

std::vector<std::size_t> places(llvm::StringRef text) {
  const auto found = places_of({"delay_for", "x"}, text);
  REQUIRE(found);
  return *found;
}

}  // namespace

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
      CHECK(before != directives_of("#include <a>\n#define X 1\n#if X\n#endif\nint z;\n"));
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

  TEST_CASE("words are found as names") {
    CHECK(places("delay_for(x);").size() == 2);
    CHECK(places("a.delay_for();") == std::vector<std::size_t>{2});
    CHECK(places("#define A delay_for\n").size() == 1);
    CHECK(places("#if 0\ndelay_for();\n#endif\n").size() == 1);
    CHECK(places("#if 0\nit's\ndelay_for();\n#endif\n").size() == 1);
    CHECK(places("delay_for_ever(xx); // delay_for(x)\n\"x\" /* x */ 'x' R\"(x)\" 0x1 1x").empty());
    CHECK(places("").empty());
  }

  TEST_CASE("a text that may have more words tells nothing") {
    const std::vector<std::string> words = {"delay_for"};
    CHECK_FALSE(places_of(words, "delay\\\n_for();"));
    CHECK_FALSE(places_of(words, "d\\u00e9lai();"));
    CHECK_FALSE(places_of(words, "\\u00e9lai();"));
    CHECK_FALSE(places_of(words, "f();  // NOLINT(ferry-TIME-01)\n"));
    CHECK(places_of(words, "f();  // NOLINT(another-tools-check)\n"));
  }

  TEST_CASE("what is read of a file that changes meanwhile tells nothing") {
    const test::TempTree tree;
    const std::string path = tree.write("a.cpp", "f();\n");
    FileStates states;
    ProjectTexts texts(states);
    const FileStates::Number file = states.find(path);
    tree.write("a.cpp", "delay_for();\n");
    CHECK(texts.directives(file).empty());
    CHECK(texts.may_say({"other"}, file, {}));
  }

  TEST_CASE("a word where it is declared is no use") {
    const test::TempTree tree;
    FileStates states;
    ProjectTexts texts(states);
    const FileStates::Number file = states.find(tree.write("a.hpp", "int x;\nint y = x;\n"));
    CHECK(texts.may_say({"x"}, file, {4}));
    CHECK(texts.may_say({"x"}, file, {}));
    CHECK_FALSE(texts.may_say({"x"}, file, {4, 15}));
    CHECK_FALSE(texts.may_say({"z"}, file, {}));
  }
}
