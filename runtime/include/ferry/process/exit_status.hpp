// ExitStatus: how a process ended.
#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace ferry::process {

/// How a process ended: with a code of its own, or by a signal.
///
/// Tokio: `std::process::ExitStatus`.
class ExitStatus {
 public:
  /// Success: code 0.
  constexpr ExitStatus() noexcept = default;
  /// From what waitpid(2) gives.
  static constexpr ExitStatus from_raw(int wait_status) noexcept { return ExitStatus(wait_status); }
  constexpr int into_raw() const noexcept { return raw_; }

  /// Whether it has ended with code 0.
  constexpr bool success() const noexcept { return raw_ == 0; }
  /// What it gave to exit(3), 0 to 255; nothing if a signal has ended it.
  std::optional<int> code() const noexcept;
  /// The signal that has ended it, if one has.
  std::optional<int> signal() const noexcept;
  /// Whether a signal has ended it and it has left a core dump.
  bool core_dumped() const noexcept;

  /// "exit status: 1", or "signal: 9 (KILL)", with "(core dumped)" where there is one.
  std::string to_string() const;

  friend constexpr bool operator==(ExitStatus, ExitStatus) noexcept = default;

 private:
  explicit constexpr ExitStatus(int raw) noexcept : raw_(raw) {}

  int raw_ = 0;
};

/// Prints `to_string`.
std::ostream& operator<<(std::ostream& out, ExitStatus status);

}  // namespace ferry::process
