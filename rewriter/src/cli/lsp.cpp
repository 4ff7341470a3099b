#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <string>
#include <string_view>
#include <tuple>
#include <unistd.h>
#include <vector>

#include <llvm/ADT/StringRef.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/commands.hpp"
#include "cli/language_server.hpp"
#include "lsp/framing.hpp"

namespace ferry::rewriter {
namespace {

using Clock = lsp::Server::Clock;

// Written to when a signal asks the program to end, so that its workers end with it.
int end_asked[2] = {-1, -1};

void watch_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  if (::pipe2(end_asked, O_CLOEXEC | O_NONBLOCK) != 0) return;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    ::signal(signal, [](int) { (void)!::write(end_asked[1], "", 1); });
}

class Conversation {
 public:
  explicit Conversation(std::vector<std::string> arguments)
      : workers_(std::move(arguments)),
        server_(workers_, [this](const lsp::json::Value& message) { send(message); }, FERRY_VERSION) {}

  ExitStatus run() {
    while (!server_.exit_status()) {
      server_.tick(Clock::now());
      for (Workers::Result& result : workers_.failed()) take(std::move(result));
      std::vector<pollfd> waited{{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                                 {.fd = end_asked[0], .events = POLLIN, .revents = 0}};
      for (const int pipe : workers_.pipes()) waited.push_back({.fd = pipe, .events = POLLIN, .revents = 0});
      if (::poll(waited.data(), waited.size(), timeout()) < 0 && errno != EINTR) break;
      for (const pollfd& ready : waited)
        if (ready.revents != 0)
          if (auto result = workers_.read(ready.fd)) take(*std::move(result));
      if (waited[0].revents != 0 && !read()) break;
      if (waited[1].revents != 0 || is_cut_off_) break;
    }
    // An editor that is gone without a word is an error.
    return server_.exit_status() == 0 ? ExitStatus::Done : ExitStatus::FindingsRemain;
  }

 private:
  int timeout() const {
    const auto due = server_.due();
    if (!due) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now());
    return std::max(0, static_cast<int>(left.count()));
  }

  void take(Workers::Result result) {
    std::string error;
    for (llvm::StringRef rest = result.printed; !rest.empty();) {
      llvm::StringRef line;
      std::tie(line, rest) = rest.split('\n');
      if (line.consume_front("ferry: error: ") && error.empty())
        error = line.str();
      else if (!line.trim().empty())
        server_.log(std::string_view(line));
    }
    if (result.report && !result.report->trouble.empty() && !error.empty())
      result.report->trouble = std::move(error);
    else if (!error.empty())
      server_.log(error);
    server_.finish(result.id, std::move(result.report));
  }

  // False when the editor has nothing more to say.
  bool read() {
    std::array<char, 1 << 16> buffer;
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0) return errno == EINTR || errno == EAGAIN;
    if (count == 0) return false;
    reader_.feed({buffer.data(), static_cast<std::size_t>(count)});
    while (!server_.exit_status()) {
      const auto body = reader_.next();
      if (!body) break;
      server_.take(*body, Clock::now());
    }
    if (reader_.fault().empty()) return true;
    send(
        lsp::response(nullptr, lsp::Failure{.code = lsp::ErrorCode::ParseError, .message = reader_.fault()}));
    return false;
  }

  void send(const lsp::json::Value& message) {
    const std::string bytes = lsp::framed(lsp::to_text(message));
    for (std::string_view rest = bytes; !rest.empty();) {
      const ssize_t written = ::write(STDOUT_FILENO, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) {
        is_cut_off_ = true;
        return;
      }
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  Workers workers_;
  lsp::Server server_;
  lsp::MessageReader reader_;
  bool is_cut_off_ = false;
};

}  // namespace

ExitStatus run_lsp(const Options& options) {
  watch_signals();
  return Conversation(options.arguments).run();
}

}  // namespace ferry::rewriter
