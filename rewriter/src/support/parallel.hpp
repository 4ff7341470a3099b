// Running the same function over many jobs.
#pragma once

#include <cstddef>
#include <functional>

namespace ferry::rewriter {

/// Calls `work(0)` to `work(count - 1)`, at most `threads` at a time, and returns when all are done. The
/// order in which calls begin is that of the numbers; each must write to its own place only.
void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

/// Calls `work`; false when it crashed. What a crash of Clang leaves behind is leaked, not reused.
bool survives(const std::function<void()>& work);

}  // namespace ferry::rewriter
