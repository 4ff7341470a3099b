#include <algorithm>
#include <array>
#include <string_view>

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/Regex.h>

#include "discover/database.hpp"

namespace ferry::rewriter {
namespace {

constexpr auto kLaunchers = std::to_array<std::string_view>(
    {"ccache",   "sccache", "distcc",    "icecc", "icerun", "gomacc", "rewrapper", "buildcache",
     "cachepot", "recc",    "fastbuild", "nice",  "time",   "env",    "ionice",    "timeout",
     "taskset",  "chronic", "libtool",   "sh",    "bash",   "dash"});

bool is_assignment(llvm::StringRef argument) {
  const auto [name, value] = argument.split('=');
  return name.size() < argument.size() && !name.empty() && !llvm::isDigit(name.front()) &&
         llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

bool is_compiler(const std::vector<std::string>& command, std::size_t i) {
  static const llvm::Regex names(
      "^(.*-)?(g\\+\\+|gcc|cc|c\\+\\+|CC|cl|clang|clang\\+\\+|clang-cl|icpc|icpx|icx|dpcpp|hipcc|nvcc|em\\+"
      "\\+|emcc)"
      "(-[0-9.]+)?(\\.exe)?$");
  return i < command.size() && names.match(llvm::sys::path::filename(command[i]));
}

// What a launcher is told about time, priority or processors: 10, 30s, 0x3, 0-3.
bool is_quantity(llvm::StringRef argument) {
  return !argument.empty() && llvm::isDigit(argument.front()) && !argument.contains('/') &&
         !argument.contains('.');
}

// The number of arguments at the front that belong to a wrapper; 0 when the compiler stands there.
std::size_t wrapper_length(const std::vector<std::string>& command) {
  const auto is = [&](std::size_t i, std::string_view text) {
    return i < command.size() && command[i] == text;
  };
  const auto skip_settings = [&](std::size_t i) {
    for (; i < command.size(); ++i) {
      if (command[i] == "--") return i + 1;
      if (command[i] == "-u")  // env -u NAME
        ++i;
      else if (!is_assignment(command[i]) && !command[i].starts_with('-') && !is_quantity(command[i]))
        return i;
    }
    return i;
  };
  if (is_assignment(command.front())) return 1;
  const std::string_view program = llvm::sys::path::stem(command.front());
  if (std::ranges::find(kLaunchers, program) != kLaunchers.end()) return skip_settings(1);
  if (program.starts_with("cmake") && is(1, "-E")) {
    if (is(2, "__run_co_compile"))
      return static_cast<std::size_t>(std::ranges::find(command, "--") - command.begin()) + 1;
    return skip_settings(3);
  }
  // Somebody's own launcher.
  return !is_compiler(command, 0) && is_compiler(command, 1) ? 1 : 0;
}

}  // namespace

void remove_wrappers(std::vector<std::string>& command) {
  while (!command.empty()) {
    const std::size_t length = std::min(wrapper_length(command), command.size());
    if (length == 0) return;
    command.erase(command.begin(), command.begin() + static_cast<std::ptrdiff_t>(length));
  }
}

std::string compiler_name(const std::vector<std::string>& command) {
  if (command.empty()) return {};
  // A path of Windows, too.
  llvm::StringRef name = llvm::sys::path::filename(command.front(), llvm::sys::path::Style::windows);
  if (name.ends_with_insensitive(".exe")) name = name.drop_back(4);
  const llvm::StringRef version = name.substr(name.rfind('-') + 1);  // npos + 1 is the whole name
  if (version.size() < name.size() && !version.empty() && llvm::isDigit(version.front()))
    name = name.drop_back(version.size() + 1);
  return name.str();
}

}  // namespace ferry::rewriter
