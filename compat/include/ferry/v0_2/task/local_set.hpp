// LocalSet: 0.2's, which wants the runtime that it blocks on for itself.
#pragma once

#include <utility>

#include <ferry/future.hpp>
#include <ferry/runtime/runtime.hpp>
#include <ferry/task/local_set.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::task {

/// Tasks that stay on the thread that made the set. Can be used wherever a set of 1.x is wanted.
///
/// Cancelling: stops running the tasks; awaiting the set again goes on.
/// Thread safety: belongs to the thread that made it.
/// Tokio: 0.2's `task::LocalSet`.
class LocalSet : public ferry::task::LocalSet {
 public:
  /// Runs the tasks until `future` is ready. As `Runtime::block_on` of 0.2 did, it needs a runtime that can
  /// be changed. Tokio: 0.2's `LocalSet::block_on`.
  template <Future F>
  FutureOutput<F> block_on(ferry::runtime::Runtime& runtime, F&& future) const {
    return ferry::task::LocalSet::block_on(runtime, std::forward<F>(future));
  }
};

}  // namespace ferry::v0_2::task
