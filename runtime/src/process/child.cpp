#include <cerrno>
#include <csignal>
#include <string>
#include <sys/wait.h>
#include <utility>

#include <ferry/io/error.hpp>
#include <ferry/io/read.hpp>
#include <ferry/join.hpp>
#include <ferry/process/child.hpp>

#include "process/orphans.hpp"
#include "process/process.hpp"

namespace ferry::process {

Child::Process::~Process() {
  if (pid_ == kNone) return;
  if (kill_on_drop_) static_cast<void>(kill());
  const pid_t pid = pid_;
  static_cast<void>(try_wait());
  if (pid_ != kNone) detail::adopt_orphan(pid);
}

io::Result<std::optional<ExitStatus>> Child::Process::try_wait() noexcept {
  if (pid_ != kNone) {
    int status = 0;
    const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
    if (reaped == 0) return std::optional<ExitStatus>();
    end_ = reaped > 0 ? io::Result<ExitStatus>(ExitStatus::from_raw(status)) : io::last_os_error();
    pid_ = kNone;
    watch_.reset();
  }
  if (!end_) return end_.error();
  return std::optional(*end_);
}

Poll<io::Result<ExitStatus>> Child::Process::poll_wait(Context& cx) {
  for (;;) {
    const io::Result<std::optional<ExitStatus>> end = try_wait();
    if (!end) return io::Result<ExitStatus>(end.error());
    if (*end) return io::Result<ExitStatus>(**end);
    if (!watch_ || watch_->is_of_another_runtime()) {
      watch_.reset();
      io::Result<detail::ExitWatch> watch = detail::ExitWatch::start(pid_);
      if (!watch) return io::Result<ExitStatus>(watch.error());
      watch_.emplace(*std::move(watch));
      continue;  // it may have ended before it was watched
    }
    const Poll<io::Result<void>> told = watch_->poll(cx);
    if (told.is_pending()) return pending;
    if (!*told) return io::Result<ExitStatus>(told->error());
  }
}

io::Result<void> Child::Process::kill() const noexcept {
  if (pid_ != kNone && ::kill(pid_, SIGKILL) != 0) return io::last_os_error();
  return {};
}

Child::Child(std::unique_ptr<Process> process) noexcept : process_(std::move(process)) {}
Child::Child(Child&&) noexcept = default;
Child& Child::operator=(Child&&) noexcept = default;
Child::~Child() = default;

std::optional<pid_t> Child::id() const noexcept { return process_->id(); }
io::Result<std::optional<ExitStatus>> Child::try_wait() { return process_->try_wait(); }
Poll<io::Result<ExitStatus>> Child::poll_wait(Context& cx) { return process_->poll_wait(cx); }
io::Result<void> Child::start_kill() { return process_->kill(); }

Poll<io::Result<ExitStatus>> Child::Wait::poll(Context& cx) {
  child_->stdin.reset();
  return child_->poll_wait(cx);
}

Poll<io::Result<void>> Child::Kill::poll(Context& cx) {
  if (!was_sent_) {
    if (const io::Result<void> sent = child_->start_kill(); !sent) return sent;
    was_sent_ = true;
  }
  const Poll<io::Result<ExitStatus>> end = child_->wait().poll(cx);
  if (end.is_pending()) return pending;
  if (!*end) return io::Result<void>(end->error());
  return io::Result<void>();
}

namespace {

template <class Pipe>
Task<io::Result<void>> read_all(std::optional<Pipe>& pipe, std::string& text) {
  // One that was moved from counts as taken.
  if (!pipe || pipe->as_raw_fd() < 0) co_return io::Result<void>();
  io::ReadToEnd<Pipe, std::string> reading(*pipe, text);
  const io::Result<std::size_t> read = co_await reading;
  if (!read) co_return read.error();
  co_return io::Result<void>();
}

Task<io::Result<Output>> collect(Child child) {
  std::string stdout;
  std::string stderr;
  auto end = co_await try_join(child.wait(), read_all(child.stdout, stdout), read_all(child.stderr, stderr));
  if (!end) co_return end.error();
  co_return Output(std::get<0>(*end), std::move(stdout), std::move(stderr));
}

}  // namespace

Task<io::Result<Output>> Child::wait_with_output() && { return collect(std::move(*this)); }

}  // namespace ferry::process
