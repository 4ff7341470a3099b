#include "frontend/snapshots.hpp"

#include <clang/AST/ASTConsumer.h>
#include <clang/AST/ASTContext.h>
#include <clang/AST/Decl.h>
#include <clang/Frontend/FrontendActions.h>
#include <doctest/doctest.h>

#include "frontend/units.hpp"
#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

// The variables of a unit with their types, its headers' too.
class Variables : public clang::ASTConsumer {
 public:
  explicit Variables(std::string& out) : out_(out) {}
  void HandleTranslationUnit(clang::ASTContext& context) override {
    for (const clang::Decl* declaration : context.getTranslationUnitDecl()->decls())
      if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(declaration))
        out_ += variable->getType().getAsString() + " " + variable->getNameAsString() + ";";
  }

 private:
  std::string& out_;
};

class Action : public clang::ASTFrontendAction {
 public:
  explicit Action(std::string& out) : out_(out) {}
  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance&, llvm::StringRef) override {
    return std::make_unique<Variables>(out_);
  }

 private:
  std::string& out_;
};

class Work : public UnitWork {
 public:
  std::unique_ptr<clang::FrontendAction> action() override { return std::make_unique<Action>(variables_); }
  std::string result(const Job&, Compiled compiled) override {
    return variables_ + (compiled.ok ? "" : " error");
  }

 private:
  std::string variables_;
};

// A unit with one header.
class Unit {
 public:
  Unit() {
    header_ = tree_.write("include/header.hpp", "#pragma once\ninline int header = 1;\n");
    write("#include \"header.hpp\"\nint unit;\n");
  }

  void write(const std::string& text) { job_.file = tree_.write("unit.cpp", text); }
  void write_header(const std::string& text) { tree_.write("include/header.hpp", text); }

  Job job() const {
    Job job = job_;
    job.directory = tree_.root();
    job.arguments = {"clang++", "-Iinclude", "-std=c++20", "-c", job.file};
    return job;
  }

  // What a parse gives that leaves a snapshot.
  std::string parse(Snapshots& snapshots) const {
    std::string result = "crashed";
    const Texts none;
    parse_units({job()}, {{.includes = {'"' + header_ + '"'}, .jobs = {0}, .branches = {}}},
                [] { return std::make_unique<Work>(); },
                {.overlay = none,
                 .snapshots = &snapshots,
                 .lookups = [&](std::size_t) { return std::vector{stamp_of(header_), stamp_of(job_.file)}; },
                 .on_result =
                     [&](std::size_t, std::optional<std::string> bytes) {
                       if (bytes) result = *std::move(bytes);
                     }});
    return result;
  }

 private:
  test::TempTree tree_;
  std::string header_;
  Job job_;
};

}  // namespace

TEST_SUITE("rewriter.frontend.Snapshots") {
  TEST_CASE("a unit is parsed again, as often as its text changes") {
    Unit unit;
    Snapshots snapshots;
    CHECK_FALSE(snapshots.parse(unit.job()));
    CHECK(unit.parse(snapshots) == "int header;int unit;");
    for (const std::string type : {"char", "long", "short"}) {
      unit.write("#include \"header.hpp\"\n" + type + " changed;\n");
      CHECK(snapshots.parse(unit.job()) == "int header;" + type + " changed;");
    }
  }

  TEST_CASE("a header that has changed is not taken for what it was") {
    Unit unit;
    Snapshots snapshots;
    unit.parse(snapshots);
    unit.write_header("#pragma once\ninline long header = 12;\n");
    CHECK_FALSE(snapshots.parse(unit.job()));
    CHECK(unit.parse(snapshots) == "long header;int unit;");
    CHECK(snapshots.parse(unit.job()) == "long header;int unit;");
  }

  TEST_CASE("another command has no snapshot") {
    Unit unit;
    Snapshots snapshots;
    unit.parse(snapshots);
    Job other = unit.job();
    other.arguments.push_back("-DX");
    CHECK_FALSE(snapshots.parse(other));
    CHECK(snapshots.parse(unit.job()));
  }

  TEST_CASE("in doubt, and on an error, nothing is said until the text is mended") {
    Unit unit;
    Snapshots snapshots;
    unit.parse(snapshots);
    unit.write("int unit;\n");  // does not include the header any more
    CHECK_FALSE(snapshots.parse(unit.job()));
    unit.write("#include \"header.hpp\"\nint unit\n");
    CHECK_FALSE(snapshots.parse(unit.job()));
    CHECK(snapshots.has(unit.job()));
    unit.write("#include \"header.hpp\"\nint mended;\n");
    CHECK(snapshots.parse(unit.job()) == "int header;int mended;");
  }

  TEST_CASE("the one that was not asked for longest goes first") {
    std::vector<Unit> units(Snapshots::kMost + 1);
    Snapshots snapshots;
    for (std::size_t i = 0; i < Snapshots::kMost; ++i) units[i].parse(snapshots);
    CHECK(snapshots.parse(units[0].job()));
    units.back().parse(snapshots);
    CHECK(snapshots.parse(units[0].job()));
    CHECK_FALSE(snapshots.parse(units[1].job()));
    CHECK(snapshots.parse(units.back().job()));
  }
}
