#include "frontend/overlay.hpp"

#include <memory>
#include <utility>

#include <llvm/Support/MemoryBuffer.h>

namespace ferry::rewriter {
namespace {

namespace vfs = llvm::vfs;

class TextFile : public vfs::File {
 public:
  TextFile(vfs::Status status, llvm::StringRef text) : status_(std::move(status)), text_(text) {}

  llvm::ErrorOr<vfs::Status> status() override { return status_; }
  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>> getBuffer(const llvm::Twine& name, std::int64_t, bool,
                                                               bool) override {
    return llvm::MemoryBuffer::getMemBufferCopy(text_, name);
  }
  std::error_code close() override { return {}; }

 private:
  vfs::Status status_;
  llvm::StringRef text_;
};

class OverlaidFileSystem : public vfs::ProxyFileSystem {
 public:
  OverlaidFileSystem(llvm::IntrusiveRefCntPtr<vfs::FileSystem> disk, const Texts& overlay)
      : ProxyFileSystem(std::move(disk)) {
    for (const auto& [path, text] : overlay)
      if (const auto status = getUnderlyingFS().status(path)) texts_.emplace(status->getUniqueID(), &text);
  }

  llvm::ErrorOr<vfs::Status> status(const llvm::Twine& path) override {
    auto status = getUnderlyingFS().status(path);
    if (!status) return status;
    const auto found = texts_.find(status->getUniqueID());
    if (found == texts_.end()) return status;
    return vfs::Status::copyWithNewSize(*status, found->second->size());
  }

  llvm::ErrorOr<std::unique_ptr<vfs::File>> openFileForRead(const llvm::Twine& path) override {
    auto seen = status(path);
    if (!seen) return seen.getError();
    const auto found = texts_.find(seen->getUniqueID());
    if (found == texts_.end()) return getUnderlyingFS().openFileForRead(path);
    return std::make_unique<TextFile>(*seen, *found->second);
  }

 private:
  std::map<llvm::sys::fs::UniqueID, const std::string*> texts_;
};

}  // namespace

llvm::IntrusiveRefCntPtr<vfs::FileSystem> overlaid_file_system(const Texts& overlay,
                                                               const std::string& directory) {
  // One of its own per job: getRealFileSystem() shares the process's working directory.
  llvm::IntrusiveRefCntPtr<vfs::FileSystem> files(vfs::createPhysicalFileSystem().release());
  files->setCurrentWorkingDirectory(directory);
  if (!overlay.empty()) files = new OverlaidFileSystem(files, overlay);
  return files;
}

}  // namespace ferry::rewriter
