#include "support/children.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace ferry::rewriter {
namespace {

constexpr int kGaveSlotBack = 1;  // the exit status of a child that has made room

void make_pipe(int (&ends)[2]) {
  if (::pipe(ends) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  for (const int end : ends) ::fcntl(end, F_SETFL, ::fcntl(end, F_GETFL) | O_NONBLOCK);
}

void close_pipe(const int (&ends)[2]) {
  for (const int end : ends) ::close(end);
}

// So that the end of a child interrupts ppoll, and nothing else.
sigset_t watch_children() {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  ::sigaction(SIGCHLD, &action, nullptr);
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  ::sigdelset(&before, SIGCHLD);
  return before;
}

}  // namespace

Children::Children(unsigned processes, std::function<void(Message)> on_message)
    : on_message_(std::move(on_message)), owner_(::getpid()) {
  make_pipe(slots_);
  make_pipe(messages_);
  for (unsigned i = 0; i < processes; ++i) (void)!::write(slots_[1], "", 1);
}

Children::~Children() {
  close_pipe(slots_);
  close_pipe(messages_);
}

bool Children::start(std::optional<std::uint32_t> item) {
  while (!take_slot()) pause(true);
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    // A crash is told of by a message, not by whatever handler the parent has.
    for (const int crash : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP}) ::signal(crash, SIG_DFL);
    running_.clear();
    has_slot_ = true;
    return true;
  }
  running_.emplace(child, item);
  return false;
}

void Children::finish() { ::_exit(has_slot_ ? 0 : kGaveSlotBack); }

void Children::make_room() {
  if (std::exchange(has_slot_, false)) (void)!::write(slots_[1], "", 1);
}

void Children::wait(std::size_t most) {
  reap();
  while (running_.size() > most) pause(false);
  if (::getpid() == owner_) read_messages();
}

bool Children::take_slot() {
  char byte = 0;
  return ::read(slots_[0], &byte, 1) == 1;
}

// Returns when a child has ended, a message or, if it is wanted, a slot is there; or for no reason.
void Children::pause(bool wants_slot) {
  static const sigset_t while_waiting = watch_children();
  reap();
  if (!wants_slot && running_.empty()) return;
  pollfd descriptors[2] = {{.fd = messages_[0], .events = POLLIN, .revents = 0},
                           {.fd = slots_[0], .events = POLLIN, .revents = 0}};
  const bool is_owner = ::getpid() == owner_;
  pollfd* const first = is_owner ? &descriptors[0] : &descriptors[1];
  ::ppoll(first, nfds_t{is_owner ? 1U : 0U} + nfds_t{wants_slot ? 1U : 0U}, nullptr, &while_waiting);
  reap();
  if (is_owner) read_messages();
}

void Children::reap() {
  int status = 0;
  for (pid_t child; (child = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    const auto entry = running_.find(child);
    if (entry == running_.end()) continue;
    const bool is_finished = WIFEXITED(status);
    if (!is_finished || WEXITSTATUS(status) != kGaveSlotBack) (void)!::write(slots_[1], "", 1);
    if (entry->second) {
      const Message message{.item = *entry->second, .ended = is_finished ? Ended::Finished : Ended::Crashed};
      while (::write(messages_[1], &message, sizeof message) < 0 && (errno == EAGAIN || errno == EINTR)) {
        if (::getpid() == owner_) {
          read_messages();
        } else {
          pollfd room{.fd = messages_[1], .events = POLLOUT, .revents = 0};
          ::poll(&room, 1, -1);
        }
      }
    }
    running_.erase(entry);
  }
}

void Children::read_messages() {
  Message message;
  while (::read(messages_[0], &message, sizeof message) == sizeof message) on_message_(message);
}

}  // namespace ferry::rewriter
