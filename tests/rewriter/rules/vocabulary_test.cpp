#include "rules/vocabulary.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "rewriter/support/rewrite.hpp"

using namespace ferry::rewriter;
using test::Tree;

namespace {

constexpr const char* kOld =
    "[[clang::annotate(\"ferry:replace:A-01:safe:fresh\")]] void stale();\nvoid fresh();\n";

std::optional<Vocabulary> vocabulary(const std::string& library, const std::string& text,
                                     const std::string& project = "") {
  const Tree tree({{"lib/lib.hpp", library},
                   {"root/own.hpp", project},
                   {"root/a.cpp", "#include <lib.hpp>\n#include \"own.hpp\"\n" + text}});
  const Texts overlay;
  const Job job{.file = tree.path("root/a.cpp"),
                .directory = tree.path("root"),
                .arguments = {"clang++", "-std=c++20", "-I../lib", "-c", "a.cpp"}};
  return analyse(job, {.scope = {.root = tree.path("root"), .paths = {}, .excludes = {}},
                       .overlay = overlay,
                       .is_selected = {}})
      .vocabulary;
}

bool says(const std::string& library, const std::string& word, const std::string& text = "") {
  const auto found = vocabulary(library, text);
  REQUIRE(found);
  return std::ranges::binary_search(found->words, word);
}

bool pastes(const std::string& library, const std::string& macro) {
  const auto found = vocabulary(library, "");
  REQUIRE(found);
  return std::ranges::binary_search(found->pasting, macro);
}

const Vocabulary::Text& text_of(const Vocabulary& vocabulary, std::string_view file) {
  const auto text = std::ranges::find_if(
      vocabulary.texts, [&](const Vocabulary::Text& each) { return each.file.ends_with(file); });
  REQUIRE(text != vocabulary.texts.end());
  return *text;
}

}  // namespace

