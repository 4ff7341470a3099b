// DebuggerList: where a debugger finds the tasks of a stopped process.
#pragma once

#include <cstddef>

namespace ferry::detail {

/// Some lists of tasks, in a chain of all of them that share/gdb/ferry.py walks: from the word
/// `debugger_lists` on, and by the order of these members, as a program has no description of this type
/// unless the library was built with one. Enters itself when it is made, and leaves when it is destroyed.
///
/// Thread safety: may be made and destroyed on any thread.
class DebuggerList {
 public:
  /// `first`: an IntrusiveList<TaskHeader>, one of `count` that lie `stride` bytes apart.
  DebuggerList(const void* first, std::size_t count, std::size_t stride);
  DebuggerList(const DebuggerList&) = delete;
  DebuggerList& operator=(const DebuggerList&) = delete;
  ~DebuggerList();

 private:
  DebuggerList* next_;
  const void* const first_;
  const std::size_t count_;
  const std::size_t stride_;
};

}  // namespace ferry::detail
