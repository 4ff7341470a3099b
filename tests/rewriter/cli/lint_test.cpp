// The program as a lint: formats, suppressions and baselines.
#include <algorithm>

#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

// A header with an old call that two sources include, each with old calls of its own.
class Project : public Program {
 public:
  Project() {
    write("src/shared.hpp",
          "#pragma once\n#include <api.hpp>\ninline int shared() { return api::delay(5); }\n");
    write("src/a.cpp", "#include \"shared.hpp\"\nint a() { return api::delay(1) + api::nap(2); }\n");
    write("src/b.cpp", "#include \"shared.hpp\"\nint b() { return api::doze(3); }\n");
    write_database({"src/a.cpp", "src/b.cpp"});
  }
};

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++times;
  return times;
}

}  // namespace

TEST_SUITE("rewriter.cli.formats") {
  TEST_CASE("a header's finding and a header's error are reported once, however many include it") {
    const Project project;
    std::filesystem::create_symlink(project.path("src"), project.path("link"));
    project.write("src/c.cpp", "#include \"../link/shared.hpp\"\nint c() { return shared(); }\n");
    project.write_database({"src/a.cpp", "src/b.cpp", "src/c.cpp"});
    Ran ran = project.run("check --format concise");
    CHECK(count(ran.out, "shared.hpp:3:30: MOCK-01") == 1);
    CHECK(has(ran.out, "4 old call sites in 3 files"));
    project.write("src/shared.hpp", "#pragma once\n#include <api.hpp>\nint broken = nothing;\n");
    ran = project.run("check --format concise src/a.cpp src/b.cpp");
    CHECK(ran.status == 3);
    CHECK(count(ran.err, "use of undeclared identifier 'nothing'") == 1);
    CHECK(has(ran.err, "a.cpp and 1 more do not compile here: their edits are withheld until they do"));
  }

  TEST_CASE("a file that links lead to goes by its real path, whoever was asked") {
    const Project project;
    std::filesystem::create_directory_symlink("src", project.path("a"));  // sorts before it
    for (const char* name : {"c", "d", "e", "f"})
      project.write(std::string("src/") + name + ".cpp",
                    std::string("#include \"../a/shared.hpp\"\nint ") + name + "() { return shared(); }\n");
    project.write_database({"src/a.cpp", "src/b.cpp", "src/c.cpp", "src/d.cpp", "src/e.cpp", "src/f.cpp"});
    const std::string all = project.run("check --format json").out;
    CHECK(has(all, "\"file\": \"src/shared.hpp\""));
    CHECK_FALSE(has(all, "a/shared.hpp\""));
    for (int i = 0; i < 5; ++i) CHECK(project.run("check --format json --no-cache").out == all);
    project.write("src/d.cpp", "#include \"../a/shared.hpp\"\nint other() { return shared(); }\n");
    CHECK(project.run("check --format json").out == all);
    project.write_database({"src/c.cpp"});
    CHECK(has(project.run("check --format concise").out, "src/shared.hpp:3:30: MOCK-01"));
    CHECK(project.run("fix").status == 0);
    CHECK(std::filesystem::is_symlink(project.path("a")));
    CHECK_FALSE(has(project.read("src/shared.hpp"), "delay"));
  }

  TEST_CASE("several reports come from one run, each file replaced at once") {
    const Project project;
    project.write("out.sarif", "old");
    const Ran ran = project.run(
        "check --format github --format concise --format sarif=out.sarif --format gitlab=out.json --format "
        "junit=out.xml "
        "--format clang-yaml=out.yaml --format json=all.json");
    CHECK(ran.status == 1);
    CHECK(ran.err.empty());
    CHECK(has(ran.out, "::warning file=src/a.cpp,line=2,"));
    CHECK(has(ran.out, "src/a.cpp:2:18: MOCK-01 [safe]"));
    CHECK(has(project.read("out.sarif"), "\"version\": \"2.1.0\""));
    CHECK(has(project.read("out.json"), "\"check_name\": \"ferry-MOCK-01\""));
    CHECK(has(project.read("out.xml"), "<testsuites name=\"ferry\" tests=\"4\" failures=\"4\""));
    CHECK(has(project.read("out.yaml"), "ReplacementText: rest"));
    CHECK(has(project.read("all.json"), "\"version\": 1"));
    for (const auto& file : std::filesystem::directory_iterator(project.root()))
      CHECK_MESSAGE(!has(file.path().filename().string(), "temp-stream"), file.path());
  }

  TEST_CASE("no report depends on how many work at a time") {
    const Project project;
    for (const char* format :
         {"text", "concise", "json", "sarif", "github", "gitlab", "junit", "clang-yaml"}) {
      const std::string arguments = std::string("check --no-cache --format ") + format;
      CHECK(project.run(arguments + " -j1").out == project.run(arguments + " -j4").out);
    }
  }

  TEST_CASE("a report may go to a pipe, and through a link to what it leads to") {
    const Project project;
    CHECK(has(project.shell("ferry check --format json=/dev/stdout | cat").out, "\"version\": 1"));
    project.write("real.json", "old");
    std::filesystem::create_symlink("real.json", project.path("link.json"));
    project.run("check --format json=link.json");
    CHECK(std::filesystem::is_symlink(project.path("link.json")));
    CHECK(has(project.read("real.json"), "\"version\": 1"));
  }

  TEST_CASE("where reports cannot go is said before the work, with the status of bad usage") {
    const Project project;
    std::string arguments;
    std::string said;
    SUBCASE("no such directory") {
      arguments = "check --format sarif=none/x.sarif";
      said = "none/x.sarif: cannot be written: there is no directory none; name another file";
    }
    SUBCASE("a directory") {
      arguments = "check -o src";
      said = "src: cannot be written: it is a directory";
    }
    SUBCASE("for a baseline") {
      arguments = "check --write-baseline none/base";
      said = "none/base: cannot be written";
    }
    SUBCASE("two in one file") {
      arguments = "check --format json=x --format sarif=x";
      said = "two outputs go to x; give each a file of its own";
    }
    SUBCASE("two documents on standard output") {
      arguments = "check --format json --format text";
      said = "two outputs go to one place, and one is a document of its own";
    }
    const Ran ran = project.run(arguments);
    CHECK(ran.status == 2);
    CHECK_MESSAGE(has(ran.err, said), ran.err);
    CHECK(ran.out.empty());
  }

  TEST_CASE("colour is for terminals, or on demand, and never in a document") {
    const Project project;
    CHECK_FALSE(has(project.run("check").out, "\x1b["));
    CHECK(has(project.run("check --color always").out, "\x1b["));
    CHECK_FALSE(has(project.run("check --color always --format json").out, "\x1b["));
    CHECK_FALSE(
        has(project.shell("script -qec 'NO_COLOR=1 ferry check --progress never' /dev/null").out, "\x1b["));
    CHECK(has(project.shell("script -qec 'TERM=xterm ferry check --progress never' /dev/null").out, "\x1b["));
  }

  TEST_CASE("progress is on standard error, and only where it is wanted") {
    const Project project;
    const Ran quiet = project.run("check");
    CHECK(quiet.err.empty());
    const Ran always = project.run("check --no-cache --progress always");
    CHECK(has(always.err, "ferry: 2 translation units in "));
    CHECK(always.out == quiet.out);
    CHECK(has(project.shell("script -qec 'ferry check --no-cache >/dev/null' /dev/null").out,
              "2 translation units in"));
    CHECK_FALSE(
        has(project.shell("script -qec 'ferry check --no-cache --progress never >/dev/null' /dev/null").out,
            "units"));
  }

  TEST_CASE("statistics count by rule, applicability and directory") {
    const Project project;
    const Ran ran = project.run("check --statistics");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "MOCK-01       2       0       0       2\n"));
    CHECK(has(ran.out, "src             2       1       1       4\n"));
  }
}

