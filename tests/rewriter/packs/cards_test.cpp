#include "packs/cards.hpp"

#include <doctest/doctest.h>

using namespace ferry::rewriter;

TEST_SUITE("rewriter.packs.cards") {
  TEST_CASE("a card names its rule, says how far it may be trusted and shows it") {
    CardError error;
    const auto card = parse_card(
        "# A-1: `f` is now `g`\nApplicability: unsafe\nWhy.\n\n```cpp prelude\nint g();\n```\n"
        "```cpp before\nf();\n```\n```cpp after\ng();\n```\n```cpp before\nstays();\n```\n",
        "pack", error);
    REQUIRE_MESSAGE(card, error.message);
    CHECK(card->rule.id == "A-1");
    CHECK(card->rule.title == "`f` is now `g`");
    CHECK(card->rule.applicability == Applicability::Unsafe);
    REQUIRE(card->examples.size() == 2);
    CHECK(card->examples[0].prelude == "int g();\n");
    CHECK(card->examples[0].before == "f();\n");
    CHECK(card->examples[0].after == "g();\n");
    CHECK(card->examples[0].line == 8);
    CHECK_FALSE(card->examples[1].after);
    CHECK(card->rule.card ==
          "# A-1: `f` is now `g`\n\nApplicability: unsafe\n\nWhy.\n\nBefore:\n\n```cpp\nf();\n```\n\n"
          "After:\n\n```cpp\ng();\n```\n\nLeft as it is:\n\n```cpp\nstays();\n```\n");
  }

  TEST_CASE("what is wrong with a card is said with its line") {
    CardError error;
    CHECK_FALSE(parse_card("A-1\n", "p", error));
    CHECK(error.line == 1);
    CHECK_FALSE(parse_card("# A-1: x\nApplicability: maybe\n", "p", error));
    CHECK(error.line == 2);
    CHECK_FALSE(parse_card("# A-1: x\nApplicability: safe\n```cpp before\nint x;\n", "p", error));
    CHECK(error.line == 3);
    CHECK_FALSE(parse_card("# A-1: x\nApplicability: safe\n```cpp after\n```\n", "p", error));
    CHECK(error.line == 3);
    CHECK_FALSE(parse_card("# A-1: x\nApplicability: safe\n```cpp before\n```\nText.\n```cpp after\n```\n",
                           "p", error));
    CHECK(error.line == 6);
  }
}
