#include "model/scope.hpp"

#include <algorithm>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/GlobPattern.h>

namespace ferry::rewriter {
namespace {

// A pattern that is not well formed matches nothing; the command line has refused it before.
bool matches(const std::string& glob, std::string_view path) {
  llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(glob);
  if (!pattern) {
    llvm::consumeError(pattern.takeError());
    return false;
  }
  // The pattern may name the file itself or any directory above it.
  for (std::size_t end = path.size();; end = path.rfind('/', end - 1)) {
    if (end == std::string_view::npos || end == 0) return false;
    if (pattern->match(llvm::StringRef(path).take_front(end))) return true;
  }
}

}  // namespace

bool is_below(std::string_view path, std::string_view directory) {
  if (!directory.empty() && directory.back() == '/') directory.remove_suffix(1);
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

bool contains(const Scope& scope, std::string_view path) {
  if (!is_below(path, scope.root)) return false;
  if (!scope.paths.empty() &&
      std::ranges::none_of(scope.paths, [&](const std::string& chosen) { return is_below(path, chosen); }))
    return false;
  if (std::ranges::any_of(scope.generated, [&](const std::string& build) { return is_below(path, build); }))
    return false;
  const std::string relative = relative_to(path, scope.root);
  return std::ranges::none_of(scope.excludes,
                              [&](const std::string& glob) { return matches(glob, relative); });
}

bool is_changed(const Scope& scope, const std::string& path, LineRange lines) {
  if (!scope.changed) return true;
  const auto file = scope.changed->find(path);
  return file != scope.changed->end() && std::ranges::any_of(file->second, [&](const LineRange& changed) {
           return changed.first <= lines.last && lines.first <= changed.last;
         });
}

bool is_editable(const Scope& scope, const std::string& path) {
  Scope everywhere = scope;  // an edit may lie outside the chosen paths, its finding may not
  everywhere.paths.clear();
  llvm::SmallString<256> real;
  llvm::SmallString<256> root;
  const bool is_resolved =
      !llvm::sys::fs::real_path(path, real) && !llvm::sys::fs::real_path(scope.root, root);
  return contains(everywhere, path) && (!is_resolved || is_below(real.str(), root.str()));
}

std::string relative_to(std::string_view path, std::string_view directory) {
  if (!is_below(path, directory) || path.size() == directory.size()) return std::string(path);
  path.remove_prefix(directory.size());
  if (path.starts_with('/')) path.remove_prefix(1);
  return std::string(path);
}

}  // namespace ferry::rewriter
