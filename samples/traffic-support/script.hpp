// What every judge does: runs a program, checks it, and says in a sentence what is wrong.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "child.hpp"
#include "net.hpp"

namespace traffic {

/// Failure, unless it is true.
void check(bool is_true, const std::string& otherwise);

/// Runs `body` on several threads; the first Failure of one is thrown here.
void on_threads(int count, const std::function<void(int)>& body);

/// The number behind the last colon.
std::uint16_t port_of(const std::string& address);

/// Keeps a program's messages beyond its end.
class Recorder {
 public:
  Recorder(const Child& child, std::string& messages) : child_(child), messages_(messages) {}
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder() { messages_ = child_.messages(); }

 private:
  const Child& child_;
  std::string& messages_;
};

/// The program ends at once with that status, having said these words.
void expect_refusal(const std::vector<std::string>& command, int status, const std::string& words);

struct Judge {
  const char* name;
  const char* program;  // what is judged, in words
  unsigned time_limit_seconds;
};

/// The `main` of a judge: calls `script` with the program's path and a place for the program's messages.
int run_script(const Judge& judge, int argc, char** argv,
               const std::function<void(const std::string&, std::string&)>& script);

}  // namespace traffic