TEST_SUITE("rewriter.cli.suppressions") {
  TEST_CASE("what is suppressed is not listed, fixed or counted, and shown on demand") {
    const Project project;
    project.write(
        "src/a.cpp",
        "#include \"shared.hpp\"\nint a() { return api::delay(1); }  // NOLINT(ferry-MOCK-01): for now\n");
    Ran ran = project.run("check src/a.cpp");
    CHECK(ran.status == 0);
    CHECK(has(ran.out, "No old call sites.\nComments suppress 1 more.\n"));
    CHECK(has(project.run("check --show-suppressed src/a.cpp").out, "suppressed in line 2: for now"));
    CHECK(project.run("fix src/a.cpp").status == 0);
    CHECK(has(project.read("src/a.cpp"), "api::delay(1)"));
    CHECK(has(project.run("check --format json src/a.cpp").out, "\"reason\": \"for now\""));
  }

  TEST_CASE("a suppression that has expired fails the check, and says so") {
    const Project project;
    project.write("src/a.cpp",
                  "#include \"shared.hpp\"\nint a() { return api::delay(1); }  // NOLINT(ferry-MOCK-01): "
                  "until=2026-06-30 for now\n");
    CHECK(project.run("check --today 2026-06-30 src/a.cpp").status == 0);
    const Ran ran = project.run("check --today 2026-07-01 src/a.cpp");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "its suppression in line 2 has expired (until=2026-06-30)"));
    CHECK(project.run("check --today 2026-02-30").status == 2);
    const auto holds_until = [&](const char* day) {
      return project
                 .shell("sed -i \"s/until=[0-9-]*/until=$(date -u -d " + std::string(day) +
                        " +%F)/\" src/a.cpp && ferry check src/a.cpp")
                 .status == 0;
    };
    CHECK(holds_until("today"));
    CHECK_FALSE(holds_until("yesterday"));
  }

  TEST_CASE("an unused suppression is a finding, and a fix takes it out") {
    const Project project;
    project.write("src/a.cpp",
                  "#include \"shared.hpp\"\nint a() { return 1; }  // NOLINT(ferry-MOCK-01): done\n"
                  "int b() { return 2; }  // NOLINT(bugprone-x, ferry-MOCK-02)\n");
    project.write("src/shared.hpp",
                  "#pragma once\n#include <api.hpp>\ninline int x = 1;  // NOLINT(ferry-MOCK-*)\n");
    Ran ran = project.run("check --format concise");
    CHECK(ran.status == 1);
    CHECK(has(ran.out,
              "src/a.cpp:2:27: NOLINT-01 [safe] suppresses nothing: no finding of MOCK-01 in this line"));
    CHECK(has(ran.out, "src/shared.hpp:3:23: NOLINT-01 [safe]"));
    CHECK(project.run("fix --select NOLINT").status == 0);
    CHECK(project.read("src/a.cpp") ==
          "#include \"shared.hpp\"\nint a() { return 1; }\nint b() { return 2; }  // NOLINT(bugprone-x)\n");
    CHECK(has(project.read("src/shared.hpp"), "inline int x = 1;\n"));
    CHECK(project.run("check --select NOLINT").status == 0);
    CHECK(project.run("check --ignore NOLINT").status == 1);  // b.cpp
  }

  TEST_CASE("a fix that makes a suppression useless leaves it, and the next one takes it out") {
    const Project project;
    project.write("src/a.cpp",
                  "#include \"shared.hpp\"\nint a() { return api::rest(1); }  // NOLINT(ferry-MOCK-01)\n");
    CHECK(project.run("fix src/a.cpp").status == 0);
    CHECK(project.read("src/a.cpp") == "#include \"shared.hpp\"\nint a() { return api::rest(1); }\n");
  }

  TEST_CASE("they are judged where nothing annotated is left to be found") {
    const Project project;
    project.write("src/a.cpp",
                  "int a() { return 1; }  // NOLINT(ferry-TIME-01)\n#ifdef OLD\n"
                  "int c() { return 1; }  // NOLINT(ferry-TIME-01)\n#endif\n");
    project.write("src/b.cpp", "int b() { return 1; }  // NOLINT(ferry-NONE-01)\n");
    const Ran ran = project.run("fix");
    CHECK(ran.status == 0);
    CHECK(has(ran.out, "Rewrote 1 place in 1 file (NOLINT-01 1)."));
    CHECK(has(project.read("src/a.cpp"),
              "int a() { return 1; }\n#ifdef OLD\nint c() { return 1; }  // NOLINT"));
  }

  TEST_CASE(
      "nothing is called unused in a file that somebody reads who was not looked at, or does not compile") {
    const Project project;
    project.write("src/shared.hpp",
                  "#pragma once\n#include <api.hpp>\ninline int x = 1;  // NOLINT(ferry-MOCK-01)\n");
    CHECK(has(project.run("check --select NOLINT").out, "shared.hpp:3:23"));
    project.write("src/b.cpp", "#include \"shared.hpp\"\nint b() { return nothing; }\n");
    CHECK_FALSE(has(project.run("check --select NOLINT").out, "shared.hpp:3:23"));
    project.write(
        "src/b.cpp",
        "#ifdef NOT_HERE\n#include <api.hpp>\nint b() { return 1; } // NOLINT(ferry-MOCK-01)\n#endif\n");
    CHECK_FALSE(has(project.run("check --select NOLINT").out, "src/b.cpp"));
  }

  TEST_CASE("system headers are nobody's to judge") {
    const Project project;
    project.write("vendor/v.hpp", "inline int v = 1;  // NOLINT(ferry-MOCK-01)\n");
    project.write("src/a.cpp", "#include <api.hpp>\n#include <v.hpp>\nint a() { return api::rest(v); }\n");
    project.write("src/b.cpp", "#include <v.hpp>\nint b() { return v; }\n");
    project.write_database({"src/a.cpp", "src/b.cpp"}, "-isystem vendor");
    CHECK(project.run("check").status == 0);
    project.write_database({"src/b.cpp"}, "-isystemvendor");
    CHECK(project.run("check").status == 0);
    project.write_database({"src/a.cpp", "src/b.cpp"}, "-Ivendor");
    CHECK(project.run("check").status == 1);
  }

  TEST_CASE("one that is malformed is told, with its place") {
    const Project project;
    project.write("src/a.cpp",
                  "#include \"shared.hpp\"\nint a() { return 1; }\n// NOLINTBEGIN(ferry-MOCK-01)\n");
    const Ran ran = project.run("check --format concise src/a.cpp");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "src/a.cpp:3:4: NOLINT-02 [manual] NOLINTBEGIN without NOLINTEND"));
  }

  TEST_CASE("--add-nolint accepts all that is found, and nothing is found afterwards") {
    const Project project;
    project.write("src/a.cpp",
                  "#include \"shared.hpp\"\r\n#define OLD(x) \\\r\n  api::delay(x) + \\\r\n  api::nap(x)\r\n"
                  "int a() { return OLD(1) + api::doze(2); }  // NOLINT(bugprone-x)\r\n");
    const std::string before = project.read("src/a.cpp");
    Ran ran = project.run("fix --diff --add-nolint 'the release first'");
    CHECK(has(ran.err, "Would suppress 5 places in 3 files"));
    CHECK(has(ran.out, "+++ b/src/a.cpp"));
    CHECK(project.read("src/a.cpp") == before);
    ran = project.run("fix --add-nolint 'the release first'");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    CHECK(has(ran.out, "Suppressed 5 places in 3 files (MOCK-01 2, MOCK-02 1, MOCK-03 2).\n"));
    CHECK(project.read("src/a.cpp") ==
          "#include \"shared.hpp\"\r\n#define OLD(x) \\\r\n"
          "  api::delay(x) + /* NOLINT(ferry-MOCK-01): the release first */ \\\r\n"
          "  api::nap(x)  // NOLINT(ferry-MOCK-02): the release first\r\n"
          "int a() { return OLD(1) + api::doze(2); }  // NOLINT(bugprone-x, ferry-MOCK-03): the release "
          "first\r\n");
    ran = project.run("check");
    CHECK(ran.status == 0);
    CHECK(has(ran.out, "Comments suppress 5 more."));
    CHECK(has(project.run("fix --add-nolint again").out, "No old call sites."));
  }

  TEST_CASE("a reason that would leave its comment is refused") {
    const Project project;
    const Ran ran = project.run("fix --add-nolint 'why */ not'");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "the reason would not stay within its comment"));
    CHECK(project.run("fix --add-nolint ''").status == 2);
    CHECK(project.run("check --add-nolint x").status == 2);
  }
}

