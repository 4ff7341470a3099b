// The program itself, run over small trees.
#include <cstdlib>
#include <filesystem>
#include <map>
#include <sys/wait.h>

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

namespace fs = std::filesystem;

namespace {

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

constexpr const char* kApi = R"api(#pragma once
#include <ferry/annotate.hpp>
namespace api {
int rest(int ms);
FERRY_REPLACE("MOCK-01", safe, "api::rest($ms)") int delay(int ms);
FERRY_REPLACE("MOCK-02", unsafe, "api::rest($ms)") int nap(int ms);
FERRY_REPLACE("MOCK-03", manual, "look whether it still has to wait") int doze(int ms);
FERRY_REPLACE("MOCK-04", safe, "api::gone($ms)") int gone_wrong(int ms);
}
)api";

// A project with a header that two sources share, and its compile database.
class Project {
 public:
  Project() {
    tree.write("include/api.hpp", kApi);
    tree.write("src/shared.hpp",
               "#pragma once\n#include <api.hpp>\ninline int shared() { return api::delay(5); }\n");
    tree.write("src/b.cpp", "#include \"shared.hpp\"\nint b() { return shared(); }\n");
    tree.write(".git/HEAD", "");
  }
  void set_main(std::string_view body) {
    tree.write("src/a.cpp", "#include \"shared.hpp\"\n" + std::string(body));
    write_database();
  }
  void write_database() {
    std::string entries;
    for (const auto& file : fs::directory_iterator(tree.path("src")))
      if (file.path().extension() == ".cpp")
        entries += std::string(entries.empty() ? "" : ",\n") + R"({"directory": ")" + tree.root() +
                   R"(", "file": ")" + file.path().string() +
                   R"(", "command": "ccache g++ -Iinclude -I)" FERRY_COMPAT_INCLUDE
                   R"( -fno-such-gcc-option -std=c++20 -MD -MF x.d -c )" +
                   file.path().string() + R"( -o x.o"})";
    tree.write("build/compile_commands.json", "[" + entries + "]\n");
  }
  Ran run(const std::string& arguments) const {
    Ran ran;
    const std::string command = "cd " + tree.root() + " && " FERRY_PROGRAM " " + arguments + " >../" +
                                name() + ".out 2>../" + name() + ".err";
    const int status = std::system(command.c_str());
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ran.out = take("../" + name() + ".out");
    ran.err = take("../" + name() + ".err");
    return ran;
  }
  // Every file with its content, to see that nothing changed.
  std::string snapshot() const {
    std::map<std::string, std::string> files;
    for (const auto& file : fs::recursive_directory_iterator(tree.root()))
      if (file.is_regular_file())
        files[file.path().string()] = tree.read(fs::relative(file, tree.root()).string());
    std::string all;
    for (const auto& [path, text] : files) all += path + "\n" + text + "\n";
    return all;
  }

  test::TempTree tree;

 private:
  std::string name() const { return fs::path(tree.root()).filename().string(); }
  std::string take(const std::string& file) const {
    std::string text = tree.read(file);
    fs::remove(tree.path(file));
    return text;
  }
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr const char* kOldCalls = R"(int f() { return api::delay(1) + api::delay(api::delay(2)); }
int g() { return api::nap(3); }
)";

}  // namespace

