#include "filter/cover.hpp"

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

// Units that read headers.
class Units {
 public:
  // A unit with this text; answers its number.
  std::size_t add(const std::string& text, std::vector<std::string> options = {},
                  std::string configuration = "") {
    const std::string file = tree.write("u" + std::to_string(jobs.size()) + ".cpp", text);
    options.insert(options.begin(), {"clang++", "-std=c++20"});
    options.push_back(file);
    jobs.push_back({.file = file,
                    .directory = tree.root(),
                    .arguments = options,
                    .configuration = std::move(configuration)});
    request.readers.push_back(jobs.size() - 1);
    request.annotated.emplace_back();
    return jobs.size() - 1;
  }
  std::vector<std::size_t> chosen() const { return cover(jobs, request, 1); }

  test::TempTree tree;
  Jobs jobs;
  CoverRequest request;
};

using Numbers = std::vector<std::size_t>;

}  // namespace

TEST_SUITE("rewriter.filter.cover") {
  TEST_CASE("one unit stands for all that make the same of a header, whatever else they include") {
    Units units;
    units.request.headers = {units.tree.write("h.hpp", "#pragma once\ninline int f() { return OTHER; }\n")};
    units.tree.write("other.hpp", "#define OTHER 1\n");
    units.add("#include \"other.hpp\"\n#include \"h.hpp\"\n");
    units.add("#define OTHER 1\nint x;\n#include \"h.hpp\"\n");
    units.add("#include \"h.hpp\"\nint y;\n", {"-DOTHER=1", "-Isomewhere", "-o", "x.o"});
    CHECK((units.chosen() == Numbers{0}));
  }

  TEST_CASE("a unit whose macros make something else of the header is asked itself") {
    Units units;
    units.request.headers = {
        units.tree.write("h.hpp", "#pragma once\n#ifdef A\nint a();\n#else\nint b(int = VALUE);\n#endif\n")};
    units.add("#define A\n#include \"h.hpp\"\n");
    units.add("#define VALUE 1\n#include \"h.hpp\"\n");
    units.add("#define VALUE 2\n#include \"h.hpp\"\n");
    units.add("#define A 1\n#include \"h.hpp\"\n");
    CHECK((units.chosen() == Numbers{0, 1, 2}));
  }

  TEST_CASE("language options and configurations are not mixed") {
    Units units;
    units.request.headers = {units.tree.write("h.hpp", "int f();\n")};
    units.add("#include \"h.hpp\"\n");
    units.add("#include \"h.hpp\"\n", {"-std=c++17"});
    units.add("#include \"h.hpp\"\n", {}, "build/other");
    units.add("#include \"h.hpp\"\n", {"-fno-exceptions"});
    units.add("#include \"h.hpp\"\n");
    CHECK((units.chosen() == Numbers{0, 1, 2, 3}));
  }

  TEST_CASE("several headers are covered by the units that see most of them") {
    Units units;
    units.tree.write("inc/a.hpp", "int a();\n");
    units.tree.write("inc/b.hpp", "int b();\n");
    units.tree.write("inc/c.hpp", "int c();\n");
    units.request.headers = {units.tree.path("inc")};
    units.add("#include \"inc/a.hpp\"\n");
    units.add("#include \"inc/a.hpp\"\n#include \"inc/b.hpp\"\n");
    units.add("#include \"inc/b.hpp\"\n#include \"inc/c.hpp\"\n");
    units.add("#include \"inc/c.hpp\"\n");
    CHECK((units.chosen() == Numbers{1, 2}));
    units.request.chosen = {3};
    CHECK((units.chosen() == Numbers{1, 3}));
  }

  TEST_CASE("every reader of a template is asked: its instances are theirs") {
    Units units;
    const std::string header = units.tree.path("h.hpp");
    units.request.headers = {header};
    units.add("#include \"h.hpp\"\n");
    units.add("#include \"h.hpp\"\n");
    for (const char* text : {"template <class T> T f(T);\n", "void f(auto x);\n", "auto g = [](auto x) {};\n",
                             "int f() { return h([](const auto& x) { return x; }); }\n"}) {
      units.tree.write("h.hpp", text);
      CHECK_MESSAGE((units.chosen() == Numbers{0, 1}), text);
    }
    for (const char* text :
         {"inline int f() { auto x = 1; return x; }\n", "inline auto f() -> int { return 1; }\n",
          "inline void f(int (&x)[2]) { for (auto& y : x) if (auto z = y) y = z; }\n",
          "inline decltype(auto) f() { return 1; }\n"}) {
      units.tree.write("h.hpp", text);
      CHECK_MESSAGE((units.chosen() == Numbers{0}), text);
    }
  }

  TEST_CASE("a library that says something else to some units is told apart") {
    Units units;
    const std::string library = units.tree.write("api.hpp", "#ifdef X\nint x();\n#endif\nint y();\n");
    units.request.headers = {
        units.tree.write("h.hpp", "#include \"api.hpp\"\ninline int f() { return y(); }\n")};
    units.add("#include \"h.hpp\"\n");
    units.add("#define X\n#include \"h.hpp\"\n");
    units.add("int z;\n#include \"h.hpp\"\n");
    CHECK((units.chosen() == Numbers{0}));
    for (auto& annotated : units.request.annotated) annotated = {library};
    CHECK((units.chosen() == Numbers{0, 1}));
  }

  TEST_CASE("a unit that cannot be preprocessed stands for itself only") {
    Units units;
    units.request.headers = {units.tree.write("h.hpp", "int f();\n")};
    units.add("#include \"none.hpp\"\n#include \"h.hpp\"\n");
    units.add("#include \"h.hpp\"\n");
    units.add("#include \"h.hpp\"\n");
    CHECK((units.chosen() == Numbers{0, 1}));
  }
}
