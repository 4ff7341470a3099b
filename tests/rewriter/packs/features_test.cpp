// Packs through the whole pipeline, as `ferry test` runs them.
#include <doctest/doctest.h>

#include "cli/examples.hpp"
#include "packs/load.hpp"

using namespace ferry::rewriter;

namespace {

void check_pack(const std::string& name) {
  Problem error;
  const auto packs = load_packs({name}, "/", error);
  REQUIRE_MESSAGE(packs, error.file << ":" << error.line << ":" << error.column << ": " << error.message);
  const Pack& pack = packs->packs.front();
  RunOptions options;
  options.threads = 2;
  const TestedPack tested = test_examples(pack, {.packs = {pack}, .annotated = packs->annotated}, options);
  CHECK(tested.examples > 0);
  for (const FailedExample& failed : tested.failed) {
    std::string said;
    for (const std::string& finding : failed.findings) said += finding + "\n";
    FAIL_CHECK(failed.place << ": " << failed.rule << ": " << failed.message << "\nit is\n"
                            << failed.got << "\nand should be\n"
                            << failed.expected << "\n"
                            << said);
  }
}

}  // namespace

TEST_SUITE("rewriter.packs.features") {
  TEST_CASE("everything that a rule can say does what its examples show") {
    check_pack(FERRY_COMPAT_INCLUDE "/../../tests/rewriter/packs/features.yaml");
  }

  TEST_CASE("the cards of the built-in pack are examples like any others") { check_pack("ferry-0.2"); }
  TEST_CASE("the pack for Asio does what its examples say") { check_pack("asio"); }
}