TEST_SUITE("rewriter.cli") {
  TEST_CASE("check reports old call sites and changes nothing") {
    Project project;
    project.set_main(kOldCalls);
    const std::string before = project.snapshot();
    const Ran ran = project.run("check");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "src/a.cpp:2:18: MOCK-01 [safe] "));
    CHECK(has(ran.out, "src/shared.hpp:3:30: MOCK-01 [safe] "));
    CHECK(has(ran.out, "5 old call sites in 2 files"));
    CHECK(has(ran.out, "`ferry fix` rewrites 4, with --unsafe 5."));
    CHECK(ran.err == "ferry: note: Clang does not know '-fno-such-gcc-option': left out of 2 commands\n");
    CHECK(project.snapshot() == before);
  }

  TEST_CASE("fix makes safe edits, leaves the others and says why, run again it changes nothing") {
    Project project;
    project.set_main(kOldCalls);
    Ran ran = project.run("fix");
    CHECK_MESSAGE(ran.status == 1, ran.err);
    CHECK(project.tree.read("src/a.cpp") ==
          "#include \"shared.hpp\"\nint f() { return api::rest(1) + api::rest(api::rest(2)); }\n"
          "int g() { return api::nap(3); }\n");
    CHECK(has(project.tree.read("src/shared.hpp"), "api::rest(5)"));
    CHECK(has(ran.out, "behaviour may change; --unsafe rewrites it"));
    CHECK(has(ran.out, "Rewrote 4 places in 2 files"));

    const std::string after = project.snapshot();
    CHECK(project.run("fix").status == 1);
    CHECK(project.snapshot() == after);
    CHECK(project.run("fix --unsafe").status == 0);
    CHECK(has(project.tree.read("src/a.cpp"), "api::rest(3)"));
    CHECK(project.run("check").status == 0);
  }

  TEST_CASE("a person's findings remain whatever is asked for") {
    Project project;
    project.set_main("int f() { return api::doze(1); }\n");
    const Ran ran = project.run("fix --unsafe");
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "MOCK-03 [manual]"));
    CHECK(has(ran.out, "a person decides"));
  }

  TEST_CASE("an edit that would not compile is taken back, and the others are made") {
    Project project;
    project.set_main("int f() { return api::delay(1); }\nint g() { return api::gone_wrong(2); }\n");
    const Ran ran = project.run("fix");
    CHECK(ran.status == 3);
    CHECK(has(ran.err, "src/a.cpp:3:18: error: the edit of MOCK-04 does not compile"));
    CHECK(project.tree.read("src/a.cpp") ==
          "#include \"shared.hpp\"\nint f() { return api::rest(1); }\nint g() { return api::gone_wrong(2); "
          "}\n");
    SUBCASE("unless that is turned off") {
      CHECK(project.run("fix --no-verify").status == 0);
      CHECK(has(project.tree.read("src/a.cpp"), "api::gone(2)"));
    }
  }

  TEST_CASE("--diff prints what fix would do as a patch that git applies, and writes nothing") {
    Project project;
    project.set_main(kOldCalls);
    const std::string before = project.snapshot();
    const Ran ran = project.run("fix --diff");
    CHECK(project.snapshot() == before);
    CHECK(has(ran.err, "Would rewrite 4 places in 2 files"));
    const std::string patch = project.tree.write("the.patch", ran.out);
    REQUIRE(std::system(("cd " + project.tree.root() + " && git apply " + patch).c_str()) == 0);
    const std::string patched = project.tree.read("src/a.cpp");
    project.set_main(kOldCalls);
    project.tree.write("src/shared.hpp",
                       "#pragma once\n#include <api.hpp>\ninline int shared() { return api::delay(5); }\n");
    project.run("fix");
    CHECK(project.tree.read("src/a.cpp") == patched);
  }

  TEST_CASE("the JSON report is the same for any -j, with paths relative to the root") {
    Project project;
    for (int i = 0; i < 6; ++i)
      project.tree.write(
          "src/more" + std::to_string(i) + ".cpp",
          "#include \"shared.hpp\"\nint m" + std::to_string(i) + "() { return api::delay(1); }\n");
    project.set_main(kOldCalls);
    const Ran one = project.run("check --format json -j1");
    CHECK(one.status == 1);
    CHECK(has(one.out, "\"file\": \"src/a.cpp\""));
    CHECK(project.run("check --format json -j4").out == one.out);
    CHECK(project.run("check --format text --format json=report.json -j4").status == 1);
    CHECK(project.tree.read("report.json") == one.out);
  }

  TEST_CASE("rules are chosen by identifier or prefix, places by path, glob and comment") {
    Project project;
    project.set_main(kOldCalls +
                     std::string("int h() { return api::delay(9); }  // NOLINT(ferry-MOCK-01)\n"));
    CHECK(has(project.run("check --select MOCK-02").out, "1 old call site in 1 file"));
    CHECK(has(project.run("check --ignore MOCK-02").out, "4 old call sites in 2 files"));
    CHECK(has(project.run("check --select MOCK").out, "5 old call sites in 2 files"));
    CHECK(has(project.run("check src/a.cpp").out, "4 old call sites in 1 file"));
    CHECK(has(project.run("check src/shared.hpp").out, "1 old call site in 1 file"));
    CHECK(has(project.run("check --exclude 'src/*.hpp'").out, "4 old call sites in 1 file"));
    CHECK(project.run("check src/b.cpp").status == 0);
  }

  TEST_CASE("flags after -- stand in for a database") {
    Project project;
    project.set_main(kOldCalls);
    fs::remove_all(project.tree.path("build"));
    const Ran ran = project.run("check src/a.cpp -- -Iinclude -std=c++20 -I" FERRY_COMPAT_INCLUDE);
    CHECK(ran.status == 1);
    CHECK(has(ran.out, "4 old call sites"));
  }

  TEST_CASE("bad input has its own line, its own exit status, and leaves every file as it was") {
    Project project;
    project.set_main(kOldCalls);
    std::string arguments = "fix";
    int status = 2;
    std::string said;
    SUBCASE("no compile database") {
      fs::remove_all(project.tree.path("build"));
      said = "no compile_commands.json here";
    }
    SUBCASE("a malformed one") {
      project.tree.write("build/compile_commands.json", "[\n  {,\n]");
      said = "compile_commands.json:2:4: malformed compile database";
    }
    SUBCASE("an unreadable one") {
      fs::remove(project.tree.path("build/compile_commands.json"));
      fs::create_directory(project.tree.path("build/compile_commands.json"));
      arguments = "fix -p build";
      said = "compile_commands.json: the compile database cannot be read";
    }
    SUBCASE("one without a C++ source") {
      project.tree.write("build/compile_commands.json", "[]");
      said = "compile_commands.json: the compile database has no command for a C++ source";
    }
    SUBCASE("one with a source that is gone") {
      project.tree.write("src/gone.cpp", "");
      project.write_database();
      fs::remove(project.tree.path("src/gone.cpp"));
      arguments = "fix src/gone.cpp";
      status = 2;
      said = "src/gone.cpp: no such file or directory";
      SUBCASE("among others") {
        arguments = "check";
        status = 3;
        said = "src/gone.cpp: error: the compile database names this file, but there is none";
      }
    }
    SUBCASE("a directory with flags") {
      arguments = "fix src -- -std=c++20";
      said = "src: a directory, but flags after -- are for source files";
    }
    SUBCASE("a path outside it") {
      project.tree.write("src/other.hpp", "");
      arguments = "fix src/other.hpp";
      said = "src/other.hpp: no command of the compile database reads it";
    }
    SUBCASE("a path that does not exist") {
      arguments = "fix src/none.cpp";
      said = "none.cpp: no such file or directory";
    }
    SUBCASE("an unknown rule") {
      arguments = "fix --select NONE-01";
      said = "unknown rule 'NONE-01'";
    }
    SUBCASE("an unknown option, with the nearest one") {
      arguments = "fix --unsaef";
      said = "unknown option '--unsaef' (did you mean '--unsafe'?)";
    }
    SUBCASE("an unknown command, with the nearest one") {
      arguments = "chekc";
      said = "unknown command 'chekc' (did you mean 'check'?)";
    }
    SUBCASE("an unknown format") {
      arguments = "check --format jsn";
      said = "unknown format 'jsn' (did you mean 'json'?)";
    }
    SUBCASE("a malformed glob") {
      arguments = "fix --exclude 'src/[a'";
      said = "'src/[a' is no glob";
    }
    SUBCASE("a read-only file") {
      fs::permissions(project.tree.path("src/a.cpp"), fs::perms::owner_read);
      status = 3;
      said = "src/a.cpp: error: the file is read-only";
    }
    SUBCASE("a file that does not compile") {
      project.set_main("int f() { return api::delay(1); }\nint g() { return missing; }\n");
      arguments = "fix src/a.cpp";
      status = 3;
      said = "src/a.cpp:3:18: error: use of undeclared identifier";
    }
    const std::string before = project.snapshot();
    const Ran ran = project.run(arguments);
    CHECK_MESSAGE(ran.status == status, ran.err);
    CHECK_MESSAGE(has(ran.err, said), ran.err);
    CHECK(project.snapshot() == before);
  }

  TEST_CASE("what a file that does not compile shows is reported all the same") {
    Project project;
    project.set_main("int f() { return api::delay(1); }\nint g() { return missing; }\n");
    const Ran ran = project.run("check");
    CHECK(ran.status == 3);
    CHECK(has(ran.out, "src/a.cpp:2:18: MOCK-01 [safe] "));
    CHECK(has(ran.out, "not rewritten: a.cpp does not compile"));
  }

  TEST_CASE("line ends and a byte order mark stay as they are") {
    Project project;
    project.set_main("");
    project.tree.write("src/a.cpp",
                       "\xEF\xBB\xBF#include \"shared.hpp\"\r\nint f() { return api::delay(1); }\r\n");
    CHECK_MESSAGE(project.run("fix").status == 0, project.run("fix").err);
    CHECK(project.tree.read("src/a.cpp") ==
          "\xEF\xBB\xBF#include \"shared.hpp\"\r\nint f() { return api::rest(1); }\r\n");
  }

  TEST_CASE("help and version need nothing") {
    Project project;
    CHECK(project.run("--version").status == 0);
    const Ran help = project.run("fix --help");
    CHECK(help.status == 0);
    CHECK(has(help.out, "--unsafe"));
    CHECK(project.run("rules").status == 0);
    CHECK(project.run("explain NONE-01").status == 2);
    CHECK(project.run("").status == 2);
  }

  TEST_CASE("findings are the same whatever shortcut is taken, and from the cache") {
    Project project;
    project.set_main("#include <vector>\nstd::vector<int> v;\n" + std::string(kOldCalls));
    project.tree.write("src/c.cpp",
                       "#include <vector>\n#include \"shared.hpp\"\nint c() { return api::nap(1); }\n");
    project.tree.write("src/d.cpp", "int d() { return 0; }\n");
    project.write_database();
    const std::string cache = "--cache ../" + fs::path(project.tree.root()).filename().string() + ".cache ";
    const Ran plain = project.run("check --format json --no-shortcuts");
    CHECK(plain.status == 1);
    CHECK(project.run("check --format json --no-cache").out == plain.out);
    CHECK(project.run("check --format json -j 1 " + cache).out == plain.out);
    CHECK(project.run("check --format json " + cache).out == plain.out);
    SUBCASE("a changed header is seen by all that read it") {
      project.tree.write(
          "src/shared.hpp",
          "#pragma once\n#include <api.hpp>\n\ninline int shared() { return api::delay(5); }\n");
      const Ran changed = project.run("check --format json " + cache);
      CHECK(changed.out != plain.out);
      CHECK(changed.out == project.run("check --format json --no-shortcuts").out);
    }
    SUBCASE("another choice of rules and paths is answered from it, too") {
      CHECK(project.run("check --format json --select MOCK-02 src/a.cpp " + cache).out ==
            project.run("check --format json --select MOCK-02 src/a.cpp --no-shortcuts").out);
    }
    SUBCASE("what was fixed is gone") {
      CHECK(project.run("fix --unsafe " + cache).status == 0);
      CHECK(project.run("check " + cache).status == 0);
    }
    fs::remove_all(project.tree.root() + ".cache");
  }
}
