// The composer of edits: whatever the edits of many findings are, those that exclude each other are not both
// made, and the text is what the others say.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "rewriter/support/random_edits.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ferry::rewriter;
  std::size_t used = 0;
  const Plan plan =
      test::random_plan([&](std::size_t below) { return used < size ? data[used++] % below : 0; });
  if (const std::string wrong = test::check_composition(plan); !wrong.empty()) {
    std::fprintf(stderr, "not so: %s\n", wrong.c_str());
    std::abort();
  }
  return 0;
}
