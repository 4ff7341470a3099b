// Names that stay while their meaning changes for some uses: a person says that they have been looked at.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"

using namespace ferry::rewriter;
using test::check_fix;

namespace {

const test::Files kLibrary{
    {"lib/ferry/rt.hpp", "#pragma once\nnamespace ferry { struct Rt { void stop(int limit); }; }\n"},
    {"lib/ferry/v0_2/rt.hpp",
     "#pragma once\n#include <ferry/annotate.hpp>\n#include <ferry/rt.hpp>\nnamespace ferry { namespace "
     "FERRY_MOVED(\"FEAT-15\", safe, \"ferry\") v0_2 {} }\nnamespace ferry::v0_2 {\nstruct Rt : ferry::Rt "
     "{\n  "
     "FERRY_REVIEW(\"RT-09\", \"jobs may go on\") void stop(int limit);\n};\n}\n"}};

constexpr const char* kBefore =
    "#include <ferry/v0_2/rt.hpp>\nvoid f(ferry::v0_2::Rt& rt) {\n  rt.stop(0);\n}\n";
constexpr const char* kAfter = "#include <ferry/rt.hpp>\nvoid f(ferry::Rt& rt) {\n  rt.stop(0);\n}\n";

}  // namespace

TEST_SUITE("rewriter.rules.looked_at") {
  TEST_CASE("a name that asks for a look holds back the last step, and says how it is accepted") {
    test::FixCase fix{.before = kLibrary,
                      .left = {{1, "FEAT-15", "right only when nothing old is left; RT-09 in line 3"},
                               {2, "FEAT-15", "right only when nothing old is left"},
                               {3, "RT-09", "NOLINT(ferry-RT-09): why"}}};
    fix.before["a.cpp"] = kBefore;
    check_fix(fix);
  }

  TEST_CASE("where behaviour may change it is shown once, and nothing waits for it") {
    test::FixCase fix{.before = kLibrary, .left = {{3, "RT-09", "jobs may go on"}}, .unsafe = true};
    fix.before["a.cpp"] = kBefore;
    fix.after["a.cpp"] = kAfter;
    check_fix(fix);
  }

  TEST_CASE("what is accepted with a reason lets the last step be made") {
    const std::string comment = "rt.stop(0);  // NOLINT(ferry-RT-09): there are no jobs";
    const auto commented = [&](std::string text) {
      return text.replace(text.find("rt.stop(0);"), std::string("rt.stop(0);").size(), comment);
    };
    test::FixCase fix{.before = kLibrary};
    fix.before["a.cpp"] = commented(kBefore);
    fix.after["a.cpp"] = commented(kAfter);
    check_fix(fix);
  }
}
