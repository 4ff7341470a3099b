// Results: files in which processes leave what they found out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <llvm/ADT/SmallString.h>

namespace ferry::rewriter {

/// A directory of its own, for as long as the object lives in the process that made it.
class Results {
 public:
  /// Throws: std::system_error when the system has no temporary directory to give.
  Results();
  Results(const Results&) = delete;
  Results& operator=(const Results&) = delete;
  ~Results();

  /// Nothing is left of one that cannot be written whole.
  void put(std::size_t number, std::string_view bytes) const;
  /// What was put, once; nothing where nothing was.
  std::optional<std::string> take(std::size_t number) const;

 private:
  std::string file_of(std::size_t number) const;

  llvm::SmallString<256> directory_;
};

}  // namespace ferry::rewriter
