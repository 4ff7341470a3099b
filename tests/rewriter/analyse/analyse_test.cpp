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

  // The name that depends on `T` is the only one, and the instance tells what it means.
  void check_dependent(const std::string& api) {
    const std::string before =
        "#include <old.hpp>\ntemplate <class T> int f(T& t) { return t.before(); }\nint g(api::Old& o) { "
        "return "
        "f(o); }\n";
    std::string after = before;
    after.replace(after.find("before()"), 6, "now");
    for (const std::string folder : {"", "system/", "outside/"}) {
      CAPTURE(folder);
      const Rewritten rewritten =
          rewrite({{folder + "old.hpp", "#pragma once\n" + api},
                   {folder + "members.inc", "OLD(\"$this.now()\") int before() { return now(); }\n"},
                   {"a.cpp", before}});
      CHECK_MESSAGE(rewritten.files.at("a.cpp") == after, rewritten.dump());
    }
  }

  TEST_CASE("an instance is looked at whatever writes the annotation and wherever that stands") {
    const std::string macro =
        "#define MARK(text) [[clang::annotate(\"ferry:replace:OLD-01:safe:\" text)]]\n#define OLD(text) "
        "MARK(text)\n";
    check_dependent(
        macro + "namespace api {\nstruct Old {\n  int now();\n  OLD(\"$this.now()\") int before();\n};\n}\n");
    check_dependent(macro + "namespace api {\nstruct Old {\n  int now();\n#include \"members.inc\"\n};\n}\n");
    check_dependent(macro +
                    "#undef OLD\n#define OLD MARK\nnamespace api {\nstruct Old {\n  int now();\n#include "
                    "\"members.inc\"\n};\n}\n#undef OLD\n");
  }

  TEST_CASE("what only an instance of a template calls, without a name, is left to a person") {
    const std::string api = R"cpp(#pragma once
                                  namespace api {
                                  struct Old {
                                    int at(int);
                                    [[clang::annotate("ferry:replace:OLD-02:safe:$this.at($i)")]] int operator[](int i);
                                  };
                                  }  // namespace api
    )cpp";
    const std::string code =
        "#include <old.hpp>\ntemplate <class T> int f(T& t) { return t[1]; }\nint g(api::Old& o) { return "
        "f(o); }\n";
    const Rewritten rewritten = rewrite({{"old.hpp", api}, {"a.cpp", code}});
    REQUIRE_MESSAGE(rewritten.findings.size() == 1, rewritten.dump());
    CHECK(rewritten.findings.front().finding.line == 2);
  }

  TEST_CASE("a template is not instantiated where no instance can tell anything") {
    const std::string api = R"cpp(#pragma once
                                  namespace api {
                                  int now();
                                  [[clang::annotate("ferry:replace:OLD-01:safe:api::now()")]] int before();
                                  }  // namespace api
    )cpp";
    const std::string bad = "template <class T> int f(T t) { return t.size(); }\nint a = f(1);\n";
    CHECK(rewrite({{"old.hpp", api}, {"a.cpp", "#include <old.hpp>\n" + bad}}).problems.empty());
    CHECK(rewrite({{"old.hpp", api}, {"a.cpp", "#include <old.hpp>\n" + bad + "int b = api::before();\n"}})
              .problems.size() == 1);
    // Nor are functions missed that have no definition then and no linkage.
    const Rewritten local =
        rewrite({{"old.hpp", api},
                 {"a.cpp",
                  "#include <old.hpp>\nnamespace {\nstruct S {};\n}\ntemplate <class T> int "
                  "f(T) { return 1; }\nint a = f(S());\n"}});
    CHECK_MESSAGE(local.problems.empty(), local.dump());
  }
}
