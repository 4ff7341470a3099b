// Every fenced block of README.md and docs/ says how it is kept true, and is.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include <doctest/doctest.h>

#include "console.hpp"
#include "files.hpp"
#include "markdown.hpp"

namespace ferry::test {
namespace {

// Where a file name in the documentation may start from.
constexpr std::array<std::string_view, 9> kRoots = {"",
                                                    "runtime/include/",
                                                    "runtime/include/ferry/",
                                                    "runtime/src/",
                                                    "compat/include/",
                                                    "compat/include/ferry/",
                                                    "rewriter/src/",
                                                    "rewriter/",
                                                    "docs/"};

bool is_file_somewhere(const std::string& name) {
  return std::ranges::any_of(kRoots, [&](std::string_view root) { return exists(std::string(root) + name); });
}

// The parts of `text` that can only be meant as files of the project: `folder/name.ext`.
std::set<std::string> file_names_in(const std::string& text) {
  static const std::regex pattern(
      R"([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/[A-Za-z0-9_.-]+\.(?:hpp|cpp|md|sh|cmake|txt))");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), pattern), end; at != end; ++at)
    names.insert(at->str());
  return names;
}

std::vector<Block> all_blocks() {
  std::vector<Block> all;
  for (const std::string& page : pages())
    std::ranges::move(blocks_of(page, read(page)), std::back_inserter(all));
  return all;
}

// What is wrong with a block, in words; empty when nothing is.
std::string fault(const Block& block) {
  if (!block.tag)
    return "the block has no tag: say how it is kept true (tests/docs/markdown.hpp lists the tags)";
  const Tag& tag = *block.tag;
  if (tag.kind == "snippet") {
    const std::size_t hash = tag.argument.find('#');
    const std::string path = tag.argument.substr(0, hash);
    if (hash == tag.argument.npos || !exists(path))
      return "no such file: " + tag.argument + " (write PATH#NAME)";
    const auto expected = snippet(read(path), tag.argument.substr(hash + 1));
    if (!expected) return "not two lines with the mark: " + tag.argument;
    return *expected == block.text ? "" : "differs from " + tag.argument + ", which says:\n" + *expected;
  }
  if (tag.kind == "figure") {
    if (block.language != "text" && block.language != "mermaid") return "a figure is `text` or `mermaid`";
    for (const std::string& name : file_names_in(block.text))
      if (!is_file_somewhere(name)) return "no such file: " + name;
    return {};
  }
  if (block.language != "console") return "only a console block can be tagged `" + tag.kind + "`";
  const std::vector<Step> steps = steps_of(block.text);
  if (steps.empty() || steps.front().command.empty()) return "a console block begins with `$ command`";
  if (tag.kind == "dev") {
    const std::string script = read("dev");
    for (const Step& step : steps) {
      static const std::regex call(R"(\./dev ([a-z]+)( .*)?)");
      std::smatch match;
      if (!std::regex_match(step.command, match, call)) return "not a call of ./dev: " + step.command;
      const std::string command = match[1];
      const std::regex listed(R"((^|\n) +(.*\| )?)" + command + R"(( \|[^\n]*)?[ \[])");
      const std::regex dispatched(R"(\n    ([a-z]+ \| )*)" + command + R"(( \| [a-z-]+)*\) )");
      if (!std::regex_search(script, listed) || !std::regex_search(script, dispatched))
        return "./dev has no command " + command;
    }
    return {};
  }
  if (tag.kind == "run") return {};  // console_test.cpp runs it
  return "no such kind of tag: " + tag.kind;
}

