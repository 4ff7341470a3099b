#include "model/scope.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

TEST_SUITE("rewriter.model.scope") {
  TEST_CASE("a directory whose name begins like the root's is not below it") {
    CHECK(is_below("/a/b", "/a"));
    CHECK(is_below("/a", "/a"));
    CHECK(is_below("/a", "/"));
    CHECK_FALSE(is_below("/ab", "/a"));
  }

  TEST_CASE("a glob covers the file that it names and what is below the directory that it names") {
    const Scope scope{.root = "/p", .excludes = {"third_party", "src/*_gen.cpp"}};
    CHECK(contains(scope, "/p/src/a.cpp"));
    CHECK_FALSE(contains(scope, "/p/third_party/x/y.hpp"));
    CHECK_FALSE(contains(scope, "/p/src/a_gen.cpp"));
    CHECK(contains(scope, "/p/third_party.hpp"));
  }

  TEST_CASE("with paths only what is below one of them is in scope, and never what is outside the root") {
    const Scope scope{.root = "/p", .paths = {"/p/src", "/q"}};
    CHECK(contains(scope, "/p/src/a.cpp"));
    CHECK_FALSE(contains(scope, "/p/lib/a.cpp"));
    CHECK_FALSE(contains(scope, "/q/a.cpp"));
  }

  TEST_CASE("what a build makes is in no scope") {
    const Scope scope{.root = "/p", .generated = {"/p/build"}};
    CHECK_FALSE(contains(scope, "/p/build/moc_a.cpp"));
    CHECK(contains(scope, "/p/build.hpp"));
  }

  TEST_CASE("lines are changed when one of them is, and all are without a revision") {
    Scope scope{.root = "/p"};
    CHECK(is_changed(scope, "/p/a.cpp", {.first = 1, .last = 1}));
    scope.changed.emplace();
    (*scope.changed)["/p/a.cpp"] = {{.first = 3, .last = 5}, {.first = 9, .last = 9}};
    CHECK_FALSE(is_changed(scope, "/p/a.cpp", {.first = 1, .last = 2}));
    CHECK(is_changed(scope, "/p/a.cpp", {.first = 1, .last = 3}));
    CHECK(is_changed(scope, "/p/a.cpp", {.first = 4, .last = 4}));
    CHECK_FALSE(is_changed(scope, "/p/a.cpp", {.first = 6, .last = 8}));
    CHECK(is_changed(scope, "/p/a.cpp", {.first = 6, .last = 10}));
    CHECK_FALSE(is_changed(scope, "/p/b.cpp", {.first = 3, .last = 3}));
  }

  TEST_CASE("a path is shown relative to a directory above it, otherwise whole") {
    CHECK(relative_to("/p/src/a.cpp", "/p") == "src/a.cpp");
    CHECK(relative_to("/p/src/a.cpp", "/") == "p/src/a.cpp");
    CHECK(relative_to("/q/a.cpp", "/p") == "/q/a.cpp");
  }
}
