// pidfd: a descriptor of a process.
#pragma once

#include <sys/types.h>

#include "support/owned_fd.hpp"

namespace ferry::process::detail {

using ferry::detail::OwnedFd;

/// A descriptor that can be read from once the child has ended. Negative, and errno set, where there can be
/// none: systems before Linux 5.3, or ones that forbid it.
OwnedFd open_pidfd(pid_t child) noexcept;

/// Makes `open_pidfd` fail from now on, or work again: for tests of what is done without.
void refuse_pidfds(bool is_refused) noexcept;

}  // namespace ferry::process::detail
