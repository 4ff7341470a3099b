#include "support/stamps.hpp"

#include <algorithm>
#include <utility>

namespace ferry::rewriter {

Stamp stamp_of(std::string path) {
  Stamp stamp{.path = std::move(path)};
  llvm::sys::fs::file_status found;
  if (llvm::sys::fs::status(stamp.path, found)) return stamp;
  stamp.is_there = true;
  stamp.id = found.getUniqueID();
  // A directory changes with whatever is put beside what was looked up.
  if (found.type() == llvm::sys::fs::file_type::directory_file) return stamp;
  stamp.size = found.getSize();
  stamp.modified = found.getLastModificationTime();
  return stamp;
}

bool hold(const std::vector<Stamp>& stamps) {
  return std::ranges::all_of(stamps, [](const Stamp& stamp) { return stamp_of(stamp.path) == stamp; });
}

}  // namespace ferry::rewriter
