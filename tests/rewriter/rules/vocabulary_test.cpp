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

  TEST_CASE("macros that name or build a word are words") {
    CHECK(says(std::string(kOld) + "#define CALL() stale()\n", "CALL"));
    CHECK(says(std::string(kOld) + "#define CALL() stale()\n#define AGAIN CALL\n", "AGAIN"));
    CHECK(says(std::string(kOld) + "#define GLUE(a, b) a##b\n", "GLUE"));
    CHECK(says(std::string(kOld) + "#define GLUE(a) st##a\n", "GLUE"));
    CHECK(says(std::string(kOld) + "#define GLUE(a, b) a##b##le\n", "GLUE"));
    CHECK(says(std::string(kOld) + "#define CALL() stale()\n#undef CALL\n#define CALL() 0\n", "CALL"));
    CHECK(says(std::string(kOld) + "#define GLUE(a) a##LL\n#define CALL stale\n", "GLUE"));
    CHECK_FALSE(says(std::string(kOld) + "#define TEST(a, b) void a##_##b##_Test()\n", "TEST"));
    CHECK_FALSE(says(std::string(kOld) + "#define SIZE(x) x##ULL\n", "SIZE"));
    CHECK_FALSE(says(std::string(kOld) + "#define SIZE(x) 1##x\n", "SIZE"));
    CHECK_FALSE(says(std::string(kOld) + "#define PRINT(x, ...) print(x, ##__VA_ARGS__)\n", "PRINT"));
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
    REQUIRE(found->declarations.size() == 1);
    CHECK(found->declarations[0].file.ends_with("own.hpp"));
    CHECK(found->declarations[0].offsets ==
          std::vector<std::size_t>{std::string_view(kOld).find("stale();")});
  }
}
