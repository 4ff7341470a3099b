#include "model/packed.hpp"

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

Analysis sample(const std::string& path, const std::string& text) {
  Analysis analysis;
  analysis.findings.push_back({.rule = "A-1",
                               .applicability = Applicability::Unsafe,
                               .file = path,
                               .offset = 200,
                               .line = 70000,
                               .column = 3,
                               .end_line = 4,
                               .end_column = 5,
                               .message = "caf\xe9, no UTF-8",
                               .edits = {{path, 1, 2, std::string("a\0b\n\xff", 5)}},
                               .group = "g",
                               .last = true,
                               .remark = true});
  analysis.problems.push_back({.file = path, .line = 1, .column = 2, .message = "wrong"});
  analysis.inputs = {path, "/other"};
  analysis.texts.emplace(path, text);
  analysis.compiled = false;
  return analysis;
}

}  // namespace

TEST_SUITE("rewriter.model.packed") {
  TEST_CASE("an analysis comes back as it was, byte by byte") {
    const test::TempTree tree;
    const std::string path = tree.write("a.cpp", "int x;\r\n");
    const Analysis before = sample(path, "int x;\r\n");
    const auto after = unpack(pack(before), {});
    REQUIRE(after);
    CHECK(after->findings == before.findings);
    CHECK(after->problems == before.problems);
    CHECK(after->inputs == before.inputs);
    CHECK(after->texts == before.texts);
    CHECK(after->compiled == before.compiled);
  }

  TEST_CASE("a text that has changed since is left out, and a problem says so") {
    const test::TempTree tree;
    const std::string path = tree.write("a.cpp", "int y;\n");
    const auto after = unpack(pack(sample(path, "int x;\n")), {});
    REQUIRE(after);
    CHECK(after->texts.empty());
    REQUIRE(after->problems.size() == 2);
    CHECK(after->problems.back().file == path);
    CHECK(after->problems.back().message.find("changed") != std::string::npos);
    SUBCASE("an overlay counts as the disk does") {
      const Texts overlay{{path, "int x;\n"}};
      CHECK(unpack(pack(sample(path, "int x;\n")), overlay)->texts == overlay);
    }
  }

  TEST_CASE("bytes that are something else are refused, wherever they are cut or changed") {
    const std::string bytes = pack(sample("/nowhere", "int x;\n"));
    for (std::size_t length = 0; length < bytes.size(); ++length)
      CHECK_FALSE(unpack(std::string_view(bytes).substr(0, length), {}));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      std::string changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ 0x55);
      (void)unpack(changed, {});  // ends, with or without a result
    }
  }
}
