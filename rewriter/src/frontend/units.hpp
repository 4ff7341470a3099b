// Units: many translation units parsed, each in a process of its own, what they begin with only once.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "frontend/frontend.hpp"
#include "frontend/prefix.hpp"
#include "model/job.hpp"
#include "model/texts.hpp"
#include "support/stamps.hpp"

namespace clang {
class FrontendAction;
}  // namespace clang

namespace ferry::rewriter {

/// What is done with each unit.
class UnitWork {
 public:
  virtual ~UnitWork() = default;
  /// Parses a unit. May be asked for before it is known which unit of several with the same prefix that is.
  virtual std::unique_ptr<clang::FrontendAction> action() = 0;
  /// What the parse of `job` gave, as bytes. Called once, after the action has run.
  virtual std::string result(const Job& job, Compiled compiled) = 0;
};

class Snapshots;

struct UnitsOptions {
  const Texts& overlay;
  unsigned processes = 1;
  /// Where the units behind prefixes of their own leave these for the next time, if anywhere;
  Snapshots* snapshots = nullptr;
  /// and what such a unit has looked up on the disk.
  std::function<std::vector<Stamp>(std::size_t job)> lookups{};
  /// Gets what UnitWork::result gave, once for each unit, as units are done; nothing if Clang crashed on it.
  std::function<void(std::size_t job, std::optional<std::string> result)> on_result;
};

/// Does the work that `make_work` makes with every unit of the trees.
///
/// A unit behind a prefix is parsed by itself when there is an error or a doubt that the prefix may have
/// changed something. The calling process must have a single thread.
/// Throws: std::system_error when the system has no process, pipe or temporary directory to give.
void parse_units(const Jobs& jobs, const std::vector<Prefix>& prefixes,
                 const std::function<std::unique_ptr<UnitWork>()>& make_work, const UnitsOptions& options);

}  // namespace ferry::rewriter
