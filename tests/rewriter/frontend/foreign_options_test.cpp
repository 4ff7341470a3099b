#include "frontend/foreign_options.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

Job job(const std::string& file, std::vector<std::string> options) {
  options.insert(options.begin(), "g++");
  options.push_back("-c");
  options.push_back(file);
  return {.file = "/p/" + file, .directory = "/p", .arguments = options};
}

}  // namespace

TEST_SUITE("rewriter.frontend.foreign_options") {
  TEST_CASE("what the driver rejects goes, each with one note, and what it takes stays") {
    Jobs jobs = {
        job("a.cpp", {"-fconserve-stack", "-DA", "-flto=8", "-std=c++20", "-fconserve-stack"}),
        job("b.cpp", {"-Iinc", "-fconserve-stack", "-O2", "-march=native", "-Wno-odd", "-funroll-loops"})};
    const Problems notes = leave_out_foreign_options(jobs);
    CHECK(jobs[0].arguments == job("a.cpp", {"-DA", "-std=c++20"}).arguments);
    CHECK(jobs[1].arguments ==
          job("b.cpp", {"-Iinc", "-O2", "-march=native", "-Wno-odd", "-funroll-loops"}).arguments);
    REQUIRE(notes.size() == 2);
    CHECK(notes[0].message == "Clang does not know '-fconserve-stack': left out of 2 commands");
    CHECK(notes[1].message == "Clang does not know '-flto=8': left out of 1 command");
  }

  TEST_CASE("a value that looks like such an option stays with its option") {
    Jobs jobs = {job("a.cpp", {"-D", "X=-fconserve-stack", "-include", "x.hpp"})};
    const Jobs before = jobs;
    CHECK(leave_out_foreign_options(jobs).empty());
    CHECK(jobs[0].arguments == before[0].arguments);
  }
}
