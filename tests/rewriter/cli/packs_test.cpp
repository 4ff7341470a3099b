// Rule packs on the command line: --pack, `ferry test`, `ferry rules` and `ferry explain`.
#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

constexpr const char* kLibrary = R"(#pragma once
namespace lib {
inline namespace v1 {
struct Context {
  void post(int handler);
  void reset();
  void restart();
  int run();
  int run(int& error);
};
typedef Context Service;
void post(Context& context, int handler);
}  // namespace v1
}  // namespace lib
)";

constexpr const char* kPack = R"(pack: lib
title: What was old in lib
prelude: |
  #include <lib/lib.hpp>
rules:
  - id: LIB-01
    title: "`Service` is now `Context`"
    applicability: safe
    old: lib::Service
    new: lib::Context
    why: The same class under its old name.
    examples:
      - before: |
          lib::Service service;
        after: |
          lib::Context service;
      - unchanged: |
          int Service = 0;
  - id: LIB-02
    title: "`post` is a function"
    applicability: safe
    old: lib::Context::post(_)
    new: lib::post($this, $1)
    add-include: lib/post.hpp
    examples:
      - before: |
          void f(lib::Service& s, lib::Context* p) { s.post(1); p->post(/*two*/ 2); }
        after: |
          #include <lib/post.hpp>
          void f(lib::Service& s, lib::Context* p) { lib::post(s, 1); lib::post(*p, /*two*/ 2); }
  - id: LIB-03
    title: "`run(error)` is now `run()`"
    applicability: unsafe
    old: lib::Context::run(int& $error)
    new: $this.run()
    when:
      - if: {result: unused}
        applicability: safe
      - applicability: manual
        message: look at the error
    examples:
      - before: |
          void f(lib::Service& s, int e) { s.run(e); s.run(); }
        after: |
          void f(lib::Service& s, int e) { s.run(); s.run(); }
      - unchanged: |
          int f(lib::Service& s, int e) { return s.run(e); }
)";

// The library is a system's, the pack lies beside the project's files.
void write_library(const Program& program) {
  program.tree.write("system/lib/lib.hpp", kLibrary);
  program.tree.write("system/lib/post.hpp", "#pragma once\n#include <lib/lib.hpp>\n");
  program.write("lib.yaml", kPack);
}

std::string include_of(const Program& program) { return "-isystem " + program.tree.path("system"); }

std::string extra_args(const Program& program) {
  return " --extra-arg=-isystem --extra-arg=" + program.tree.path("system");
}

}  // namespace