TEST_SUITE("rewriter.rules.vocabulary_of") {
  TEST_CASE("the names of what is old are words, others are not") {
    CHECK(says(kOld, "stale"));
    CHECK_FALSE(says(kOld, "fresh"));
    CHECK_FALSE(says(kOld, "mine", "void mine();"));
  }

  TEST_CASE("members of an old class may be used where it is not named") {
    const std::string old =
        "struct [[clang::annotate(\"ferry:replace:A-01:safe:Fresh\")]] Stale { int count(); int field; };\n"
        "struct Fresh {};\n";
    CHECK(says(old, "Stale"));
    CHECK(says(old, "count"));
    CHECK(says(old, "field"));
  }

  TEST_CASE("macros that name a word are words") {
    CHECK(says(std::string(kOld) + "#define CALL() stale()\n", "CALL"));
    CHECK(says(std::string(kOld) + "#define CALL() stale()\n#define AGAIN CALL\n", "AGAIN"));
    CHECK(says(std::string(kOld) + "#define CALL() stale()\n#undef CALL\n#define CALL() 0\n", "CALL"));
  }

  TEST_CASE("macros that may build a word are known") {
    CHECK(pastes(std::string(kOld) + "#define GLUE(a, b) a##b\n", "GLUE"));
    CHECK(pastes(std::string(kOld) + "#define GLUE(a) st##a\n", "GLUE"));
    CHECK(pastes(std::string(kOld) + "#define GLUE(a, b) a##b##le\n", "GLUE"));
    CHECK(pastes(std::string(kOld) + "#define GLUE(a) a##LL\n#define CALL stale\n", "GLUE"));
    CHECK(pastes(std::string(kOld) + "#define GLUE(a, b) a##b\n#define MAKE(a) GLUE(a, _)\n", "MAKE"));
    CHECK(pastes(std::string(kOld) + "#define GLUE(a) a##KE\n#define MAKE(a, b) a##b\n", "GLUE"));
    CHECK_FALSE(pastes(std::string(kOld) + "#define TEST(a, b) void a##_##b##_Test()\n", "TEST"));
    CHECK_FALSE(pastes(std::string(kOld) + "#define SIZE(x) x##ULL\n", "SIZE"));
    CHECK_FALSE(pastes(std::string(kOld) + "#define SIZE(x) 1##x\n", "SIZE"));
    CHECK_FALSE(pastes(std::string(kOld) + "#define PRINT(x, ...) print(x, ##__VA_ARGS__)\n", "PRINT"));
  }

  TEST_CASE("a macro that names a word and may build one is a word") {
    const std::string library = std::string(kOld) + "#define GLUE(a, b) a##b stale\n";
    CHECK(says(library, "GLUE"));
    CHECK_FALSE(pastes(library, "GLUE"));
  }

  TEST_CASE("macros with half of a pair of parentheses are words") {
    const std::string library =
        std::string(kOld) + "#define GLUE(a, b) a##b\n#define LEFT (\n#define OPEN2 LEFT\n";
    CHECK(says(library, "LEFT"));
    CHECK(says(library, "OPEN2"));
    CHECK_FALSE(says(library, "GLUE"));
  }

  TEST_CASE("macros that may build a word of a line's number are words") {
    const std::string old =
        "[[clang::annotate(\"ferry:replace:A-01:safe:fresh\")]] void stale7();\nvoid fresh();\n";
    CHECK(says(old + "#define GLUE(a, b) a##b\n", "GLUE"));
  }

  TEST_CASE("macros that annotate are no words, but known") {
    const auto found = vocabulary(
        "#define OLD(x) [[clang::annotate(\"ferry:replace:A-01:safe:\" x)]]\n#define ALSO OLD(\"fresh\")\n"
        "ALSO void stale();\n",
        "");
    REQUIRE(found);
    CHECK_FALSE(std::ranges::binary_search(found->words, "OLD"));
    CHECK(std::ranges::find(found->marks, "OLD") != found->marks.end());
    CHECK(std::ranges::find(found->marks, "ALSO") != found->marks.end());
  }

  TEST_CASE("names that rules look for are words") { CHECK(says(kOld, "poll_read")); }

  TEST_CASE("there is none where something old needs no name") {
    const std::string old = "[[clang::annotate(\"ferry:replace:A-01:safe:fresh\")]] ";
    CHECK_FALSE(vocabulary("struct S { " + old + "S(int); };\n", ""));
    CHECK_FALSE(vocabulary("struct S { " + old + "operator int(); };\n", ""));
    CHECK_FALSE(vocabulary("struct S {};\n" + old + "bool operator==(S, S);\n", ""));
    CHECK_FALSE(vocabulary("struct S { " + old + "int* begin(); int* end(); };\n", ""));
    CHECK_FALSE(
        vocabulary("namespace [[clang::annotate(\"ferry:moved:A-01:safe:fresh\")]] old { void f(); }\n"
                   "namespace fresh { void f(); }\n",
                   ""));
  }

  TEST_CASE("there is none where something was found or could not be judged") {
    CHECK_FALSE(vocabulary(kOld, "void f() { stale(); }\n"));
    CHECK_FALSE(vocabulary(kOld, "#if 0\nvoid f() { stale(); }\n#endif\n"));
  }

  TEST_CASE("the project's own declarations are told from uses") {
    const auto found = vocabulary("", "", kOld);
    REQUIRE(found);
    CHECK(found->texts.size() == 2);
    CHECK_FALSE(text_of(*found, "own.hpp").says_old);
  }

  TEST_CASE("what a text says is what its macros expand to") {
    const std::string macros = std::string(kOld) +
                               "struct S { void stale(); int other(); };\n#define GLUE(a, b) a##b\n"
                               "#define CALL(x) x.stale()\n";
    CHECK(text_of(*vocabulary(macros, "void f(S s) { s.GLUE(sta, le)(); }\n"), "a.cpp").says_old);
    CHECK(text_of(*vocabulary(macros, "void f(S s) { CALL(s); }\n"), "a.cpp").says_old);
    CHECK_FALSE(text_of(*vocabulary(macros, "void f(S s) { s.GLUE(ot, her)(); }\n"), "a.cpp").says_old);
    CHECK_FALSE(text_of(*vocabulary(macros, "#if 0\nNO CALL(s)\n#endif\n"), "a.cpp").says_old);
  }

  TEST_CASE("with what a text has pasting macros expanded is known") {
    const std::string macros = std::string(kOld) + "#define GLUE(a, b) a##b\n";
    const auto expansions = [&](const std::string& text) {
      return text_of(*vocabulary(macros, text), "a.cpp").expansions;
    };
    const std::string before = expansions("int GLUE(a, b);\n");
    CHECK(before == expansions("long GLUE(a, b); int c;\n"));
    CHECK(before != expansions("int GLUE(a, c);\n"));
    CHECK(before != expansions("int ab;\n"));
  }
}
