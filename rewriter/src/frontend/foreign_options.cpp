#include "frontend/foreign_options.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <clang/Basic/DiagnosticDriver.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Path.h>

#include "frontend/frontend.hpp"
#include "frontend/overlay.hpp"

namespace ferry::rewriter {
namespace {

using Command = std::vector<std::string>;
using Spellings = std::set<Command>;  // of one option each: itself, perhaps with its argument

class Listener : public clang::DiagnosticConsumer {
 public:
  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override {
    if (level < clang::DiagnosticsEngine::Error || !is_foreign_option(info.getID())) return;
    const std::string option = text(info, 0);
    if (info.getID() == clang::diag::err_drv_unsupported_option_argument ||
        info.getID() == clang::diag::err_drv_unsupported_option_argument_for_target) {
      const std::string argument = text(info, 1);
      found.insert({option + argument});
      found.insert({option + "=" + argument});
      found.insert({option, argument});
    } else {
      found.insert({option});
    }
  }

  Spellings found;

 private:
  static std::string text(const clang::Diagnostic& info, unsigned number) {
    switch (info.getArgKind(number)) {
      case clang::DiagnosticsEngine::ak_std_string:
        return info.getArgStdStr(number);
      case clang::DiagnosticsEngine::ak_c_string:
        return info.getArgCStr(number);
      default:
        return {};
    }
  }
};

// Reads a command and does nothing.
class NoAction : public clang::tooling::ToolAction {
  bool runInvocation(std::shared_ptr<clang::CompilerInvocation>, clang::FileManager*,
                     std::shared_ptr<clang::PCHContainerOperations>, clang::DiagnosticConsumer*) override {
    return true;
  }
};

Spellings foreign_options_of(const Command& command, const std::string& directory) {
  const Texts no_overlay;
  const llvm::IntrusiveRefCntPtr<clang::FileManager> files(
      new clang::FileManager(clang::FileSystemOptions(), overlaid_file_system(no_overlay, directory)));
  NoAction nothing;
  Listener listener;
  clang::tooling::ToolInvocation invocation(for_clang(command), &nothing, files.get(),
                                            std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(&listener);
  invocation.run();
  return std::move(listener.found);
}

// A command without what is never foreign: most commands of a project differ in that only.
Command skeleton_of(const Job& job) {
  constexpr auto kWithValue = std::to_array<std::string_view>(
      {"-o", "-MF", "-MT", "-MQ", "-I", "-D", "-U", "-isystem", "-iquote", "-include", "-imacros"});
  constexpr auto kPrefixes = std::to_array<std::string_view>({"-I", "-D", "-U", "-isystem", "-W"});
  const std::string name = llvm::sys::path::filename(job.file).str();
  Command skeleton;
  for (std::size_t i = 0; i < job.arguments.size(); ++i) {
    const std::string& argument = job.arguments[i];
    if (std::ranges::find(kWithValue, argument) != kWithValue.end())
      ++i;
    else if (argument == name || argument.ends_with("/" + name))
      skeleton.push_back("unit" + llvm::sys::path::extension(name).str());
    else if (std::ranges::none_of(kPrefixes, [&](auto prefix) { return argument.starts_with(prefix); }))
      skeleton.push_back(argument);
  }
  return skeleton;
}

// Takes one option out, wherever it stands; answers whether it did.
bool remove(const Command& option, Command& command) {
  bool is_found = false;
  for (auto at = command.begin() + 1;;) {
    at = std::search(at, command.end(), option.begin(), option.end());
    if (at == command.end()) return is_found;
    at = command.erase(at, at + static_cast<std::ptrdiff_t>(option.size()));
    is_found = true;
  }
}

}  // namespace

bool is_foreign_option(unsigned diagnostic) {
  switch (diagnostic) {
    case clang::diag::err_drv_unknown_argument:
    case clang::diag::err_drv_unknown_argument_with_suggestion:
    case clang::diag::err_drv_unsupported_opt:
    case clang::diag::err_drv_unsupported_opt_for_language_mode:
    case clang::diag::err_drv_unsupported_opt_for_target:
    case clang::diag::err_drv_unsupported_opt_with_suggestion:
    case clang::diag::err_drv_unsupported_option_argument:
    case clang::diag::err_drv_unsupported_option_argument_for_target:
      return true;
    default:
      return false;
  }
}

Problems leave_out_foreign_options(Jobs& jobs) {
  std::map<Command, Spellings> known;
  std::map<std::string, std::size_t> counts;
  for (Job& job : jobs) {
    const auto [found, is_new] = known.try_emplace(skeleton_of(job));
    if (is_new) found->second = foreign_options_of(found->first, job.directory);
    for (const Command& option : found->second)
      if (remove(option, job.arguments)) ++counts[llvm::join(option, " ")];
  }
  Problems notes;
  for (const auto& [option, count] : counts)
    notes.push_back({.message = "Clang does not know '" + option + "': left out of " + std::to_string(count) +
                                (count == 1 ? " command" : " commands")});
  return notes;
}

}  // namespace ferry::rewriter