TEST_SUITE("rewriter.cli.packs") {
  TEST_CASE("a pack's rules rewrite calls of a library that knows nothing of them") {
    const Program program;
    write_library(program);
    program.write("src/a.cpp",
                  "#include <lib/lib.hpp>\n"
                  "int a(lib::Service& service, int error) {\n"
                  "  service.post(1);\n"
                  "  service.run(error);\n"
                  "  return service.run(error);\n"
                  "}\n");
    program.write_database({"src/a.cpp"}, include_of(program));
    Ran ran = program.run("check --pack lib.yaml");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "4 old call sites in 1 file (LIB-01 1, LIB-02 1, LIB-03 2)"));
    CHECK(has(ran.out, "`run`: look at the error"));
    ran = program.run("fix --pack lib.yaml");
    CHECK(ran.status == 1);
    CHECK(program.read("src/a.cpp") ==
          "#include <lib/lib.hpp>\n"
          "#include <lib/post.hpp>\n"
          "int a(lib::Context& service, int error) {\n"
          "  lib::post(service, 1);\n"
          "  service.run();\n"
          "  return service.run(error);\n"
          "}\n");
    CHECK(has(program.run("check --pack lib.yaml").out, "1 old call site"));
    CHECK(program.run("check").status == 0);
  }

  TEST_CASE("an added header is quoted as the file quotes the library's, and comes once") {
    const Program program;
    write_library(program);
    std::string pack = kPack;
    pack +=
        "  - id: LIB-90\n    title: old.hpp is post.hpp\n    applicability: safe\n    header: lib/old.hpp\n"
        "    new: lib/post.hpp\n";
    program.write("lib.yaml", pack);
    program.tree.write("system/lib/old.hpp", "#pragma once\n#include \"lib.hpp\"\n");
    program.write("src/a.cpp", "#include \"lib/lib.hpp\"\nvoid a(lib::Context& c) { c.post(1); }\n");
    program.write("src/b.cpp", "#include \"lib/old.hpp\"\nvoid b(lib::Context& c) { c.post(1); }\n");
    program.tree.write("system/lib/zero.hpp", "#pragma once\n");
    const std::string configured =
        "#include \"lib/zero.hpp\"\n\n#define LIB_FAST\n#include \"lib/lib.hpp\"\n";
    program.write("src/c.cpp", configured + "void c(lib::Context& c) { c.post(1); }\n");
    program.write_database({"src/a.cpp", "src/b.cpp", "src/c.cpp"}, include_of(program));
    program.run("fix --pack lib.yaml");
    // What configures the library stays above its headers.
    CHECK(program.read("src/c.cpp") ==
          configured + "#include \"lib/post.hpp\"\nvoid c(lib::Context& c) { lib::post(c, 1); }\n");
    CHECK(program.read("src/a.cpp") ==
          "#include \"lib/lib.hpp\"\n#include \"lib/post.hpp\"\nvoid a(lib::Context& c) { lib::post(c, 1); "
          "}\n");
    CHECK(program.read("src/b.cpp") ==
          "#include \"lib/post.hpp\"\nvoid b(lib::Context& c) { lib::post(c, 1); }\n");
  }

  TEST_CASE("only the packs that are asked for look") {
    const Program program;
    write_library(program);
    program.write(
        "src/a.cpp",
        "#include <api.hpp>\n#include <lib/lib.hpp>\nint a() { return api::delay(1); }\nlib::Service s;\n");
    program.write_database({"src/a.cpp"}, include_of(program));
    CHECK(has(program.run("check").out, "(MOCK-01 1)"));
    CHECK(has(program.run("check --pack lib.yaml").out, "(LIB-01 1)"));
    CHECK(has(program.run("check --pack lib.yaml --pack ferry-0.2").out, "(LIB-01 1, MOCK-01 1)"));
    program.write(".ferry.yaml", "packs: [lib.yaml]\n");
    CHECK(has(program.shell("cd src && ferry check").out, "(LIB-01 1)"));
    CHECK(has(program.run("check --pack ferry-0.2").out, "(MOCK-01 1)"));
    CHECK(has(program.run("check --select LIB-9").err, "unknown rule 'LIB-9' (did you mean 'LIB-01'?)"));
  }

  TEST_CASE("a rule written in C++ looks only where its pack is asked for") {
    const Program program;
    program.write("src/a.cpp",
                  "#include <ferry/annotate.hpp>\n"
                  "namespace std { using size_t = decltype(sizeof(0)); enum class byte : unsigned char {};\n"
                  "template <class T> struct span {}; }\n"
                  "template <class T> struct Result {};\ntemplate <class T> struct Poll {};\n"
                  "struct Context {};\n"
                  "struct Zeros { Poll<Result<std::size_t>> poll_read(Context&, std::span<std::byte>); };\n"
                  "namespace lib { int fresh(); FERRY_INLINE(\"LIB-01\", safe) inline int stale() { return "
                  "fresh(); } }\n"
                  "int a() { return lib::stale(); }\n");
    program.write_database({"src/a.cpp"});
    CHECK(has(program.run("check").out, "2 old call sites in 1 file (IOT-01 1, LIB-01 1)"));
    CHECK(has(program.run("check --pack inline").out, "1 old call site in 1 file (LIB-01 1)"));
    CHECK(program.run("check --pack asio").status == 0);
    CHECK(has(program.run("check --pack asio --pack ferry-0.2").out, "(IOT-01 1, LIB-01 1)"));
  }

  TEST_CASE("a rule of a built-in pack that nobody asks for is none, though a header has it") {
    const Program program;
    program.write("src/a.cpp",
                  "#include <ferry/annotate.hpp>\n"
                  "namespace lib { int fresh();\n"
                  "FERRY_INLINE(\"LIB-01\", safe) inline int stale() { return fresh(); }\n"
                  "FERRY_INLINE(\"NOTIFY-01\", safe) inline int ours() { return fresh(); }\n"
                  "[[clang::annotate(\"inline-me\")]] inline int marked() { return fresh(); } }\n"
                  "int a() { return lib::stale() + lib::ours() + lib::marked(); }\n");
    program.write_database({"src/a.cpp"});
    CHECK(has(program.run("check --pack inline").out, "(INLINE-01 1, LIB-01 1)"));
    CHECK(has(program.run("check").out, "(LIB-01 1, NOTIFY-01 1)"));
    CHECK(
        has(program.run("check --pack inline --pack ferry-0.2").out, "(INLINE-01 1, LIB-01 1, NOTIFY-01 1)"));
    CHECK(program.run("check --pack asio").status == 0);
  }

  TEST_CASE("what the cache knows counts for the packs as they were") {
    const Program program;
    write_library(program);
    program.write("src/a.cpp", "#include <lib/lib.hpp>\nlib::Service s;\n");
    program.write_database({"src/a.cpp"}, include_of(program));
    CHECK(has(program.run("check --pack lib.yaml").out, "1 old call site"));
    std::string pack = kPack;
    pack.replace(pack.find("lib::Service"), 12, "lib::Context");
    pack.replace(pack.find("new: lib::Context"), 17, "new: lib::v1::Service");
    program.write("lib.yaml", pack);
    CHECK(program.run("check --pack lib.yaml").status == 0);
  }

  TEST_CASE("what reads none of the library's headers and names nothing old is not parsed") {
    const Program program;
    write_library(program);
    std::string pack = kPack;
    pack.insert(pack.find("prelude:"), "headers: [\"lib/*\"]\n");
    program.write("lib.yaml", pack);
    program.write("src/a.cpp", "#include <lib/lib.hpp>\nlib::Service s;\n");
    program.write("src/b.cpp", "int Services;\n");
    program.write("src/c.cpp", "namespace lib { struct Service; }\n");
    program.write("src/d.cpp", "#define GLUE(a, b) a##b\nint d;\n");
    program.write_database({"src/a.cpp", "src/b.cpp", "src/c.cpp", "src/d.cpp"}, include_of(program));
    const Ran ran = program.run("check --pack lib.yaml --no-cache --progress always");
    CHECK(has(ran.err, "3 translation units"));
    CHECK(has(program.run("check --pack lib.yaml --no-cache --no-shortcuts --progress always").err,
              "4 translation units"));
    CHECK(has(ran.out, "2 old call sites in 2 files (LIB-01 2)"));
  }

  TEST_CASE("with arguments of its own for the result, what errors an edit brings is what counts") {
    const Program program;
    program.write("lib.hpp",
                  "#pragma once\n"
                  "namespace lib {\n"
                  "#ifndef LIB_NO_DEPRECATED\n"
                  "int old_one(); int old_two(); int old_three();\n"
                  "#endif\n"
                  "int fresh();\n"
                  "}\n");
    program.write(
        "lib.yaml",
        "pack: lib\n"
        "verify-args: [-DLIB_NO_DEPRECATED]\n"
        "rules:\n"
        "- {id: A-1, title: t, applicability: safe, old: \"lib::old_one\", new: \"lib::fresh\"}\n"
        "- {id: A-2, title: t, applicability: safe, old: \"lib::old_two\", new: \"lib::absent()\"}\n");
    program.write("src/a.cpp",
                  "#include <lib.hpp>\n"
                  "int one = lib::old_one();\n"
                  "int two = lib::old_two();\n"
                  "int three = lib::old_three();\n");
    program.write_database({"src/a.cpp"}, "-I" + program.root());
    const Ran ran = program.run("fix --pack lib.yaml");
    CHECK(has(ran.out + ran.err, "no member named 'absent'"));
    CHECK(program.read("src/a.cpp") ==
          "#include <lib.hpp>\n"
          "int one = lib::fresh();\n"
          "int two = lib::old_two();\n"
          "int three = lib::old_three();\n");
  }

  TEST_CASE("what is old may compile only with other headers than the result") {
    const Program program;
    program.write("old/lib.hpp", "#pragma once\nnamespace lib { int old(); }\n");
    program.write("new/lib.hpp", "#pragma once\nnamespace lib { int fresh(); }\n");
    program.write("rules/lib.yaml",
                  "pack: lib\n"
                  "analysis-args: [\"-I${pack-dir}/../old\"]\n"
                  "verify-args: [\"-I${pack-dir}/../new\"]\n"
                  "prelude: |\n  #include <lib.hpp>\n"
                  "rules:\n"
                  "- id: A-1\n  title: t\n  applicability: safe\n  old: lib::old\n  new: lib::fresh\n"
                  "  examples: [{before: \"int a = lib::old();\", after: \"int a = lib::fresh();\"}]\n");
    program.write("src/a.cpp", "#include <lib.hpp>\nint a = lib::old();\n");
    program.write_database({"src/a.cpp"});
    const Ran tested = program.run("test rules/lib.yaml");
    CHECK_MESSAGE(tested.status == 0, tested.out << tested.err);
    const Ran ran = program.run("fix --pack rules/lib.yaml");
    CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
    CHECK(program.read("src/a.cpp") == "#include <lib.hpp>\nint a = lib::fresh();\n");
    CHECK(has(program.run("test rules/lib.yaml --select A-2").out, "0 rules"));
  }

  TEST_CASE("a pack's examples are its tests") {
    const Program program;
    write_library(program);
    Ran ran = program.run("test lib.yaml" + extra_args(program));
    CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
    CHECK(ran.out == "lib: 3 rules, 5 examples: all as they should be.\n");
    ran = program.run("test lib.yaml --select LIB-03" + extra_args(program));
    CHECK(ran.out == "lib: 1 rule, 2 examples: all as they should be.\n");
  }

  TEST_CASE("an example that does not become what it should is shown as a diff") {
    const Program program;
    write_library(program);
    std::string pack = kPack;
    pack.replace(pack.find("lib::post(s, 1); lib"), 20, "lib::post(s, 2); lib");
    pack.replace(pack.find("int Service = 0;"), 16, "lib::Service s; ");
    pack.replace(pack.find("return s.run(e);"), 16, "return s.jog(e);");
    program.write("lib.yaml", pack);
    const Ran ran = program.run("test lib.yaml" + extra_args(program));
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "lib.yaml:18: LIB-01: it does not stay as it is\n"));
    CHECK(has(ran.out, "lib.yaml:27: LIB-02: it does not become what it should\n"));
    CHECK(has(ran.out,
              "-void f(lib::Service& s, lib::Context* p) { lib::post(s, 2); lib::post(*p, /*two*/ 2); }\n"
              "+void f(lib::Service& s, lib::Context* p) { lib::post(s, 1); lib::post(*p, /*two*/ 2); }\n"));
    CHECK(has(ran.out, "LIB-03: it does not compile: no member named 'jog'"));
    CHECK(has(ran.out, "lib: 3 rules, 5 examples: 3 not as they should be.\n"));
  }

  TEST_CASE("the rules of a pack are listed and explained like any other") {
    const Program program;
    write_library(program);
    const Ran ran = program.run("rules --pack lib.yaml");
    CHECK(has(ran.out, "LIB-01       safe    `Service` is now `Context`\n"));
    CHECK_FALSE(has(ran.out, "TIME-01"));
    CHECK(has(program.run("explain --pack lib.yaml lib-01").out, "The same class under its old name."));
    CHECK(has(program.run("explain TIME-01").out, "TIME-01"));
  }

  TEST_CASE("the rules of a pack have pages, which say what `explain` says") {
    const Program program;
    write_library(program);
    const Ran ran = program.run("rules --pack lib.yaml --write-pages docs/rules");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(program.read("docs/rules/lib/LIB-01.md") == program.run("explain --pack lib.yaml LIB-01").out);
    CHECK(has(program.read("docs/rules/README.md"),
              "\n## lib\n\n| rule | | |\n| --- | --- | --- |\n"
              "| [LIB-01](lib/LIB-01.md) | safe | `Service` is now `Context` |\n"));
    const Ran refused = program.run("rules --pack lib.yaml --write-pages lib.yaml");
    CHECK(refused.status == 3);
    CHECK(has(refused.err, "lib.yaml/ferry: this directory cannot be made: "));
  }

  TEST_CASE("a pack that cannot be read is bad usage") {
    const Program program;
    program.write("bad.yaml", "pack: lib\nrules:\n  - id: A-1\n    titel: x\n");
    for (const char* command : {"check", "test", "rules", "fix"}) {
      const Ran ran = program.run(std::string(command) + (command == std::string("test") ? " " : " --pack ") +
                                  "bad.yaml");
      CHECK(ran.status == 2);
      CHECK(has(ran.err, "/bad.yaml:4:5: unknown key 'titel' (did you mean 'title'?)"));
    }
    program.write("twice.yaml",
                  "pack: a\nrules: [{id: NOLINT-01, title: t, applicability: manual, old: a}]\n");
    CHECK(has(program.run("check --pack twice.yaml").err, "rule 'NOLINT-01' is in pack 'ferry', too"));
    program.write("match.yaml",
                  "pack: a\nrules:\n- {id: A, title: t, applicability: safe, match: callExp(), new: x}\n");
    CHECK(has(program.run("check --pack match.yaml").err, "match.yaml:3:49: this matcher cannot be read: "));
    CHECK(program.run("check --pack asoi").status == 2);
    CHECK(program.run("test").status == 2);
  }
}
