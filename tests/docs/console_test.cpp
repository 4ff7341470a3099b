// The commands of README.md and docs/ are run as they stand there, with the program that was built.
#include "console.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <regex>
#include <set>

#include <doctest/doctest.h>

#include "files.hpp"
#include "markdown.hpp"

namespace ferry::test {
namespace {

struct Run {
  std::string folder;
  int status = 0;
};

Run run_of(const Tag& tag) {
  static const std::regex pattern(R"((\S+)(?: exits (\d+))?)");
  std::smatch match;
  if (!std::regex_match(tag.argument, match, pattern)) return {};
  return {match[1], match[2].matched ? std::stoi(match[2]) : 0};
}

void check_block(const Block& block, Scratch& scratch, int status) {
  const std::vector<Step> steps = steps_of(block.text);
  std::vector<std::string> commands;
  for (const Step& step : steps) commands.push_back(step.command);
  const std::vector<Result> results = scratch.run(commands);
  bool has_status = status == 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CAPTURE(steps[i].command);
    const std::string& printed = results[i].output;
    CHECK_MESSAGE((results[i].status == 0 || results[i].status == status), block.place(), ": exits with ",
                  results[i].status, " and prints:\n", printed);
    has_status = has_status || results[i].status == status;
    if (!steps[i].output.empty())
      CHECK_MESSAGE(matches(steps[i].output, printed), block.place(), ": prints:\n", printed);
  }
  CHECK_MESSAGE(has_status, block.place(), ": nothing exits with ", status);
}

// The blocks of a page that work on the same folder go on from each other.
void check_page(const std::string& page) {
  std::map<std::string, std::unique_ptr<Scratch>> scratches;
  for (const Block& block : blocks_of(page, read(page))) {
    if (!block.tag || block.tag->kind != "run") continue;
    const Run run = run_of(*block.tag);
    REQUIRE_MESSAGE(exists(run.folder), block.place(), ": no folder ", run.folder);
    std::unique_ptr<Scratch>& scratch = scratches[run.folder];
    if (!scratch) scratch = std::make_unique<Scratch>(run.folder);
    check_block(block, *scratch, run.status);
  }
}

TEST_SUITE("docs.console") {
  TEST_CASE("the commands of README.md do what it says") { check_page("README.md"); }
  TEST_CASE("the commands of docs/cli.md do what it says") { check_page("docs/cli.md"); }
  TEST_CASE("the commands of docs/editors.md do what it says") { check_page("docs/editors.md"); }
  TEST_CASE("the commands of docs/ci.md do what it says") { check_page("docs/ci.md"); }
  TEST_CASE("the commands of docs/migration-guide.md do what it says") {
    check_page("docs/migration-guide.md");
  }
  TEST_CASE("the commands of docs/gradual-migration.md do what it says") {
    check_page("docs/gradual-migration.md");
  }
  TEST_CASE("the commands of docs/contributing.md do what it says") { check_page("docs/contributing.md"); }
  TEST_CASE("the commands of docs/architecture.md do what it says") { check_page("docs/architecture.md"); }

  TEST_CASE("the commands of docs/rule-packs.md do what it says") { check_page("docs/rule-packs.md"); }

  TEST_CASE("the commands of docs/migrating-asio.md do what it says") {
    check_page("docs/migrating-asio.md");
  }

  TEST_CASE("no page with commands is left out") {
    const std::string here = read("tests/docs/console_test.cpp");
    for (const std::string& page : pages())
      for (const Block& block : blocks_of(page, read(page)))
        if (block.tag && block.tag->kind == "run")
          CHECK_MESSAGE(here.find("check_page(\"" + page + "\")") != here.npos, block.place());
  }

  TEST_CASE("docs/cli.md has every command and option that the program has, and no other") {
    Scratch scratch("tests/support");
    const auto help = scratch.run({"ferry --help", "ferry check --help", "ferry fix --help",
                                   "ferry undo --help", "ferry status --help", "ferry why --help",
                                   "ferry rules --help", "ferry explain --help"});
    const std::string page = read("docs/cli.md");
    static const std::regex option(R"((?:^|[\n ,!])(--?[a-z][a-z-]*))");
    std::set<std::string> there;
    for (const Result& result : help) {
      REQUIRE(result.status == 0);
      for (const std::string& line : lines_of(result.output)) {
        // `  -h,--help    ...`; what follows is prose
        if (!line.starts_with("  -")) continue;
        const std::string names = line.substr(0, line.find("  ", 2));
        for (std::sregex_iterator at(names.begin(), names.end(), option), end; at != end; ++at)
          there.insert((*at)[1]);
      }
    }
    CHECK(there.contains("--select"));
    CHECK(there.contains("-j"));
    std::set<std::string> described;
    for (const std::string& line : lines_of(page))
      if (line.starts_with("| `-"))
        for (const std::string& span : code_spans(line.substr(0, line.find('|', 1))))
          described.insert(span.substr(0, span.find(' ')));
    for (const std::string& name : there) CHECK_MESSAGE(described.contains(name), "docs/cli.md lacks ", name);
    for (const std::string& name : described) CHECK_MESSAGE(there.contains(name), "the program lacks ", name);

    bool is_list = false;
    std::size_t commands = 0;
    for (const std::string& line : lines_of(help[0].output)) {
      if (is_list && line.starts_with("  ")) {
        const std::string command = line.substr(2, line.find(' ', 2) - 2);
        CHECK_MESSAGE(page.find("\n| `ferry " + command) != page.npos, "docs/cli.md lacks ferry ", command);
        ++commands;
      }
      is_list = line == "Subcommands:" || (is_list && line.starts_with("  "));
    }
    CHECK(commands >= 4);
  }

  // The checker itself.
  TEST_CASE("commands run in one shell, and what they print and end with is kept apart") {
    Scratch scratch("tests/support");
    const auto first = scratch.run({"ls", "(exit 3)", "echo $?", "mkdir x && cd x", "pwd | sed 's,.*/,,'"});
    REQUIRE(first.size() == 5);
    CHECK(matches("...\nmain.cpp\n...\n", first[0].output));
    CHECK(first[1].status == 3);
    CHECK(first[2].output == "3\n");
    CHECK(first[3].output.empty());
    CHECK(first[4].output == "x\n");
    CHECK(scratch.run({"pwd | sed 's,.*/,,'"})[0].output == "x\n");
  }
  TEST_CASE("a step is a command with its continued lines and the lines it prints") {
    const auto steps = steps_of("$ a \\\n    b\nout\n$ c\n");
    REQUIRE(steps.size() == 2);
    CHECK(steps[0].command == "a \\\n    b");
    CHECK(steps[0].output == "out\n");
    CHECK(steps[1].command == "c");
    CHECK(steps[1].output.empty());
  }
}

}  // namespace
}  // namespace ferry::test
