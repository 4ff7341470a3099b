#include "discover/paths.hpp"

#include <algorithm>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/GlobPattern.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

namespace ferry::rewriter {
namespace {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

using Names = llvm::ArrayRef<llvm::StringRef>;

bool matches(llvm::StringRef pattern, llvm::StringRef name) {
  if (name.starts_with(".") && !pattern.starts_with(".")) return false;
  llvm::Expected<llvm::GlobPattern> glob = llvm::GlobPattern::create(pattern, /*MaxSubPatterns=*/64);
  if (glob) return glob->match(name);
  llvm::consumeError(glob.takeError());
  return pattern == name;
}

void expand(const std::string& directory, Names pattern, std::vector<std::string>& found) {
  if (pattern.empty()) {
    found.push_back(directory);
    return;
  }
  const llvm::StringRef first = pattern.front();
  const bool is_deep = first == "**";
  if (is_deep) expand(directory, pattern.drop_front(), found);
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; at != end && !error; at.increment(error)) {
    const llvm::StringRef name = path::filename(at->path());
    if (is_deep) {
      // Links are not followed: they may lead back.
      if (at->type() == fs::file_type::directory_file && !name.starts_with("."))
        expand(at->path(), pattern, found);
    } else if (matches(first, name)) {
      expand(at->path(), pattern.drop_front(), found);
    }
  }
}

}  // namespace

std::string absolute_path(std::string_view name, const std::string& directory) {
  llvm::SmallString<256> result(name);
  fs::make_absolute(directory, result);
  path::remove_dots(result, /*remove_dot_dot=*/true);
  // `dir/` and `dir` are the same directory.
  llvm::StringRef text = result;
  while (text.size() > 1 && text.ends_with("/")) text = text.drop_back();
  return text.str();
}

std::vector<std::string> expand_glob(const std::string& pattern) {
  llvm::SmallVector<llvm::StringRef, 16> names;
  llvm::StringRef(pattern).split(names, '/', -1, /*KeepEmpty=*/false);
  // The part without wildcards need not be listed.
  const auto first_glob = std::ranges::find_if(
      names, [](llvm::StringRef name) { return name.find_first_of("*?[{") != llvm::StringRef::npos; });
  llvm::SmallString<256> start("/");
  for (auto name = names.begin(); name != first_glob; ++name) path::append(start, *name);
  std::vector<std::string> found;
  expand(std::string(start), Names(first_glob, names.end()), found);
  std::erase_if(found, [](const std::string& name) { return !fs::exists(name); });
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::optional<std::vector<std::string>> read_list(const std::string& name, const std::string& directory,
                                                  Problem& error) {
  const std::string file = name == "-" ? name : absolute_path(name, directory);
  const auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(file);
  if (!buffer) {
    error = {.file = file,
             .message = "the list of files cannot be read: " + buffer.getError().message() +
                        "; correct --files-from"};
    return std::nullopt;
  }
  const llvm::StringRef text = (*buffer)->getBuffer();
  const char separator = text.contains('\0') ? '\0' : '\n';
  std::vector<std::string> names;
  llvm::SmallVector<llvm::StringRef, 0> lines;
  text.split(lines, separator, -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines) {
    if (separator == '\n') line = line.rtrim('\r');
    if (!line.empty()) names.push_back(absolute_path(line, directory));
  }
  return names;
}

}  // namespace ferry::rewriter
