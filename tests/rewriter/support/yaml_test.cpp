#include "support/yaml.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

yaml::Error error_in(std::string_view text) {
  yaml::Error error;
  const auto node = yaml::parse(text, error);
  CHECK_FALSE(node);
  return error;
}

yaml::Node parsed(std::string_view text) {
  yaml::Error error;
  const auto node = yaml::parse(text, error);
  REQUIRE_MESSAGE(node, error.message);
  return *node;
}

}  // namespace

TEST_SUITE("rewriter.support.yaml") {
  TEST_CASE("values know where they stand") {
    const yaml::Node root = parsed("# first\na: [x, 'y z']\nb:\n  c: 1\n");
    REQUIRE(root.kind == yaml::Node::Kind::Mapping);
    const yaml::Node* a = yaml::find(root, "a");
    REQUIRE(a != nullptr);
    CHECK(a->kind == yaml::Node::Kind::Sequence);
    REQUIRE(a->items.size() == 2);
    CHECK(a->items[1].text == "y z");
    CHECK(a->items[1].line == 2);
    CHECK(a->items[1].column == 8);
    const yaml::Node* b = yaml::find(root, "b");
    REQUIRE(b != nullptr);
    CHECK(yaml::find(*b, "c")->text == "1");
    CHECK(yaml::find(*b, "c")->line == 4);
    CHECK(b->keys[0].column == 3);
    CHECK(yaml::find(root, "none") == nullptr);
  }

  TEST_CASE("an empty document is null, as is a key without a value") {
    CHECK(parsed("").kind == yaml::Node::Kind::Null);
    CHECK(parsed("# nothing\n").kind == yaml::Node::Kind::Null);
    CHECK(yaml::find(parsed("a:\nb: 1\n"), "a")->kind == yaml::Node::Kind::Null);
    CHECK(yaml::find(parsed("a: ~\n"), "a")->kind == yaml::Node::Kind::Null);
  }

  TEST_CASE("a byte order mark and line ends of Windows are no part of a value") {
    const yaml::Node root = parsed(
        "\xEF\xBB\xBF"
        "a: x\r\nb: y\r\n");
    CHECK(yaml::find(root, "a")->text == "x");
    CHECK(yaml::find(root, "b")->text == "y");
    CHECK(yaml::find(root, "b")->line == 2);
  }

  TEST_CASE("a block of text is a scalar") {
    CHECK(yaml::find(parsed("a: |\n  x\n  y\n"), "a")->text == "x\ny\n");
  }

  TEST_CASE("what is no YAML is told with its place") {
    CHECK(error_in("a: [x\nb: y\n").line >= 2);
    CHECK(error_in("a: 'x\n").line >= 1);
    CHECK_FALSE(error_in("a: [x").message.empty());
    CHECK(error_in("a: {b\n").line >= 1);
  }

  TEST_CASE("what settings have no use for is an error with its place") {
    yaml::Error error = error_in("a: 1\nb: 2\na: 3\n");
    CHECK(error.line == 3);
    CHECK(error.message.find("`a` is set twice") != std::string::npos);
    error = error_in("a: &x 1\nb: *x\n");
    CHECK(error.line == 2);
    CHECK(error.message.find("alias") != std::string::npos);
    CHECK(error_in("[a, b]: 1\n").message.find("a key is a word") != std::string::npos);
    CHECK(error_in("a: 1\n---\nb: 2\n").message.find("more than one document") != std::string::npos);
    CHECK(error_in(std::string(100, '[')).message.find("nested too deeply") != std::string::npos);
  }

  TEST_CASE("a scalar that is written reads back as the same text") {
    for (const std::string text : {"plain", "src/a.cpp", "*.pb.h", "a b", "", "x: y", "\"q\"", "- a", "~",
                                   "#", "caf\xC3\xA9", "a\tb\nc", "true"}) {
      CAPTURE(text);
      CHECK(yaml::find(parsed("a: " + yaml::scalar(text) + "\n"), "a")->text == text);
    }
    CHECK(yaml::scalar("build/release") == "build/release");
  }
}
