/// Child processes: started with their standard output in a pipe, waited for with the CPU time they used.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace bench {

/// So many processors, from one on.
struct Processors {
  unsigned first = 0;
  unsigned count = 1;
};

class Process {
 public:
  struct Exit {
    int status = 0;                  // as a shell has it: 128 + signal for a killed process
    std::chrono::nanoseconds cpu{};  // user and system time, of its own children too
    std::size_t most_resident = 0;   // bytes in RAM at its peak, or at that of its largest child
  };

  /// Throws: std::system_error when the process cannot be started; a program that cannot be executed exits
  /// with 127. With `processors`, the process runs on those alone.
  static Process start(const std::vector<std::string>& command,
                       std::optional<Processors> processors = std::nullopt);

  Process(Process&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), output_(std::exchange(other.output_, -1)) {}
  Process& operator=(Process&&) = delete;
  /// Kills a process nobody waited for.
  ~Process();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// What the process prints up to the next line feed, which is dropped; shorter at its end.
  [[nodiscard]] std::string read_line();
  [[nodiscard]] std::string read_all();
  /// CPU time used so far, by all of its threads.
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const;
  /// Memory of the process that is in RAM now.
  [[nodiscard]] std::size_t resident_bytes() const;
  void terminate() const;
  Exit wait();

 private:
  Process(pid_t pid, int output) : pid_(pid), output_(output) {}

  pid_t pid_;
  int output_;
};

/// Keeps the calling thread, and what it starts from now on, on some processors.
void pin_to(Processors processors);

}  // namespace bench
