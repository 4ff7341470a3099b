#include "support/files.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <llvm/ADT/SmallString.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

namespace ferry::rewriter {

std::optional<std::string> read_bytes(const std::string& path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return std::nullopt;
  return (*buffer)->getBuffer().str();
}

std::error_code write_bytes(const std::string& path, std::string_view content, Create create) {
  int descriptor = -1;
  if (const auto error = llvm::sys::fs::openFileForWrite(
          path, descriptor,
          create == Create::New ? llvm::sys::fs::CD_CreateNew : llvm::sys::fs::CD_CreateAlways))
    return error;
  llvm::raw_fd_ostream out(descriptor, /*shouldClose=*/true);
  out << content;
  out.close();
  const std::error_code error = out.error();
  out.clear_error();
  return error;
}

std::error_code sync(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return {errno, std::generic_category()};
  std::error_code error;
  // Not every file system can do it for a directory; what was written is no worse for it.
  if (::fsync(descriptor) != 0 && errno != EINVAL) error = {errno, std::generic_category()};
  ::close(descriptor);
  return error;
}

std::error_code remove_file(const std::string& path) {
  return llvm::sys::fs::remove(path, /*IgnoreNonExisting=*/true);
}

std::string real_path(const std::string& path) {
  llvm::SmallString<256> real;
  return llvm::sys::fs::real_path(path, real) ? path : std::string(real);
}

}  // namespace ferry::rewriter
