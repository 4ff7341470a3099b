// ExitWatch: waiting until a child may have ended.
#pragma once

#include <cstdint>
#include <sys/types.h>
#include <variant>

#include <ferry/detail/io_source.hpp>
#include <ferry/future.hpp>
#include <ferry/result.hpp>
#include <ferry/signal/signal.hpp>

namespace ferry::process::detail {

/// Tells that a child may have ended, in the runtime where it was made: by the child's pidfd, or by SIGCHLD
/// where the system gives none.
class ExitWatch {
 public:
  /// Watches from now on. Throws std::logic_error outside a runtime, or in one built without I/O.
  static io::Result<ExitWatch> start(pid_t child);

  /// Whether this thread is in the context of another runtime, which should watch instead.
  bool is_of_another_runtime() const noexcept;

  /// Ready when the child may have ended since `start`, or since this was ready last. An error says that the
  /// runtime has been shut down.
  Poll<io::Result<void>> poll(Context& cx);

 private:
  using Source = std::variant<ferry::detail::IoSource, signal::Signal>;
  explicit ExitWatch(Source source);

  Source source_;
  std::uint64_t runtime_;
};

}  // namespace ferry::process::detail
