#include <cstring>
#include <ostream>
#include <sys/wait.h>

#include <ferry/process/exit_status.hpp>

namespace ferry::process {

std::optional<int> ExitStatus::code() const noexcept {
  return WIFEXITED(raw_) ? std::optional(WEXITSTATUS(raw_)) : std::nullopt;
}

std::optional<int> ExitStatus::signal() const noexcept {
  return WIFSIGNALED(raw_) ? std::optional(WTERMSIG(raw_)) : std::nullopt;
}

bool ExitStatus::core_dumped() const noexcept { return WIFSIGNALED(raw_) && WCOREDUMP(raw_); }

std::string ExitStatus::to_string() const {
  if (const std::optional<int> number = code()) return "exit status: " + std::to_string(*number);
  const int number = WTERMSIG(raw_);
  std::string text = "signal: " + std::to_string(number);
  if (const char* const name = ::sigabbrev_np(number)) text.append(" (").append(name).append(")");
  return core_dumped() ? text + " (core dumped)" : text;
}

std::ostream& operator<<(std::ostream& out, ExitStatus status) { return out << status.to_string(); }

}  // namespace ferry::process
