#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <utility>
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

using Clock = std::chrono::steady_clock;

volatile std::sig_atomic_t interrupted = 0;  // the signal

/// While it lives, a signal that ends the program is only noted.
class Interrupts {
 public:
  Interrupts() {
    for (std::size_t i = 0; i < kSignals.size(); ++i)
      before_[i] = std::signal(kSignals[i], [](int signal) { interrupted = signal; });
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  ~Interrupts() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) std::signal(kSignals[i], before_[i]);
  }

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
  std::array<void (*)(int), kSignals.size()> before_{};
};

// What has changed; what is written to just now has to come to rest first.
std::vector<std::string> wait_for_change(const std::vector<Stamp>& seen) {
  const Interrupts interrupts;
  const Clock::time_point begin = Clock::now();
  bool is_same = hold(seen);
  // Asking works on every file system, and for a few hundred files takes a millisecond; it may take a
  // twentieth of a processor.
  const auto pause = std::max<Clock::duration>(std::chrono::milliseconds(100), 20 * (Clock::now() - begin));
  while (is_same && !interrupted) {
    std::this_thread::sleep_for(pause);
    is_same = hold(seen);
  }
  std::vector<Stamp> now = seen;
  do {
    for (Stamp& stamp : now) stamp = stamp_of(stamp.path);
    std::this_thread::sleep_for(pause);
  } while (!interrupted && !hold(now));
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

// Until interrupted.
ExitStatus watch(RunOptions options) {
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
    const std::vector<std::string> changed = wait_for_change(seen);
    if (interrupted) return status;
    print_note(said_of(changed, options.working_directory) + "; looking again");
    // What cannot be looked at now may be so when it changes again.
    for (Stamp& stamp : seen) stamp = stamp_of(stamp.path);
  }
}

}  // namespace

ExitStatus run_watch(RunOptions options) {
  const ExitStatus status = watch(std::move(options));
  if (const int signal = interrupted) std::raise(signal);
  return status;
}

}  // namespace ferry::rewriter
