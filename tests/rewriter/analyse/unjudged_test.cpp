// Old names in code that nothing compiles, found by parsing.
#include "analyse/unjudged.hpp"

#include <doctest/doctest.h>

#include "rewriter/support/rewrite.hpp"

using namespace ferry::rewriter;

namespace {

const std::string kApi =
    "#pragma once\n"
    "namespace net {\n"
    "[[clang::annotate(\"ferry:replace:OLD-01:safe:net::sleep($ms)\")]] int delay(int ms);\n"
    "int sleep(int);\n"
    "struct Socket {\n"
    "  [[clang::annotate(\"ferry:replace:OLD-02:safe:$this.recv()\")]] int read();\n"
    "  int recv();\n"
    "};\n"
    "struct [[clang::annotate(\"ferry:replace:OLD-03:safe:net::Sleep\")]] Delay {};\n"
    "struct Sleep {};\n"
    "struct BasicRange {\n"
    "  struct [[clang::annotate(\"ferry:replace:OLD-04:safe:net::Place\")]] iterator {};\n"
    "};\n"
    "typedef BasicRange Range;\n"
    "struct Place {};\n"
    "}\n";

// `RULE line:column` of all names that nobody has judged, one a line.
std::string found(test::Files files) {
  files["outside/api.hpp"] = kApi;
  std::string text;
  for (const Unjudged& name : test::rewrite(files).unjudged) {
    text += std::filesystem::path(name.file).filename().string();
    for (const std::string& rule : name.rules) text += " " + rule;
    text += " " + std::to_string(name.line) + ":" + std::to_string(name.column) + "\n";
  }
  return text;
}

std::string in_branch(const std::string& code) {
  return found({{"a.cpp", "#include \"api.hpp\"\n#ifdef WINDOWS\n" + code + "\n#endif\n"}});
}

}  // namespace

TEST_SUITE("rewriter.analyse.unjudged") {
  TEST_CASE("a name in a branch that no unit compiles is told") {
    CHECK(in_branch("int a = net::delay(1);") == "a.cpp OLD-01 3:14\n");
    CHECK(in_branch("int f() { return delay(1); }") == "a.cpp OLD-01 3:18\n");
    CHECK(in_branch("int f(net::Socket s) { return s.read(); }") == "a.cpp OLD-02 3:33\n");
    CHECK(in_branch("net::Delay d;") == "a.cpp OLD-03 3:6\n");
    CHECK(in_branch("#if X\nint a = net::delay(1);\n#endif") == "a.cpp OLD-01 4:14\n");
  }

  TEST_CASE("so is one in a macro that is never expanded") {
    CHECK(found({{"a.cpp", "#include \"api.hpp\"\n#define WAIT(n) net::delay(n)\n"}}) ==
          "a.cpp OLD-01 2:22\n");
  }

  TEST_CASE("what stands before a name tells others from it") {
    CHECK(in_branch("int delay(int);").empty());
    CHECK(in_branch("int f(X x) { return x.delay(1) + x->delay(1); }").empty());
    CHECK(in_branch("int f() { return read(1); }").empty());
    CHECK(in_branch("struct Delay { int x; };").empty());
    CHECK(in_branch("int f(X& Delay) { return Delay.x; }").empty());
    CHECK(in_branch("net::Delay Delay;") == "a.cpp OLD-03 3:6\n");
    CHECK(in_branch("const Delay& get();\nAPI Delay make();") == "a.cpp OLD-03 3:7\na.cpp OLD-03 4:5\n");
  }

  TEST_CASE("arguments of a template tell one of the same name from a class") {
    CHECK(in_branch("net::Delay<int> d;").empty());
    CHECK(in_branch("std::vector<net::Delay> d;") == "a.cpp OLD-03 3:18\n");
  }

  TEST_CASE("a type that many classes have is told by the name of its class") {
    CHECK(in_branch("net::Range::iterator i;") == "a.cpp OLD-04 3:13\n");
    CHECK(in_branch("std::pair<Map::iterator, bool> p; std::vector<int>::iterator i; iterator j;").empty());
  }

  TEST_CASE("directives, comments and literals are no code") {
    CHECK(in_branch("// net::delay(1)\nauto a = \"net::delay(1)\";\n#include <net/delay.hpp>").empty());
  }

  TEST_CASE("a branch that another unit compiles is judged there") {
    const std::string header =
        "#pragma once\n#include \"api.hpp\"\n#ifdef WINDOWS\ninline int w() { return net::delay(1); }\n"
        "#else\ninline int p() { return net::delay(2); }\n#endif\n";
    CHECK(found({{"a.cpp", "#include \"h.hpp\"\n"}, {"h.hpp", header}}) == "h.hpp OLD-01 4:30\n");
    CHECK(found({{"a.cpp", "#include \"h.hpp\"\n"},
                 {"b.cpp", "#define WINDOWS\n#include \"h.hpp\"\n"},
                 {"h.hpp", header}})
              .empty());
  }

  TEST_CASE("so is one that the same unit compiles when it reads the file again") {
    CHECK(found({{"a.cpp",
                  "#include \"api.hpp\"\n#define A 1\n#include \"x.inc\"\n#undef A\n#include \"x.inc\"\n"},
                 {"x.inc", "#if A\nint a = net::delay(1);\n#endif\n"}})
              .empty());
  }
}
