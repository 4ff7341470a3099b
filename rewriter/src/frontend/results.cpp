#include "frontend/results.hpp"

#include <system_error>

#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/raw_ostream.h>

namespace ferry::rewriter {

namespace fs = llvm::sys::fs;

Results::Results() {
  if (const auto error = fs::createUniqueDirectory("ferry", directory_))
    throw std::system_error(error, "a temporary directory cannot be made");
}

Results::~Results() { fs::remove_directories(directory_); }

void Results::put(std::size_t number, std::string_view bytes) const {
  std::error_code error;
  llvm::raw_fd_ostream out(file_of(number), error);
  if (error) return;
  out << bytes;
  out.close();
  if (!out.has_error()) return;
  out.clear_error();
  fs::remove(file_of(number));
}

std::optional<std::string> Results::take(std::size_t number) const {
  const std::string file = file_of(number);
  const auto buffer = llvm::MemoryBuffer::getFile(file, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer) return std::nullopt;
  std::string bytes = (*buffer)->getBuffer().str();
  fs::remove(file);
  return bytes;
}

std::string Results::file_of(std::size_t number) const {
  llvm::SmallString<256> path(directory_);
  llvm::sys::path::append(path, std::to_string(number));
  return std::string(path);
}

}  // namespace ferry::rewriter
