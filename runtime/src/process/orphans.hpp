// Orphans: children that nobody waits for any more.
#pragma once

#include <sys/types.h>

namespace ferry::process::detail {

/// Reaps `child` when it has ended, whatever becomes of the runtimes. May be called from any thread.
///
/// Cost: the first one starts a thread, which ends when all have been reaped.
void adopt_orphan(pid_t child) noexcept;

}  // namespace ferry::process::detail
