// A program that runs while this one does.
#pragma once

#include <string>
#include <sys/types.h>
#include <vector>

#include "net.hpp"

namespace traffic {

/// Starts a program with its output in a pipe and its messages in a file of this process. Destroying it kills
/// the program, and so does the end of this process.
class Child {
 public:
  explicit Child(const std::vector<std::string>& command);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  /// The rest of the output's next line that begins with `prefix`.
  std::string read_line(const std::string& prefix, Deadline deadline);
  /// All output from here to its end.
  std::string read_rest(Deadline deadline);
  /// What it wrote to its standard error so far.
  std::string messages() const;
  void signal(int number);
  /// The exit status; Failure when it does not end in time, or ends by a signal.
  int wait(Deadline deadline);

 private:
  pid_t pid_ = -1;
  Fd output_;
  Fd messages_;
  std::string buffered_;
};

}  // namespace traffic
