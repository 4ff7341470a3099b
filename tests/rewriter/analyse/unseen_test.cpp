// Which lines no rule could judge, found by parsing.
#include "analyse/unseen.hpp"

#include <doctest/doctest.h>

#include "rewriter/support/rewrite.hpp"

using namespace ferry::rewriter;

namespace {

// The lines of a.cpp that no rule could judge.
std::string unseen(const std::string& text, const test::Files& others = {}) {
  test::Files files{{"root/a.cpp", text}};
  for (const auto& [path, content] : others) files["root/" + path] = content;
  const test::Tree tree(files);
  const Texts overlay;
  const Job job{.file = tree.path("root/a.cpp"),
                .directory = tree.path("root"),
                .arguments = {"clang++", "-std=c++20", "-isystem", "system", "-c", tree.path("root/a.cpp")}};
  const Analysis analysis = analyse(job, {.scope = {.root = tree.path("root")},
                                          .overlay = overlay,
                                          .is_selected = [](std::string_view) { return true; }});
  CHECK(analysis.problems.empty());
  std::string result;
  for (const FileLines& file : analysis.unseen) {
    result += std::filesystem::path(file.file).filename().string() + ":";
    for (const LineRange& range : file.lines)
      result += " " + std::to_string(range.first) +
                (range.last == range.first ? "" : "-" + std::to_string(range.last));
    result += "\n";
  }
  return result;
}

}  // namespace

TEST_SUITE("rewriter.analyse.unseen") {
  TEST_CASE("lines are told only of files that say NOLINT") {
    CHECK(unseen("#if 0\nint x;\n#endif\n").empty());
    CHECK(unseen("int x; // NOLINT(ferry-X)\n").empty());
  }

  TEST_CASE("inactive branches") {
    CHECK(unseen("// NOLINT(ferry-X)\n#if 0\nint x;\n#else\nint y;\n#endif\n") == "a.cpp: 2-4\n");
    CHECK(unseen("// NOLINT(ferry-X)\n#ifdef A\nint x;\n#elif 1\nint y;\n#else\nint z;\n#endif\n") ==
          "a.cpp: 2-4 6-8\n");
  }

  TEST_CASE("macros that are never expanded") {
    CHECK(unseen("// NOLINT(ferry-X)\n#define A \\\n  1 + \\\n  2\nint x;\n") == "a.cpp: 2-4\n");
    CHECK(unseen("// NOLINT(ferry-X)\n#define A \\\n  1 + \\\n  2\nint x = A;\n").empty());
  }

  TEST_CASE("arguments that a macro does not use") {
    CHECK(unseen("// NOLINT(ferry-X)\n#define LOG(x) (void)0\nvoid f() {\n  LOG(\n    1);\n}\n") ==
          "a.cpp: 4-5\n");
    CHECK(unseen("// NOLINT(ferry-X)\n#define NAME(x) #x\nauto* f() { return NAME(1); }\n") == "a.cpp: 3\n");
    CHECK(unseen("// NOLINT(ferry-X)\n#define SAME(x) x\nint f() { return SAME(1); }\n").empty());
    CHECK(unseen("// NOLINT(ferry-X)\n#define NO(x) 0\n#define LOG(x) NO(x)\nint f() { return LOG(1); }\n") ==
          "a.cpp: 4\n");
  }

  TEST_CASE("templates that nothing instantiates, members by themselves") {
    CHECK(unseen("// NOLINT(ferry-X)\ntemplate <class T>\nint f(T t) { return t; }\n") == "a.cpp: 3\n");
    CHECK(
        unseen("// NOLINT(ferry-X)\ntemplate <class T>\nint f(T t) { return t; }\nint x = f(1);\n").empty());
    CHECK(unseen("// NOLINT(ferry-X)\ntemplate <class T>\nstruct S {\n  int f() { return 1; }\n};\n") ==
          "a.cpp: 2-5 4\n");
    CHECK(unseen("// NOLINT(ferry-X)\ntemplate <class T>\nstruct S {\n  int f() { return 1; }\n  int g() { "
                 "return 2; "
                 "}\n};\n"
                 "int x = S<int>().f();\n") == "a.cpp: 5\n");
    CHECK(unseen("// NOLINT(ferry-X)\nauto f = [](auto x) { return x; };\n") == "a.cpp: 2\n");
    CHECK(unseen("// NOLINT(ferry-X)\nauto f = [](auto x) { return x; };\nint y = f(1);\n").empty());
  }

  TEST_CASE("branches that an instance may discard") {
    CHECK(unseen("// NOLINT(ferry-X)\ntemplate <class T>\nint f(T t) {\n  if constexpr (sizeof(T) == 1)\n    "
                 "return "
                 "t;\n  return 0;\n"
                 "}\nint x = f(1);\n") == "a.cpp: 4-5\n");
  }

  TEST_CASE("system headers, whole") {
    CHECK(unseen("#include <s.hpp>\n", {{"system/s.hpp", "// NOLINT(ferry-X)\nint x;\n"}})
              .starts_with("s.hpp: 1-"));
  }
}
