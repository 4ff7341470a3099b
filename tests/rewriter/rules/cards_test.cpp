// Every card's examples, through the rewriter.
#include "packs/cards.hpp"

#include <doctest/doctest.h>

#include "rewriter/support/rewrite.hpp"

namespace ferry::rewriter {
namespace {

TEST_SUITE("rules.cards") {
  TEST_CASE("each card does what it says, and its result is left alone") {
    for (const EmbeddedFile& embedded : embedded_files()) {
      if (!embedded.name.ends_with(".md")) continue;
      CardError error;
      const std::optional<Card> card = parse_card(embedded.text, embedded.pack, error);
      REQUIRE_MESSAGE(card,
                      embedded.pack << "/" << embedded.name << ":" << error.line << ": " << error.message);
      const auto is_selected = [&](std::string_view rule) { return rule == card->rule.id; };
      for (const Example& example : card->examples) {
        INFO(card->rule.id << ", the example in line " << example.line);
        const std::string expected = example.after.value_or(example.before);
        test::Files files{{"a.cpp", example.prelude + example.before}};
        test::Rewritten result = test::rewrite(files, is_selected);
        INFO(result.dump());
        CHECK(result.problems.empty());
        CHECK(result.files.at("a.cpp").substr(example.prelude.size()) == expected);

        const test::Rewritten again = test::rewrite(result.files, is_selected);
        INFO("again: " << again.dump());
        CHECK(again.problems.empty());
        CHECK(again.files == result.files);
        for (const PlannedFinding& planned : again.findings) CHECK(planned.finding.edits.empty());
      }
    }
  }
}

}  // namespace
}  // namespace ferry::rewriter
