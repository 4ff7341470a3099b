// Launch: from here to the first instruction of another program.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <sys/types.h>
#include <vector>

#include <ferry/result.hpp>

namespace ferry::process::detail {

/// All that a child needs between fork and exec, where nothing may be allocated and no lock be taken. It
/// borrows its strings.
struct Launch {
  std::vector<std::string> paths;  ///< of the program, to be tried in this order
  std::vector<char*>
      argv;  ///< one place for who runs scripts, the arguments from the program's name on, null
  char* const* environment = nullptr;
  std::array<int, 3> stdio{-1, -1, -1};  ///< what becomes 0, 1 and 2; negative: what it is
  const char* directory = nullptr;
  std::optional<uid_t> uid;
  std::optional<gid_t> gid;
  std::optional<pid_t> process_group;
  std::span<const std::function<io::Result<void>()>> pre_exec;
};

/// Starts a process. Returns when it runs the program.
///
/// Errors: whatever stands in its way, whether before or after the fork; no process is left then.
io::Result<pid_t> launch(Launch& launch);

}  // namespace ferry::process::detail
