// run: an asynchronous main.
#pragma once

#include <cstdlib>

#include <ferry/runtime/runtime.hpp>
#include <ferry/task/task.hpp>

namespace ferry {

/// Runs `main` on a multi_thread runtime with everything enabled: `int main() { return
/// ferry::run(async_main()); }`
///
/// Result: what `main` gives. Throws std::system_error when there can be no runtime, and whatever leaves
/// `main`. Tokio: `#[tokio::main]`.
inline int run(Task<int> main) { return runtime::Runtime::create().value().block_on(main); }

/// The same for a `main` without a result: EXIT_SUCCESS.
inline int run(Task<void> main) {
  runtime::Runtime::create().value().block_on(main);
  return EXIT_SUCCESS;
}

}  // namespace ferry
