// Namespaces that have moved, and the includes of their headers.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

// `lib::v1` has moved to `lib`, and its headers with it.
const test::Files kLibrary{
    {"lib/lib/clock.hpp", "#pragma once\nnamespace lib { struct Clock {}; }\n"},
    {"lib/lib/timer.hpp", "#pragma once\nnamespace lib { struct Timer {}; }\n"},
    {"lib/lib/v1/moved.hpp",
     "#pragma once\n#include <ferry/annotate.hpp>\nnamespace lib { namespace FERRY_MOVED(\"MV-01\", safe, "
     "\"lib\") v1 {} }\n"},
    {"lib/lib/v1/clock.hpp",
     "#pragma once\n#include <lib/clock.hpp>\n#include <lib/v1/moved.hpp>\nnamespace lib::v1 { using "
     "lib::Clock; }\n"},
    {"lib/lib/v1/timer.hpp",
     "#pragma once\n#include <lib/timer.hpp>\n#include <lib/v1/moved.hpp>\nnamespace lib::v1 { using "
     "lib::Timer; }\n"}};

void check_file(const std::string& before, const std::string& after, std::vector<std::string> flags = {}) {
  test::FixCase fix{.before = kLibrary, .after = {{"a.cpp", after}}, .flags = std::move(flags)};
  fix.before["a.cpp"] = before;
  check_fix(fix);
}

}  // namespace

TEST_SUITE("rewriter.rules.moved") {
  TEST_CASE("headers are renamed where they stand, and names behind them") {
    check_file("#include <lib/v1/timer.hpp>\n#include \"lib/v1/clock.hpp\"  // time\nlib::v1::Clock c;\n",
               "#include <lib/timer.hpp>\n#include \"lib/clock.hpp\"  // time\nlib::Clock c;\n");
  }

  TEST_CASE("a header that is included already is not included twice") {
    check_file("#include <lib/clock.hpp>\n#include <lib/v1/clock.hpp>\nlib::v1::Clock c;\n",
               "#include <lib/clock.hpp>\nlib::Clock c;\n");
    check_file("#include <lib/v1/clock.hpp>\n#include <lib/clock.hpp>\nlib::v1::Clock c;\n",
               "#include <lib/clock.hpp>\nlib::Clock c;\n");
  }

  TEST_CASE("a header that another branch of #if includes may not be there") {
    const std::string rest = "lib::Clock c;\n";
    const std::string old_rest = "lib::v1::Clock c;\n";
    check_file("#ifdef A\n#include <lib/clock.hpp>\n#endif\n#include <lib/v1/clock.hpp>\n" + old_rest,
               "#ifdef A\n#include <lib/clock.hpp>\n#endif\n#include <lib/clock.hpp>\n" + rest, {"-DA"});
    check_file("#ifndef A\n#else\n#include <lib/clock.hpp>\n#include <lib/v1/clock.hpp>\n#endif\n" + old_rest,
               "#ifndef A\n#else\n#include <lib/clock.hpp>\n#endif\n" + rest, {"-DA"});
    check_file("#include <lib/clock.hpp>\n#if A\n#include <lib/v1/clock.hpp>\n#endif\n" + old_rest,
               "#include <lib/clock.hpp>\n#if A\n#endif\n" + rest, {"-DA=1"});
  }
}
