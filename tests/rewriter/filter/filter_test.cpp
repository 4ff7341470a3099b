#include "filter/filter.hpp"

#include <filesystem>

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

Scan scan_one(const test::TempTree& tree, const std::string& text, std::vector<std::string> flags = {},
              NamedOutside named = {}) {
  const std::string file = tree.write("src/a.cpp", text);
  Job job{.file = file, .directory = tree.root(), .arguments = {"g++", "-fno-such-gcc-option", "-Iinclude"}};
  job.arguments.insert(job.arguments.end(), flags.begin(), flags.end());
  job.arguments.push_back(file);
  FileStates states;
  return Scanner({.root = tree.path("src")}, states, std::move(named)).scan({job}, {0}, 1).front();
}

}  // namespace

TEST_SUITE("rewriter.filter") {
  TEST_CASE("a unit that reaches no annotation cannot have findings") {
    const test::TempTree tree;
    tree.write("include/plain.hpp", "int f();\n");
    const Scan scan = scan_one(tree, "#include <plain.hpp>\n");
    CHECK(scan.is_complete);
    CHECK_FALSE(may_have_findings(scan));
    CHECK(scan.inputs == std::vector<std::string>{tree.path("src/a.cpp")});  // below the root only
  }

  TEST_CASE("an annotation anywhere in what a unit includes keeps it, also outside the root") {
    const test::TempTree tree;
    tree.write("include/old.hpp", "FERRY_REPLACE(\"A-1\", safe, \"g()\") int f();\n");
    tree.write("include/spelled.hpp", "[[clang::annotate(\"ferry:replace:A-1:safe:g()\")]] int f();\n");
    tree.write("include/abseil.hpp",
               "#define OLD [[deprecated, clang::annotate(\"inline-me\")]]\nOLD int f();\n");
    tree.write("include/indirect.hpp", "#define HEADER <old.hpp>\n#include HEADER\n");
    CHECK(may_have_findings(scan_one(tree, "#include <old.hpp>\n")));
    CHECK(may_have_findings(scan_one(tree, "#include <spelled.hpp>\n")));
    CHECK(may_have_findings(scan_one(tree, "#include <abseil.hpp>\n")));
    CHECK(may_have_findings(scan_one(tree, "#include <indirect.hpp>\n")));
  }

  TEST_CASE("conditions decide which headers count, as in a compilation") {
    const test::TempTree tree;
    tree.write("include/old.hpp", "FERRY_MOVED(\"A-1\", safe, \"x\")\n");
    const std::string text = "#if defined(OLD) && OLD > 1\n#include <old.hpp>\n#endif\n";
    CHECK_FALSE(may_have_findings(scan_one(tree, text)));
    CHECK(may_have_findings(scan_one(tree, text, {"-DOLD=2"})));
  }

  TEST_CASE("a file reached through a link's `..` is named by where it is") {
    const test::TempTree tree;
    tree.write("src/far/away/x.hpp", "");
    tree.write("src/far/away/down/y.hpp", "");
    std::filesystem::create_directory_symlink("src/far/away/down", tree.path("include"));
    const Scan scan = scan_one(tree, "#include \"../include/../x.hpp\"\n");
    CHECK(scan.inputs == std::vector<std::string>{tree.path("src/a.cpp"), tree.path("src/far/away/x.hpp")});
  }

  TEST_CASE("a name that is old for others is looked for as a word of the project's files") {
    const test::TempTree tree;
    const NamedOutside named{.names = {"old", "caf\u00e9"}};
    const auto reaches = [&](const std::string& text) {
      return scan_one(tree, text, {}, named).reaches_named;
    };
    CHECK(reaches("int x = old(1);\n"));
    CHECK(reaches("int x = caf\u00e9();\n"));
    CHECK(reaches("#define CALL(a, b) a##b()\n"));
    CHECK_FALSE(reaches("int older = gold;\n"));
    CHECK_FALSE(reaches("int old\u00e9;\n"));
  }

  TEST_CASE("in doubt the unit is kept") {
    const test::TempTree tree;
    CHECK(may_have_findings(scan_one(tree, "#include <missing.hpp>\n")));
    CHECK(may_have_findings(
        scan_one(tree, "int x;\n", {"-DOLD=[[clang::annotate(\"ferry:replace:A:safe:x\")]]"})));
  }
}
