// File states: what a run knows of the disk, asked once for each path.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/ADT/StringMap.h>
#include <llvm/Support/VirtualFileSystem.h>

#include "support/stamps.hpp"

namespace ferry::rewriter {

/// The paths that jobs have looked up, each with what was found there at its first time. Paths are known by
/// number. Thread safety: every member may be called from any thread.
class FileStates {
 public:
  using Number = std::uint32_t;

  /// Looks up an absolute path.
  Number find(llvm::StringRef path);
  std::string path(Number number) const;
  /// What is there; an error: nothing.
  llvm::ErrorOr<llvm::vfs::Status> status(Number number) const;
  Stamp stamp(Number number) const;
  /// The digest of the file's content; empty when it cannot be read or is another file by now.
  std::string digest(Number number);

 private:
  struct State {
    std::string path;
    llvm::ErrorOr<llvm::vfs::Status> status;
    std::optional<std::string> digest;
  };

  mutable std::mutex mutex_;
  llvm::StringMap<Number> numbers_;
  std::deque<State> states_;
};

/// A file system of its own working directory that asks `states` for what is where, and notes in `lookups`,
/// each once, what was asked. Both must outlive it.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> recording_file_system(
    FileStates& states, std::vector<FileStates::Number>& lookups, const std::string& directory);

}  // namespace ferry::rewriter
