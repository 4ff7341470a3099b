// run: an asynchronous main.
#pragma once

#include <cstdlib>
#include <utility>

#include <ferry/runtime/runtime.hpp>
#include <ferry/task/task.hpp>

namespace ferry {

/// Runs `main` on a runtime of its own: `int main() { return ferry::run(async_main()); }`
///
/// Parameters: `builder` makes the runtime; by default a multi_thread one with everything enabled. Its
/// options are those that `#[tokio::main]` and `#[tokio::test]` take; a test that sleeps takes no time with
///
/// ```
/// ferry::run(test(), runtime::Builder::new_current_thread().enable_all().start_paused(true));
/// ```
///
/// Result: what `main` gives.
/// Throws: std::system_error when there can be no runtime, std::logic_error when its options contradict each
/// other, and whatever leaves `main`.
/// Tokio: `#[tokio::main]`. For its flavor "local": `LocalRuntime::create().value().block_on(async_main())`.
inline int run(Task<int> main, runtime::Builder builder = runtime::Builder::new_multi_thread().enable_all()) {
  const runtime::Runtime runtime = builder.build().value();
  return runtime.block_on(Task<int>(std::move(main)));  // gone before the runtime, whatever happens
}

/// The same for a `main` without a result: EXIT_SUCCESS.
inline int run(Task<void> main,
               runtime::Builder builder = runtime::Builder::new_multi_thread().enable_all()) {
  const runtime::Runtime runtime = builder.build().value();
  runtime.block_on(Task<void>(std::move(main)));
  return EXIT_SUCCESS;
}

}  // namespace ferry
