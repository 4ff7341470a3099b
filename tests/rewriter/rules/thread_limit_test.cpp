// What a person is told where workers cannot be subtracted from a limit of threads.
#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;

namespace {

constexpr const char* kLibrary = R"cpp(#pragma once
                                       namespace ferry::v0_2::runtime {
                                       struct [[clang::annotate(
                                           "ferry:native:BLD-01:unsafe:ferry::runtime::"
                                           "Builder")]] Builder {
                                         static Builder new_multi_thread();
                                         static Builder new_current_thread();
                                         Builder& threaded_scheduler();
                                         Builder& basic_scheduler();
                                         Builder& core_threads(int);
                                         Builder& worker_threads(int);
                                         Builder& max_threads(int);
                                         Builder& max_blocking_threads(int);
                                       };
                                       }  // namespace ferry::v0_2::runtime
                                       namespace rt = ferry::v0_2::runtime;
)cpp";

}  // namespace

TEST_SUITE("rewriter.rules.thread_limit") {
  TEST_CASE("a limit that nobody can compute is written as a person has to write it") {
    const Program program;
    program.write("include/builder.hpp", kLibrary);
    program.write("src/a.cpp",
                  "#include <builder.hpp>\nvoid f(int a, int b) {\n"
                  "  rt::Builder().threaded_scheduler().core_threads(a).max_threads(b);\n"
                  "  rt::Builder().threaded_scheduler().max_threads(a + b);\n}\n");
    program.write_database({"src/a.cpp"});
    const std::string told = program.run("check").out;
    CHECK(has(told, "as `max_threads` did: write `b - a` there, or 1 where that is less"));
    CHECK(has(told, "write `(a + b) - std::thread::hardware_concurrency()` there, or 1 where that is less"));
  }
}
