// Command: which program to run, and how.
#pragma once

#include <concepts>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

#include <ferry/process/child.hpp>
#include <ferry/process/exit_status.hpp>
#include <ferry/process/stdio.hpp>
#include <ferry/result.hpp>
#include <ferry/task/task.hpp>

namespace ferry::process {

/// Starts a program, any number of times. A program's name without a slash is looked for in the child's PATH.
/// The child starts in this process's directory and environment, with its three standard descriptors, unless
/// told otherwise; without any other descriptor that ferry has opened, with no signal blocked, and with those
/// that have handlers here, and SIGPIPE, at their default.
///
///     auto listing = co_await process::Command("ls").arg("-l").current_dir("/tmp").output();
///
/// Thread safety: owned by one task at a time.
/// Cost: starting takes as long however much memory this process has, except with `pre_exec`, `uid` or `gid`.
/// The thread waits meanwhile, about a millisecond.
/// Tokio: `process::Command`.
class Command {
 public:
  /// Tokio: `Command::new`.
  explicit Command(std::string program) : program_(std::move(program)) {}

  /// One more argument. It reaches the program as it is: no shell splits or expands it.
  Command& arg(std::string argument) {
    args_.push_back(std::move(argument));
    return *this;
  }
  /// More arguments.
  template <std::ranges::input_range R>
    requires std::constructible_from<std::string, std::ranges::range_reference_t<R>>
  Command& args(R&& arguments) {
    for (auto&& argument : arguments) args_.emplace_back(std::forward<decltype(argument)>(argument));
    return *this;
  }
  Command& args(std::initializer_list<std::string_view> arguments) {
    for (const std::string_view argument : arguments) args_.emplace_back(argument);
    return *this;
  }
  /// What the program is told its name is, in place of the one it was found by. Tokio: `Command::arg0`.
  Command& arg0(std::string name) {
    arg0_ = std::move(name);
    return *this;
  }

  /// Sets a variable in the child's environment.
  Command& env(std::string name, std::string value) {
    env_.insert_or_assign(std::move(name), std::move(value));
    return *this;
  }
  /// Sets variables: a range of pairs.
  template <std::ranges::input_range R>
  Command& envs(R&& variables) {
    for (const auto& [name, value] : variables) env(std::string(name), std::string(value));
    return *this;
  }
  /// Leaves a variable out of the child's environment.
  Command& env_remove(std::string name) {
    env_.insert_or_assign(std::move(name), std::nullopt);
    return *this;
  }
  /// Leaves out all of this process's variables, and forgets those set before.
  Command& env_clear() noexcept {
    env_.clear();
    inherits_env_ = false;
    return *this;
  }
  /// Where the child starts. A program's name with a slash that does not begin with one is relative to it,
  /// too.
  Command& current_dir(std::filesystem::path directory) {
    directory_ = std::move(directory);
    return *this;
  }

  /// The child's standard input, output and error; else they are those of this process.
  Command& stdin(Stdio what) noexcept {
    stdin_ = std::move(what);
    return *this;
  }
  Command& stdout(Stdio what) noexcept {
    stdout_ = std::move(what);
    return *this;
  }
  Command& stderr(Stdio what) noexcept {
    stderr_ = std::move(what);
    return *this;
  }

  /// Whether a `Child` that is destroyed before its end was seen is killed. Default: no.
  /// Tokio: `Command::kill_on_drop`.
  Command& kill_on_drop(bool is_wanted) noexcept {
    kill_on_drop_ = is_wanted;
    return *this;
  }
  /// The child's user; the superuser's supplementary groups are left. Tokio: `Command::uid`.
  Command& uid(uid_t id) noexcept {
    uid_ = id;
    return *this;
  }
  /// The child's group. Tokio: `Command::gid`.
  Command& gid(gid_t id) noexcept {
    gid_ = id;
    return *this;
  }
  /// The process group that the child joins; 0: a new one, with its own number. Tokio:
  /// `Command::process_group`.
  Command& process_group(pid_t id) noexcept {
    process_group_ = id;
    return *this;
  }
  /// A function that the child calls just before the program, after all else that was asked for; several run
  /// in their order. The error that one gives, or an exception (ECANCELED), is `spawn`'s.
  ///
  /// It runs in a copy of this process that has only one thread: another one may hold any lock there for
  /// ever, so only async-signal-safe functions may be called, and nothing may be allocated. Tokio:
  /// `Command::pre_exec`.
  Command& pre_exec(std::function<io::Result<void>()> hook) {
    pre_exec_.push_back(std::move(hook));
    return *this;
  }

  /// Starts the program.
  ///
  /// Errors: ENOENT where there is no such program, or directory; EACCES where it may not be run; EMFILE,
  /// EAGAIN, ENOMEM where the system can give no more; InvalidInput for a string with a zero byte in it, or a
  /// variable whose name is empty or has a `=` in it. No process is left then. Throws: std::logic_error
  /// outside a runtime, or in one built without I/O. Tokio: `Command::spawn`.
  io::Result<Child> spawn() const;
  /// Starts the program at once, and waits until it has ended. Pipes that it has been given are closed.
  ///
  /// Errors, throws: as `spawn` and `Child::wait`.
  /// Cancelling: destroys the child, which goes on running unless `kill_on_drop` is set.
  /// Tokio: `Command::status`.
  Task<io::Result<ExitStatus>> status() const;
  /// Starts the program at once, with pipes for its output and errors whatever else was set, and collects
  /// what it writes until it has ended.
  ///
  /// Errors, throws: as `spawn` and `Child::wait_with_output`.
  /// Cancelling: as `status`.
  /// Tokio: `Command::output`.
  Task<io::Result<Output>> output() const;

  using Variables = std::map<std::string, std::optional<std::string>, std::less<>>;

  const std::string& get_program() const noexcept { return program_; }
  const std::vector<std::string>& get_args() const noexcept { return args_; }
  /// What differs from this process's environment: variables that are set, or without a value, removed.
  const Variables& get_envs() const noexcept { return env_; }
  const std::optional<std::filesystem::path>& get_current_dir() const noexcept { return directory_; }
  bool get_kill_on_drop() const noexcept { return kill_on_drop_; }

 private:
  template <class Pipe>
  class Wire;
  io::Result<Child> spawn(const Stdio& stdout, const Stdio& stderr) const;
  bool has_invalid_strings() const noexcept;

  std::string program_;
  std::optional<std::string> arg0_;
  std::vector<std::string> args_;
  Variables env_;
  bool inherits_env_ = true;
  std::optional<std::filesystem::path> directory_;
  Stdio stdin_ = Stdio::inherit();
  Stdio stdout_ = Stdio::inherit();
  Stdio stderr_ = Stdio::inherit();
  bool kill_on_drop_ = false;
  std::optional<uid_t> uid_;
  std::optional<gid_t> gid_;
  std::optional<pid_t> process_group_;
  std::vector<std::function<io::Result<void>()>> pre_exec_;
};

}  // namespace ferry::process
