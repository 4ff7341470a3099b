// The program itself, run over a small project.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <vector>

#include "support/temp_tree.hpp"

namespace ferry::rewriter::test {

/// What a run of the program said.
struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A directory with a library whose old functions say what takes their place: `api::delay` (MOCK-01, safe)
/// and `api::nap` (MOCK-02, unsafe) become `api::rest`, `api::doze` (MOCK-03) is a person's.
class Program {
 public:
  Program() {
    tree.write("project/include/api.hpp", R"api(#pragma once
#include <ferry/annotate.hpp>
namespace api {
int rest(int ms);
FERRY_REPLACE("MOCK-01", safe, "api::rest($ms)") int delay(int ms);
FERRY_REPLACE("MOCK-02", unsafe, "api::rest($ms)") int nap(int ms);
FERRY_REPLACE("MOCK-03", manual, "look whether it still has to wait") int doze(int ms);
}
)api");
    tree.write("project/.git/HEAD", "");
    std::filesystem::create_directory(tree.path("home"));
  }

  std::string root() const { return tree.path("project"); }
  std::string path(std::string_view name) const { return root() + "/" + std::string(name); }
  std::string write(std::string_view name, std::string_view text) const {
    return tree.write("project/" + std::string(name), text);
  }
  std::string read(std::string_view name) const { return tree.read("project/" + std::string(name)); }

  /// An entry of a compile database for a file below the root.
  std::string entry(const std::string& file, const std::string& flags = "") const {
    return R"({"directory": ")" + root() + R"(", "file": ")" + path(file) +
           R"(", "command": "g++ -Iinclude -I)" FERRY_COMPAT_INCLUDE " -std=c++20 " + flags + " -c " +
           path(file) + R"("})";
  }
  /// Writes a database with one entry for each file.
  void write_database(const std::vector<std::string>& files, const std::string& flags = "",
                      const std::string& build = "build") const {
    std::string entries;
    for (const std::string& file : files) entries += (entries.empty() ? "" : ",\n") + entry(file, flags);
    write(build + "/compile_commands.json", "[" + entries + "]\n");
  }

  /// Runs a line of the shell in the project, with `ferry` in the path.
  Ran shell(const std::string& line) const {
    const std::string command = "cd '" + root() + "' && unset XDG_CACHE_HOME && export HOME='" +
                                tree.path("home") + "' PATH=\"$(dirname " FERRY_PROGRAM "):$PATH\" && { " +
                                line + "\n} >'" + tree.path("out") + "' 2>'" + tree.path("err") + "'";
    const int status = std::system(command.c_str());
    return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            .out = tree.read("out"),
            .err = tree.read("err")};
  }
  Ran run(const std::string& arguments) const { return shell("ferry " + arguments); }

  /// Makes the project a git repository with everything in its first commit.
  void commit(const std::string& message = "all") const {
    if (!std::filesystem::exists(path(".git/refs"))) std::filesystem::remove_all(path(".git"));
    const Ran ran = shell(
        "git init -q -b main . && git add -A && git -c user.name=t -c user.email=t@localhost commit -q -m '" +
        message + "'");
    if (ran.status != 0) throw std::runtime_error("git: " + ran.err);
  }

  ::test::TempTree tree;
};

}  // namespace ferry::rewriter::test
