#include "filter/cache.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

#include "filter/filter.hpp"
#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

namespace fs = std::filesystem;

// A unit with a header that is found in the second of two directories.
class Unit {
 public:
  Unit() {
    tree.write("second/h.hpp", "int f();\n");
    fs::create_directories(tree.path("first"));
    job_ = {.file = tree.write("a.cpp", "#include <h.hpp>\n"),
            .directory = tree.root(),
            .arguments = {"clang++", "-Ifirst", "-Isecond", "-Imissing", "-c", tree.path("a.cpp")}};
    // What has been written just now may change within one tick of the clock.
    for (const auto& file : fs::recursive_directory_iterator(tree.root()))
      if (file.is_regular_file())
        fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
  }

  /// As a run that finds out what `message` stands for.
  void store(const std::string& message, const std::string& settings = "") const {
    FileStates states;
    const Scan scan = Scanner({.root = tree.root()}, states).scan({job_}, {0}, 1).front();
    REQUIRE(scan.is_complete);
    Analysis analysis{.inputs = scan.inputs};
    analysis.problems.push_back({.message = message});
    Cache(tree.path("cache"), settings, states).store(job_, scan, analysis, std::nullopt);
  }
  /// As another run: what it stands for, or "".
  std::string find(const std::string& settings = "") const {
    FileStates states;
    const auto unit = Cache(tree.path("cache"), settings, states).find(job_);
    return unit ? unit->analysis.problems.front().message : "";
  }
  void set_arguments(std::vector<std::string> arguments) { job_.arguments = std::move(arguments); }
  std::string entry() const {
    for (const auto& file : fs::directory_iterator(tree.path("cache"))) return file.path();
    return {};
  }

  test::TempTree tree;

 private:
  Job job_;
};

}  // namespace

TEST_SUITE("rewriter.filter.Cache") {
  TEST_CASE("what was found out is known as long as nothing changes") {
    const Unit unit;
    CHECK(unit.find() == "");
    unit.store("one");
    CHECK(unit.find() == "one");
    CHECK(unit.find() == "one");
    SUBCASE("a touched file with the same content is the same") {
      fs::last_write_time(unit.tree.path("second/h.hpp"), fs::file_time_type::clock::now());
      CHECK(unit.find() == "one");
    }
    SUBCASE("a newer result takes its place") {
      unit.store("two");
      CHECK(unit.find() == "two");
    }
  }

  TEST_CASE("anything that the result depends on counts") {
    Unit unit;
    unit.store("one");
    SUBCASE("the unit's own text") { unit.tree.write("a.cpp", "#include <h.hpp>\n\n"); }
    SUBCASE("a header's text, even of the same length") {
      const auto before = fs::last_write_time(unit.tree.path("second/h.hpp"));
      unit.tree.write("second/h.hpp", "int g();\n");
      CHECK(fs::last_write_time(unit.tree.path("second/h.hpp")) != before);
    }
    SUBCASE("a header that has gone") { fs::remove(unit.tree.path("second/h.hpp")); }
    SUBCASE("a header that is found earlier now") { unit.tree.write("first/h.hpp", "int f();\n"); }
    SUBCASE("a directory where there was none") { fs::create_directories(unit.tree.path("missing")); }
    SUBCASE("a header that is a directory now") {
      fs::remove(unit.tree.path("second/h.hpp"));
      fs::create_directories(unit.tree.path("second/h.hpp"));
    }
    SUBCASE("the command") {
      unit.set_arguments({"clang++", "-Ifirst", "-Isecond", "-DX", "-c", unit.tree.path("a.cpp")});
    }
    CHECK(unit.find() == "");
  }

  TEST_CASE("settings have entries of their own") {
    const Unit unit;
    unit.store("one", "this");
    CHECK(unit.find("that") == "");
    unit.store("two", "that");
    CHECK(unit.find("this") == "one");
    CHECK(unit.find("that") == "two");
  }

  TEST_CASE("a file that was written just now is known by its content only") {
    const Unit unit;
    const std::string header = unit.tree.write("second/h.hpp", "int f();\n");
    const auto time = fs::last_write_time(header);
    unit.store("one");
    CHECK(unit.find() == "one");
    std::ofstream(header) << "int g();\n";
    fs::last_write_time(header, time);  // as an editor within the same tick
    CHECK(unit.find() == "");
  }

  TEST_CASE("a damaged entry is no entry") {
    const Unit unit;
    unit.store("one");
    const std::string file = unit.entry();
    const auto size = fs::file_size(file);
    for (std::uintmax_t length = 0; length < size; length += 7) {
      unit.store("one");
      fs::resize_file(file, length);
      CHECK(unit.find() == "");
    }
    std::ofstream(file, std::ios::trunc) << "something else";
    CHECK(unit.find() == "");
    unit.store("two");
    CHECK(unit.find() == "two");
  }

  TEST_CASE("a directory that cannot be written costs the cache only") {
    const Unit unit;
    unit.tree.write("cache", "a file");
    unit.store("one");
    CHECK(unit.find() == "");
  }
}
