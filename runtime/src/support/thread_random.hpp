// The generator of one thread.
#pragma once

#include "support/random.hpp"

namespace ferry::detail {

/// Seeded by itself. A runtime with a seed of its own puts its generator here while it runs.
Random& thread_random() noexcept;

}  // namespace ferry::detail
