#include "cli/keys.hpp"

#include <array>
#include <cctype>
#include <cerrno>
#include <termios.h>
#include <unistd.h>

namespace ferry::rewriter {
namespace {

constexpr std::array<int, 4> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGCONT};
constexpr char kEndOfInput = 4;  // Ctrl-D
constexpr char kEscape = 27;

volatile std::sig_atomic_t caught = 0;

extern "C" void catch_signal(int signal) {
  // A program that goes on after Ctrl-Z only has to set the terminal up again.
  if (signal != SIGCONT) caught = signal;
}

// The terminal without lines and echo.
class SingleKeys {
 public:
  explicit SingleKeys(bool is_terminal) : is_set_(is_terminal && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_set_) return;
    termios mode = before_;
    mode.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    mode.c_cc[VMIN] = 1;
    mode.c_cc[VTIME] = 0;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &mode);
  }
  SingleKeys(const SingleKeys&) = delete;
  SingleKeys& operator=(const SingleKeys&) = delete;
  ~SingleKeys() {
    if (is_set_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }

 private:
  termios before_{};
  bool is_set_;
};

}  // namespace

Keys::Keys() : is_terminal_(::isatty(STDIN_FILENO) == 1) {
  caught = 0;
  struct sigaction action{};
  action.sa_handler = catch_signal;  // and no SA_RESTART: it has to interrupt the read
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &before_[i]);
}

Keys::~Keys() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

int Keys::signal() const { return caught; }

bool Keys::read_more() {
  std::array<char, 256> buffer;
  while (caught == 0) {
    ssize_t got = 0;
    {
      const SingleKeys mode(is_terminal_);
      if (caught == 0) got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    }
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    // An arrow or a function key is one key that means nothing, not several that do.
    if (is_terminal_ && buffer[0] == kEscape) got = 1;
    typed_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }
  return false;
}

std::optional<char> Keys::next() {
  for (;;) {
    if (caught != 0 || (typed_.empty() && !read_more())) return std::nullopt;
    const char key = typed_.front();
    if (is_terminal_ && key == kEndOfInput) return std::nullopt;
    typed_.erase(0, 1);
    if (std::isspace(static_cast<unsigned char>(key)) == 0) return key;
  }
}

}  // namespace ferry::rewriter
