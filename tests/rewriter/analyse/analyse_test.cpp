#include "analyse/analyse.hpp"

#include <doctest/doctest.h>

#include "rewriter/support/rewrite.hpp"

using namespace ferry::rewriter;
using namespace ferry::rewriter::test;

TEST_SUITE("rewriter.analyse") {
  TEST_CASE("the body of an annotated function is read wherever it is") {
    const std::string api = R"(#pragma once
namespace api {
struct Old {
  void now();
  [[clang::annotate("ferry:inline:OLD-01:safe:")]] void before() { now(); }
  [[clang::annotate("ferry:inline:OLD-01:safe:")]] void apart();
};
inline void Old::apart() { now(); }
}
)";
    for (const std::string folder : {"", "system/", "outside/"}) {
      CAPTURE(folder);
      const Rewritten rewritten =
          rewrite({{folder + "old.hpp", api},
                   {"a.cpp", "#include <old.hpp>\nvoid f(api::Old& o) {\n  o.before();\n  o.apart();\n}\n"}});
      CHECK_MESSAGE(rewritten.files.at("a.cpp") ==
                        "#include <old.hpp>\nvoid f(api::Old& o) {\n  o.now();\n  o.now();\n}\n",
                    rewritten.dump());
    }
  }
}
