// The build files of a tree that needs the 0.2 API no more.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

const test::Files kLibrary{
    {"lib/ferry/clock.hpp", "#pragma once\nnamespace ferry { struct Clock {}; }\n"},
    {"lib/ferry/compat/bridge.hpp", "#pragma once\nnamespace ferry::compat { struct Bridge {}; }\n"},
    {"lib/ferry/v0_2/clock.hpp",
     "#pragma once\n#include <ferry/annotate.hpp>\n#include <ferry/clock.hpp>\nnamespace ferry { namespace "
     "FERRY_MOVED(\"FEAT-15\", safe, \"ferry\") v0_2 {} }\nnamespace ferry::v0_2 {\nusing ferry::Clock;\n"
     "struct Old {\n  FERRY_REPLACE(\"XX-01\", manual, \"look here\") int run();\n};\n}\n"}};

void check_build(const test::Files& before, const test::Files& after, std::vector<test::Left> left = {}) {
  test::FixCase fix{.before = kLibrary, .after = after, .left = std::move(left)};
  for (const auto& [path, text] : before) fix.before[path] = text;
  check_fix(fix);
}

}  // namespace

TEST_SUITE("rewriter.rules.build_files") {
  TEST_CASE("a build file links the runtime alone once nothing needs the 0.2 API") {
    check_build(
        {{"CMakeLists.txt",
          "# ferry::compat serves both\noption(A \"Link ferry::compat\" ON)\nadd_executable(a "
          "src/a.cpp)\ntarget_link_libraries(a PRIVATE "
          "ferry::compat)\ntarget_link_libraries(b ferry::runtime\n  ferry::compat)\nmy_ferry::compat\n"},
         {"src/a.cpp", "#include <ferry/v0_2/clock.hpp>\nferry::v0_2::Clock c;\n"}},
        {{"CMakeLists.txt",
          "# ferry::compat serves both\noption(A \"Link ferry::compat\" ON)\nadd_executable(a "
          "src/a.cpp)\ntarget_link_libraries(a PRIVATE "
          "ferry::runtime)\ntarget_link_libraries(b ferry::runtime)\nmy_ferry::compat\n"},
         {"src/a.cpp", "#include <ferry/clock.hpp>\nferry::Clock c;\n"}});
  }

  TEST_CASE("that the library's own headers use its bridges does not count, though they lie below the root") {
    check_build({{"CMakeLists.txt", "target_link_libraries(a ferry::compat)\n"},
                 {"own/ferry/compat/bridge.cpp", "#include <ferry/compat/bridge.hpp>\n"},
                 {"own/ferry/v0_2/bridged.hpp",
                  "#pragma once\n#include <ferry/compat/bridge.hpp>\n#include <ferry/v0_2/clock.hpp>\n"},
                 {"a.cpp", "#include \"own/ferry/v0_2/bridged.hpp\"\nferry::v0_2::Clock c;\n"}},
                {{"CMakeLists.txt", "target_link_libraries(a ferry::runtime)\n"},
                 {"a.cpp", "#include \"own/ferry/v0_2/bridged.hpp\"\nferry::Clock c;\n"}});
  }

  TEST_CASE("a build file stays while a bridge is used, or something old is left") {
    check_build({{"CMakeLists.txt", "target_link_libraries(a ferry::compat)\n"},
                 {"a.cpp", "#include <ferry/v0_2/clock.hpp>\nferry::v0_2::Clock c;\n"},
                 {"b.cpp", "#include <ferry/compat/bridge.hpp>\nferry::compat::Bridge b;\n"}},
                {{"a.cpp", "#include <ferry/clock.hpp>\nferry::Clock c;\n"}});
    check_build({{"CMakeLists.txt", "target_link_libraries(a ferry::compat)\n"},
                 {"a.cpp",
                  "#include <ferry/v0_2/clock.hpp>\nferry::v0_2::Clock c;\nint f(ferry::v0_2::Old& old) {\n  "
                  "return old.run();\n}\n"}},
                {},
                {{1, "FEAT-15", "right only when nothing old is left"},
                 {2, "FEAT-15", "right only when nothing old is left"},
                 {3, "FEAT-15", "right only when nothing old is left"},
                 {4, "XX-01", "look here"}});
  }
}
