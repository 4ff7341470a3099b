// WaitNotes: how a future says what it waits for.
#pragma once

#include <cstdint>
#include <source_location>
#include <string_view>

namespace ferry::time {
class Instant;
}
namespace ferry::runtime {
class Trace;
}

namespace ferry::detail {

/// What a task waits for, as it is being written down for a dump. A future that has more to say than its type
/// has a member `void describe_wait(detail::WaitNotes&) const`, which calls `leaf` or `leaf_until` once, and
/// `branch` for every future inside it. It reads only what no other thread writes while the task is
/// suspended.
class WaitNotes {
 public:
  WaitNotes(runtime::Trace& trace, const time::Instant& now) noexcept : trace_(&trace), now_(&now) {}

  /// A coroutine, and where it awaits. The outermost one comes first.
  void frame(const std::source_location& where);
  /// The innermost future, in words.
  void leaf(std::string_view what);
  void leaf(std::string_view what, std::uint64_t number);
  /// The same; it completes at `deadline`.
  void leaf_until(std::string_view what, const time::Instant& deadline);
  /// The same by its type, as type_source() gives it.
  void leaf_type(const char* source);
  /// The notes on one of the things that the leaf waits for at once.
  WaitNotes branch();

 private:
  runtime::Trace* trace_;
  const time::Instant* now_;
};

/// A text that contains the name of `T`.
template <class T>
constexpr const char* type_source() noexcept {
  return __PRETTY_FUNCTION__;
}

/// Notes what `future` waits for.
template <class F>
void describe_wait(const F& future, WaitNotes& notes) {
  if constexpr (requires { future.describe_wait(notes); })
    future.describe_wait(notes);
  else
    notes.leaf_type(type_source<F>());
}
template <class F>
void describe_branch(const F& future, WaitNotes& notes) {
  WaitNotes branch = notes.branch();
  describe_wait(future, branch);
}

}  // namespace ferry::detail
