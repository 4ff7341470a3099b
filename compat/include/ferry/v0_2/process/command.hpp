// Command: as in 1.x, with children of 0.2.
#pragma once

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

#include <ferry/process/command.hpp>
#include <ferry/process/stdio.hpp>
#include <ferry/result.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/process/child.hpp>

// What is spawned is a Child, whoever names it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::v0_2::process {

/// Starts a program, any number of times. See ferry::process::Command.
///
/// Thread safety: owned by one task at a time.
/// Tokio: 0.2's `process::Command`.
class Command : public ferry::process::Command {
  using Modern = ferry::process::Command;

 public:
  /// Tokio: `Command::new`.
  explicit Command(std::string program) : Modern(std::move(program)) {}
  /// What 1.x has collected.
  explicit Command(Modern command) : Modern(std::move(command)) {}

  Command& arg(std::string argument) { return self(Modern::arg(std::move(argument))); }
  template <class R>
    requires requires(Modern& command, R&& arguments) { command.args(std::forward<R>(arguments)); }
  Command& args(R&& arguments) {
    return self(Modern::args(std::forward<R>(arguments)));
  }
  Command& args(std::initializer_list<std::string_view> arguments) { return self(Modern::args(arguments)); }
  Command& arg0(std::string name) { return self(Modern::arg0(std::move(name))); }
  Command& env(std::string name, std::string value) {
    return self(Modern::env(std::move(name), std::move(value)));
  }
  template <class R>
  Command& envs(R&& variables) {
    return self(Modern::envs(std::forward<R>(variables)));
  }
  Command& env_remove(std::string name) { return self(Modern::env_remove(std::move(name))); }
  Command& env_clear() noexcept { return self(Modern::env_clear()); }
  Command& current_dir(std::filesystem::path directory) {
    return self(Modern::current_dir(std::move(directory)));
  }
  Command& stdin(ferry::process::Stdio what) noexcept { return self(Modern::stdin(std::move(what))); }
  Command& stdout(ferry::process::Stdio what) noexcept { return self(Modern::stdout(std::move(what))); }
  Command& stderr(ferry::process::Stdio what) noexcept { return self(Modern::stderr(std::move(what))); }
  Command& kill_on_drop(bool is_wanted) noexcept { return self(Modern::kill_on_drop(is_wanted)); }
  Command& uid(uid_t id) noexcept { return self(Modern::uid(id)); }
  Command& gid(gid_t id) noexcept { return self(Modern::gid(id)); }
  Command& process_group(pid_t id) noexcept { return self(Modern::process_group(id)); }
  Command& pre_exec(std::function<ferry::io::Result<void>()> hook) {
    return self(Modern::pre_exec(std::move(hook)));
  }

  /// Starts the program.
  ///
  /// Errors, throws: as ferry::process::Command::spawn.
  /// Tokio: `Command::spawn`.
  ferry::io::Result<Child> spawn() const {
    ferry::io::Result<ferry::process::Child> child = Modern::spawn();
    if (!child) return child.error();
    return Child(*std::move(child));
  }

 private:
  Command& self(Modern&) noexcept { return *this; }
};

}  // namespace ferry::v0_2::process

#pragma GCC diagnostic pop
