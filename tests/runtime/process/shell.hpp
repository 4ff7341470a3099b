// Scripts as children.
#pragma once

#include <string>

#include <ferry/process.hpp>

namespace ferry::test {

/// `script`, run by a shell. `$0` is its first argument.
inline process::Command shell(std::string script) {
  process::Command command("/bin/sh");
  command.arg("-c").arg(std::move(script));
  return command;
}

}  // namespace ferry::test
