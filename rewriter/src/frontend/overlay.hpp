// The file system that the compiler sees: the disk, with some texts taking the place of files.
#pragma once

#include <llvm/ADT/IntrusiveRefCntPtr.h>
#include <llvm/Support/VirtualFileSystem.h>

#include "model/texts.hpp"

namespace ferry::rewriter {

/// A file system of its own working directory `directory`, in which the files named by `overlay` have its
/// texts. An overlaid file is known by its identity on disk, so that any link, `..` or directory link leads
/// to its new text.
///
/// `overlay` must outlive the file system.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> overlaid_file_system(const Texts& overlay,
                                                                     const std::string& directory);

}  // namespace ferry::rewriter
