#include "frontend/units.hpp"

#include <algorithm>
#include <set>
#include <unistd.h>

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

// What every name in the unit's own code means: "f 'int (long)' at old.hpp:3".
class Meanings : public clang::RecursiveASTVisitor<Meanings> {
 public:
  Meanings(const clang::SourceManager& sources, std::string& out) : sources_(sources), out_(out) {}

  bool VisitDeclRefExpr(clang::DeclRefExpr* use) {
    if (sources_.isInSystemHeader(use->getLocation())) return true;
    const clang::ValueDecl* meant = use->getDecl();
    const clang::PresumedLoc place = sources_.getPresumedLoc(meant->getLocation());
    out_ +=
        use->getNameInfo().getAsString() + " '" + meant->getType().getAsString() + "' at " +
        (place.isValid() ? std::string(place.getFilename()) + ":" + std::to_string(place.getLine()) : "?") +
        "\n";
    return true;
  }
  bool VisitVarDecl(clang::VarDecl* variable) {
    if (!sources_.isInSystemHeader(variable->getLocation()))
      out_ += "var " + variable->getNameAsString() + "\n";
    return true;
  }

 private:
  const clang::SourceManager& sources_;
  std::string& out_;
};

class Consumer : public clang::ASTConsumer {
 public:
  Consumer(clang::CompilerInstance& compiler, std::string& out) : compiler_(compiler), out_(out) {}
  void HandleTranslationUnit(clang::ASTContext& context) override {
    Meanings(compiler_.getSourceManager(), out_).TraverseDecl(context.getTranslationUnitDecl());
  }

 private:
  clang::CompilerInstance& compiler_;
  std::string& out_;
};

class Action : public clang::ASTFrontendAction {
 public:
  explicit Action(std::string& out) : out_(out) {}
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    return std::make_unique<Consumer>(compiler, out_);
  }

 private:
  std::string& out_;
};

// "by itself: " or "shared: ", then the meanings or the errors.
class Work : public UnitWork {
 public:
  std::unique_ptr<clang::FrontendAction> action() override { return std::make_unique<Action>(meanings_); }
  std::string result(const Job&, Compiled compiled) override {
    std::string text = ::getppid() == parent ? "by itself: " : "shared: ";
    for (const Problem& problem : compiled.problems) text += problem.message + "\n";
    return text + meanings_;
  }

  static inline pid_t parent = 0;

 private:
  std::string meanings_;
};

// By job: what its work gave; nothing if it crashed.
std::vector<std::optional<std::string>> parse_all(const Jobs& jobs, const std::vector<Prefix>& prefixes,
                                                  const Texts& overlay) {
  Work::parent = ::getpid();
  std::vector<std::optional<std::string>> results(jobs.size());
  std::vector<unsigned> calls(jobs.size());
  const auto take = [&](std::size_t job, std::optional<std::string> result) {
    results[job] = std::move(result);
    ++calls[job];
  };
  parse_units(jobs, prefixes, [] { return std::make_unique<Work>(); },
              {.overlay = overlay, .processes = 2, .on_result = take});
  CHECK(calls == std::vector<unsigned>(jobs.size(), 1));  // each is told of once
  return results;
}

class Project {
 public:
  Project() { tree_.write("sys/large.hpp", "#pragma once\n#define LARGE 1\nint large(long);\n"); }

  void write(const std::string& name, const std::string& text) { tree_.write(name, text); }
  void add(const std::string& name, const std::string& text) {
    const std::string file = tree_.write(name, text);
    jobs_.push_back({.file = file,
                     .directory = tree_.root(),
                     .arguments = {"clang++", "-std=c++20", "-I.", "-isystem", "sys", "-c", file}});
  }

  std::vector<std::optional<std::string>> parse(const std::vector<std::string>& includes) {
    Prefix prefix{.includes = includes};
    for (std::size_t job = 0; job < jobs_.size(); ++job) prefix.jobs.push_back(job);
    return parse_all(jobs_, {prefix}, {});
  }

  /// Parses behind the prefix and by itself; true if that is the same. `text` gets what it is.
  bool is_same(std::size_t job, const std::vector<std::string>& includes, bool* is_shared = nullptr) {
    const auto strip = [](const std::optional<std::string>& result) {
      return result ? result->substr(result->find(": ")) : "crashed";
    };
    const auto shared = parse(includes)[job];
    if (is_shared != nullptr) *is_shared = shared && shared->starts_with("shared");
    const auto alone = parse({})[job];
    CHECK(alone->starts_with("by itself"));
    CHECK(strip(shared) == strip(alone));
    return strip(shared) == strip(alone);
  }

 private:
  test::TempTree tree_;
  Jobs jobs_;
};

const std::vector<std::string> kLarge = {"<large.hpp>"};

}  // namespace