TEST_SUITE("rewriter.cli.baseline") {
  TEST_CASE("a baseline accepts what is there, fails on what is new, and follows what moves") {
    const Project project;
    Ran ran = project.run("check --write-baseline base");
    CHECK(ran.status == 0);
    CHECK(has(ran.err, "ferry: base: 4 findings are accepted\n"));
    ran = project.run("check --baseline base");
    CHECK(ran.status == 0);
    CHECK(has(ran.out, "No new findings.\nThe baseline accepts 4 more.\n"));

    std::filesystem::rename(project.path("src/b.cpp"), project.path("src/new name.cpp"));
    project.write_database({"src/a.cpp"});
    project.write(
        "build/compile_commands.json",
        "[" + project.entry("src/a.cpp") + ", {\"directory\": \"" + project.root() +
            "\", \"file\": \"src/new name.cpp\", \"arguments\": [\"c++\", \"-std=c++20\", \"-Iinclude\", "
            "\"-I" FERRY_COMPAT_INCLUDE "\", \"-c\", \"src/new name.cpp\"]}]");
    project.write(
        "src/a.cpp",
        "#include \"shared.hpp\"\n\n// Moved.\n  int a() { return api::delay(1) + api::nap(2); }\n");
    CHECK(project.run("check --baseline base").status == 0);

    project.write("src/a.cpp", project.read("src/a.cpp") + "int c() { return api::delay(4); }\n");
    ran = project.run("check --baseline base --format concise");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "src/a.cpp:5:18: MOCK-01"));
    CHECK(has(ran.out, "1 old call site in 1 file (MOCK-01 1)"));
  }

  TEST_CASE("it only shrinks: what was fixed and forgotten fails when it comes back") {
    const Project project;
    const std::string old_text = project.read("src/a.cpp");
    project.run("check --write-baseline base");
    project.write("src/a.cpp",
                  "#include \"shared.hpp\"\nint a() { return 1; }\nint n() { return api::nap(9); }\n");
    Ran ran = project.run("check --baseline base --write-baseline base --format concise");
    CHECK(ran.status == 1);  // the new call is not accepted
    CHECK(has(ran.out, "2 entries of the baseline are out of date"));
    CHECK(has(ran.out, "src/a.cpp: MOCK-01 (fixed): int a() { return api::delay(1) + api::nap(2); }"));
    CHECK(has(ran.err, "ferry: base: 2 findings are accepted"));
    project.write("src/a.cpp", old_text);
    CHECK(project.run("check --baseline base").status == 1);
    std::filesystem::remove(project.path("src/b.cpp"));
    project.write_database({"src/a.cpp"});
    CHECK(has(project.run("check --baseline base").out, "src/b.cpp: MOCK-03 (no such file any more)"));
  }

  TEST_CASE("a run over a part of the project says nothing about the rest") {
    const Project project;
    project.run("check --write-baseline base");
    const std::string whole = project.read("base");
    for (const char* part : {"src/b.cpp", "--select MOCK-03", "--ignore MOCK-01", "--exclude 'src/*.hpp'"}) {
      const Ran ran = project.run(std::string("check --baseline base --write-baseline base ") + part);
      CHECK_MESSAGE(ran.status == 0, part);
      CHECK_FALSE_MESSAGE(has(ran.out, "out of date"), part);
      CHECK_MESSAGE(project.read("base") == whole, part);
      project.run(std::string("check --write-baseline base ") + part);
      CHECK_MESSAGE(project.read("base") == whole, part);
    }
    project.write("src/b.cpp", "#include \"shared.hpp\"\nint b() { return nothing; }\n");
    CHECK(project.run("check --baseline base --write-baseline base").status == 3);
    CHECK(has(project.read("base"), "src/b.cpp\tMOCK-03"));
  }

  TEST_CASE("with --since a copy of an accepted line is new, and nothing is out of date") {
    const Project project;
    project.run("check --write-baseline base");
    project.commit();
    const std::string line = "int b() { return api::doze(3); }\n";
    project.write("src/b.cpp", "#include \"shared.hpp\"\nnamespace one {\n" + line + "}\n" + line);
    CHECK(project.run("check --baseline base --since HEAD --format concise").status == 1);
    project.write("src/b.cpp", "#include \"shared.hpp\"\n// changed\n" + line);
    CHECK(project.run("check --baseline base --since HEAD").status == 0);
    project.write("src/b.cpp", "#include \"shared.hpp\"\nint b() { return 1; }\n");
    const Ran ran = project.run("check --baseline base --since HEAD --write-baseline base");
    CHECK(ran.status == 0);
    CHECK(has(project.read("base"), "src/b.cpp\tMOCK-03"));
  }

  TEST_CASE("fix rewrites what it accepts, and what is left of it is no failure") {
    const Project project;
    project.run("check --write-baseline base");
    Ran ran = project.run("fix --baseline base");
    CHECK(ran.status == 0);
    CHECK(has(ran.out, "Rewrote 2 places in 2 files (MOCK-01 2).\n"));
    CHECK(project.run("fix").status == 1);
    CHECK(project.run("fix --write-baseline base").status == 2);
  }

  TEST_CASE("what the project's settings name is used by everybody, and keeps nobody from accepting more") {
    const Project project;
    project.write(".ferry.yaml", "baseline: lint/base\n");
    CHECK(project.run("check").status == 2);
    std::filesystem::create_directory(project.path("lint"));
    CHECK(project.run("check --write-baseline lint/base").status == 0);
    CHECK(project.shell("cd src && ferry check").status == 0);
    project.write("src/b.cpp", project.read("src/b.cpp") + "int c() { return api::doze(4); }\n");
    CHECK(project.run("check").status == 1);
    CHECK(project.run("check --write-baseline lint/base").status == 0);
    CHECK(project.run("check").status == 0);
  }

  TEST_CASE("one that is malformed, or is not there, is told with its place before the work") {
    const Project project;
    project.write("base", "# ferry baseline 1\nsrc/a.cpp\tMOCK-01\n");
    Ran ran = project.run("check --baseline base");
    CHECK(ran.status == 2);
    CHECK(has(ran.err, "ferry: error: base:2:1: not an entry"));
    CHECK(project.run("check --write-baseline base").status == 2);
    ran = project.run("check --baseline none");
    CHECK(ran.status == 2);
    CHECK(has(
        ran.err,
        "none: the baseline cannot be read: No such file or directory; `ferry check --write-baseline none`"));
  }
}

