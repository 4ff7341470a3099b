#include "support/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include <llvm/Support/CrashRecoveryContext.h>

namespace ferry::rewriter {

void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work) {
  // relaxed: the counter only hands out numbers; joining publishes the results.
  std::atomic<std::size_t> next = 0;
  const auto take_all = [&] {
    for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) work(i);
  };
  std::vector<std::jthread> helpers;
  for (std::size_t i = 1; i < std::min<std::size_t>(threads, count); ++i) helpers.emplace_back(take_all);
  take_all();
}

bool survives(const std::function<void()>& work) {
  llvm::CrashRecoveryContext::Enable();
  llvm::CrashRecoveryContext context;
  return context.RunSafely(work);
}

}  // namespace ferry::rewriter
