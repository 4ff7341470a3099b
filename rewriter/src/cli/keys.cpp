#include "cli/keys.hpp"

#include <array>
#include <cctype>
#include <cerrno>
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#include <utility>

#include <llvm/Support/raw_ostream.h>

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

// Lets kSignals in only during a wait: between a look at `caught` and the wait one would not end it.
class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    ::sigemptyset(&held);
    for (const int signal : kSignals) ::sigaddset(&held, signal);
    ::sigprocmask(SIG_BLOCK, &held, &before_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

  // Waits for input. False when a signal came first.
  bool wait() const {
    pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    return ::ppoll(&input, 1, nullptr, &before_) >= 0 || errno != EINTR;
  }

 private:
  sigset_t before_{};
};

}  // namespace

Keys::Keys() : is_terminal_(::isatty(STDIN_FILENO) == 1) {
  caught = 0;
  struct sigaction action{};
  action.sa_handler = catch_signal;  // and no SA_RESTART: it has to end the wait
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &action, &before_[i]);
}

Keys::~Keys() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

int Keys::signal() const { return caught; }

bool Keys::read_more(std::string_view prompt) {
  std::array<char, 256> buffer;
  for (bool is_asked = false; caught == 0;) {
    ssize_t got = 0;
    {
      const HeldSignals signals;
      const SingleKeys mode(is_terminal_);
      if (!std::exchange(is_asked, true)) llvm::errs() << prompt;
      if (!signals.wait()) continue;
      got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    }
    if (got <= 0) return false;
    // An arrow or a function key is one key that means nothing, not several that do.
    if (is_terminal_ && buffer[0] == kEscape) got = 1;
    typed_.append(buffer.data(), static_cast<std::size_t>(got));
    return true;
  }
  return false;
}

std::optional<char> Keys::next(std::string_view prompt) {
  if (!typed_.empty()) llvm::errs() << std::exchange(prompt, {});
  for (;;) {
    if (caught != 0 || (typed_.empty() && !read_more(std::exchange(prompt, {})))) return std::nullopt;
    const char key = typed_.front();
    if (is_terminal_ && key == kEndOfInput) return std::nullopt;
    typed_.erase(0, 1);
    if (std::isspace(static_cast<unsigned char>(key)) == 0) return key;
  }
}

}  // namespace ferry::rewriter
