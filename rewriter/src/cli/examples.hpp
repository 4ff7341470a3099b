// examples: the examples of packs, through everything that `fix` does.
#pragma once

#include <string>
#include <vector>

#include "cli/options.hpp"
#include "packs/pack.hpp"

namespace ferry::rewriter {

/// An example that does not become what it should.
struct FailedExample {
  std::string rule;
  std::string place;                  ///< `file:line`, and which spelling of the library
  std::string message;                ///< what is wrong
  std::string expected;               ///< the text that should have resulted
  std::string got;                    ///< the text that did; the same where something else is wrong
  std::vector<std::string> findings;  ///< what was said about it
};

/// How the examples of a pack went.
struct TestedPack {
  std::size_t rules = 0;
  std::size_t examples = 0;
  std::vector<FailedExample> failed;
  std::vector<std::string>
      skipped;  ///< spellings whose prelude does not compile here, while another one does
  std::vector<std::string> untested;  ///< rules without an example
};

/// Rewrites each example of the pack's rules by its own rule alone, as with --unsafe. It has to compile,
/// before and after; to become its `after`, or to stay as it is; and to be left alone then.
///
/// `packs` are the run's, for this pack alone; of `options` count the rules asked for, extra arguments and
/// how many translation units are looked at at a time.
TestedPack test_examples(const Pack& pack, const Packs& packs, const RunOptions& options);

}  // namespace ferry::rewriter
