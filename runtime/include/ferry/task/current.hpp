// Which task is running.
#pragma once

#include <optional>

#include <ferry/task/join_handle.hpp>

namespace ferry::task {

/// The running task, also inside a `spawn_blocking` job; none in the future of `block_on`. Tokio:
/// `task::try_id`.
std::optional<Id> try_id() noexcept;

/// The same. Throws: std::logic_error outside of tasks. Tokio: `task::id`.
Id id();

}  // namespace ferry::task
