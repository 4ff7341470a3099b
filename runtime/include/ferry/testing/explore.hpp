// explore: one program under many orders of its tasks.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>

#include <ferry/runtime/runtime.hpp>
#include <ferry/task/task.hpp>

namespace ferry::detail {

/// Runs `program` on a fresh runtime for each seed; see testing::explore.
void explore(std::uint64_t seeds, const std::function<void(std::uint64_t, const runtime::Runtime&)>& program);

}  // namespace ferry::detail

namespace ferry::testing {

/// Runs a program once for each of the seeds 0 to `seeds` - 1, each time on a current_thread runtime of its
/// own, with a paused clock, that runs ready tasks in an order drawn from the seed. What one seed does is the
/// same every time, as long as the program itself asks nobody else: no other threads, no sockets, no clock
/// but ferry's.
///
/// `program` is called with nothing or with the seed, and gives a Task<void>. A run fails when an exception
/// leaves it, or when it is stuck: no task can run, no timer is set, no blocking job runs and no socket is
/// open. The first one that fails ends the exploration: its seed is printed to standard error, and its
/// exception goes on. The environment variable FERRY_EXPLORE_SEED makes it run that seed alone.
///
/// Throws: what the program threw; std::logic_error for a run that is stuck, or when called on a thread that
/// drives tasks.
template <class Program>
  requires std::invocable<Program&> || std::invocable<Program&, std::uint64_t>
void explore(std::uint64_t seeds, Program program) {
  detail::explore(seeds, [&](std::uint64_t seed, const runtime::Runtime& runtime) {
    if constexpr (std::invocable<Program&, std::uint64_t>) {
      runtime.block_on(program(seed));
    } else {
      runtime.block_on(program());
    }
  });
}

}  // namespace ferry::testing
