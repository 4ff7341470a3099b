#include "support/stamps.hpp"

#include <algorithm>
#include <utility>

namespace ferry::rewriter {

llvm::ErrorOr<llvm::vfs::Status> status_of(llvm::StringRef path) {
  llvm::sys::fs::file_status found;
  if (const auto error = llvm::sys::fs::status(path, found)) return error;
  return llvm::vfs::Status::copyWithNewName(found, path);
}

Stamp stamp_of(std::string path) {
  const auto found = status_of(path);
  return stamp_of(std::move(path), found);
}

Stamp stamp_of(std::string path, const llvm::ErrorOr<llvm::vfs::Status>& found) {
  Stamp stamp{.path = std::move(path), .is_there = static_cast<bool>(found)};
  if (!found) return stamp;
  stamp.id = found->getUniqueID();
  // A directory changes with whatever is put beside what was looked up.
  if (found->isDirectory()) return stamp;
  stamp.size = found->getSize();
  stamp.modified = found->getLastModificationTime();
  return stamp;
}

bool hold(const std::vector<Stamp>& stamps) {
  return std::ranges::all_of(stamps, [](const Stamp& stamp) { return stamp_of(stamp.path) == stamp; });
}

}  // namespace ferry::rewriter
