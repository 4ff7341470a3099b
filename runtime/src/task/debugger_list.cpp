#include "task/debugger_list.hpp"

#include <mutex>

namespace ferry::detail {

// Not in an anonymous namespace, so that its name is the same everywhere.
extern constinit DebuggerList* debugger_lists;
constinit DebuggerList* debugger_lists = nullptr;

namespace {

std::mutex& mutex() {
  static auto* const mutex = new std::mutex;  // outlives every runtime
  return *mutex;
}

}  // namespace

DebuggerList::DebuggerList(const void* first, std::size_t count, std::size_t stride)
    : next_(nullptr), first_(first), count_(count), stride_(stride) {
  std::lock_guard lock(mutex());
  next_ = debugger_lists;
  debugger_lists = this;
}

DebuggerList::~DebuggerList() {
  std::lock_guard lock(mutex());
  DebuggerList** link = &debugger_lists;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
}

}  // namespace ferry::detail
