// The pack of the 0.2 API beside the headers that carry it: what is annotated has a card, and a card is about
// what is annotated.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include <doctest/doctest.h>

#include "packs/cards.hpp"

namespace ferry::rewriter {
namespace {

using Applicabilities = std::map<std::string, std::set<std::string>>;

// What the headers say of each rule: a row of the changes may be safe for one declaration and unsafe for
// another.
Applicabilities annotated_rules() {
  static const std::regex kMacro(
      "FERRY_(REPLACE|INLINE|NATIVE|MOVED|CONCEPT|REVIEW)\\(\\s*\"([A-Z]+-[0-9]+)\"(\\s*,\\s*(safe|unsafe|"
      "manual))?");
  Applicabilities rules;
  const std::filesystem::path headers = FERRY_COMPAT_INCLUDE;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(headers / "ferry/v0_2")) {
    if (entry.path().extension() != ".hpp") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string code = text.str();
    for (std::sregex_iterator match(code.begin(), code.end(), kMacro), end; match != end; ++match)
      rules[(*match)[2]].insert((*match)[1] == "REVIEW" ? "manual" : (*match)[4].str());
  }
  return rules;
}

Rules carded_rules() {
  Rules rules;
  for (const EmbeddedFile& embedded : embedded_files()) {
    if (!embedded.name.ends_with(".md")) continue;
    CardError error;
    if (auto card = parse_card(embedded.text, embedded.pack, error)) rules.push_back(std::move(card->rule));
  }
  return rules;
}

// Rules that no single declaration carries: what they judge is found with another rule's, or in no code.
const std::set<std::string> kWithoutDeclaration{"FEAT-06", "TIME-04"};

TEST_SUITE("rules.v0_2") {
  TEST_CASE("each rule that a legacy declaration names has a card, which says how far it may be trusted") {
    const Rules rules = carded_rules();
    const Applicabilities annotated = annotated_rules();
    REQUIRE(annotated.size() > 80);
    for (const auto& [id, applicabilities] : annotated) {
      const auto card = std::ranges::find(rules, id, &Rule::id);
      REQUIRE_MESSAGE(card != rules.end(), id << " has no card");
      CHECK_MESSAGE(card->pack == "ferry-0.2", id);
      CHECK_MESSAGE(applicabilities.contains(std::string(to_string(card->applicability))),
                    id << " is not annotated as its card says");
    }
  }

  TEST_CASE("each card of the pack is about a legacy declaration") {
    const Applicabilities annotated = annotated_rules();
    for (const Rule& rule : carded_rules())
      if (rule.pack == "ferry-0.2" && !kWithoutDeclaration.contains(rule.id))
        CHECK_MESSAGE(annotated.contains(rule.id), rule.id << " is named by no declaration");
  }
}

}  // namespace
}  // namespace ferry::rewriter
