// Lock: one run at a time writes in a tree.
#pragma once

#include <optional>

#include "apply/tree.hpp"

namespace ferry::rewriter {

/// Held from before the files are read until they are written. It leaves nothing behind, however the process
/// ends.
class Lock {
 public:
  /// Empty when another process holds the tree. A file system that knows no locks refuses nobody: there the
  /// journal alone keeps two runs apart.
  static std::optional<Lock> take(const Tree& tree);

  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&&) = delete;
  ~Lock();

 private:
  explicit Lock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace ferry::rewriter
