// BranchContext: polls a future with a waker of its own, from the task's budget.
#pragma once

#include <ferry/waker.hpp>

namespace ferry::detail {

/// The context of one of several futures that a future drives: `waker` says which one is to be polled again.
/// What it uses of the budget, `outer` has used.
class BranchContext : public Context {
 public:
  BranchContext(const Waker& waker, Context& outer) noexcept
      : Context(waker, outer.budget_), outer_(&outer) {}
  ~BranchContext() { outer_->budget_ = budget_; }

 private:
  Context* outer_;
};

}  // namespace ferry::detail
