// A terminal with a program in it, and somebody who types.
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <pty.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace ferry::rewriter::test {

/// Runs a line of the shell in a pseudo-terminal of its own.
class Terminal {
 public:
  explicit Terminal(const std::string& line) {
    winsize size{.ws_row = 50, .ws_col = 120, .ws_xpixel = 0, .ws_ypixel = 0};
    child_ = ::forkpty(&master_, nullptr, nullptr, &size);
    if (child_ < 0) throw std::runtime_error("no pseudo-terminal");
    if (child_ == 0) {
      ::setenv("TERM", "xterm", 1);
      ::unsetenv("NO_COLOR");
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() {
    kill();
    ::close(master_);
  }

  /// Waits until the program has said `text` since the last call. False if it ends, or says nothing for half
  /// a minute.
  bool wait_for(std::string_view text) {
    for (;;) {
      if (const std::size_t at = screen_.find(text, read_); at != std::string::npos) {
        read_ = at + text.size();
        return true;
      }
      if (!read_more()) return false;
    }
  }
  void type(std::string_view keys) const { (void)!::write(master_, keys.data(), keys.size()); }
  /// Waits for the program's end: its exit status, or 128 and the signal that ended it. It is killed when it
  /// says nothing for half a minute.
  int status() {
    while (read_more()) {
    }
    if (is_silent_) ::kill(-child_, SIGKILL);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  /// Whether the terminal reads lines and shows what is typed, as a shell expects it.
  bool is_as_usual() const {
    termios mode{};
    return ::tcgetattr(master_, &mode) == 0 && (mode.c_lflag & ICANON) != 0 && (mode.c_lflag & ECHO) != 0;
  }
  /// All that has been said.
  const std::string& screen() const { return screen_; }

 private:
  void kill() {
    if (child_ <= 0) return;
    ::kill(-child_, SIGKILL);  // what it started, too: it leads a session of its own
    ::waitpid(child_, nullptr, 0);
  }
  bool read_more() {
    pollfd waiting{.fd = master_, .events = POLLIN, .revents = 0};
    is_silent_ = ::poll(&waiting, 1, 30'000) != 1;
    if (is_silent_) return false;
    std::array<char, 4096> buffer;
    const ssize_t got = ::read(master_, buffer.data(), buffer.size());
    if (got <= 0) return false;
    screen_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }

  int master_ = -1;
  pid_t child_ = -1;
  std::string screen_;
  bool is_silent_ = false;
  std::size_t read_ = 0;  // up to where wait_for() has looked
};

}  // namespace ferry::rewriter::test
