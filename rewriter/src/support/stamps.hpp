// Stamps: by what is seen whether files have changed, without reading them.
#pragma once

#include <string>
#include <vector>

#include <llvm/Support/Chrono.h>
#include <llvm/Support/ErrorOr.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/VirtualFileSystem.h>

namespace ferry::rewriter {

/// What was at a path at a time.
struct Stamp {
  std::string path;
  bool is_there = false;
  std::uint64_t size = 0;
  llvm::sys::TimePoint<> modified;
  llvm::sys::fs::UniqueID id;

  bool operator==(const Stamp& other) const = default;
};

/// What is at `path` now; an error: nothing.
llvm::ErrorOr<llvm::vfs::Status> status_of(llvm::StringRef path);

/// The same as a stamp, or as a stamp of what was found there before.
Stamp stamp_of(std::string path);
Stamp stamp_of(std::string path, const llvm::ErrorOr<llvm::vfs::Status>& found);

/// Whether all is as it was.
bool hold(const std::vector<Stamp>& stamps);

}  // namespace ferry::rewriter
