// rewrite: analyse, resolve and verify, again and again until no edit waits for another.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "cli/known.hpp"
#include "cli/options.hpp"
#include "cli/project.hpp"
#include "model/plan.hpp"
#include "model/scope.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter {

/// May take findings of a plan back, before it is verified: those that are not to be made have another
/// decision than Decision::Apply, with the reason, and hold_back_groups() has been called. False ends the
/// run.
using Choose = std::function<bool(Plan&)>;

struct RewriteOptions {
  Scope scope;                     ///< its lines are those of the texts that the run begins with
  std::vector<std::size_t> jobs;   ///< those that are analysed, by number
  Texts texts{};                   ///< take the place of what the disk has
  KnownFindings* known = nullptr;  ///< marks what a baseline accepts; it is rewritten all the same
  Choose choose{};
  bool is_partial = false;  ///< verify by those jobs only of which it is known what they read
};

/// Everything `fix` does before it writes: the findings with what became of them, in places of the texts that
/// the run begins with, and the texts that result. A finding whose edits overlap another's waits for the text
/// that the other leads to, which is analysed in a further pass. Empty when `choose` has ended the run.
std::optional<Outcome> rewrite(Project& project, const RunOptions& run, RewriteOptions options);

/// The same for all that can be found, from what the disk has, without a choice.
Outcome rewrite(Project& project, const RunOptions& run, KnownFindings* known = nullptr);

}  // namespace ferry::rewriter
