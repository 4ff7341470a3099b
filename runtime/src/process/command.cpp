#include <algorithm>
#include <array>
#include <cerrno>
#include <concepts>
#include <fcntl.h>
#include <stdexcept>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <ferry/detail/scheduler.hpp>
#include <ferry/io/error.hpp>
#include <ferry/net/nonblocking.hpp>
#include <ferry/process/command.hpp>

#include "driver/driver.hpp"
#include "process/launch.hpp"
#include "process/process.hpp"
#include "support/owned_fd.hpp"

namespace ferry::process {

using ferry::detail::OwnedFd;

namespace {

constexpr std::string_view kPathWithoutPath = "/bin:/usr/bin";

// The child's environment as execve takes it.
class Environment {
 public:
  Environment(const Command::Variables& changes, bool inherits) : is_inherited_(inherits && changes.empty()) {
    if (is_inherited_) return;
    if (inherits)
      for (char** variable = environ; *variable != nullptr; ++variable)
        if (!changes.contains(name_of(*variable))) variables_.emplace_back(*variable);
    for (const auto& [name, value] : changes)
      if (value) variables_.push_back(name + "=" + *value);
    for (std::string& variable : variables_) pointers_.push_back(variable.data());
    pointers_.push_back(nullptr);
  }

  char* const* get() const noexcept { return is_inherited_ ? environ : pointers_.data(); }

  std::string_view search_path() const noexcept {
    for (char* const* variable = get(); *variable != nullptr; ++variable)
      if (name_of(*variable) == "PATH") return std::string_view(*variable).substr(sizeof("PATH=") - 1);
    return kPathWithoutPath;
  }

 private:
  static std::string_view name_of(std::string_view variable) noexcept {
    return variable.substr(0, variable.find('='));
  }

  bool is_inherited_;
  std::vector<std::string> variables_;
  std::vector<char*> pointers_;
};

// Where a program may be.
std::vector<std::string> paths_of(const std::string& program, std::string_view search_path) {
  if (program.empty() || program.find('/') != program.npos) return {program};
  std::vector<std::string> paths;
  for (;;) {
    const std::size_t colon = search_path.find(':');
    std::string path(search_path.substr(0, colon));
    if (!path.empty()) path += '/';  // an empty one is the current directory
    paths.push_back(path += program);
    if (colon == search_path.npos) return paths;
    search_path.remove_prefix(colon + 1);
  }
}

}  // namespace

// One of the child's three descriptors: what it will be there, and the other end of its pipe, if it is one.
template <class Pipe>
class Command::Wire {
 public:
  io::Result<void> lay(const Stdio& what) {
    switch (what.kind_) {
      case Stdio::Kind::Inherit:
        return {};
      case Stdio::Kind::Null:
        childs_ = OwnedFd(::open("/dev/null", O_RDWR | O_CLOEXEC));
        if (childs_.get() < 0) return io::last_os_error();
        break;
      case Stdio::Kind::Fd:
        if (what.fd_ < 0) return io::Error(EBADF, boost::system::system_category());
        number_ = what.fd_;
        return {};
      case Stdio::Kind::Piped:
        if (const io::Result<void> laid = lay_pipe(); !laid) return laid;
        break;
    }
    number_ = childs_.get();
    return {};
  }

  /// Negative: what it is already.
  int number() const noexcept { return number_; }
  std::optional<Pipe> take_pipe() noexcept { return std::move(pipe_); }

 private:
  // Its end blocks, as programs expect; ours does not.
  io::Result<void> lay_pipe() {
    std::array<int, 2> fds{};
    if (::pipe2(fds.data(), O_CLOEXEC) != 0) return io::last_os_error();
    if constexpr (std::same_as<Pipe, ChildStdin>) std::swap(fds[0], fds[1]);
    OwnedFd ours(net::nonblocking(fds[0]));
    childs_ = OwnedFd(fds[1]);
    io::Result<Pipe> pipe = Pipe::from_std(ours.get());
    ours.release();  // the pipe's, or closed; what is thrown before leaves it here
    if (!pipe) return pipe.error();
    pipe_.emplace(*std::move(pipe));
    return {};
  }

  int number_ = -1;
  OwnedFd childs_{-1};
  std::optional<Pipe> pipe_;
};

bool Command::has_invalid_strings() const noexcept {
  const auto has_zero = [](const std::string& text) { return text.find('\0') != text.npos; };
  const auto is_invalid = [&](const auto& variable) {
    const auto& [name, value] = variable;
    return name.empty() || has_zero(name) || name.find('=') != name.npos || (value && has_zero(*value));
  };
  return has_zero(program_) || (arg0_ && has_zero(*arg0_)) || std::ranges::any_of(args_, has_zero) ||
         (directory_ && has_zero(directory_->native())) || std::ranges::any_of(env_, is_invalid);
}

io::Result<Child> Command::spawn() const { return spawn(stdout_, stderr_); }

io::Result<Child> Command::spawn(const Stdio& stdout, const Stdio& stderr) const {
  // Before there is a child that could not be waited for.
  ferry::detail::require_io("process::Command::spawn");
  if (has_invalid_strings()) return io::Error(io::ErrorKind::InvalidInput);

  Wire<ChildStdin> input;
  Wire<ChildStdout> output;
  Wire<ChildStderr> errors;
  if (const io::Result<void> laid = input.lay(stdin_); !laid) return laid.error();
  if (const io::Result<void> laid = output.lay(stdout); !laid) return laid.error();
  if (const io::Result<void> laid = errors.lay(stderr); !laid) return laid.error();

  const Environment environment(env_, inherits_env_);
  detail::Launch launch{
      .paths = paths_of(program_, environment.search_path()),
      .argv = {nullptr},
      .environment = environment.get(),
      .stdio = {input.number(), output.number(), errors.number()},
      .directory = directory_ ? directory_->c_str() : nullptr,
      .uid = uid_,
      .gid = gid_,
      .process_group = process_group_,
      .pre_exec = pre_exec_,
  };
  // execve does not write to them.
  launch.argv.push_back(const_cast<char*>((arg0_ ? *arg0_ : program_).c_str()));
  for (const std::string& argument : args_) launch.argv.push_back(const_cast<char*>(argument.c_str()));
  launch.argv.push_back(nullptr);

  auto process = std::make_unique<Child::Process>(kill_on_drop_);
  const io::Result<pid_t> pid = detail::launch(launch);
  if (!pid) return pid.error();
  process->started(*pid);
  Child child(std::move(process));
  child.stdin = input.take_pipe();
  child.stdout = output.take_pipe();
  child.stderr = errors.take_pipe();
  return child;
}

namespace {

Task<io::Result<ExitStatus>> wait_for(io::Result<Child> child) {
  if (!child) co_return child.error();
  child->stdin.reset();
  child->stdout.reset();
  child->stderr.reset();
  Child::Wait wait = child->wait();
  const io::Result<ExitStatus> end = co_await wait;
  co_return end;
}

Task<io::Result<Output>> failed(io::Error error) { co_return error; }

}  // namespace

Task<io::Result<ExitStatus>> Command::status() const { return wait_for(spawn()); }

Task<io::Result<Output>> Command::output() const {
  io::Result<Child> child = spawn(Stdio::piped(), Stdio::piped());
  return child ? (*std::move(child)).wait_with_output() : failed(child.error());
}

}  // namespace ferry::process