TEST_SUITE("rewriter.frontend.units") {
  TEST_CASE("units behind a prefix mean what they mean by themselves") {
    Project project;
    project.add("a.cpp", "#include <large.hpp>\nint a = large(1) + LARGE;\n");
    project.add("b.cpp", "#include <large.hpp>\nint b = large(2);\nint c = b;\n");
    for (const std::size_t job : {0, 1}) {
      bool is_shared = false;
      CHECK(project.is_same(job, kLarge, &is_shared));
      CHECK(is_shared);
    }
  }

  TEST_CASE("a unit is parsed by itself where the prefix might have changed it") {
    Project project;
    std::vector<std::string> includes = kLarge;
    SUBCASE("it defines a macro that the header reads") {
      project.write("sys/large.hpp",
                    "#pragma once\n#ifdef WIDE\nint large(long);\n#else\nint large(int);\n#endif\n");
      project.add("a.cpp", "#define WIDE\n#include <large.hpp>\nint a = large(1);\n");
    }
    SUBCASE("it defines a macro in place of a word of the header") {
      project.add("a.cpp", "#define large small\n#include <large.hpp>\nint a = small(1);\n");
    }
    SUBCASE("it asks for a macro of the header before that") {
      project.add("a.cpp",
                  "#ifdef LARGE\nint before;\n#endif\n#if defined(LARGE)\nint early;\n#endif\n#include "
                  "<large.hpp>\n");
    }
    SUBCASE("it uses a word that becomes a macro in the header") {
      project.add("a.cpp", "int LARGE;\n#undef LARGE\n#include <large.hpp>\nint a = large(1);\n");
    }
    SUBCASE("it calls a function of which the header has a better overload") {
      project.add("a.cpp", "int large(...);\nint a = large(1L);\n#include <large.hpp>\nint b = large(1L);\n");
    }
    SUBCASE("it does not include the header after all") {
      project.add("a.cpp", "int large(...);\nint a = large(1L);\n");
    }
    SUBCASE("it uses a header of its own before the one in the prefix") {
      project.write("own.hpp", "#pragma once\nint large(...);\ninline int own() { return large(2L); }\n");
      project.add("a.cpp", "#include \"own.hpp\"\n#include <large.hpp>\nint a = own();\n");
    }
    SUBCASE("it gets a macro for the header from its own header") {
      project.write("sys/large.hpp",
                    "#pragma once\n#if SIZE > 1\nint large(long);\n#else\nint large(int);\n#endif\n");
      project.write("own.hpp", "#pragma once\n#define SIZE 2\n");
      project.add("a.cpp", "#include \"own.hpp\"\n#include <large.hpp>\nint a = large(1);\n");
    }
    SUBCASE("the header is read anew each time") {
      project.write("sys/large.hpp", "int VARIABLE;\n");
      project.add("a.cpp",
                  "#define VARIABLE x\n#include <large.hpp>\n#undef VARIABLE\n#define VARIABLE y\n#include "
                  "<large.hpp>\n");
    }
    SUBCASE("the header does not compile") {
      project.write("sys/large.hpp", "#pragma once\nint large(Unknown);\n");
      project.add("a.cpp", "struct Unknown {};\n#include <large.hpp>\nint a = large({});\n");
    }
    SUBCASE("there is no such header") {
      includes = {"<missing.hpp>"};
      project.add("a.cpp", "int a;\n");
    }
    bool is_shared = true;
    CHECK(project.is_same(0, includes, &is_shared));
    CHECK_FALSE(is_shared);
  }

  TEST_CASE("a macro of the unit's own that the header has no use for does no harm") {
    Project project;
    project.write("own.hpp",
                  "#ifndef OWN_HPP\n#define OWN_HPP\n#define OWN(x) ((x) + 1)\ninline int own() { return "
                  "OWN(1); }\n#endif\n");
    project.add("a.cpp", "#include \"own.hpp\"\n#include <large.hpp>\nint a = own() + large(OWN(2));\n");
    bool is_shared = false;
    CHECK(project.is_same(0, kLarge, &is_shared));
    CHECK(is_shared);
  }

  TEST_CASE("errors are those of the unit by itself") {
    Project project;
    project.add("a.cpp", "#include <large.hpp>\nint a = lagre(1);\n");
    CHECK(project.is_same(0, kLarge));
    CHECK(project.parse(kLarge)[0]->find("use of undeclared identifier 'lagre'") != std::string::npos);
  }

  TEST_CASE("a crash of Clang costs one unit") {
    Project project;
    project.add("a.cpp", "#include <large.hpp>\nint a = large(1);\n");
    project.add("b.cpp", "#include <large.hpp>\n#pragma clang __debug crash\nint b;\n");
    project.add("c.cpp", "#include <large.hpp>\nint c = large(1);\n");
    const auto results = project.parse(kLarge);
    CHECK(results[0]->starts_with("shared"));
    CHECK_FALSE(results[1]);
    CHECK(results[2]->starts_with("shared"));
  }

  TEST_CASE("prefixes may branch") {
    const test::TempTree tree;
    tree.write("sys/one.hpp", "#pragma once\nint one();\n");
    tree.write("sys/two.hpp", "#pragma once\nint two();\n");
    tree.write("sys/three.hpp", "#pragma once\nint three();\n");
    Jobs jobs;
    const auto add = [&](const std::string& name, const std::string& text) {
      const std::string file = tree.write(name, text);
      jobs.push_back(
          {.file = file, .directory = tree.root(), .arguments = {"clang++", "-isystem", "sys", "-c", file}});
    };
    const std::string one = "#include <one.hpp>\n";
    const std::string two = one + "#include <two.hpp>\n";
    add("a.cpp", one + "int a = one();\n");
    add("b.cpp", two + "int b = one() + two();\n");
    add("c.cpp", two + "#include <three.hpp>\nint c = three();\n");
    add("d.cpp", "int d = 1;\n");
    Prefix deepest{.includes = {"<three.hpp>"}, .jobs = {2}};
    Prefix branch{.includes = {"<two.hpp>"}, .jobs = {1}, .branches = {deepest}};
    Prefix root{.includes = {"<one.hpp>"}, .jobs = {0}, .branches = {branch}};
    Prefix alone{.jobs = {3}};
    const auto results = parse_all(jobs, {root, alone}, {});
    for (const std::size_t job : {0, 1, 2}) {
      REQUIRE(results[job]);
      CHECK_MESSAGE(results[job]->starts_with("shared"), *results[job]);
    }
    CHECK(results[2]->find("three 'int (void)'") != std::string::npos);
    CHECK(*results[3] == "by itself: var d\n");
  }
}
