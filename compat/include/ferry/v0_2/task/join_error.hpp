// JoinError: 0.2's, which anybody may make.
#pragma once

#include <exception>
#include <utility>

#include <ferry/annotate.hpp>
#include <ferry/task/join_handle.hpp>
#include <ferry/v0_2/moved.hpp>

namespace ferry::v0_2::task {

/// Why a task gave no value; what a join gives becomes one. Can be used wherever one of 1.x is wanted.
/// Tokio: 0.2's `task::JoinError`.
class JoinError : public ferry::task::JoinError {
  using Base = ferry::task::JoinError;

 public:
  JoinError() noexcept = default;
  JoinError(Base error) noexcept : Base(std::move(error)) {}

  /// The error of no task. Tokio: 0.2's `JoinError::cancelled`.
  FERRY_REPLACE("TASK-05", manual, "an error type of your own")
  static JoinError cancelled() noexcept { return Base::cancelled(ferry::task::Id(0)); }
  /// The error of no task. Tokio: 0.2's `JoinError::panic`.
  FERRY_REPLACE("TASK-05", manual, "an error type of your own")
  static JoinError panic(std::exception_ptr exception) noexcept {
    return Base::panic(ferry::task::Id(0), std::move(exception));
  }
};

}  // namespace ferry::v0_2::task
