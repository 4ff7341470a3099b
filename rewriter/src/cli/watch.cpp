#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <llvm/Support/raw_ostream.h>

#include "cli/check.hpp"
#include "cli/commands.hpp"
#include "cli/words.hpp"
#include "frontend/snapshots.hpp"
#include "model/scope.hpp"
#include "support/stamps.hpp"

namespace ferry::rewriter {
namespace {

// Asking works on every file system, and for a few hundred files takes a millisecond.
constexpr std::chrono::milliseconds kPause(100);

// What has changed; what is written to just now has to come to rest first.
std::vector<std::string> wait_for_change(const std::vector<Stamp>& seen) {
  while (hold(seen)) std::this_thread::sleep_for(kPause);
  std::vector<Stamp> now = seen;
  do {
    for (Stamp& stamp : now) stamp = stamp_of(stamp.path);
    std::this_thread::sleep_for(kPause);
  } while (!hold(now));
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < seen.size(); ++i)
    if (now[i] != seen[i]) changed.push_back(seen[i].path);
  return changed;
}

std::string said_of(const std::vector<std::string>& changed, const std::string& directory) {
  if (changed.empty()) return "a file has changed, and back";
  const std::string first = relative_to(changed.front(), directory);
  if (changed.size() == 1) return first + " has changed";
  return first + " and " + std::to_string(changed.size() - 1) + " more have changed";
}

}  // namespace

ExitStatus run_watch(RunOptions options) {
  Snapshots snapshots;
  options.snapshots = &snapshots;
  std::vector<Stamp> seen;
  for (bool is_first = true;; is_first = false) {
    const ExitStatus status = check_once(options, &seen);
    if (seen.empty()) return status;
    llvm::outs().flush();
    if (is_first)
      print_note("watching " + std::to_string(seen.size()) + " files of " + options.working_directory +
                 "; interrupt it to end");
    print_note(said_of(wait_for_change(seen), options.working_directory) + "; looking again");
    // What cannot be looked at now may be so when it changes again.
    for (Stamp& stamp : seen) stamp = stamp_of(stamp.path);
  }
}

}  // namespace ferry::rewriter