TEST_SUITE("docs.blocks") {
  TEST_CASE("every block of README.md and docs/ is tagged, and is what its tag says") {
    const std::vector<Block> blocks = all_blocks();
    REQUIRE(blocks.size() > 10);
    for (const Block& block : blocks) {
      const std::string wrong = fault(block);
      CHECK_MESSAGE(wrong.empty(), block.place(), ": ", wrong);
    }
  }

  TEST_CASE("files that the text names exist") {
    for (const std::string& page : pages())
      for (const std::string& span : code_spans(prose_of(read(page))))
        for (const std::string& name : file_names_in(span))
          if (name == span) CHECK_MESSAGE(is_file_somewhere(name), page, ": no such file: ", name);
  }

  TEST_CASE("links lead to files that exist, and to headings in them") {
    static const std::regex link(R"(\]\(([^)#\s]*)(#[^)\s]*)?\))");
    for (const std::string& page : pages()) {
      const std::string prose = prose_of(read(page));
      const std::string folder = page.find('/') == page.npos ? "" : page.substr(0, page.rfind('/') + 1);
      for (std::sregex_iterator at(prose.begin(), prose.end(), link), end; at != end; ++at) {
        const std::string target = (*at)[1];
        if (target.starts_with("https://")) continue;
        const std::string path = target.empty() ? page : folder + target;
        CHECK_MESSAGE(exists(path), page, ": a link to ", target);
        if (!exists(path) || !(*at)[2].matched || !path.ends_with(".md")) continue;
        // As they are made from headings: lower case, spaces to dashes, other punctuation gone.
        std::set<std::string> anchors;
        for (const std::string& line : lines_of(prose_of(read(path)))) {
          if (!line.starts_with("#")) continue;
          std::string anchor = "#";
          for (const char c : line.substr(line.find_first_not_of("# ")))
            if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-')
              anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            else if (c == ' ')
              anchor += '-';
          anchors.insert(anchor);
        }
        CHECK_MESSAGE(anchors.contains((*at)[2]), page, ": no heading for ", target, (*at)[2].str());
      }
    }
  }

  // The checker itself.
  TEST_CASE("a block is found with its language, its text and the tag above it") {
    const auto blocks =
        blocks_of("page", "text\n<!-- run: a/b exits 1 -->\n\n```console\n$ x\n```\n```cpp\n```\n");
    REQUIRE(blocks.size() == 2);
    CHECK(blocks[0].language == "console");
    CHECK(blocks[0].line == 4);
    CHECK(blocks[0].text == "$ x\n");
    REQUIRE(blocks[0].tag);
    CHECK(blocks[0].tag->kind == "run");
    CHECK(blocks[0].tag->argument == "a/b exits 1");
    CHECK_FALSE(blocks[1].tag);
  }

  TEST_CASE("a block without a tag, or with one that is not kept, is a fault") {
    Block block{.page = "page", .language = "cpp", .text = "int x;\n", .tag = {}};
    CHECK(fault(block).starts_with("the block has no tag"));
    block.tag = Tag{"snippet", "tests/docs/markdown.hpp#none"};
    CHECK(fault(block).starts_with("not two lines"));
    block.tag = Tag{"snippet", "tests/docs/nowhere.cpp#none"};
    CHECK(fault(block).starts_with("no such file"));
    block.tag = Tag{"dev", ""};
    CHECK(fault(block).starts_with("only a console block"));
    block.language = "console";
    CHECK(fault(block).starts_with("a console block begins"));
    block.text = "$ ./dev frobnicate\n";
    CHECK(fault(block) == "./dev has no command frobnicate");
    block.text = "$ ./dev tsan\n$ ./dev test\n$ ./dev bench --quick\n$ ./dev help\n";
    CHECK(fault(block) == "");
    block = {.page = "page", .language = "text", .text = "scheduler/nobody.cpp\n", .tag = Tag{"figure", ""}};
    CHECK(fault(block) == "no such file: scheduler/nobody.cpp");
    block.text = "scheduler/worker.cpp\n";
    CHECK(fault(block) == "");
  }

  TEST_CASE("a snippet is what lies between its two marks, its common indentation taken off") {
    CHECK(snippet("a\n  // [x]\n  if (b)\n\n    c;\n  // [x]\nd\n", "x") == "if (b)\n\n  c;\n");
    CHECK(snippet("# [x]\n# [y]\ny\n# [y]\n# [x]\n", "y") == "y\n");
    CHECK_FALSE(snippet("// [x]\na\n", "x"));
    CHECK_FALSE(snippet("a\n", "x"));
  }

  TEST_CASE("shown output matches with its elisions only") {
    CHECK(matches("a\nb\n", "a\nb\n"));
    CHECK_FALSE(matches("a\n", "a\nb\n"));
    CHECK_FALSE(matches("a\nb\n", "a\n"));
    CHECK(matches("a\n...\nd\n", "a\nb\nc\nd\n"));
    CHECK(matches("a\n...\n", "a\n"));
    CHECK_FALSE(matches("a\n...\nd\n", "a\nb\n"));
    CHECK(matches("x ... (z)\n", "x y (z)\n"));
    CHECK_FALSE(matches("x ... (z)\n", "x y z\n"));
  }
}

}  // namespace
}  // namespace ferry::test
