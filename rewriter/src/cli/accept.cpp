#include "cli/accept.hpp"

#include <utility>
#include <vector>

#include "cli/lint.hpp"
#include "model/compose.hpp"
#include "resolve/accept.hpp"
#include "resolve/resolve.hpp"
#include "verify/verify.hpp"

namespace ferry::rewriter {

Outcome accept(Project& project, const RunOptions& options, KnownFindings& known) {
  const Texts overlay;
  std::vector<Analysis> analyses = analyse_jobs(project, project.candidates, overlay, options);
  const Sight sight(project, options, project.candidates, analyses, overlay);
  Outcome outcome{.plan = resolve(project.discovery.jobs, std::move(analyses), sight.resolve_options())};
  known.mark(outcome, sight.baseline_scope());
  outcome.plan = accept_findings(std::move(outcome.plan), options.add_nolint, project.discovery.scope);
  if (options.verify) {
    scan_the_rest(project, options);
    outcome.plan = verify(std::move(outcome.plan), project.discovery.jobs, project.inputs,
                          {.overlay = overlay,
                           .processes = options.threads,
                           .prefixes = [&](const auto& which, const Texts& texts) {
                             return shared_prefixes(project, which, texts, options);
                           }});
  }
  for (auto& [file, composed] : compose(outcome.plan, applied(outcome.plan)))
    outcome.after.emplace(file, std::move(composed.text));
  return outcome;
}

}  // namespace ferry::rewriter
