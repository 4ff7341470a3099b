#include "packs/read_pack.hpp"

#include <doctest/doctest.h>

#include "packs/load.hpp"

using namespace ferry::rewriter;

namespace {

std::optional<std::string> no_part(const std::string&) { return std::nullopt; }

Pack read(std::string_view text) {
  Problem error;
  auto pack = read_pack("/p/lib.yaml", text, no_part, error);
  REQUIRE_MESSAGE(pack, error.line << ":" << error.column << ": " << error.message);
  return *std::move(pack);
}

// "line:column: message" of what is wrong.
std::string fault_of(const std::string& text) {
  Problem error;
  CHECK_FALSE(read_pack("/p/lib.yaml", text, no_part, error));
  CHECK(error.file == "/p/lib.yaml");
  return std::to_string(error.line) + ":" + std::to_string(error.column) + ": " + error.message;
}

// The same for a rule whose lines these are, behind `- `.
std::string fault_of_rule(const std::string& lines) { return fault_of("pack: lib\nrules:\n- " + lines); }

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr const char* kHead = "id: A-1\n  title: t\n  applicability: safe\n  ";

}  // namespace

TEST_SUITE("rewriter.packs.read_pack") {
  TEST_CASE("a rule has a card like any other") {
    const Pack pack = read(R"(
pack: lib
title: What was old
prelude: |
  void g();
rules:
  - id: A-1
    title: "`f` is now `g`"
    applicability: unsafe
    old: lib::f(int $n)
    new: lib::g($n)
    add-include: lib/g.hpp
    why: |
      Because.
    examples:
      - before: f();
        after: g();
      - unchanged: h();
)");
    CHECK(pack.name == "lib");
    REQUIRE(pack.cards.size() == 1);
    const Card& card = pack.cards.front();
    CHECK(card.rule.id == "A-1");
    CHECK(card.rule.pack == "lib");
    CHECK(card.rule.applicability == Applicability::Unsafe);
    CHECK(card.rule.card ==
          "# A-1: `f` is now `g`\n\nApplicability: unsafe\n\nBecause.\n\nBefore:\n\n```cpp\nf();\n```\n\n"
          "After:\n\n```cpp\ng();\n```\n\nLeft as it is:\n\n```cpp\nh();\n```\n");
    REQUIRE(card.examples.size() == 2);
    CHECK(card.examples[0].prelude == "void g();\n");
    CHECK(card.examples[0].after == "g();\n");
    CHECK(card.examples[0].line == 16);
    CHECK_FALSE(card.examples[1].after);
    REQUIRE(pack.changes.size() == 1);
    CHECK(pack.changes[0].annotation.text == "lib::g($n)");
    CHECK(pack.changes[0].annotation.parameters == std::vector<std::string>{"n"});
    CHECK(pack.changes[0].annotation.added == std::vector<std::string>{"lib/g.hpp"});
  }

  TEST_CASE("each of several spellings gives its own changes and examples, and the card shows the first") {
    const Pack pack = read(R"(
pack: lib
names:
  - {lib: boost::lib, dir: boost/lib}
  - {lib: lib, dir: lib}
umbrella-headers: ["${dir}.hpp"]
prelude: |
  #include <${dir}.hpp>
rules:
  - id: A-1
    title: t
    applicability: safe
    old: ${lib}::f
    new: ${lib}::g
    examples: [{before: "${lib}::f();", after: "${lib}::g();"}]
)");
    REQUIRE(pack.changes.size() == 2);
    CHECK(pack.changes[0].designation.path.front() == "boost");
    CHECK(pack.changes[1].annotation.text == "lib::g");
    CHECK(pack.changes[1].annotation.umbrellas == std::vector<std::string>{"lib.hpp"});
    REQUIRE(pack.cards.size() == 1);
    REQUIRE(pack.cards[0].examples.size() == 2);
    CHECK(pack.cards[0].examples[1].prelude == "#include <lib.hpp>\n");
    CHECK(has(pack.cards[0].rule.card, "boost::lib::f();"));
    CHECK_FALSE(has(pack.cards[0].rule.card, "    lib::f();"));
  }

  TEST_CASE("an alternative inherits what it does not say") {
    const Pack pack = read(R"(
pack: lib
rules:
  - id: A-1
    title: t
    applicability: unsafe
    old: lib::f
    new: lib::g($1)
    if: {$this: lib::X}
    when:
      - if: {result: unused}
        applicability: safe
      - if: {$1: int}
        new: lib::h($1)
      - applicability: manual
        message: look
)");
    const Annotation& first = pack.changes.front().annotation;
    CHECK(first.applicability == Applicability::Safe);
    CHECK(first.text == "lib::g($1)");
    CHECK(first.requirements.size() == 2);
    REQUIRE(first.otherwise);
    CHECK(first.otherwise->applicability == Applicability::Unsafe);
    CHECK(first.otherwise->text == "lib::h($1)");
    REQUIRE(first.otherwise->otherwise);
    const Annotation& last = *first.otherwise->otherwise;
    CHECK(last.applicability == Applicability::Manual);
    CHECK(last.message == "look");
    CHECK(last.requirements.size() == 1);
    CHECK_FALSE(last.otherwise);
  }

  TEST_CASE("parts have rules of their own, read with the pack's names and prelude") {
    Problem error;
    const auto read_part = [](const std::string& path) -> std::optional<std::string> {
      if (path != "/p/timers.yaml") return std::nullopt;
      return "rules:\n- {id: T-1, title: t, applicability: safe, old: \"${lib}::t\", new: u, "
             "examples: [{unchanged: x}]}\n";
    };
    const auto pack = read_pack(
        "/p/lib.yaml", "pack: lib\nnames: {lib: a::b}\nprelude: p\nparts: [timers.yaml]\n", read_part, error);
    REQUIRE_MESSAGE(pack, error.message);
    REQUIRE(pack->cards.size() == 1);
    CHECK(pack->cards[0].examples[0].prelude == "p\n");
    CHECK(pack->cards[0].examples[0].file == "/p/timers.yaml");
    CHECK(pack->changes[0].designation.path.size() == 3);
    CHECK_FALSE(read_pack("/p/lib.yaml", "pack: lib\nparts:\n- other.yaml\n", read_part, error));
    CHECK(error.line == 3);
    CHECK(has(error.message, "there is no file `/p/other.yaml`"));
  }

  TEST_CASE("what is wrong is said with its place, what was expected, what was found and the nearest name") {
    CHECK(fault_of("pack: lib\nruels: []\n").starts_with("2:1: unknown key 'ruels' (did you mean 'rules'?)"));
    CHECK(fault_of("rules: []\n").starts_with("1:1: a pack needs `pack`, and this has none"));
    CHECK(fault_of("pack: lib\nrules: {}\n").starts_with("2:8: `rules` takes a list of rules"));
    CHECK(fault_of("- a\n").starts_with("1:1: a pack is a mapping"));
    CHECK(has(fault_of("pack: [\n"), ":"));
    CHECK(has(fault_of("pack: lib\nnames: x\n"), "2:8: `names` takes a mapping"));
    CHECK(has(fault_of("pack: lib\nnames: [{a: b}, {c: d}]\n"), "`a` is missing"));
    CHECK(has(fault_of("pack: lib\nprelude: x\ntitle: ${lbi}\nnames: {lib: x}\n"),
              "3:8: unknown name '${lbi}' (did you mean 'lib'?)"));
    CHECK(has(fault_of_rule("title: t\n  applicability: safe\n"), "3:3: a rule needs `id`"));
    CHECK(has(fault_of_rule("id: A-1\n  title: t\n"), "a rule needs `applicability`"));
    CHECK(has(fault_of_rule("id: A 1\n  title: t\n  applicability: safe\n"), "3:7: 'A 1' is no identifier"));
    CHECK(has(fault_of_rule("id: A-1\n  title: t\n  applicability: sfae\n"),
              "5:18: 'sfae' is no applicability (did you mean 'safe'?)"));
    CHECK(has(fault_of_rule(kHead), "a rule says what is old by one of `old`, `namespace`"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: a\n"), "what is safe needs `new`"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: a\n  macro: B\n  new: c\n"), "keep one of"));
    CHECK(
        has(fault_of_rule(std::string(kHead) + "old: \"a b\"\n  new: c\n"), "6:8: behind the name of `a b`"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: [a, {}]\n  new: c\n"), "6:12: `old` takes a text"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: a\n  new: c\n  if: {resutl: used}\n"),
              "unknown condition 'resutl' (did you mean 'result'?)"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: a\n  new: c\n  if: {result: maybe}\n"),
              "`result` is used or unused, but this is 'maybe'"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: a\n  new: c\n  when: [{new: d}, {new: e}]\n"),
              "an alternative without `if` always holds: it comes last"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: a\n  new: c\n  examples: [{before: x}]\n"),
              "an example is `before` and `after`, or `unchanged`"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: a\n  new: c\n  inline: perhaps\n"),
              "`inline` takes true or false, but this is 'perhaps'"));
    CHECK(has(fault_of_rule(std::string(kHead) + "old: a\n  new: c\n- " + kHead + "old: a\n  new: c\n"),
              "there is another rule 'A-1'"));
  }

  TEST_CASE("the built-in packs can be read") {
    for (const std::string& name : built_in_packs()) {
      Problem error;
      CHECK_MESSAGE(load_packs({name}, "/", error), error.file << ":" << error.line << ": " << error.message);
    }
    Problem error;
    CHECK_FALSE(load_packs({"ferry-0.3"}, "/", error));
    CHECK(has(error.message, "unknown pack 'ferry-0.3' (did you mean 'ferry-0.2'?)"));
    CHECK_FALSE(load_packs({"/nowhere/x.yaml"}, "/", error));
    CHECK(error.file == "/nowhere/x.yaml");
  }
}
