#include <algorithm>
#include <array>
#include <string_view>

#include <llvm/Support/Path.h>

#include "discover/discover.hpp"

namespace ferry::rewriter {
namespace {

constexpr std::array<std::string_view, 10> kLaunchers = {
    "ccache", "sccache", "distcc", "icecc", "gomacc", "buildcache", "fastbuild", "nice", "time", "env"};

bool is_assignment(std::string_view argument) {
  return !argument.starts_with('-') && argument.find('=') != std::string_view::npos;
}

// The number of arguments at the front that belong to a wrapper; 0 when the compiler stands there.
std::size_t wrapper_length(const std::vector<std::string>& command) {
  const auto is = [&](std::size_t i, std::string_view text) {
    return i < command.size() && command[i] == text;
  };
  const auto skip_settings = [&](std::size_t i) {
    for (; i < command.size(); ++i) {
      if (command[i] == "--") return i + 1;
      if (command[i] == "-u" || command[i] == "-n")  // with a value: env -u NAME, nice -n NUMBER
        ++i;
      else if (!is_assignment(command[i]) && !command[i].starts_with('-'))
        return i;
    }
    return i;
  };
  const std::string_view program = llvm::sys::path::stem(command.front());
  if (std::ranges::find(kLaunchers, program) != kLaunchers.end()) return skip_settings(1);
  if (program.starts_with("cmake") && is(1, "-E")) {
    if (is(2, "__run_co_compile"))
      return static_cast<std::size_t>(std::ranges::find(command, "--") - command.begin()) + 1;
    return skip_settings(3);
  }
  return 0;
}

}  // namespace

void remove_wrappers(std::vector<std::string>& command) {
  while (!command.empty()) {
    const std::size_t length = std::min(wrapper_length(command), command.size());
    if (length == 0) return;
    command.erase(command.begin(), command.begin() + static_cast<std::ptrdiff_t>(length));
  }
}

}  // namespace ferry::rewriter