TEST_SUITE("rewriter.cli.unjudged") {
  TEST_CASE("old names in code that no command compiles are listed with where they stand") {
    const Program program;
    const std::string text =
        "#ifdef OTHER\nint f() { return api::delay(1); }  // delay\n#endif\n#define NEVER api::nap(2)\n";
    program.write("src/h.hpp", "#ifdef OTHER\ninline int h() { return api::doze(1); }\n#endif\n");
    program.write("src/twice.inc", "#ifdef SECOND\nint twice() { return api::rest(1) + delay; }\n#endif\n");
    program.write("src/a.cpp",
                  "#include <api.hpp>\n#include \"h.hpp\"\nint delay;\n#include \"twice.inc\"\n"
                  "#define SECOND\n#include \"twice.inc\"\n" +
                      text);
    program.write("src/b.cpp", "#define OTHER\n#include <api.hpp>\n#include \"h.hpp\"\n");
    program.write_database({"src/a.cpp"});
    for (const char* command : {"check", "fix --diff"}) {
      const Ran ran = program.run(command);
      const std::string& said = ran.out.find("old names") == ran.out.npos ? ran.err : ran.out;
      CHECK_MESSAGE(has(said,
                        "3 old names stand in code that no command compiles, so nobody has judged them:\n"
                        "  src/a.cpp:8:23: `delay` (MOCK-01) in a branch of #if that is not compiled\n"
                        "  src/a.cpp:10:20: `nap` (MOCK-02) in a macro that is never expanded\n"
                        "  src/h.hpp:2:30: `doze` (MOCK-03) in a branch of #if that is not compiled\n"),
                    said);
      CHECK(ran.status == 0);
    }
    const Ran selected = program.run("check --select MOCK-02 --format json");
    CHECK_MESSAGE(has(selected.out, "\"unjudged\": 1"), selected.out);
    CHECK(has(selected.out, "\"name\": \"nap\""));
    CHECK(has(program.run("check --format sarif").out,
              "`nap` is not judged: it stands in a macro that is never"));
    program.write_database({"src/a.cpp", "src/b.cpp"});
    const Ran both = program.run("check");
    CHECK_MESSAGE(has(both.out, "2 old names stand"), both.out);
    CHECK(has(both.out, "src/h.hpp:2:25: MOCK-03"));
    CHECK(has(program.run("why src/a.cpp:8").out, "`delay` is a name that MOCK-01 would look at"));
  }

  TEST_CASE("what is left in JSON says why") {
    const Program program;
    program.write("src/a.cpp", "#include <api.hpp>\nint f() { return api::delay(1) + api::nap(2); }\n");
    program.write_database({"src/a.cpp"});
    const Ran ran = program.run("fix --diff --format json=out.json");
    CHECK(ran.status == 1);
    CHECK(has(program.read("out.json"), "\"reason\": \"behaviour may change; --unsafe rewrites it\""));
  }
}
