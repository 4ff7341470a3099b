#include "frontend/file_states.hpp"

#include <utility>

#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>

#include "model/digest.hpp"

namespace ferry::rewriter {
namespace {

namespace vfs = llvm::vfs;

class RecordingFileSystem : public vfs::ProxyFileSystem {
 public:
  RecordingFileSystem(llvm::IntrusiveRefCntPtr<vfs::FileSystem> disk, FileStates& states,
                      std::vector<FileStates::Number>& lookups)
      : ProxyFileSystem(std::move(disk)), states_(states), lookups_(lookups) {}

  llvm::ErrorOr<vfs::Status> status(const llvm::Twine& path) override {
    llvm::SmallString<256> absolute;
    path.toVector(absolute);
    if (const auto error = makeAbsolute(absolute)) return error;
    const FileStates::Number number = states_.find(absolute);
    if (noted_.insert(number).second) lookups_.push_back(number);
    const llvm::ErrorOr<vfs::Status> status = states_.status(number);
    if (!status) return status;
    return vfs::Status::copyWithNewName(*status, path);
  }

  llvm::ErrorOr<std::unique_ptr<vfs::File>> openFileForRead(const llvm::Twine& path) override {
    const auto seen = status(path);
    if (!seen) return seen.getError();
    return getUnderlyingFS().openFileForRead(path);
  }

 private:
  FileStates& states_;
  std::vector<FileStates::Number>& lookups_;
  llvm::DenseSet<FileStates::Number> noted_;
};

}  // namespace

FileStates::Number FileStates::find(llvm::StringRef path) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = numbers_.find(path); known != numbers_.end()) return known->second;
  }
  llvm::ErrorOr<vfs::Status> status = status_of(path);
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = numbers_.try_emplace(path, static_cast<Number>(states_.size()));
  if (is_new) states_.push_back({path.str(), std::move(status), std::nullopt});
  return entry->second;
}

std::string FileStates::path(Number number) const {
  const std::lock_guard lock(mutex_);
  return states_[number].path;
}

llvm::ErrorOr<vfs::Status> FileStates::status(Number number) const {
  const std::lock_guard lock(mutex_);
  return states_[number].status;
}

Stamp FileStates::stamp(Number number) const { return stamp_of(path(number), status(number)); }

std::string FileStates::digest(Number number) {
  State* state = nullptr;  // its address stays good, and all but the digest never changes
  {
    const std::lock_guard lock(mutex_);
    state = &states_[number];
    if (state->digest) return *state->digest;
  }
  std::string result;
  const auto buffer =
      llvm::MemoryBuffer::getFile(state->path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  llvm::sys::fs::file_status now;
  if (buffer && state->status && !llvm::sys::fs::status(state->path, now) &&
      now.getLastModificationTime() == state->status->getLastModificationTime() &&
      now.getSize() == state->status->getSize() && now.getUniqueID() == state->status->getUniqueID())
    result = rewriter::digest(std::string_view((*buffer)->getBuffer()));
  const std::lock_guard lock(mutex_);
  state->digest = result;
  return result;
}

llvm::IntrusiveRefCntPtr<vfs::FileSystem> recording_file_system(FileStates& states,
                                                                std::vector<FileStates::Number>& lookups,
                                                                const std::string& directory) {
  llvm::IntrusiveRefCntPtr<vfs::FileSystem> disk(vfs::createPhysicalFileSystem().release());
  disk->setCurrentWorkingDirectory(directory);
  return new RecordingFileSystem(std::move(disk), states, lookups);
}

}  // namespace ferry::rewriter
